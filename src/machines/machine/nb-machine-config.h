/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-cpu-pending.h"
#include "nb-machine-start.h"
#include "nb-stand-in.h"

G_BEGIN_DECLS

/**
 * NbReadWhat:
 * @NB_READ_CPU: what tells the configured and the running `<cpu>`
 * @NB_READ_ALL: with it what the page of one machine needs: domain capabilities, messages, snapshots
 */
typedef enum {
  NB_READ_CPU,
  NB_READ_ALL,
} NbReadWhat;

/**
 * NbMachineConfig:
 * @inactive: the stored domain XML; with the graphics passwords where @secure
 * @live: (nullable): the running domain's XML, taken with MIGRATABLE where @secure; %NULL when it does not run
 * @expected: (nullable): the stored XML with `<cpu>` as the next start would expand it; %NULL when libvirt cannot tell
 * @secure: whether all was readable, as a writable connection may
 * @pending: whether the running `<cpu>` differs from the stored one
 * @capabilities: (nullable): the domain capabilities of its own emulator, architecture, machine and type
 * @expanded: (nullable): the host's processor with all its features, as that emulator offers it
 * @capabilities_error: (nullable): why there are none
 * @refused: whether libvirt would start it
 * @refusal: (nullable): why not, a sentence
 * @messages: (nullable): libvirt's taints and deprecations of the domain
 * @n_snapshots: how many snapshots there are
 * @n_memory_snapshots: how many of them hold memory, and may refuse to be restored with another `<cpu>`
 *
 * What is read of a machine when it is opened. A snapshot: #NbMachine::changed says when it is stale.
 */
typedef struct
{
  char *inactive;
  char *live;
  char *expected;
  gboolean secure;
  NbCpuPending pending;
  char *capabilities;
  char *expanded;
  char *capabilities_error;
  NbRefusal refused;
  char *refusal;
  char **messages;
  guint n_snapshots;
  guint n_memory_snapshots;
} NbMachineConfig;

void nb_machine_config_free (NbMachineConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbMachineConfig, nb_machine_config_free)

G_END_DECLS
