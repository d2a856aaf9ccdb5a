/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

/**
 * NbPowerVerb:
 * @NB_POWER_START: starts it, or goes on from its saved state
 * @NB_POWER_RESUME: lets a paused one go on
 * @NB_POWER_SHUT_DOWN: asks the guest to shut down; done when it was asked: see #NbShutdown. A paused one goes on first: it would not notice
 * @NB_POWER_DESTROY: pulls the plug; only when the person asked for that
 * @NB_POWER_DISCARD_SAVED_STATE: throws the saved memory away; only when the person asked for that
 */
typedef enum {
  NB_POWER_START,
  NB_POWER_RESUME,
  NB_POWER_SHUT_DOWN,
  NB_POWER_DESTROY,
  NB_POWER_DISCARD_SAVED_STATE,
} NbPowerVerb;

guint    nb_machine_get_patience (NbMachine            *self);
void     nb_machine_power_async  (NbMachine            *self,
                                  NbPowerVerb           verb,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
gboolean nb_machine_power_finish (NbMachine            *self,
                                  GAsyncResult         *result,
                                  GError              **error);

G_END_DECLS
