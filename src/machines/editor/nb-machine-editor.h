/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-edit.h"
#include "nb-guest-agent.h"
#include "nb-machine-apply.h"
#include "nb-machine-config.h"
#include "nb-machine-power.h"
#include "nb-machine.h"
#include "nb-shutdown.h"

G_BEGIN_DECLS

/**
 * NbEditorBusy:
 * @NB_EDITOR_IDLE: nothing is under way
 * @NB_EDITOR_LOADING: the machine is being read for the first time
 * @NB_EDITOR_APPLYING: a change is being stored
 * @NB_EDITOR_STARTING: the machine is being started
 * @NB_EDITOR_STOPPING: the machine was asked to shut down and is waited for, or is being forced off
 * @NB_EDITOR_RESTARTING: it shuts down and starts again
 * @NB_EDITOR_ASKING: the guest's agent is asked
 *
 * What is under way. One thing at a time.
 */
typedef enum {
  NB_EDITOR_IDLE,
  NB_EDITOR_LOADING,
  NB_EDITOR_APPLYING,
  NB_EDITOR_STARTING,
  NB_EDITOR_STOPPING,
  NB_EDITOR_RESTARTING,
  NB_EDITOR_ASKING,
} NbEditorBusy;

#define NB_TYPE_MACHINE_EDITOR (nb_machine_editor_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineEditor, nb_machine_editor, NB, MACHINE_EDITOR, GObject)

/* One opened machine: what its page shows and does. It loads the machine, keeps one edit of it, stores that, and follows
 * what happens to the machine meanwhile.
 *
 * Properties: machine (construct only); to read: edit (null before the first reading; another one after Apply, and when the
 * machine changed elsewhere), busy, pending (NbCpuPending), theirs
 * (null, or the XML that somebody else stored while there are unapplied changes), can-undo, locked (null, or the sentence
 * that says why nothing can be changed), modified, proof (NbTristate: whether what the guest itself said is one), error (null,
 * or what went wrong last).
 * Signals: reloaded (the configuration is another), applied, failed (GError: what was tried went wrong). Main thread only. */

NbMachineEditor       *nb_machine_editor_new           (NbMachine        *machine);
NbMachine             *nb_machine_editor_get_machine   (NbMachineEditor  *self);
NbCpuEdit             *nb_machine_editor_get_edit      (NbMachineEditor  *self);
const NbMachineConfig *nb_machine_editor_get_config    (NbMachineEditor  *self);
NbEditorBusy           nb_machine_editor_get_busy      (NbMachineEditor  *self);
const char            *nb_machine_editor_get_theirs    (NbMachineEditor  *self);
const char            *nb_machine_editor_get_locked    (NbMachineEditor  *self);
gboolean               nb_machine_editor_get_modified  (NbMachineEditor  *self);
gboolean               nb_machine_editor_get_can_undo  (NbMachineEditor  *self);
NbGuestAnswer          nb_machine_editor_get_answer    (NbMachineEditor  *self);
NbTristate             nb_machine_editor_get_proof     (NbMachineEditor  *self);
const char            *nb_machine_editor_get_error     (NbMachineEditor  *self);
void                   nb_machine_editor_clear_error   (NbMachineEditor  *self);
NbShutdown            *nb_machine_editor_get_shutdown  (NbMachineEditor  *self);
void                   nb_machine_editor_load          (NbMachineEditor  *self);

void      nb_machine_editor_apply_async      (NbMachineEditor      *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
void      nb_machine_editor_undo_async       (NbMachineEditor      *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
void      nb_machine_editor_store_async      (NbMachineEditor      *self,
                                              const char           *xml,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
void      nb_machine_editor_keep_mine_async  (NbMachineEditor      *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
NbOutcome nb_machine_editor_store_finish     (NbMachineEditor      *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void      nb_machine_editor_revert           (NbMachineEditor      *self);
void      nb_machine_editor_take_theirs      (NbMachineEditor      *self);

void      nb_machine_editor_power_async      (NbMachineEditor      *self,
                                              NbPowerVerb           verb,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
gboolean  nb_machine_editor_power_finish     (NbMachineEditor      *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void      nb_machine_editor_shut_down_async  (NbMachineEditor      *self,
                                              NbShutdownFlags       flags,
                                              guint                 seconds,
                                              GAsyncReadyCallback   callback,
                                              gpointer              data);
gboolean  nb_machine_editor_shut_down_finish (NbMachineEditor      *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void      nb_machine_editor_check_guest      (NbMachineEditor      *self);

G_END_DECLS
