/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

/**
 * NbApplied:
 * @previous: the domain XML that was stored before, read right before the change: Undo applies it
 * @config: what is stored now
 */
typedef struct
{
  char *previous;
  NbMachineConfig *config;
} NbApplied;

void             nb_machine_load_async   (NbMachine            *self,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              data);
NbMachineConfig *nb_machine_load_finish  (NbMachine            *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void             nb_machine_apply_async  (NbMachine            *self,
                                          const char           *base_xml,
                                          const char           *new_xml,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              data);
NbApplied       *nb_machine_apply_finish (NbMachine            *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void             nb_applied_free         (NbApplied            *applied);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbApplied, nb_applied_free)

G_END_DECLS
