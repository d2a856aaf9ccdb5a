/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-draft.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-inference.h"

/**
 * NbStepDraft:
 *
 * Stores what is drafted for one machine of several, or takes it back. Nothing is restarted.
 */
struct _NbStepDraft
{
  NbPlanStep parent_instance;

  NbMachineEditor *editor;
  GHashTable *refused; /* shared: NbConnection -> why nothing can be stored there: nobody is asked twice */
  gboolean undoing;
};

G_DEFINE_FINAL_TYPE (NbStepDraft, nb_step_draft, NB_TYPE_PLAN_STEP)

static NbMachine *
get_machine (NbStepDraft *self)
{
  return nb_machine_editor_get_machine (self->editor);
}

/* Whoever closes the password dialog, or is refused, is not asked for the next machine of that connection again. */
static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbStepDraft) self = data;
  g_autoptr (GError) error = NULL;
  const NbOutcome outcome = nb_machine_editor_store_finish (NB_MACHINE_EDITOR (source), result, &error);
  const char *why = error != NULL ? error->message : NULL;

  if (outcome == NB_OUTCOME_DISMISSED)
    why = _ ("Authentication was dismissed. Nothing was changed.");
  if (outcome == NB_OUTCOME_DISMISSED || g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED))
    g_hash_table_insert (self->refused, nb_machine_get_connection (get_machine (self)), g_strdup (why));
  nb_plan_step_set_changed (NB_PLAN_STEP (self),
                            !self->undoing && (outcome == NB_OUTCOME_STORED || outcome == NB_OUTCOME_STORED_OTHERWISE));
  if (outcome == NB_OUTCOME_STORED && why == NULL)
    why = self->undoing                               ? _ ("Taken back")
          : nb_machine_is_active (get_machine (self)) ? _ ("Applied. Shut down and start the machine to use it.")
                                                      : _ ("Applied");
  nb_plan_step_end (NB_PLAN_STEP (self), outcome == NB_OUTCOME_STORED ? NB_PLAN_STEP_DONE : NB_PLAN_STEP_FAILED, why);
}

/* Whether there is still something to store; if not, the step has ended. */
static gboolean
can_store (NbStepDraft *self, gboolean there)
{
  const char *refused = g_hash_table_lookup (self->refused, nb_machine_get_connection (get_machine (self)));

  if (refused == NULL && there)
    return TRUE;

  nb_plan_step_set_changed (NB_PLAN_STEP (self), FALSE);
  nb_plan_step_end (
    NB_PLAN_STEP (self), NB_PLAN_STEP_FAILED,
    refused != NULL ? refused : _ ("Somebody else changed this machine’s processor meanwhile. Nothing was changed."));
  return FALSE;
}

static void
nb_step_draft_run (NbPlanStep *step)
{
  NbStepDraft *self = NB_STEP_DRAFT (step);

  self->undoing = FALSE;
  if (can_store (self, nb_machine_editor_get_modified (self->editor)))
    nb_machine_editor_apply_async (self->editor, stored_cb, g_object_ref (self));
}

static void
nb_step_draft_undo (NbPlanStep *step)
{
  NbStepDraft *self = NB_STEP_DRAFT (step);

  self->undoing = TRUE;
  if (can_store (self, nb_machine_editor_get_can_undo (self->editor)))
    nb_machine_editor_undo_async (self->editor, stored_cb, g_object_ref (self));
}

static void
nb_step_draft_dispose (GObject *object)
{
  NbStepDraft *self = NB_STEP_DRAFT (object);

  g_clear_object (&self->editor);
  g_clear_pointer (&self->refused, g_hash_table_unref);

  G_OBJECT_CLASS (nb_step_draft_parent_class)->dispose (object);
}

static void
nb_step_draft_class_init (NbStepDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_draft_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_draft_run;
  NB_PLAN_STEP_CLASS (klass)->undo = nb_step_draft_undo;
}

static void
nb_step_draft_init (NbStepDraft *self)
{
}

static char *
dup_explanation (NbStepDraft *self)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;

  g_strv_builder_addv (to, (const char **) nb_cpu_edit_get_changes (nb_machine_editor_get_edit (self->editor)));
  if (nb_machine_is_active (get_machine (self)))
    g_strv_builder_add (to, _ ("Shut down and start the machine to use it."));
  sentences = g_strv_builder_end (to);

  return g_strjoinv ("\n", sentences);
}

static char *
dup_risk (NbStepDraft *self)
{
  g_auto (GStrv) risks = nb_machine_dup_risks (get_machine (self), nb_machine_editor_get_config (self->editor));
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;

  g_strv_builder_addv (to, (const char **) nb_cpu_edit_get_losses (nb_machine_editor_get_edit (self->editor)));
  g_strv_builder_addv (to, (const char **) risks);
  sentences = g_strv_builder_end (to);

  return sentences[0] != NULL ? g_strjoinv ("\n", sentences) : NULL;
}

/**
 * nb_step_draft_new:
 * @editor: the machine, with the draft
 * @refused: (element-type NbConnection utf8): why nothing can be stored where that is known
 * @read: whether the machine was read, or can't be
 * @reason: (nullable): why the machine is left out
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_draft_new (NbMachineEditor *editor, GHashTable *refused, gboolean read, const char *reason)
{
  NbStepDraft *self = g_object_new (NB_TYPE_STEP_DRAFT, NULL);
  NbPlanStep *step = NB_PLAN_STEP (self);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);
  const char *name = nb_machine_get_name (nb_machine_editor_get_machine (editor));

  self->editor = g_object_ref (editor);
  self->refused = g_hash_table_ref (refused);
  if (read && reason == NULL && nb_cpu_edit_get_modified (edit))
    {
      g_autofree char *explanation = dup_explanation (self);
      g_autofree char *difference = nb_cpu_edit_dup_difference (edit);
      g_autofree char *risk = dup_risk (self);

      nb_plan_step_describe (step, NB_PLAN_CPU, name, explanation, risk, difference);
    }
  else
    {
      nb_plan_step_set_idle (step, TRUE);
      nb_plan_step_describe (step, NB_PLAN_CPU, name, read ? _ ("Nothing to change") : _ ("Being read…"), NULL, NULL);
      if (reason != NULL)
        nb_plan_step_mark (step, NB_PLAN_STEP_SKIPPED, reason);
    }

  return step;
}
