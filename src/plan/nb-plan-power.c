/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The machines of a plan: asking guests to shut down, waiting for them, starting them again. And what a page asks it. */

#include "config.h"

#include "nb-plan-private.h"

#include <glib/gi18n-lib.h>

#include "nb-plan-words.h"
#include "nb-machine-inference.h"

/* An answer that comes after its step has ended, after a cancellation or a failure, is nobody's any more. */
typedef struct
{
  NbPlan *plan;
  guint round;
} Call;

static Call *
begin_call (NbPlan *self)
{
  Call *call = g_new (Call, 1);

  call->plan = g_object_ref (self);
  call->round = self->round;
  self->answers++;

  return call;
}

/* Whether it is an answer to what is waited for. */
static gboolean
end_call (NbPlan *self, Call *call)
{
  const gboolean counts = call->round == self->round;

  if (counts)
    self->answers--;
  g_free (call);

  return counts;
}

static void
begin_round (NbPlan *self)
{
  self->round++;
  self->answers = 0;
}

static void
fail_for (NbPlan *self, NbMachineEditor *editor, const GError *error)
{
  g_autofree char *text =
    g_strdup_printf ("%s: %s", nb_machine_get_name (nb_machine_editor_get_machine (editor)), error->message);

  nb_plan_step_failed (self, text);
}

/* How long the machines may take that it waits for; when all are late the person is asked. */
static void
waiting_cb (NbPlan *self)
{
  g_autoptr (GPtrArray) machines = g_ptr_array_new ();
  g_autofree char *names = NULL;
  gboolean late = TRUE;
  guint seconds = 0;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      NbShutdown *shutdown = nb_machine_editor_get_shutdown (self->waiting->pdata[i]);

      g_ptr_array_add (machines, nb_machine_editor_get_machine (self->waiting->pdata[i]));
      seconds = MAX (seconds, nb_shutdown_get_seconds_left (shutdown));
      late &= nb_shutdown_get_state (shutdown) == NB_SHUTDOWN_LATE;
    }
  names = nb_machine_join_names (machines);
  /* Told when it is whole: a dialog that hears of the seconds alone would ask once more. */
  g_object_freeze_notify (G_OBJECT (self));
  nb_plan_set_waiting (self, names, seconds);
  if (late != (self->state == NB_PLAN_ASKING))
    nb_plan_set_state (self, late ? NB_PLAN_ASKING : NB_PLAN_RUNNING, NULL);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
let_go (NbPlan *self, NbMachineEditor *editor)
{
  g_signal_handlers_disconnect_by_data (nb_machine_editor_get_shutdown (editor), self);
}

void
nb_plan_stop_waiting (NbPlan *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  g_clear_handle_id (&self->timeout, g_source_remove);
  begin_round (self);
  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      let_go (self, waiting->pdata[i]);
      nb_shutdown_cancel (nb_machine_editor_get_shutdown (waiting->pdata[i]));
    }
  nb_plan_set_waiting (self, NULL, 0);
}

/* Who is off is remembered, so that it can be started again. */
static void
off_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  Call *call = data;
  g_autoptr (NbPlan) self = call->plan;
  g_autoptr (GError) error = NULL;
  const gboolean off = nb_machine_editor_shut_down_finish (editor, result, &error);

  if (!end_call (self, call) || self->waiting == NULL)
    return;

  let_go (self, editor);
  if (!off)
    {
      fail_for (self, editor, error);
      return;
    }
  g_ptr_array_add (self->stopped, g_object_ref (nb_machine_editor_get_machine (editor)));
  g_ptr_array_remove (self->waiting, editor);
  if (self->waiting->len > 0)
    {
      waiting_cb (self);
      return;
    }
  nb_plan_stop_waiting (self);
  if (self->state == NB_PLAN_ASKING)
    nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  nb_plan_all_off (self);
}

void
nb_plan_shut_down (NbPlan *self, GPtrArray *machines)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  begin_round (self);
  for (guint i = 0; i < machines->len; i++)
    {
      NbMachineEditor *editor = nb_machine_editor_new (machines->pdata[i]);

      g_ptr_array_add (self->waiting, editor);
      nb_machine_editor_shut_down_async (editor, NB_SHUTDOWN_STAYS_OFF, self->patience, off_cb, begin_call (self));
      g_signal_connect_object (nb_machine_editor_get_shutdown (editor), "notify", G_CALLBACK (waiting_cb), self,
                               G_CONNECT_SWAPPED);
    }
  if (machines->len > 0)
    waiting_cb (self);
  else
    {
      nb_plan_stop_waiting (self);
      nb_plan_all_off (self);
    }
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  Call *call = data;
  g_autoptr (NbPlan) self = call->plan;
  g_autoptr (GError) error = NULL;
  const gboolean started = nb_machine_editor_power_finish (editor, result, &error);

  if (!end_call (self, call) || self->state != NB_PLAN_RUNNING)
    return;

  if (!started)
    {
      fail_for (self, editor, error);
      return;
    }
  g_ptr_array_remove (self->stopped, nb_machine_editor_get_machine (editor));
  if (self->answers == 0)
    nb_plan_all_started (self);
}

void
nb_plan_start_machines (NbPlan *self, GPtrArray *machines)
{
  begin_round (self);
  for (guint i = 0; i < machines->len; i++)
    {
      g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machines->pdata[i]);

      nb_machine_editor_power_async (editor, NB_POWER_START, started_cb, begin_call (self));
    }
  if (machines->len == 0)
    nb_plan_all_started (self);
}

static void
forced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  Call *call = data;
  g_autoptr (NbPlan) self = call->plan;
  g_autoptr (GError) error = NULL;

  if (!nb_machine_editor_shut_down_finish (editor, result, &error) && call->round == self->round)
    fail_for (self, editor, error);
  g_free (call);
}

/**
 * nb_plan_answer:
 * @self: a plan that asks
 * @answer: what to do with the guests that do not shut down
 *
 * Goes on. An answer that comes too late, after the guest has shut down by itself, does nothing.
 */
void
nb_plan_answer (NbPlan *self, NbPlanAnswer answer)
{
  g_autoptr (GPtrArray) late = NULL;

  g_return_if_fail (NB_IS_PLAN (self));

  if (self->state != NB_PLAN_ASKING)
    return;

  if (self->waiting == NULL || answer == NB_PLAN_ANSWER_LATER)
    nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  if (self->waiting == NULL && answer != NB_PLAN_ANSWER_LATER)
    {
      nb_plan_check_again (self);
      return;
    }
  if (answer == NB_PLAN_ANSWER_LATER)
    {
      nb_plan_go_later (self);
      return;
    }

  late = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->waiting->len; i++)
    g_ptr_array_add (late, g_object_ref (self->waiting->pdata[i]));
  for (guint i = 0; i < late->len; i++)
    if (answer == NB_PLAN_ANSWER_WAIT)
      nb_shutdown_wait_more (nb_machine_editor_get_shutdown (late->pdata[i]), self->patience);
    else
      {
        Call *call = begin_call (self);

        self->answers--; /* nothing waits for it */
        nb_machine_editor_shut_down_async (late->pdata[i], NB_SHUTDOWN_FORCES, self->patience, forced_cb, call);
      }
}

/**
 * nb_plan_get_machine:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the machine that is to run machines, where that is the goal
 */
NbMachine *
nb_plan_get_machine (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return self->editor != NULL ? nb_machine_editor_get_machine (self->editor) : NULL;
}

/**
 * nb_plan_get_steps:
 * @self: a plan
 *
 * Returns: (transfer none) (element-type NbPlanStep): its steps
 */
GListModel *
nb_plan_get_steps (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return G_LIST_MODEL (self->steps);
}

/**
 * nb_plan_get_users:
 * @self: a plan
 *
 * Returns: (transfer none): who keeps KVM busy
 */
NbKvmUsers *
nb_plan_get_users (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return self->users;
}

/**
 * nb_plan_get_goal:
 * @self: a plan
 *
 * Returns: what it is for
 */
NbPlanGoal
nb_plan_get_goal (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NB_PLAN_GOAL_MACHINE);

  return self->goal;
}

/**
 * nb_plan_get_state:
 * @self: a plan
 *
 * Returns: how it stands
 */
NbPlanState
nb_plan_get_state (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NB_PLAN_READY);

  return self->state;
}

/**
 * nb_plan_get_message:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): how it ended
 */
const char *
nb_plan_get_message (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return self->message;
}

/**
 * nb_plan_get_obstacle_text:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): why there is nothing to run
 */
const char *
nb_plan_get_obstacle_text (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return nb_plan_obstacle_get_text (self->outline.obstacle);
}

/**
 * nb_plan_get_can_run:
 * @self: a plan
 *
 * Returns: whether nb_plan_run() would begin
 */
gboolean
nb_plan_get_can_run (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);

  return self->state == NB_PLAN_READY && g_list_model_get_n_items (G_LIST_MODEL (self->steps)) > 0 &&
         (self->editor == NULL || nb_machine_editor_get_busy (self->editor) == NB_EDITOR_IDLE);
}

/**
 * nb_plan_get_can_cancel:
 * @self: a plan
 *
 * Returns: whether nb_plan_cancel() would do something
 */
gboolean
nb_plan_get_can_cancel (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);

  return (self->state == NB_PLAN_RUNNING || self->state == NB_PLAN_ASKING) &&
         (self->waiting_for != NULL || self->state == NB_PLAN_ASKING ||
          nb_host_controller_get_can_cancel (self->controller));
}

/**
 * nb_plan_get_can_take_back:
 * @self: a plan
 *
 * Returns: whether something was done that can be undone
 */
gboolean
nb_plan_get_can_take_back (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);

  return (self->state == NB_PLAN_FINISHED || self->state == NB_PLAN_FAILED) &&
         (self->host_done || self->cpu_done || self->stopped->len > 0);
}

/**
 * nb_plan_get_waiting_for:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the names of the machines that it waits for
 */
const char *
nb_plan_get_waiting_for (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  return self->waiting_for;
}

/**
 * nb_plan_get_seconds_left:
 * @self: a plan
 *
 * Returns: for how many seconds more it waits
 */
guint
nb_plan_get_seconds_left (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), 0);

  return self->seconds_left;
}
