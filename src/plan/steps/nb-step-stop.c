/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-stop.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-inference.h"
#include "nb-step-reading.h"

/* KVM is let go a moment after the process has ended, and the use count has no event. */
#define TRIES 3

/**
 * NbStepStop:
 *
 * Asks guests to shut down and waits for them: all that use KVM, until KVM is free, or one machine, which starts again where
 * that is a restart. What does not belong to libvirt can't be seen before without a password.
 */
struct _NbStepStop
{
  NbPlanStep parent_instance;

  GPtrArray *machines;
  NbKvmUsers *users;       /* null: only @machines */
  NbMachineEditor *editor; /* of the machine that restarts, or null */
  NbHost *host;
  GPtrArray *stopped; /* shared: machines that are off because of a step */
  guint patience;
  guint pace;

  GPtrArray *waiting; /* NbMachineEditor: of those that were asked */
  guint timeout;
  guint tries; /* how often the use count is read once more before it is asked about */
};

G_DEFINE_FINAL_TYPE (NbStepStop, nb_step_stop, NB_TYPE_PLAN_STEP)

static gboolean
is_running (NbStepStop *self)
{
  return nb_plan_step_get_state (NB_PLAN_STEP (self)) == NB_PLAN_STEP_RUNNING;
}

static void check (NbStepStop *self);

static gboolean
again_cb (gpointer data)
{
  NbStepStop *self = data;

  self->timeout = 0;
  check (self);

  return G_SOURCE_REMOVE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbStepStop) self = data;

  if (!nb_host_refresh_finish (NB_HOST (source), result, NULL) || !is_running (self))
    return;

  if (nb_host_get_facts (NB_HOST (source))->refcnt <= 0)
    nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_DONE, NULL);
  else if (self->tries-- > 0)
    self->timeout = g_timeout_add (self->pace, again_cb, self);
  else
    nb_plan_step_set_waiting (NB_PLAN_STEP (self), NULL, 0, TRUE);
}

static void
check (NbStepStop *self)
{
  nb_host_refresh_async (self->host, NULL, refreshed_cb, g_object_ref (self));
}

static void
all_off (NbStepStop *self)
{
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  nb_plan_step_set_waiting (NB_PLAN_STEP (self), NULL, 0, FALSE);
  if (self->users != NULL)
    {
      self->tries = TRIES;
      check (self);
    }
  else if (self->editor != NULL)
    nb_step_end_when_read (NB_PLAN_STEP (self), self->editor, self->host, NB_LINK_RUNNING);
  else
    nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_DONE, NULL);
}

/* How long the machines may take; when all are late the person is asked. */
static void
shutdown_cb (NbStepStop *self)
{
  g_autoptr (GPtrArray) machines = g_ptr_array_new ();
  g_autofree char *names = NULL;
  gboolean late = TRUE;
  guint seconds = 0;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      NbShutdown *shutdown = nb_machine_editor_get_shutdown (self->waiting->pdata[i]);
      const NbShutdownState state = nb_shutdown_get_state (shutdown);

      if (state == NB_SHUTDOWN_STARTING)
        continue;
      g_ptr_array_add (machines, nb_machine_editor_get_machine (self->waiting->pdata[i]));
      seconds = MAX (seconds, nb_shutdown_get_seconds_left (shutdown));
      late &= state == NB_SHUTDOWN_LATE;
    }
  names = machines->len > 0 ? nb_machine_join_names (machines) : NULL;
  nb_plan_step_set_waiting (NB_PLAN_STEP (self), names, seconds, machines->len > 0 && late);
}

static void
let_go (NbStepStop *self, NbMachineEditor *editor)
{
  g_signal_handlers_disconnect_by_data (nb_machine_editor_get_shutdown (editor), self);
}

static void
end (NbStepStop *self, NbPlanStepState state, const char *message)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  g_clear_handle_id (&self->timeout, g_source_remove);
  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    {
      let_go (self, waiting->pdata[i]);
      nb_shutdown_cancel (nb_machine_editor_get_shutdown (waiting->pdata[i]));
    }
  nb_plan_step_end (NB_PLAN_STEP (self), state, message);
}

static void
fail_for (NbStepStop *self, NbMachine *machine, const GError *error)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", nb_machine_get_name (machine), error->message);

  end (self, NB_PLAN_STEP_FAILED, text);
}

/* Who is off is remembered, so that it can be started again. */
static void
off_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  g_autoptr (NbStepStop) self = data;
  g_autoptr (GError) error = NULL;
  NbMachine *machine = nb_machine_editor_get_machine (editor);
  const gboolean off = nb_machine_editor_shut_down_finish (editor, result, &error);

  if (!is_running (self) || self->waiting == NULL)
    return;

  let_go (self, editor);
  if (off ? self->editor == NULL : nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF)
    g_ptr_array_add (self->stopped, g_object_ref (machine));
  if (!off)
    {
      fail_for (self, machine, error);
      return;
    }
  g_ptr_array_remove (self->waiting, editor);
  if (self->waiting->len > 0)
    shutdown_cb (self);
  else
    all_off (self);
}

static NbShutdownFlags
get_flags (NbStepStop *self)
{
  return self->editor != NULL ? NB_SHUTDOWN_STARTS_AGAIN : NB_SHUTDOWN_STAYS_OFF;
}

static void
nb_step_stop_run (NbPlanStep *step)
{
  NbStepStop *self = NB_STEP_STOP (step);
  g_autoptr (GPtrArray) machines =
    self->users != NULL ? nb_kvm_users_dup_machines (self->users) : g_ptr_array_ref (self->machines);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < machines->len; i++)
    {
      NbMachineEditor *editor = nb_machine_editor_new (machines->pdata[i]);

      g_ptr_array_add (self->waiting, editor);
      nb_machine_editor_shut_down_async (editor, get_flags (self), self->patience, off_cb, g_object_ref (self));
      g_signal_connect_object (nb_machine_editor_get_shutdown (editor), "notify", G_CALLBACK (shutdown_cb), self,
                               G_CONNECT_SWAPPED);
    }
  if (machines->len > 0)
    shutdown_cb (self);
  else
    all_off (self);
}

static void
nb_step_stop_cancel (NbPlanStep *step)
{
  NbStepStop *self = NB_STEP_STOP (step);

  if (self->waiting != NULL)
    end (self, NB_PLAN_STEP_FAILED, _ ("Cancelled. A guest that was asked to shut down may still do so."));
  else if (nb_plan_step_get_asks (step))
    end (self, NB_PLAN_STEP_FAILED, _ ("Cancelled."));
}

static void
forced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  g_autoptr (NbStepStop) self = data;
  g_autoptr (GError) error = NULL;

  if (!nb_machine_editor_shut_down_finish (editor, result, &error) && is_running (self) && self->waiting != NULL)
    fail_for (self, nb_machine_editor_get_machine (editor), error);
}

static void
answer_late (NbStepStop *self, NbPlanStepAnswer answer)
{
  g_autoptr (GPtrArray) late = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->waiting->len; i++)
    g_ptr_array_add (late, g_object_ref (self->waiting->pdata[i]));
  for (guint i = 0; i < late->len; i++)
    if (answer == NB_PLAN_STEP_ANSWER_WAIT)
      nb_shutdown_wait_more (nb_machine_editor_get_shutdown (late->pdata[i]), self->patience);
    else
      nb_machine_editor_shut_down_async (late->pdata[i], get_flags (self) | NB_SHUTDOWN_FORCES, self->patience,
                                         forced_cb, g_object_ref (self));
}

static void
nb_step_stop_answer (NbPlanStep *step, NbPlanStepAnswer answer)
{
  NbStepStop *self = NB_STEP_STOP (step);

  if (answer == NB_PLAN_STEP_ANSWER_LATER)
    end (self, NB_PLAN_STEP_SKIPPED,
         self->editor != NULL    ? _ ("Shut it down and start it when it suits you.")
         : self->waiting != NULL ? _ ("A guest that was asked to shut down may still do so.")
                                 : NULL);
  else if (self->waiting != NULL)
    answer_late (self, answer);
  else
    {
      nb_plan_step_set_waiting (step, NULL, 0, FALSE);
      self->tries = 0;
      check (self);
    }
}

static void
nb_step_stop_dispose (GObject *object)
{
  NbStepStop *self = NB_STEP_STOP (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->machines, g_ptr_array_unref);
  g_clear_pointer (&self->stopped, g_ptr_array_unref);
  g_clear_object (&self->users);
  g_clear_object (&self->editor);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_step_stop_parent_class)->dispose (object);
}

static void
nb_step_stop_class_init (NbStepStopClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_stop_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_stop_run;
  NB_PLAN_STEP_CLASS (klass)->cancel = nb_step_stop_cancel;
  NB_PLAN_STEP_CLASS (klass)->answer = nb_step_stop_answer;
}

static void
nb_step_stop_init (NbStepStop *self)
{
}

static char *
dup_risk (GPtrArray *machines)
{
  g_autoptr (GPtrArray) transient = g_ptr_array_new ();
  g_autofree char *names = NULL;

  for (guint i = 0; i < machines->len; i++)
    if (!nb_machine_is_persistent (machines->pdata[i]))
      g_ptr_array_add (transient, machines->pdata[i]);
  if (transient->len == 0)
    return g_strdup (_ ("Save your work inside the guests first. A guest that does not answer is asked about; "
                        "nothing happens to it by itself."));

  names = nb_machine_join_names (transient);
  return g_strdup_printf (
    _ ("libvirt keeps no configuration of %s: once shut down, it is gone. Save your work inside the guests first."),
    names);
}

/**
 * nb_step_stop_new:
 * @machines: (element-type NbMachine): the machines that stop, as far as that is known now
 * @users: (nullable): who uses KVM: then all machines that do when it runs, and KVM has to be free in the end
 * @stopped: (element-type NbMachine): gets those that are off
 * @patience: seconds for a guest, 0 for as long as its machine says
 * @pace: how many milliseconds a second has that it waits for KVM
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_stop_new (GPtrArray *machines, NbKvmUsers *users, GPtrArray *stopped, guint patience, guint pace)
{
  NbStepStop *self = g_object_new (NB_TYPE_STEP_STOP, NULL);
  g_autofree char *names = nb_machine_join_names (machines);
  /* Translators: %s are names of machines, with commas */
  g_autofree char *title = g_strdup_printf (_ ("Shut Down %s"), names);
  g_autofree char *risk = dup_risk (machines);

  self->machines = g_ptr_array_ref (machines);
  self->stopped = g_ptr_array_ref (stopped);
  self->patience = patience;
  self->pace = pace;
  if (users != NULL)
    {
      self->users = g_object_ref (users);
      self->host = g_object_ref (nb_kvm_users_get_host (users));
    }
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_STOP, title,
                         users != NULL
                           ? _ ("KVM can be changed only while no machine uses it. The guests are asked to shut "
                                "down, as with their own power button; none is forced.")
                           : _ ("The guest is asked to shut down, as with its own power button. A machine gets "
                                "its processor when it starts."),
                         risk, NULL);

  return NB_PLAN_STEP (self);
}

/**
 * nb_step_stop_new_restart:
 * @editor: the machine
 * @host: this computer
 * @stopped: (element-type NbMachine): gets the machine where it does not start again
 * @patience: seconds for the guest, 0 for as long as its machine says
 *
 * Returns: (transfer full): a step that stops and starts
 */
NbPlanStep *
nb_step_stop_new_restart (NbMachineEditor *editor, NbHost *host, GPtrArray *stopped, guint patience)
{
  NbStepStop *self = g_object_new (NB_TYPE_STEP_STOP, NULL);
  NbMachine *machine = nb_machine_editor_get_machine (editor);
  g_autofree char *title = g_strdup_printf (_ ("Shut Down and Start %s"), nb_machine_get_name (machine));

  self->machines = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->machines, g_object_ref (machine));
  self->editor = g_object_ref (editor);
  self->host = g_object_ref (host);
  self->stopped = g_ptr_array_ref (stopped);
  self->patience = patience;
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_RESTART, title,
                         _ ("A machine gets its processor when it starts; a restart inside the guest is not enough."),
                         _ ("Save your work inside the guest first. If it does not shut down in time, you are asked."),
                         NULL);

  return NB_PLAN_STEP (self);
}
