/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-step.h"

G_BEGIN_DECLS

/* What a failure means for the steps after it. */
typedef enum {
  NB_RUN_STOPS_AT_FAILURE,
  NB_RUN_EACH_FOR_ITSELF,
} NbRunPolicy;

/**
 * NbRunState:
 * @NB_RUN_READY: nothing was begun
 * @NB_RUN_RUNNING: a step is under way
 * @NB_RUN_ASKING: the step under way waits for nb_run_answer()
 * @NB_RUN_DONE: all had their turn
 * @NB_RUN_FAILED: a step failed and the rest was not begun
 */
typedef enum {
  NB_RUN_READY,
  NB_RUN_RUNNING,
  NB_RUN_ASKING,
  NB_RUN_DONE,
  NB_RUN_FAILED,
} NbRunState;

#define NB_TYPE_RUN (nb_run_get_type ())

G_DECLARE_FINAL_TYPE (NbRun, nb_run, NB, RUN, GObject)

/* Steps, one after the other. Signal: changed (its state, or something of the step under way). Main thread only. Nothing is begun
 * any more once it is disposed of. */

NbRun      *nb_run_new             (NbRunPolicy   policy);
GListModel *nb_run_get_steps       (NbRun        *self);
NbPlanStep     *nb_run_get_step        (NbRun        *self,
                                    guint         position);
void        nb_run_splice          (NbRun        *self,
                                    guint         position,
                                    guint         n_removed,
                                    GPtrArray    *added);
NbRunState  nb_run_get_state       (NbRun        *self);
const char *nb_run_get_message     (NbRun        *self);
NbPlanStep     *nb_run_get_current     (NbRun        *self);
guint       nb_run_get_position    (NbRun        *self);
gboolean    nb_run_get_can_cancel  (NbRun        *self);
void        nb_run_begin           (NbRun        *self);
void        nb_run_back            (NbRun        *self);
void        nb_run_cancel          (NbRun        *self);
void        nb_run_answer          (NbRun        *self,
                                    NbPlanStepAnswer  answer);
void        nb_run_skip_rest       (NbRun        *self);

G_END_DECLS
