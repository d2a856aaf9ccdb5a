/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-host.h"

#include <glib/gi18n-lib.h>

#include "nb-step-reading.h"

/**
 * NbStepHost:
 *
 * Changes this computer through the helper, or takes that back.
 */
struct _NbStepHost
{
  NbPlanStep parent_instance;

  NbHostController *controller;
  NbVerb verb;
  NbMachineEditor *editor; /* of the machine that has to be offered virtualization then, or null */
};

G_DEFINE_FINAL_TYPE (NbStepHost, nb_step_host, NB_TYPE_PLAN_STEP)

static gboolean
is_later (NbVerb verb)
{
  return verb == NB_VERB_ENABLE_LATER || verb == NB_VERB_DISABLE_LATER;
}

static void
can_cancel_cb (NbStepHost *self)
{
  nb_plan_step_set_can_cancel (NB_PLAN_STEP (self), nb_host_controller_get_can_cancel (self->controller));
}

static void
fail (NbStepHost *self)
{
  g_autofree char *message = NULL;
  g_autofree char *warning = NULL;
  g_autofree char *text = NULL;

  g_object_get (self->controller, "error-message", &message, "warning", &warning, NULL);
  text = g_strjoin ("\n", message != NULL ? message : _ ("The password was not given."), warning, NULL);
  /* It is told here: the other page need not say it once more. */
  nb_host_controller_clear_error (self->controller);
  nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_FAILED, text);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbStepHost) self = data;
  NbPlanStep *step = NB_PLAN_STEP (self);
  g_autoptr (GError) error = NULL;
  const gboolean done = nb_host_controller_run_finish (NB_HOST_CONTROLLER (source), result, &error);

  if (self->controller == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->controller, self);
  nb_plan_step_set_can_cancel (step, FALSE);
  if (done)
    {
      nb_plan_step_set_changed (step, TRUE);
      /* On the way back the machine is not asked: its libvirt may be what failed. Nor without one: the helper has looked. */
      if (self->editor == NULL || nb_plan_step_get_undoes (step))
        nb_plan_step_end (step, NB_PLAN_STEP_DONE, NULL);
      else
        nb_step_end_when_read (step, self->editor, nb_host_controller_get_host (self->controller),
                               is_later (self->verb) ? NB_STEP_READING_ONLY : NB_LINK_LIBVIRT);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    nb_plan_step_end (step, NB_PLAN_STEP_SKIPPED, error->message);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    nb_plan_step_end (step, NB_PLAN_STEP_FAILED, error->message);
  else
    fail (self);
}

static void
nb_step_host_run (NbPlanStep *step)
{
  NbStepHost *self = NB_STEP_HOST (step);

  g_signal_connect_object (self->controller, "notify::can-cancel", G_CALLBACK (can_cancel_cb), self, G_CONNECT_SWAPPED);
  nb_host_controller_run_async (self->controller, self->verb, changed_cb, g_object_ref (self));
  can_cancel_cb (self);
}

static void
nb_step_host_undo (NbPlanStep *step)
{
  NbStepHost *self = NB_STEP_HOST (step);

  g_signal_connect_object (self->controller, "notify::can-cancel", G_CALLBACK (can_cancel_cb), self, G_CONNECT_SWAPPED);
  nb_host_controller_undo_async (self->controller, changed_cb, g_object_ref (self));
  can_cancel_cb (self);
}

static void
nb_step_host_cancel (NbPlanStep *step)
{
  nb_host_controller_cancel (NB_STEP_HOST (step)->controller);
}

static void
nb_step_host_dispose (GObject *object)
{
  NbStepHost *self = NB_STEP_HOST (object);

  g_clear_object (&self->controller);
  g_clear_object (&self->editor);

  G_OBJECT_CLASS (nb_step_host_parent_class)->dispose (object);
}

static void
nb_step_host_class_init (NbStepHostClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_host_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_host_run;
  NB_PLAN_STEP_CLASS (klass)->undo = nb_step_host_undo;
  NB_PLAN_STEP_CLASS (klass)->cancel = nb_step_host_cancel;
}

static void
nb_step_host_init (NbStepHost *self)
{
}

static const char *
get_title (NbVerb verb)
{
  switch ((int) verb)
    {
    case NB_VERB_ENABLE_LATER:
      return _ ("Enable Nested Virtualization at the Next Restart");
    case NB_VERB_DISABLE_LATER:
      return _ ("Disable Nested Virtualization at the Next Restart");
    case NB_VERB_DISABLE:
      return _ ("Disable Nested Virtualization");
    default:
      return _ ("Enable Nested Virtualization");
    }
}

static const char *
get_explanation (NbVerb verb)
{
  switch ((int) verb)
    {
    case NB_VERB_ENABLE_LATER:
    case NB_VERB_DISABLE_LATER:
      return _ ("The setting is stored and takes effect when the computer restarts. Nothing stops now. Asks for an "
                "administrator’s password.");
    case NB_VERB_DISABLE:
      return _ ("KVM is loaded again with nested virtualization off, and the setting is kept after a restart. Virtual "
                "machines can no longer run virtual machines then. Asks for an administrator’s password.");
    case NB_VERB_ENABLE_NOW:
      return _ ("KVM is loaded again with nested virtualization on, as the computer’s configuration says already. Asks "
                "for an administrator’s password.");
    default:
      return _ ("KVM is loaded again with nested virtualization on, and the setting is kept after a restart. Asks for "
                "an administrator’s password.");
    }
}

/**
 * nb_step_host_new:
 * @controller: who changes this computer
 * @verb: how
 * @editor: (nullable): the machine that it is for
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_host_new (NbHostController *controller, NbVerb verb, NbMachineEditor *editor)
{
  NbStepHost *self = g_object_new (NB_TYPE_STEP_HOST, NULL);

  self->controller = g_object_ref (controller);
  self->verb = verb;
  g_set_object (&self->editor, editor);
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_HOST, get_title (verb), get_explanation (verb),
                         is_later (verb) ? _ ("If the setting can’t be stored, everything stays as it is.")
                                         : _ ("If KVM refuses the setting, the old one is put back."),
                         NULL);

  return NB_PLAN_STEP (self);
}

/**
 * nb_step_host_new_undo:
 * @controller: who changed this computer
 *
 * Returns: (transfer full): a step that takes the last change back
 */
NbPlanStep *
nb_step_host_new_undo (NbHostController *controller)
{
  NbStepHost *self = g_object_new (NB_TYPE_STEP_HOST, NULL);

  self->controller = g_object_ref (controller);
  nb_plan_step_set_undoes (NB_PLAN_STEP (self), TRUE);
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_HOST_BACK, _ ("Set Nested Virtualization as It Was"),
                         _ ("Both the setting and what is in effect now. May ask for the password again."), NULL, NULL);

  return NB_PLAN_STEP (self);
}
