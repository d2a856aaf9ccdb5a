/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  NB_PROGRESS_WAITING,
  NB_PROGRESS_ACTIVE,
  NB_PROGRESS_DONE,
} NbProgress;

/* What comes before the helper's own first step. */
#define NB_PROGRESS_STEP_PASSWORD (-1)
/* What follows its last one, where nested virtualization is on then. */
#define NB_PROGRESS_STEP_PROOF (-2)

#define NB_TYPE_PROGRESS_STEP (nb_progress_step_get_type ())

G_DECLARE_FINAL_TYPE (NbProgressStep, nb_progress_step, NB, PROGRESS_STEP, GObject)

/* Properties: title (string, translated), state (NbProgress). */

NbProgressStep *nb_progress_step_new       (int             step);
int             nb_progress_step_get_step  (NbProgressStep *self);
const char     *nb_progress_step_get_title (NbProgressStep *self);
NbProgress      nb_progress_step_get_state (NbProgressStep *self);
void            nb_progress_step_set_state (NbProgressStep *self,
                                            NbProgress      state);

G_END_DECLS
