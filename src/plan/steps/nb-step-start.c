/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-start.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-inference.h"
#include "nb-step-reading.h"

/**
 * NbStepStart:
 *
 * Starts machines: those that were shut down for a plan, or the one that has a new processor.
 */
struct _NbStepStart
{
  NbPlanStep parent_instance;

  GPtrArray *candidates; /* shared: those that are off when it runs are started */
  NbMachine *except;
  NbMachine *only;
  GPtrArray *stopped;      /* shared: machines that are off because of a step */
  NbMachineEditor *editor; /* of the machine that is looked at then, or null */
  NbHost *host;
  guint pending;
};

G_DEFINE_FINAL_TYPE (NbStepStart, nb_step_start, NB_TYPE_PLAN_STEP)

/**
 * nb_step_start_filter:
 * @candidates: (element-type NbMachine): some machines
 * @except: (nullable): one that is left out
 * @only: (nullable): the only one that counts
 *
 * Returns: (transfer full) (element-type NbMachine): those of them that are off and that libvirt knows how to start
 */
GPtrArray *
nb_step_start_filter (GPtrArray *candidates, NbMachine *except, NbMachine *only)
{
  GPtrArray *machines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < candidates->len; i++)
    {
      NbMachine *machine = candidates->pdata[i];

      if (machine != except && (only == NULL || machine == only) && nb_machine_is_persistent (machine) &&
          !nb_machine_is_active (machine))
        g_ptr_array_add (machines, g_object_ref (machine));
    }

  return machines;
}

static void
all_started (NbStepStart *self)
{
  if (self->editor != NULL)
    nb_step_end_when_read (NB_PLAN_STEP (self), self->editor, self->host, NB_LINK_RUNNING);
  else
    nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_DONE, NULL);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  NbMachine *machine = nb_machine_editor_get_machine (editor);
  g_autoptr (NbStepStart) self = data;
  g_autoptr (GError) error = NULL;

  self->pending--;
  if (nb_machine_editor_power_finish (editor, result, &error))
    g_ptr_array_remove (self->stopped, machine);
  if (nb_plan_step_get_state (NB_PLAN_STEP (self)) != NB_PLAN_STEP_RUNNING)
    return;

  if (error != NULL)
    {
      g_autofree char *text = g_strdup_printf ("%s: %s", nb_machine_get_name (machine), error->message);

      nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_FAILED, text);
    }
  else if (self->pending == 0)
    all_started (self);
}

static void
nb_step_start_run (NbPlanStep *step)
{
  NbStepStart *self = NB_STEP_START (step);
  g_autoptr (GPtrArray) machines = self->editor != NULL
                                     ? g_ptr_array_ref (self->candidates)
                                     : nb_step_start_filter (self->candidates, self->except, self->only);

  self->pending = machines->len;
  for (guint i = 0; i < machines->len; i++)
    {
      g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machines->pdata[i]);

      nb_machine_editor_power_async (editor, NB_POWER_START, started_cb, g_object_ref (self));
    }
  if (machines->len == 0)
    all_started (self);
}

static void
nb_step_start_dispose (GObject *object)
{
  NbStepStart *self = NB_STEP_START (object);

  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->stopped, g_ptr_array_unref);
  g_clear_object (&self->except);
  g_clear_object (&self->only);
  g_clear_object (&self->editor);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_step_start_parent_class)->dispose (object);
}

static void
nb_step_start_class_init (NbStepStartClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_start_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_start_run;
}

static void
nb_step_start_init (NbStepStart *self)
{
}

/**
 * nb_step_start_new:
 * @machines: (element-type NbMachine): those that start, as far as that is known now
 * @candidates: (element-type NbMachine): of these it starts those that are off when it runs
 * @except: (nullable): one that it does not start
 * @only: (nullable): the only one that it starts
 * @stopped: (element-type NbMachine): those that are off because of a step; whoever starts is taken out
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_start_new (GPtrArray *machines, GPtrArray *candidates, NbMachine *except, NbMachine *only, GPtrArray *stopped)
{
  NbStepStart *self = g_object_new (NB_TYPE_STEP_START, NULL);
  g_autofree char *names = nb_machine_join_names (machines);
  g_autofree char *title = g_strdup_printf (_ ("Start %s Again"), names);

  self->candidates = g_ptr_array_ref (candidates);
  self->stopped = g_ptr_array_ref (stopped);
  g_set_object (&self->except, except);
  g_set_object (&self->only, only);
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_START, title, _ ("Only those that were shut down for this."),
                         NULL, NULL);

  return NB_PLAN_STEP (self);
}

/**
 * nb_step_start_new_boot:
 * @editor: a machine
 * @host: this computer
 * @stopped: as above
 *
 * Returns: (transfer full): a step that starts it with its new processor
 */
NbPlanStep *
nb_step_start_new_boot (NbMachineEditor *editor, NbHost *host, GPtrArray *stopped)
{
  NbStepStart *self = g_object_new (NB_TYPE_STEP_START, NULL);
  NbMachine *machine = nb_machine_editor_get_machine (editor);
  g_autofree char *title = g_strdup_printf (_ ("Start %s"), nb_machine_get_name (machine));

  self->candidates = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->candidates, g_object_ref (machine));
  self->stopped = g_ptr_array_ref (stopped);
  self->editor = g_object_ref (editor);
  self->host = g_object_ref (host);
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_BOOT, title, _ ("It starts with its new processor."),
                         _ ("If this computer can’t give it that processor, libvirt refuses and says why."), NULL);

  return NB_PLAN_STEP (self);
}
