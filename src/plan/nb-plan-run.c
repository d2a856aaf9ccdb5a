/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Carries a plan out, one step after the other, and takes back what was done. */

#include "config.h"

#include "nb-plan-private.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-judge.h"

/* How long a guest that was just started may take until its agent answers, and how often it is asked. */
#define PROOF_SECONDS 120
#define PROOF_EVERY   5

/* The list keeps it alive. */
static NbPlanStep *
get_step (NbPlan *self, guint index)
{
  g_autoptr (NbPlanStep) step = g_list_model_get_item (G_LIST_MODEL (self->steps), index);

  return step;
}

static void
set_step_state (NbPlan *self, NbPlanStepState state, const char *message)
{
  nb_plan_step_set_state (get_step (self, self->index), state, message);
}

/* What was done and what was not, by the titles of the steps. */
static char *
dup_titles (NbPlan *self, gboolean done)
{
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();
  g_auto (GStrv) array = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
    if ((nb_plan_step_get_state (get_step (self, i)) == NB_PLAN_STEP_DONE) == done)
      g_strv_builder_add (titles, nb_plan_step_get_title (get_step (self, i)));
  array = g_strv_builder_end (titles);

  return array[0] != NULL ? g_strjoinv ("; ", array) : NULL;
}

static char *
dup_failure (NbPlan *self, const char *reason)
{
  g_autofree char *done = dup_titles (self, TRUE);
  g_autofree char *not_done = dup_titles (self, FALSE);
  GString *text = g_string_new (reason);

  g_string_append_c (text, '\n');
  if (done != NULL)
    g_string_append_printf (text, _ ("Done: %s."), done);
  else
    g_string_append (text, _ ("Nothing was changed."));
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Not done: %s."), not_done);

  return g_string_free (text, FALSE);
}

static const char *
get_computer_end (NbPlan *self)
{
  if (self->outline.when == NB_PLAN_LATER)
    return _ ("It takes effect when the computer restarts.");
  if (self->goal == NB_PLAN_GOAL_DISABLE)
    return _ ("Nested virtualization is off.");

  return _ ("Nested virtualization is on.");
}

static const char *
get_end (NbPlan *self)
{
  if (self->kept)
    return _ ("Nothing was taken back: everything stays as it is.");
  if (self->back || self->goal == NB_PLAN_GOAL_UNDO)
    return _ ("What was done has been taken back.");
  if (self->goal != NB_PLAN_GOAL_MACHINE)
    return get_computer_end (self);
  if (self->outline.when == NB_PLAN_LATER)
    return _ ("Restart the computer, then start the machine: it can run virtual machines from then on.");
  if (nb_machine_editor_get_proof (self->editor) == NB_TRISTATE_YES)
    return _ ("Proven: the guest itself sees virtualization. This machine can run virtual machines.");

  return _ ("All is set up. The guest itself has not said so yet.");
}

static void run_step (NbPlan *self);

static void
next (NbPlan *self)
{
  self->expects = NB_PLAN_EXPECTS_NOTHING;
  nb_plan_set_waiting (self, NULL, 0);
  self->index++;
  if (self->index < g_list_model_get_n_items (G_LIST_MODEL (self->steps)))
    run_step (self);
  else
    nb_plan_set_state (self, self->back ? NB_PLAN_TAKEN_BACK : NB_PLAN_FINISHED, get_end (self));
}

void
nb_plan_step_done (NbPlan *self, const char *message)
{
  set_step_state (self, NB_PLAN_STEP_DONE, message);
  next (self);
}

void
nb_plan_step_skipped (NbPlan *self, const char *message)
{
  set_step_state (self, NB_PLAN_STEP_SKIPPED, message);
  next (self);
}

void
nb_plan_step_failed (NbPlan *self, const char *message)
{
  g_autofree char *text = NULL;

  self->expects = NB_PLAN_EXPECTS_NOTHING;
  nb_plan_stop_waiting (self);
  set_step_state (self, NB_PLAN_STEP_FAILED, message);
  text = dup_failure (self, message);
  nb_plan_set_state (self, NB_PLAN_FAILED, text);
}

static NbPlanKind
get_kind (NbPlan *self)
{
  return nb_plan_step_get_kind (get_step (self, self->index));
}

static void
read_again (NbPlan *self)
{
  /* Without a machine the helper's own look at what it did is enough. */
  if (self->editor == NULL)
    {
      nb_plan_step_done (self, NULL);
      return;
    }

  self->expects = NB_PLAN_EXPECTS_READING;
  nb_machine_editor_load (self->editor);
}

void
nb_plan_all_off (NbPlan *self)
{
  if (get_kind (self) == NB_PLAN_RESTART)
    {
      g_autoptr (GPtrArray) machines = g_ptr_array_new_with_free_func (g_object_unref);

      g_ptr_array_add (machines, g_object_ref (nb_plan_get_machine (self)));
      nb_plan_start_machines (self, machines);
    }
  else if (self->outline.stops)
    nb_plan_wait_until_free (self);
  else
    nb_plan_step_done (self, NULL);
}

void
nb_plan_all_started (NbPlan *self)
{
  if (get_kind (self) == NB_PLAN_START)
    {
      nb_plan_step_done (self, NULL);
      return;
    }

  self->booted = TRUE;
  read_again (self);
}

/* What the last step changed has been read: is it what the step was for? */
void
nb_plan_editor_read (NbPlan *self)
{
  NbHost *host = nb_host_controller_get_host (self->controller);
  NbChainMachine facts;
  NbChain chain;
  NbLink link;
  g_autofree char *text = NULL;

  if (self->expects != NB_PLAN_EXPECTS_READING)
    return;

  self->expects = NB_PLAN_EXPECTS_NOTHING;
  nb_machine_judge_editor (&chain, &facts, self->editor, host);
  link = get_kind (self) == NB_PLAN_HOST ? NB_LINK_LIBVIRT : NB_LINK_RUNNING;
  if (self->back || self->outline.when == NB_PLAN_LATER || chain.broken < 0 || chain.broken > (int) link)
    {
      nb_plan_step_done (self, NULL);
      return;
    }

  text = nb_chain_dup_link_text (&chain, (NbLink) chain.broken, nb_host_get_verdict (host), &facts);
  nb_plan_step_failed (self, text);
}

void
nb_plan_editor_failed (NbPlan *self, GError *error)
{
  if (self->expects == NB_PLAN_EXPECTS_READING)
    nb_plan_step_failed (self, error->message);
}

static void
fail_for_theirs (NbPlan *self)
{
  nb_plan_step_failed (self, _ ("Somebody else changed the machine meanwhile. Look at its page, then try again."));
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;
  g_autoptr (GError) error = NULL;
  const NbOutcome outcome = nb_machine_editor_store_finish (NB_MACHINE_EDITOR (source), result, &error);

  if (self->editor == NULL)
    return;

  switch (outcome)
    {
    case NB_OUTCOME_STORED:
      self->cpu_done = !self->back;
      nb_plan_step_done (self, error != NULL ? error->message : NULL);
      break;
    case NB_OUTCOME_STORED_OTHERWISE:
      self->cpu_done = !self->back;
      nb_plan_step_failed (self, error->message);
      break;
    case NB_OUTCOME_CHANGED:
      if (nb_machine_editor_get_theirs (self->editor) != NULL)
        fail_for_theirs (self);
      else
        nb_plan_step_failed (self, error->message);
      break;
    case NB_OUTCOME_DISMISSED:
      nb_plan_step_failed (self, _ ("The password was not given."));
      break;
    case NB_OUTCOME_NOT_STORED:
    case NB_OUTCOME_UNKNOWN:
      nb_plan_step_failed (self, error->message);
      break;
    }
}

/* Whether the machine can be told to store something; if not, the step has failed. */
static gboolean
begin_storing (NbPlan *self)
{
  /* What was drafted is drafted on what was there before theirs. */
  if (nb_machine_editor_get_theirs (self->editor) != NULL)
    {
      fail_for_theirs (self);
      return FALSE;
    }

  return TRUE;
}

static void
change_cpu (NbPlan *self)
{
  g_autoptr (NbCpuEdit) edit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *wanted = nb_plan_dup_wanted_xml (self, &edit, &error);

  /* While the computer is not ready, what libvirt offers says nothing of the time after. */
  if (wanted == NULL || (self->outline.when == NB_PLAN_NOW && !nb_cpu_edit_get_valid (edit)))
    {
      nb_plan_step_failed (self, error != NULL ? error->message : nb_cpu_edit_get_problem (edit));
      return;
    }

  if (begin_storing (self))
    nb_machine_editor_store_async (self->editor, wanted, stored_cb, g_object_ref (self));
}

static void
host_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;
  g_autoptr (GError) error = NULL;
  const gboolean done = nb_host_controller_run_finish (NB_HOST_CONTROLLER (source), result, &error);
  const gboolean undoes = self->controller != NULL && get_kind (self) == NB_PLAN_HOST_BACK;

  if (self->controller == NULL)
    return;

  if (done)
    {
      self->host_done = !undoes;
      /* On the way back the machine is not asked: its libvirt may be what failed. */
      if (self->host_done)
        read_again (self);
      else
        nb_plan_step_done (self, NULL);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    nb_plan_step_skipped (self, error->message);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    nb_plan_step_failed (self, error->message);
  else
    {
      g_autofree char *message = NULL;
      g_autofree char *warning = NULL;
      g_autofree char *text = NULL;

      g_object_get (self->controller, "error-message", &message, "warning", &warning, NULL);
      text = g_strjoin ("\n", message != NULL ? message : _ ("The password was not given."), warning, NULL);
      /* It is told here: the other page need not say it once more. */
      nb_host_controller_clear_error (self->controller);
      nb_plan_step_failed (self, text);
    }
}

static void
change_host (NbPlan *self)
{
  if (get_kind (self) == NB_PLAN_HOST_BACK)
    nb_host_controller_undo_async (self->controller, host_cb, g_object_ref (self));
  else
    nb_host_controller_run_async (self->controller, self->outline.verb, host_cb, g_object_ref (self));
}

static void ask_guest (NbPlan *self);

static gboolean
ask_again_cb (gpointer data)
{
  NbPlan *self = data;

  nb_plan_set_waiting (self, self->waiting_for, self->seconds_left - 1);
  if (self->seconds_left > 0 && self->seconds_left % PROOF_EVERY != 0)
    return G_SOURCE_CONTINUE;

  self->timeout = 0;
  ask_guest (self);

  return G_SOURCE_REMOVE;
}

static void
guest_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;
  g_autoptr (GError) error = NULL;
  const NbGuestAnswer answer = nb_machine_ask_guest_finish (NB_MACHINE (source), result, &error);

  if (self->editor == NULL || self->state != NB_PLAN_RUNNING || get_kind (self) != NB_PLAN_PROOF)
    return;

  if (error == NULL)
    {
      switch (nb_guest_answer_get_proof (answer))
        {
        case NB_TRISTATE_YES:
          nb_plan_step_done (self, nb_guest_answer_get_text (answer));
          break;
        case NB_TRISTATE_NO:
          nb_plan_step_failed (self, nb_guest_answer_get_text (answer));
          break;
        case NB_TRISTATE_UNKNOWN:
          nb_plan_step_skipped (self, nb_guest_answer_get_text (answer));
          break;
        }
    }
  else if (self->cancelled)
    nb_plan_step_skipped (self, _ ("The check inside the guest didn’t finish."));
  else if (self->booted && self->seconds_left > 0 &&
           g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_NO_AGENT))
    self->timeout = g_timeout_add (self->pace, ask_again_cb, self);
  else
    {
      g_autofree char *text =
        g_strconcat (error->message, "\n",
                     _ ("In a Linux guest, type: grep -c -E 'vmx|svm' /proc/cpuinfo — any number but 0 is a yes. In "
                        "Windows, turn on the feature Virtual Machine Platform and start WSL or Hyper-V."),
                     NULL);

      nb_plan_step_skipped (self, text);
    }
}

static void
ask_guest (NbPlan *self)
{
  nb_machine_ask_guest_async (nb_plan_get_machine (self), self->cancellable, guest_cb, g_object_ref (self));
}

/* Those that the plan shut down: the machine itself where no later step starts it, the others where the person wants it; on
 * the way back all that ran before. */
static GPtrArray *
dup_start_again (NbPlan *self)
{
  const gboolean ahead = !self->back && !self->kept;
  NbMachine *own = nb_plan_get_machine (self);
  NbMachine *booted = ahead && self->outline.when == NB_PLAN_NOW ? own : NULL;
  GPtrArray *machines = nb_plan_filter_startable (ahead ? self->stopped : self->ran, booted);

  for (guint i = machines->len; i > 0; i--)
    {
      NbMachine *machine = g_ptr_array_index (machines, i - 1);

      if (nb_machine_is_active (machine) || (ahead && machine != own && !self->start_again))
        g_ptr_array_remove_index (machines, i - 1);
    }

  return machines;
}

static void
run_step (NbPlan *self)
{
  g_autoptr (GPtrArray) machines = g_ptr_array_new_with_free_func (g_object_unref);
  NbMachine *machine = nb_plan_get_machine (self);

  set_step_state (self, NB_PLAN_STEP_RUNNING, NULL);
  if (self->cancelled)
    {
      nb_plan_step_failed (self, _ ("Cancelled."));
      return;
    }

  switch (get_kind (self))
    {
    case NB_PLAN_STOP:
      if (!self->outline.stops)
        g_ptr_array_add (machines, g_object_ref (machine));
      else
        {
          g_ptr_array_unref (machines);
          machines = nb_kvm_users_dup_machines (self->users);
        }
      nb_plan_shut_down (self, machines);
      break;
    case NB_PLAN_START:
      g_ptr_array_unref (machines);
      machines = dup_start_again (self);
      nb_plan_start_machines (self, machines);
      break;
    case NB_PLAN_RESTART:
      g_ptr_array_add (machines, g_object_ref (machine));
      nb_plan_shut_down (self, machines);
      break;
    case NB_PLAN_BOOT:
      g_ptr_array_add (machines, g_object_ref (machine));
      nb_plan_start_machines (self, machines);
      break;
    case NB_PLAN_HOST:
    case NB_PLAN_HOST_BACK:
      change_host (self);
      break;
    case NB_PLAN_CPU:
      change_cpu (self);
      break;
    case NB_PLAN_CPU_BACK:
      if (!nb_machine_editor_get_can_undo (self->editor))
        nb_plan_step_skipped (self, _ ("There is nothing to take back any more."));
      else if (begin_storing (self))
        nb_machine_editor_undo_async (self->editor, stored_cb, g_object_ref (self));
      break;
    case NB_PLAN_PROOF:
      nb_plan_set_waiting (self, nb_machine_get_name (machine), self->booted ? PROOF_SECONDS : 0);
      ask_guest (self);
      break;
    }
}

/**
 * nb_plan_run:
 * @self: a plan that is ready
 *
 * Carries the steps out, in order, and stops at the first that fails.
 */
void
nb_plan_run (NbPlan *self)
{
  g_return_if_fail (NB_IS_PLAN (self));

  if (!nb_plan_get_can_run (self))
    return;

  g_clear_pointer (&self->ran, g_ptr_array_unref);
  self->ran = nb_kvm_users_dup_machines (self->users);
  self->index = 0;
  self->cancelled = FALSE;
  nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  run_step (self);
}

/* What comes instead of the rest of the steps, where a guest does not shut down. */
static void
change_rest (NbPlan *self)
{
  const gboolean keeps = self->back || self->goal == NB_PLAN_GOAL_UNDO;
  const NbVerb verb = self->goal == NB_PLAN_GOAL_DISABLE ? NB_VERB_DISABLE_LATER : NB_VERB_ENABLE_LATER;
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (self->controller));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) starts = NULL;

  self->outline.n_kinds = 0;
  if (keeps)
    self->kept = TRUE;
  else
    {
      self->outline.when = NB_PLAN_LATER;
      self->outline.verb = verb;
      if (facts == NULL || facts->next_boot != nb_verb_get_info (verb)->value)
        self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_HOST;
    }
  /* With its new processor the machine might not start before the computer is ready for it. */
  starts = dup_start_again (self);
  if (starts->len > 0)
    self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_START;
  for (guint i = self->index + 1; !keeps && i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
    if (nb_plan_step_get_kind (get_step (self, i)) == NB_PLAN_CPU)
      self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_CPU;
  nb_plan_fill (self, none, starts, self->index + 1);
  self->back = FALSE;
}

/* At the next restart instead: what stopped already starts again, nothing else stops. */
void
nb_plan_go_later (NbPlan *self)
{
  const gboolean restart = get_kind (self) == NB_PLAN_RESTART;
  const gboolean waited = self->waiting != NULL;

  nb_plan_stop_waiting (self);
  if (restart)
    {
      set_step_state (self, NB_PLAN_STEP_SKIPPED, _ ("Shut it down and start it when it suits you."));
      for (guint i = self->index + 1; i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
        nb_plan_step_set_state (get_step (self, i), NB_PLAN_STEP_SKIPPED, NULL);
      nb_plan_set_state (self, NB_PLAN_FINISHED,
                         _ ("All is set up and takes effect when the machine has shut down and started again."));
      return;
    }

  set_step_state (self, NB_PLAN_STEP_SKIPPED,
                  waited ? _ ("A guest that was asked to shut down may still do so.") : NULL);
  change_rest (self);
  nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  next (self);
}

/**
 * nb_plan_cancel:
 * @self: a plan that runs
 *
 * Stops where that is safe: while it waits for guests, and until the password was given. A guest that was asked may shut
 * down all the same.
 */
void
nb_plan_cancel (NbPlan *self)
{
  g_return_if_fail (NB_IS_PLAN (self));

  if (!nb_plan_get_can_cancel (self))
    return;

  self->cancelled = TRUE;
  if (get_kind (self) == NB_PLAN_PROOF)
    {
      if (self->timeout != 0)
        {
          g_clear_handle_id (&self->timeout, g_source_remove);
          nb_plan_step_skipped (self, _ ("The check inside the guest didn’t finish."));
        }
    }
  else if (self->state == NB_PLAN_ASKING && self->waiting == NULL)
    nb_plan_step_failed (self, _ ("Cancelled."));
  else if (self->waiting != NULL)
    nb_plan_step_failed (self, _ ("Cancelled. A guest that was asked to shut down may still do so."));
  else
    nb_host_controller_cancel (self->controller);
}

static gboolean
takes_reload (NbPlan *self)
{
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (self->controller));

  return self->host_done && nb_host_controller_get_undo_reloads (self->controller) && facts->refcnt > 0;
}

/**
 * nb_plan_dup_stops_back:
 * @self: a plan that has ended
 *
 * Returns: (transfer full) (element-type NbMachine): the machines that nb_plan_take_back() would shut down
 */
GPtrArray *
nb_plan_dup_stops_back (NbPlan *self)
{
  NbMachine *machine = nb_plan_get_machine (self);
  GPtrArray *stops;

  g_return_val_if_fail (NB_IS_PLAN (self), NULL);

  if (takes_reload (self))
    return nb_kvm_users_dup_machines (self->users);

  stops = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->cpu_done && nb_machine_is_active (machine))
    g_ptr_array_add (stops, g_object_ref (machine));

  return stops;
}

static void
plan_back (NbPlan *self)
{
  NbMachine *machine = nb_plan_get_machine (self);
  g_autoptr (GPtrArray) stops = nb_plan_dup_stops_back (self);
  g_autoptr (GPtrArray) starts = nb_plan_filter_startable (self->ran, NULL);
  NbPlanDone done = { .host = self->host_done,
                      .reload = takes_reload (self),
                      .cpu = self->cpu_done,
                      .running = machine != NULL && nb_machine_is_active (machine) };

  for (guint i = starts->len; i > 0; i--)
    if (nb_machine_is_active (g_ptr_array_index (starts, i - 1)) &&
        !g_ptr_array_find (stops, g_ptr_array_index (starts, i - 1), NULL))
      g_ptr_array_remove_index (starts, i - 1);
  done.n_ran = starts->len;

  nb_plan_outline_take_back (&self->outline, &done);
  self->back = TRUE;
  self->kept = FALSE;
  self->cancelled = FALSE;
  self->index = 0;
  nb_plan_fill (self, stops, starts, 0);
  nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  run_step (self);
}

/* While the person was asked, or since the use count was read, another machine may have started. */
static gboolean
was_asked (NbPlan *self)
{
  g_autoptr (GPtrArray) stops = nb_plan_dup_stops_back (self);

  for (guint i = 0; self->asked != NULL && i < stops->len; i++)
    if (!g_ptr_array_find (self->asked, g_ptr_array_index (stops, i), NULL))
      return FALSE;

  return TRUE;
}

typedef struct
{
  NbPlan *plan;
  NbPlanState state;
  char *message;
} End;

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  End *end = data;
  g_autoptr (NbPlan) self = end->plan;
  g_autofree char *message = end->message;
  const NbPlanState state = end->state;

  g_free (end);
  nb_host_refresh_finish (NB_HOST (source), result, NULL);
  if (self->controller == NULL)
    return;

  if (was_asked (self))
    plan_back (self);
  else
    nb_plan_set_state (self, state, message);
}

/**
 * nb_plan_take_back:
 * @self: a plan that has ended
 * @asked: (nullable) (element-type NbMachine): what nb_plan_dup_stops_back() told when the person was asked; %NULL for
 *   whatever has to stop
 *
 * Takes back what was done, in reverse; machines that ran before run again in the end. Where meanwhile another machine would
 * have to shut down as well, nothing is done, and the plan has ended as before: the person is to be asked anew.
 */
void
nb_plan_take_back (NbPlan *self, GPtrArray *asked)
{
  End *end;

  g_return_if_fail (NB_IS_PLAN (self));

  if (!nb_plan_get_can_take_back (self))
    return;

  /* The use count has no event, and the plan itself has started machines since it was read. */
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  self->asked = asked != NULL ? g_ptr_array_ref (asked) : NULL;
  end = g_new (End, 1);
  end->plan = g_object_ref (self);
  end->state = self->state;
  end->message = g_strdup (self->message);
  nb_plan_set_state (self, NB_PLAN_RUNNING, NULL);
  nb_host_refresh_async (nb_host_controller_get_host (self->controller), NULL, refreshed_cb, end);
}
