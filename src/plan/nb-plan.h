/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-controller.h"
#include "nb-kvm-users.h"
#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

/**
 * NbPlanState:
 * @NB_PLAN_READY: nothing was done yet; the steps follow what happens
 * @NB_PLAN_RUNNING: a step is under way
 * @NB_PLAN_ASKING: a guest did not shut down in time, or something else still uses KVM; see nb_plan_answer()
 * @NB_PLAN_FINISHED: all steps are done, or were skipped for a reason that is told
 * @NB_PLAN_FAILED: a step failed and the rest was not begun
 * @NB_PLAN_TAKEN_BACK: what was done is undone
 */
typedef enum {
  NB_PLAN_READY,
  NB_PLAN_RUNNING,
  NB_PLAN_ASKING,
  NB_PLAN_FINISHED,
  NB_PLAN_FAILED,
  NB_PLAN_TAKEN_BACK,
} NbPlanState;

#define NB_TYPE_PLAN (nb_plan_get_type ())

G_DECLARE_FINAL_TYPE (NbPlan, nb_plan, NB, PLAN, GObject)

/* "Let this machine run virtual machines", or a change of this computer alone: all that is missing, step by step, and the
 * way back.
 *
 * Properties to set while ready: when (NbPlanWhen), start-again, prove; patience (seconds for a guest to shut down, 0 for as
 * long as its machine says); pace (how many milliseconds a second has that it waits: tests hurry).
 * To read: steps (GListModel of NbPlanStep), state, asks-when (now or later is a choice), can-now, stops (all
 * machines that use KVM are shut down for it), goes-back (what it does takes something back), can-run, can-cancel, can-take-back, obstacle-text (null, or why there is no plan), message (null,
 * or how it ended), waiting-for (null, or whom it waits for), seconds-left (while it waits). Main thread only. */

NbPlan       *nb_plan_new                (NbMachineEditor  *editor,
                                          NbHostController *controller,
                                          NbKvmUsers       *users);
NbPlan       *nb_plan_new_for_computer   (NbPlanGoal        goal,
                                          NbHostController *controller,
                                          NbKvmUsers       *users);
NbPlanGoal    nb_plan_get_goal           (NbPlan           *self);
NbMachine    *nb_plan_get_machine        (NbPlan           *self);
GListModel   *nb_plan_get_steps          (NbPlan           *self);
NbKvmUsers   *nb_plan_get_users          (NbPlan           *self);
GPtrArray    *nb_plan_dup_stops_back     (NbPlan           *self);
NbPlanState   nb_plan_get_state          (NbPlan           *self);
const char   *nb_plan_get_message        (NbPlan           *self);
const char   *nb_plan_get_obstacle_text  (NbPlan           *self);
gboolean      nb_plan_get_can_run        (NbPlan           *self);
gboolean      nb_plan_get_can_cancel     (NbPlan           *self);
gboolean      nb_plan_get_can_take_back  (NbPlan           *self);
const char   *nb_plan_get_waiting_for    (NbPlan           *self);
guint         nb_plan_get_seconds_left   (NbPlan           *self);

void          nb_plan_run                (NbPlan           *self);
void          nb_plan_cancel             (NbPlan           *self);
void          nb_plan_answer             (NbPlan           *self,
                                          NbPlanStepAnswer      answer);
void          nb_plan_take_back          (NbPlan           *self,
                                          GPtrArray        *asked);

G_END_DECLS
