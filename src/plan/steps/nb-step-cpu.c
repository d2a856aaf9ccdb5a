/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-cpu.h"

#include <glib/gi18n-lib.h>

#include "nb-text-diff.h"

/**
 * NbStepCpu:
 *
 * Gives one machine a processor that can run machines, or brings the earlier one back.
 */
struct _NbStepCpu
{
  NbPlanStep parent_instance;

  NbMachineEditor *editor;
  NbHost *host;
  gboolean later; /* the computer is not ready before it restarts */
};

G_DEFINE_FINAL_TYPE (NbStepCpu, nb_step_cpu, NB_TYPE_PLAN_STEP)

/* What the machine is to have: what it has, or its draft, with nesting on. */
static NbCpuEdit *
create_wanted (NbMachineEditor *editor, NbHost *host, GError **error)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (editor);
  NbCpuEdit *draft = nb_machine_editor_get_edit (editor);
  NbHostFacts *facts = nb_host_get_facts (host);
  g_autoptr (NbCpuCaps) caps = NULL;
  NbCpuEdit *edit;

  if (config->capabilities != NULL)
    caps = nb_cpu_caps_new (config->capabilities, config->expanded, NULL, NULL);
  edit = nb_cpu_edit_new (nb_cpu_edit_get_result (draft), caps, error);
  if (edit == NULL)
    return NULL;

  if (nb_cpu_edit_get_vendor (edit) == NB_CPU_VENDOR_UNKNOWN && facts != NULL &&
      nb_connection_is_local (nb_machine_get_connection (nb_machine_editor_get_machine (editor))))
    nb_cpu_edit_set_vendor (edit, facts->vendor == NB_VENDOR_AMD     ? NB_CPU_VENDOR_AMD
                                  : facts->vendor == NB_VENDOR_INTEL ? NB_CPU_VENDOR_INTEL
                                                                     : NB_CPU_VENDOR_UNKNOWN);
  /* An exact copy gives it on every processor, and On says so for good. */
  if (!nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_mode (edit, NB_CPU_MODE_HOST_PASSTHROUGH);
  if (nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_nesting (edit, NB_CPU_NESTING_ON);

  return edit;
}

static void
fail_for_theirs (NbPlanStep *step)
{
  nb_plan_step_end (step, NB_PLAN_STEP_FAILED,
                    _ ("Somebody else changed the machine meanwhile. Look at its page, then try again."));
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlanStep) step = data;
  NbMachineEditor *editor = NB_MACHINE_EDITOR (source);
  g_autoptr (GError) error = NULL;

  switch (nb_machine_editor_store_finish (editor, result, &error))
    {
    case NB_OUTCOME_STORED:
      nb_plan_step_set_changed (step, TRUE);
      nb_plan_step_end (step, NB_PLAN_STEP_DONE, error != NULL ? error->message : NULL);
      break;
    case NB_OUTCOME_STORED_OTHERWISE:
      nb_plan_step_set_changed (step, TRUE);
      nb_plan_step_end (step, NB_PLAN_STEP_FAILED, error->message);
      break;
    case NB_OUTCOME_CHANGED:
      if (nb_machine_editor_get_theirs (editor) != NULL)
        fail_for_theirs (step);
      else
        nb_plan_step_end (step, NB_PLAN_STEP_FAILED, error->message);
      break;
    case NB_OUTCOME_DISMISSED:
      nb_plan_step_end (step, NB_PLAN_STEP_FAILED, _ ("The password was not given."));
      break;
    case NB_OUTCOME_NOT_STORED:
    case NB_OUTCOME_UNKNOWN:
      nb_plan_step_end (step, NB_PLAN_STEP_FAILED, error->message);
      break;
    }
}

static void
nb_step_cpu_run (NbPlanStep *step)
{
  NbStepCpu *self = NB_STEP_CPU (step);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuEdit) edit = create_wanted (self->editor, self->host, &error);

  /* While the computer is not ready, what libvirt offers says nothing of the time after. */
  if (edit == NULL || (!self->later && !nb_cpu_edit_get_valid (edit)))
    nb_plan_step_end (step, NB_PLAN_STEP_FAILED, error != NULL ? error->message : nb_cpu_edit_get_problem (edit));
  /* What was drafted is drafted on what was there before theirs. */
  else if (nb_machine_editor_get_theirs (self->editor) != NULL)
    fail_for_theirs (step);
  else
    nb_machine_editor_store_async (self->editor, nb_cpu_edit_get_result (edit), stored_cb, g_object_ref (step));
}

static void
nb_step_cpu_undo (NbPlanStep *step)
{
  NbStepCpu *self = NB_STEP_CPU (step);

  if (!nb_machine_editor_get_can_undo (self->editor))
    nb_plan_step_end (step, NB_PLAN_STEP_SKIPPED, _ ("There is nothing to take back any more."));
  else if (nb_machine_editor_get_theirs (self->editor) != NULL)
    fail_for_theirs (step);
  else
    nb_machine_editor_undo_async (self->editor, stored_cb, g_object_ref (step));
}

static void
nb_step_cpu_dispose (GObject *object)
{
  NbStepCpu *self = NB_STEP_CPU (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_step_cpu_parent_class)->dispose (object);
}

static void
nb_step_cpu_class_init (NbStepCpuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_cpu_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_cpu_run;
  NB_PLAN_STEP_CLASS (klass)->undo = nb_step_cpu_undo;
}

static void
nb_step_cpu_init (NbStepCpu *self)
{
}

static char *
dup_changes (NbCpuEdit *draft, NbCpuEdit *edit)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) array = NULL;

  if (nb_cpu_edit_get_modified (draft))
    g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_changes (draft));
  g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_changes (edit));
  g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_losses (edit));
  array = g_strv_builder_end (lines);

  return array[0] != NULL ? g_strjoinv ("\n", array) : NULL;
}

/**
 * nb_step_cpu_new:
 * @editor: the machine, which has been read
 * @host: this computer
 * @later: whether the computer has to restart first
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_cpu_new (NbMachineEditor *editor, NbHost *host, gboolean later)
{
  NbStepCpu *self = g_object_new (NB_TYPE_STEP_CPU, NULL);
  NbHostFacts *facts = nb_host_get_facts (host);
  NbCpuEdit *draft = nb_machine_editor_get_edit (editor);
  g_autoptr (NbCpuEdit) edit = create_wanted (editor, host, NULL);
  g_autofree char *changes = edit != NULL ? dup_changes (draft, edit) : NULL;
  g_autofree char *difference =
    edit != NULL ? nb_text_diff (nb_cpu_edit_get_original (draft), nb_cpu_edit_get_result (edit)) : NULL;

  self->editor = g_object_ref (editor);
  self->host = g_object_ref (host);
  self->later = later;
  nb_plan_step_describe (
    NB_PLAN_STEP (self), NB_PLAN_CPU, _ ("Change the Machine’s Processor"),
    changes != NULL ? changes : _ ("The machine gets a processor that can run virtual machines."),
    facts != NULL && facts->vendor == NB_VENDOR_AMD
      ? _ ("A guest may notice a new processor: Windows may ask to be activated again. Saving or migrating this "
           "machine while virtual machines run inside it is not supported on AMD.")
      : _ ("A guest may notice a new processor: Windows may ask to be activated again."),
    difference);

  return NB_PLAN_STEP (self);
}

/**
 * nb_step_cpu_new_undo:
 * @editor: a machine
 *
 * Returns: (transfer full): a step that brings back what it had
 */
NbPlanStep *
nb_step_cpu_new_undo (NbMachineEditor *editor)
{
  NbStepCpu *self = g_object_new (NB_TYPE_STEP_CPU, NULL);

  self->editor = g_object_ref (editor);
  nb_plan_step_set_undoes (NB_PLAN_STEP (self), TRUE);
  nb_plan_step_describe (NB_PLAN_STEP (self), NB_PLAN_CPU_BACK, _ ("Bring the Earlier Processor Back"),
                         _ ("The machine’s configuration is stored as it was before."), NULL, NULL);

  return NB_PLAN_STEP (self);
}
