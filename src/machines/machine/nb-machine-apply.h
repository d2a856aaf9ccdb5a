/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

/**
 * NbOutcome:
 * @NB_OUTCOME_STORED: what was asked for is stored, and all else is as it was
 * @NB_OUTCOME_STORED_OTHERWISE: libvirt stored it, and something else than what was asked for changed with it; told by the
 *   error, and undone by nb_machine_put_back_async()
 * @NB_OUTCOME_DISMISSED: a password dialog was dismissed, or it was cancelled before it began: nothing was changed
 * @NB_OUTCOME_CHANGED: somebody else changed the same meanwhile: nothing was changed
 * @NB_OUTCOME_NOT_STORED: it was refused, or could not be tried: nothing was changed
 * @NB_OUTCOME_UNKNOWN: the connection was lost between the request and the answer. Once it is back the machine is to be
 *   loaded again: what is stored then tells
 *
 * How an attempt at storing a change ended.
 */
typedef enum {
  NB_OUTCOME_STORED,
  NB_OUTCOME_STORED_OTHERWISE,
  NB_OUTCOME_DISMISSED,
  NB_OUTCOME_CHANGED,
  NB_OUTCOME_NOT_STORED,
  NB_OUTCOME_UNKNOWN,
} NbOutcome;

/**
 * NbApplied:
 * @outcome: how it ended
 * @previous: (nullable): the domain XML that was stored before, read right before the change, with the outcomes stored,
 *   stored otherwise and unknown: Undo applies it
 * @config: (nullable): what is stored now, with the outcomes stored and stored otherwise
 * @theirs: (nullable): the domain XML that somebody else stored, with the outcome changed
 * @differences: (nullable): where else what is stored differs, as names of elements (`description`, `qemu:commandline`),
 *   with the outcome stored otherwise
 * @error: (nullable): the sentence for a person, with every outcome but stored
 *
 * The end of nb_machine_apply_async() and nb_machine_put_back_async().
 */
typedef struct
{
  NbOutcome outcome;
  char *previous;
  NbMachineConfig *config;
  char *theirs;
  char **differences;
  GError *error;
} NbApplied;

void             nb_machine_load_async     (NbMachine            *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
NbMachineConfig *nb_machine_load_finish    (NbMachine            *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void             nb_machine_apply_async    (NbMachine            *self,
                                            const char           *base_xml,
                                            const char           *new_xml,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
void             nb_machine_put_back_async (NbMachine            *self,
                                            const char           *base_xml,
                                            const char           *previous_xml,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
NbApplied       *nb_machine_apply_finish   (NbMachine            *self,
                                            GAsyncResult         *result);
void             nb_applied_free           (NbApplied            *applied);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbApplied, nb_applied_free)

G_END_DECLS
