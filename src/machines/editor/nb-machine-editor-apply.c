/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an opened machine's changes are stored, taken back and brought back. */

#include "config.h"

#include "nb-machine-editor-private.h"

#include "nb-machine-apply.h"
#include "nb-machine-error.h"
#include "nb-machine-versions.h"

/* Nothing is stored, or nobody knows: what the machine said meanwhile was not listened to, so it is asked. */
static void
not_applied (NbMachineEditor *self, const NbApplied *applied)
{
  GError *error = applied->error;

  if (applied->outcome == NB_OUTCOME_CHANGED && nb_machine_editor_get_modified (self))
    nb_machine_editor_set_theirs (self, applied->theirs);
  else
    nb_machine_editor_fail (self, error);
  if (!g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION) &&
      !g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_GONE))
    nb_machine_editor_load (self);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbApplied) applied = nb_machine_apply_finish (NB_MACHINE (source), result);
  /* What was chosen while it was stored, over a slow connection, is a draft still. */
  const gboolean stored = self->edit == NULL || g_strcmp0 (nb_cpu_edit_get_result (self->edit), self->draft) == 0;
  gboolean taken;

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (applied->outcome != NB_OUTCOME_STORED)
    {
      not_applied (self, applied);
      return;
    }

  taken = nb_machine_editor_take_config (self, g_steal_pointer (&applied->config), stored, &error);
  nb_machine_editor_set_previous (self, applied->previous);
  if (taken)
    g_signal_emit_by_name (self, "applied", self->undoes);
  else
    nb_machine_editor_fail (self, error);

  /* That its predecessor could not be kept is told, and undoes nothing. */
  if (self->not_kept != NULL)
    nb_machine_editor_fail (self, self->not_kept);
}

typedef struct
{
  NbMachineEditor *editor;
  char *base;
  char *wanted;
} Change;

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Change *change = data;

  g_clear_error (&change->editor->not_kept);
  nb_machine_versions_add_finish (NB_MACHINE (source), result, &change->editor->not_kept);
  nb_machine_apply_async (NB_MACHINE (source), change->base, change->wanted, NULL, applied_cb, change->editor);

  g_free (change->base);
  g_free (change->wanted);
  g_free (change);
}

/* What is there is kept before it is written over: whatever happens then, it can be brought back. */
static void
apply (NbMachineEditor *self, const char *base, const char *wanted, gboolean undoes)
{
  Change *change = g_new0 (Change, 1);

  self->undoes = undoes;
  g_free (self->draft);
  self->draft = self->edit != NULL ? g_strdup (nb_cpu_edit_get_result (self->edit)) : NULL;
  nb_machine_editor_set_busy (self, NB_EDITOR_APPLYING);
  /* An answer that is under way may tell what was stored before. */
  self->load_again = self->loading;
  change->editor = g_object_ref (self);
  change->base = g_strdup (base);
  change->wanted = g_strdup (wanted);
  nb_machine_versions_add_async (self->machine, base, kept_cb, change);
}

/**
 * nb_machine_editor_apply:
 * @self: an editor with valid changes
 *
 * Stores them. Answers with "applied", with "failed", or with `theirs`, where somebody else was faster.
 */
void
nb_machine_editor_apply (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->busy != NB_EDITOR_IDLE || !nb_machine_editor_get_modified (self) || !nb_cpu_edit_get_valid (self->edit))
    return;

  apply (self, nb_cpu_edit_get_original (self->edit), nb_cpu_edit_get_result (self->edit), FALSE);
}

/**
 * nb_machine_editor_undo:
 * @self: an editor
 *
 * Brings back what was stored before the last Apply. Undoing that is possible as well.
 */
void
nb_machine_editor_undo (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->busy == NB_EDITOR_IDLE && self->previous != NULL && self->config != NULL)
    apply (self, self->config->inactive, self->previous, TRUE);
}

/**
 * nb_machine_editor_revert:
 * @self: an editor
 *
 * Drops the unapplied changes.
 */
void
nb_machine_editor_revert (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->edit != NULL)
    nb_cpu_edit_revert (self->edit);
  if (self->theirs != NULL)
    nb_machine_editor_take_theirs (self);
}

/**
 * nb_machine_editor_take_theirs:
 * @self: an editor with `theirs`
 *
 * Drops the unapplied changes for what somebody else stored.
 */
void
nb_machine_editor_take_theirs (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->edit != NULL)
    nb_cpu_edit_revert (self->edit);
  nb_machine_editor_set_theirs (self, NULL);
  nb_machine_editor_load (self);
}

/**
 * nb_machine_editor_keep_mine:
 * @self: an editor with `theirs`
 *
 * Stores the changes over what somebody else stored.
 */
void
nb_machine_editor_keep_mine (NbMachineEditor *self)
{
  g_autofree char *theirs = NULL;

  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->theirs == NULL || self->busy != NB_EDITOR_IDLE || !nb_cpu_edit_get_valid (self->edit))
    return;

  theirs = g_strdup (self->theirs);
  nb_machine_editor_set_theirs (self, NULL);
  apply (self, theirs, nb_cpu_edit_get_result (self->edit), FALSE);
}

/**
 * nb_machine_editor_bring_back:
 * @self: an editor without unapplied changes
 * @xml: a whole domain XML, whose `<cpu>` and `<vcpu>` are the ones to bring back
 *
 * Stores an earlier version.
 */
void
nb_machine_editor_bring_back (NbMachineEditor *self, const char *xml)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->busy == NB_EDITOR_IDLE && self->config != NULL)
    apply (self, self->config->inactive, xml, FALSE);
}
