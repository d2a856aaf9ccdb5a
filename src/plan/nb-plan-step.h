/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-plan-outline.h"

G_BEGIN_DECLS

typedef enum {
  NB_PLAN_STEP_WAITING,
  NB_PLAN_STEP_RUNNING,
  NB_PLAN_STEP_DONE,
  NB_PLAN_STEP_FAILED,
  NB_PLAN_STEP_SKIPPED,
} NbPlanStepState;

#define NB_TYPE_PLAN_STEP (nb_plan_step_get_type ())

G_DECLARE_FINAL_TYPE (NbPlanStep, nb_plan_step, NB, PLAN_STEP, GObject)

/* One step of a plan. Properties: kind, title, explanation, risk, difference (construct only, the last two may be null); state
 * (NbPlanStepState), message (null, or how it ended). */

NbPlanStep     *nb_plan_step_new             (NbPlanKind       kind,
                                              const char      *title,
                                              const char      *explanation,
                                              const char      *risk,
                                              const char      *difference);
NbPlanKind      nb_plan_step_get_kind        (NbPlanStep      *self);
const char     *nb_plan_step_get_title       (NbPlanStep      *self);
const char     *nb_plan_step_get_explanation (NbPlanStep      *self);
const char     *nb_plan_step_get_risk        (NbPlanStep      *self);
const char     *nb_plan_step_get_difference  (NbPlanStep      *self);
NbPlanStepState nb_plan_step_get_state       (NbPlanStep      *self);
const char     *nb_plan_step_get_message     (NbPlanStep      *self);
void            nb_plan_step_set_state       (NbPlanStep      *self,
                                              NbPlanStepState  state,
                                              const char      *message);
const char     *nb_plan_step_state_get_title (NbPlanStepState  state);

G_END_DECLS
