/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-plan.h"

G_BEGIN_DECLS

/* What the step under way waits for from the editor. */
typedef enum {
  NB_PLAN_EXPECTS_NOTHING,
  NB_PLAN_EXPECTS_READING,
} NbPlanExpectation;

/**
 * NbPlan:
 *
 * A plan and its run. What the steps are is nb-plan-outline's, how they read nb-plan-words'; here is what they are made of,
 * and in nb-plan-run.c, nb-plan-power.c and nb-plan-free.c how they are carried out.
 */
struct _NbPlan
{
  GObject parent_instance;

  NbPlanGoal goal;
  NbMachineEditor *editor; /* null where the goal is not a machine */
  NbHostController *controller;
  NbKvmUsers *users;

  NbPlanWhen when;
  gboolean start_again;
  gboolean prove;
  guint patience;
  guint pace;

  GListStore *steps;
  NbPlanOutline outline;
  NbPlanState state;
  char *signature; /* of what is shown, so that it is made anew only when it differs */
  char *message;
  GCancellable *cancellable;

  /* The step under way. */
  guint index;
  NbPlanExpectation expects;
  gboolean back;
  gboolean kept; /* on the way back it was decided to leave things as they are */
  gboolean cancelled;
  guint answers;
  guint round; /* to which of them an answer belongs */
  GPtrArray *waiting; /* NbMachineEditor: of the machines that were asked to shut down */
  char *waiting_for;
  guint seconds_left;
  guint timeout;
  guint tries; /* how often the use count is read once more before it is asked about */
  gboolean booted;

  /* What was done. */
  GPtrArray *ran;     /* machines that ran before */
  GPtrArray *asked;   /* machines of which the person knows that the way back shuts them down, or null for all */
  GPtrArray *stopped; /* machines that the plan shut down and has not started again */
  gboolean host_done;
  gboolean cpu_done;
};

void         nb_plan_set_state      (NbPlan      *self,
                                     NbPlanState  state,
                                     const char  *message);
void         nb_plan_set_waiting    (NbPlan      *self,
                                     const char  *waiting_for,
                                     guint        seconds_left);
GPtrArray   *nb_plan_filter_startable (GPtrArray *machines,
                                     NbMachine   *except);
char        *nb_plan_dup_wanted_xml (NbPlan      *self,
                                     NbCpuEdit  **edit,
                                     GError     **error);
void         nb_plan_fill           (NbPlan      *self,
                                     GPtrArray   *stops,
                                     GPtrArray   *starts,
                                     guint        first);

/* A step's end. */
void         nb_plan_step_done      (NbPlan      *self,
                                     const char  *message);
void         nb_plan_step_skipped   (NbPlan      *self,
                                     const char  *message);
void         nb_plan_step_failed    (NbPlan      *self,
                                     const char  *message);

/* Machines. */
void         nb_plan_shut_down      (NbPlan      *self,
                                     GPtrArray   *machines);
void         nb_plan_start_machines (NbPlan      *self,
                                     GPtrArray   *machines);
void         nb_plan_stop_waiting   (NbPlan      *self);
void         nb_plan_all_off        (NbPlan      *self);
void         nb_plan_all_started    (NbPlan      *self);
void         nb_plan_go_later       (NbPlan      *self);

/* This computer. */
void         nb_plan_wait_until_free (NbPlan     *self);
void         nb_plan_check_again    (NbPlan      *self);

/* The editor's answers. */
void         nb_plan_editor_read    (NbPlan      *self);
void         nb_plan_editor_failed  (NbPlan      *self,
                                     GError      *error);

G_END_DECLS
