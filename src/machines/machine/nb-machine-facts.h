/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * NbMachineState:
 *
 * A domain's state, named as virsh names it. Unknown while its connection is lost.
 */
typedef enum {
  NB_MACHINE_STATE_UNKNOWN,
  NB_MACHINE_STATE_RUNNING,
  NB_MACHINE_STATE_PAUSED,
  NB_MACHINE_STATE_SHUTTING_DOWN,
  NB_MACHINE_STATE_SHUT_OFF,
  NB_MACHINE_STATE_CRASHED,
  NB_MACHINE_STATE_SUSPENDED,
} NbMachineState;

/**
 * NbMachineFacts:
 * @uuid: the UUID as a string
 * @name: the name
 * @id: the number of a running domain, or -1
 * @state: the state
 * @persistent: whether it has an inactive configuration
 * @managed_save: whether a saved memory image waits for the next start
 *
 * What is known of a machine without reading its XML.
 */
typedef struct
{
  char uuid[37];
  char *name;
  int id;
  NbMachineState state;
  gboolean persistent;
  gboolean managed_save;
} NbMachineFacts;

void            nb_machine_facts_free          (NbMachineFacts  *facts);

const char     *nb_machine_state_get_id        (NbMachineState   state);
gboolean        nb_machine_state_is_active     (NbMachineState   state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbMachineFacts, nb_machine_facts_free)

G_END_DECLS
