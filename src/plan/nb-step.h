/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-plan-outline.h"

G_BEGIN_DECLS

typedef enum {
  NB_PLAN_STEP_WAITING,
  NB_PLAN_STEP_RUNNING,
  NB_PLAN_STEP_DONE,
  NB_PLAN_STEP_FAILED,
  NB_PLAN_STEP_SKIPPED,
} NbPlanStepState;

/* What to do where a step asks: a guest does not shut down, or something else still uses KVM. */
typedef enum {
  NB_PLAN_STEP_ANSWER_WAIT,
  NB_PLAN_STEP_ANSWER_FORCE_OFF,
  NB_PLAN_STEP_ANSWER_LATER, /* at the next restart instead; where only this machine restarts: restart it later; on the way back:
                         * leave things as they are */
} NbPlanStepAnswer;

#define NB_TYPE_PLAN_STEP (nb_plan_step_get_type ())

G_DECLARE_DERIVABLE_TYPE (NbPlanStep, nb_plan_step, NB, PLAN_STEP, GObject)

/**
 * NbPlanStepClass:
 * @run: does it, and calls nb_plan_step_end() at once or later
 * @undo: takes it back, in the same way
 * @cancel: stops what is under way, where that is safe
 * @answer: goes on after a question
 *
 * One step: what it does, how it went, and the way back. It knows neither the run nor the plan: what it needs it gets when it
 * is made, what it wants to ask it shows.
 *
 * Properties to read: title, state (NbPlanStepState), message (null, or how it ended), waiting-for (null, or the names of whom it
 * waits for), seconds-left, asks (it waits for nb_plan_step_answer()), can-cancel. Main thread only.
 */
struct _NbPlanStepClass
{
  GObjectClass parent_class;

  void (*run)    (NbPlanStep       *self);
  void (*undo)   (NbPlanStep       *self);
  void (*cancel) (NbPlanStep       *self);
  void (*answer) (NbPlanStep       *self,
                  NbPlanStepAnswer  answer);
};

NbPlanKind   nb_plan_step_get_kind        (NbPlanStep              *self);
const char  *nb_plan_step_get_title       (NbPlanStep              *self);
const char  *nb_plan_step_get_explanation (NbPlanStep              *self);
const char  *nb_plan_step_get_risk        (NbPlanStep              *self);
const char  *nb_plan_step_get_difference  (NbPlanStep              *self);
NbPlanStepState  nb_plan_step_get_state       (NbPlanStep              *self);
const char  *nb_plan_step_get_message     (NbPlanStep              *self);
const char  *nb_plan_step_get_waiting_for (NbPlanStep              *self);
guint        nb_plan_step_get_seconds_left (NbPlanStep             *self);
gboolean     nb_plan_step_get_asks        (NbPlanStep              *self);
gboolean     nb_plan_step_get_can_cancel  (NbPlanStep              *self);
gboolean     nb_plan_step_get_changed     (NbPlanStep              *self);
gboolean     nb_plan_step_get_idle        (NbPlanStep              *self);
gboolean     nb_plan_step_get_undoes      (NbPlanStep              *self);
const char  *nb_plan_step_state_get_title (NbPlanStepState          state);

void         nb_plan_step_run_async       (NbPlanStep              *self,
                                      GAsyncReadyCallback  callback,
                                      gpointer             data);
NbPlanStepState  nb_plan_step_run_finish      (NbPlanStep              *self,
                                      GAsyncResult        *result);
void         nb_plan_step_undo_async      (NbPlanStep              *self,
                                      GAsyncReadyCallback  callback,
                                      gpointer             data);
NbPlanStepState  nb_plan_step_undo_finish     (NbPlanStep              *self,
                                      GAsyncResult        *result);
void         nb_plan_step_cancel          (NbPlanStep              *self);
void         nb_plan_step_answer          (NbPlanStep              *self,
                                      NbPlanStepAnswer         answer);
void         nb_plan_step_mark            (NbPlanStep              *self,
                                      NbPlanStepState          state,
                                      const char          *message);

/* For the steps themselves. */
void         nb_plan_step_describe        (NbPlanStep              *self,
                                      NbPlanKind           kind,
                                      const char          *title,
                                      const char          *explanation,
                                      const char          *risk,
                                      const char          *difference);
void         nb_plan_step_set_changed     (NbPlanStep              *self,
                                      gboolean             changed);
void         nb_plan_step_set_idle        (NbPlanStep              *self,
                                      gboolean             idle);
void         nb_plan_step_set_undoes      (NbPlanStep              *self,
                                      gboolean             undoes);
void         nb_plan_step_set_waiting     (NbPlanStep              *self,
                                      const char          *waiting_for,
                                      guint                seconds_left,
                                      gboolean             asks);
void         nb_plan_step_set_can_cancel  (NbPlanStep              *self,
                                      gboolean             can_cancel);
void         nb_plan_step_end             (NbPlanStep              *self,
                                      NbPlanStepState          state,
                                      const char          *message);

G_END_DECLS
