/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The machines of a plan: asking guests to shut down, waiting for them, starting them again. And what a page asks it. */

#include "config.h"

#include "nb-plan-private.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-power.h"
#include "nb-plan-words.h"

/* An answer that comes after its step has ended, after a cancellation or a failure, is nobody's any more. */
typedef struct
{
  NbPlan *plan;
  guint round;
} Call;

static void
call_machine (NbPlan *self, NbMachine *machine, NbPowerVerb verb, GAsyncReadyCallback callback)
{
  Call *call = g_new (Call, 1);

  call->plan = g_object_ref (self);
  call->round = self->round;
  self->answers++;
  nb_machine_power_async (machine, verb, NULL, callback, call);
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
show_waiting (NbPlan *self, guint seconds_left)
{
  g_autofree char *names = nb_machine_join_names (self->waiting);

  nb_plan_set_waiting (self, names, seconds_left);
}

void
nb_plan_stop_waiting (NbPlan *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->waiting != NULL)
    for (guint i = 0; i < self->waiting->len; i++)
      g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->waiting, i), self);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  begin_round (self);
  nb_plan_set_waiting (self, NULL, 0);
}

/* Once a second, at the plan's pace, and only while somebody looks at a guest that shuts down. */
static gboolean
tick_cb (gpointer data)
{
  NbPlan *self = data;

  show_waiting (self, self->seconds_left - 1);
  if (self->seconds_left > 0)
    return G_SOURCE_CONTINUE;

  self->timeout = 0;
  nb_plan_set_state (self, NB_PLAN_ASKING, NULL);

  return G_SOURCE_REMOVE;
}

static void
wait_on (NbPlan *self)
{
  guint seconds = self->patience;

  for (guint i = 0; self->patience == 0 && i < self->waiting->len; i++)
    seconds = MAX (seconds, nb_machine_get_patience (g_ptr_array_index (self->waiting, i)));
  show_waiting (self, seconds);
  if (self->timeout == 0)
    self->timeout = g_timeout_add (self->pace, tick_cb, self);
}

/* Who is off is remembered, so that it can be started again. A machine whose connection was lost is not off: nobody knows. */
static void
state_cb (NbPlan *self)
{
  gboolean changed = FALSE;
  NbMachine *lost = NULL;

  if (self->waiting == NULL)
    return;

  for (guint i = self->waiting->len; i > 0; i--)
    {
      NbMachine *machine = g_ptr_array_index (self->waiting, i - 1);

      if (nb_machine_get_state (machine) == NB_MACHINE_STATE_UNKNOWN)
        lost = machine;
      if (nb_machine_is_active (machine) || lost == machine)
        continue;
      g_signal_handlers_disconnect_by_func (machine, state_cb, self);
      g_ptr_array_add (self->stopped, g_object_ref (machine));
      g_ptr_array_remove_index (self->waiting, i - 1);
      changed = TRUE;
    }

  if (lost != NULL)
    nb_plan_step_failed (self, nb_connection_get_message (nb_machine_get_connection (lost)));
  else if (self->waiting->len == 0 && self->answers == 0)
    {
      nb_plan_stop_waiting (self);
      if (self->state == NB_PLAN_ASKING)
        nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
      nb_plan_all_off (self);
    }
  else if (changed)
    show_waiting (self, self->seconds_left);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (NbPlan) self = call->plan;
  g_autoptr (GError) error = NULL;
  const gboolean asked = nb_machine_power_finish (NB_MACHINE (source), result, &error);

  if (!end_call (self, call) || self->waiting == NULL)
    return;

  if (asked || !nb_machine_is_active (NB_MACHINE (source)))
    state_cb (self);
  else
    {
      g_autofree char *text = g_strdup_printf ("%s: %s", nb_machine_get_name (NB_MACHINE (source)), error->message);

      nb_plan_step_failed (self, text);
    }
}

void
nb_plan_shut_down (NbPlan *self, GPtrArray *machines)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  begin_round (self);
  for (guint i = 0; i < machines->len; i++)
    {
      NbMachine *machine = g_ptr_array_index (machines, i);

      g_ptr_array_add (self->waiting, g_object_ref (machine));
      g_signal_connect_object (machine, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
      call_machine (self, machine, NB_POWER_SHUT_DOWN, asked_cb);
    }

  wait_on (self);
  state_cb (self);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (NbPlan) self = call->plan;
  g_autoptr (GError) error = NULL;
  const gboolean started = nb_machine_power_finish (NB_MACHINE (source), result, &error);

  if (!end_call (self, call) || self->state != NB_PLAN_RUNNING)
    return;

  if (started)
    g_ptr_array_remove (self->stopped, source);
  else
    {
      g_autofree char *text = g_strdup_printf ("%s: %s", nb_machine_get_name (NB_MACHINE (source)), error->message);

      nb_plan_step_failed (self, text);
      return;
    }
  if (self->answers == 0)
    nb_plan_all_started (self);
}

void
nb_plan_start_machines (NbPlan *self, GPtrArray *machines)
{
  begin_round (self);
  for (guint i = 0; i < machines->len; i++)
    call_machine (self, g_ptr_array_index (machines, i), NB_POWER_START, started_cb);
  if (machines->len == 0)
    nb_plan_all_started (self);
}

static void
forced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;
  g_autoptr (GError) error = NULL;

  if (!nb_machine_power_finish (NB_MACHINE (source), result, &error) && self->waiting != NULL &&
      nb_machine_is_active (NB_MACHINE (source)))
    nb_plan_step_failed (self, error->message);
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
  g_return_if_fail (NB_IS_PLAN (self));

  if (self->state != NB_PLAN_ASKING)
    return;

  nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  if (self->waiting == NULL && answer != NB_PLAN_ANSWER_LATER)
    {
      nb_plan_check_again (self);
      return;
    }

  switch (answer)
    {
    case NB_PLAN_ANSWER_WAIT:
      wait_on (self);
      break;
    case NB_PLAN_ANSWER_FORCE_OFF:
      wait_on (self);
      for (guint i = 0; i < self->waiting->len; i++)
        nb_machine_power_async (g_ptr_array_index (self->waiting, i), NB_POWER_DESTROY, NULL, forced_cb,
                                g_object_ref (self));
      break;
    case NB_PLAN_ANSWER_LATER:
      nb_plan_go_later (self);
      break;
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
