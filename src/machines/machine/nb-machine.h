/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection.h"
#include "nb-guest-answer.h"
#include "nb-machine-facts.h"
#include "nb-machine-summary.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE (nb_machine_get_type ())

G_DECLARE_FINAL_TYPE (NbMachine, nb_machine, NB, MACHINE, GObject)

/* Properties: connection and uuid (construct only); name, id, state, active, persistent, managed-save,
 * answer (NbGuestAnswer as int: what was said of the run under way): always known; editor (null, or the NbMachineEditor of who has it opened). From the XML, after nb_machine_request_summary(): summarized, type, arch, vcpus, mode,
 * nesting, offered, configured, live (NbTristate as int), pending, refusal, override, seal, os-id. Main thread only.
 * Signals: changed (its configuration or run may be another: what was loaded is stale). */

NbConnection   *nb_machine_get_connection     (NbMachine            *self);
const char     *nb_machine_get_uuid           (NbMachine            *self);
const char     *nb_machine_get_name           (NbMachine            *self);
int             nb_machine_get_id             (NbMachine            *self);
NbMachineState  nb_machine_get_state          (NbMachine            *self);
gboolean        nb_machine_is_active          (NbMachine            *self);
gboolean        nb_machine_is_persistent      (NbMachine            *self);
gboolean        nb_machine_has_managed_save   (NbMachine            *self);

const NbMachineSummary *
                nb_machine_get_summary        (NbMachine            *self);
void            nb_machine_request_summary    (NbMachine            *self);
gpointer        nb_machine_get_editor         (NbMachine            *self);
NbGuestAnswer   nb_machine_get_answer         (NbMachine            *self);
void            nb_machine_set_answer         (NbMachine            *self,
                                               NbGuestAnswer         answer);

/* For this room only. */
NbMachine      *nb_machine_new                (NbConnection         *connection,
                                               const NbMachineFacts *facts);
void            nb_machine_take_facts         (NbMachine            *self,
                                               const NbMachineFacts *facts);
void            nb_machine_lose               (NbMachine            *self);
void            nb_machine_end                (NbMachine            *self);
void            nb_machine_invalidate         (NbMachine            *self);
void            nb_machine_set_editor         (NbMachine            *self,
                                               gpointer              editor);

G_END_DECLS
