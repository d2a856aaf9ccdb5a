/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How an opened machine's changes are stored, taken back and brought back. */

#include "config.h"

#include "nb-machine-editor-private.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-versions.h"
#include "nb-machine-xml.h"

/* One storing, the data of its task. */
typedef struct
{
  char *base;
  char *wanted;
  char *draft; /* the edit's result when it began */
  gboolean undoes;
  gboolean whole;   /* all of it is put back, for libvirt had changed more than was asked for */
  GError *not_kept; /* why what is replaced could not be kept */
  GError *error;    /* what there is to tell, however it ended */
} Store;

static void
store_free (gpointer data)
{
  Store *store = data;

  g_free (store->base);
  g_free (store->wanted);
  g_free (store->draft);
  g_clear_error (&store->not_kept);
  g_clear_error (&store->error);
  g_free (store);
}

/* Takes @error. */
static void
end (GTask *task, NbOutcome outcome, GError *error)
{
  NbMachineEditor *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);

  g_debug ("%s: storing ended: %d, %s", nb_machine_get_name (self->machine), outcome,
           error != NULL ? error->message : "well");
  store->error = error;
  g_task_return_int (task, outcome);
}

/* What was chosen while it was stored, over a slow connection, is a draft still. */
static gboolean
is_draft_stored (NbMachineEditor *self, Store *store)
{
  return self->edit == NULL || g_strcmp0 (nb_cpu_edit_get_result (self->edit), store->draft) == 0;
}

/* Takes @config. That something else changed as well, or that what was there before could not be kept, undoes nothing and is
 * told. */
static void
take_stored (GTask *task, NbOutcome outcome, NbMachineConfig *config, const char *previous, GError *aside)
{
  NbMachineEditor *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);
  GError *error = NULL;
  const gboolean taken = nb_machine_editor_take_config (self, config, is_draft_stored (self, store), &error);

  nb_machine_editor_set_previous (self, previous);
  self->undoes_whole = outcome == NB_OUTCOME_STORED_OTHERWISE;
  if (taken)
    g_signal_emit_by_name (self, "applied", store->undoes);
  if (error == NULL && aside != NULL)
    error = g_error_copy (aside);
  if (error == NULL && store->not_kept != NULL)
    error = g_error_copy (store->not_kept);
  if (error != NULL)
    nb_machine_editor_fail (self, error);
  end (task, outcome, error);
}

/* What the machine said meanwhile was not listened to, so it is asked. */
static void
tell_failure (GTask *task, NbOutcome outcome, GError *error)
{
  NbMachineEditor *self = g_task_get_source_object (task);
  const gboolean out_of_reach = g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION) ||
                                g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_GONE);

  if (outcome != NB_OUTCOME_CHANGED || self->theirs == NULL)
    nb_machine_editor_fail (self, error);
  if (!out_of_reach)
    nb_machine_editor_load (self);
  end (task, outcome, error);
}

/* What is stored now tells whether it was stored then. Where nobody can say yet the next reading does. */
static void
doubt_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  NbMachineEditor *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);
  NbMachineConfig *config = nb_machine_load_finish (NB_MACHINE (source), result, NULL);

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (config != NULL && nb_machine_xml_stored (store->wanted, config->inactive))
    {
      g_autofree char *previous = g_steal_pointer (&self->doubt_undone);

      nb_machine_editor_set_doubt (self, NULL, NULL);
      take_stored (task, NB_OUTCOME_STORED, config, previous, NULL);
      return;
    }
  if (config != NULL)
    {
      nb_machine_editor_set_doubt (self, NULL, NULL);
      nb_machine_config_free (config);
      tell_failure (task, NB_OUTCOME_NOT_STORED,
                    g_error_new_literal (NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED,
                                         _ ("The connection was lost before the change was stored. Nothing was "
                                            "changed.")));
      return;
    }
  tell_failure (task, NB_OUTCOME_UNKNOWN,
                g_error_new_literal (NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION,
                                     _ ("The connection was lost while the change was stored. Whether it was is known "
                                        "once the machine can be read again.")));
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  NbMachineEditor *self = g_task_get_source_object (task);
  Store *store = g_task_get_task_data (task);
  g_autoptr (NbApplied) applied = nb_machine_apply_finish (NB_MACHINE (source), result);

  if (applied->outcome == NB_OUTCOME_UNKNOWN)
    {
      nb_machine_editor_set_doubt (self, store->wanted, applied->previous);
      nb_machine_load_async (self->machine, self->cancellable, doubt_cb, task);
      return;
    }

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  switch (applied->outcome)
    {
    case NB_OUTCOME_STORED:
    case NB_OUTCOME_STORED_OTHERWISE:
      take_stored (task, applied->outcome, g_steal_pointer (&applied->config), applied->previous, applied->error);
      break;
    case NB_OUTCOME_CHANGED:
      if (nb_machine_editor_get_modified (self))
        nb_machine_editor_set_theirs (self, applied->theirs);
      tell_failure (task, applied->outcome, g_steal_pointer (&applied->error));
      break;
    case NB_OUTCOME_DISMISSED:
    case NB_OUTCOME_NOT_STORED:
    case NB_OUTCOME_UNKNOWN:
      tell_failure (task, applied->outcome, g_steal_pointer (&applied->error));
      break;
    }
  g_object_unref (task);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Store *store = g_task_get_task_data (task);

  nb_machine_versions_add_finish (NB_MACHINE (source), result, &store->not_kept);
  if (store->whole)
    nb_machine_put_back_async (NB_MACHINE (source), store->base, store->wanted, NULL, applied_cb, task);
  else
    nb_machine_apply_async (NB_MACHINE (source), store->base, store->wanted, NULL, applied_cb, task);
}

/* What is there is kept before it is written over: whatever happens then, it can be brought back. */
static void
run (NbMachineEditor *self,
     const char *base,
     const char *wanted,
     gboolean undoes,
     GAsyncReadyCallback callback,
     gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  Store *store = g_new0 (Store, 1);

  g_task_set_source_tag (task, run);
  g_task_set_task_data (task, store, store_free);
  if (base == NULL || wanted == NULL || nb_machine_editor_get_busy (self) != NB_EDITOR_IDLE)
    {
      end (task, NB_OUTCOME_NOT_STORED,
           g_error_new_literal (NB_MACHINE_ERROR, NB_MACHINE_ERROR_STATE,
                                _ ("Something else is under way with this machine. Try again in a moment.")));
      g_object_unref (task);
      return;
    }

  store->undoes = undoes;
  store->whole = undoes && self->undoes_whole;
  store->base = g_strdup (base);
  store->wanted = g_strdup (wanted);
  store->draft = self->edit != NULL ? g_strdup (nb_cpu_edit_get_result (self->edit)) : NULL;
  nb_machine_editor_set_doubt (self, NULL, NULL);
  nb_machine_editor_set_busy (self, NB_EDITOR_APPLYING);
  /* An answer that is under way may tell what was stored before. */
  self->load_again = self->loading;
  nb_machine_versions_add_async (self->machine, base, kept_cb, task);
}

static gboolean
is_valid (NbMachineEditor *self)
{
  return nb_machine_editor_get_modified (self) && nb_cpu_edit_get_valid (self->edit);
}

/**
 * nb_machine_editor_apply_async:
 * @self: an editor with valid changes
 * @callback: (nullable): called when that has ended; see nb_machine_editor_store_finish()
 * @data: for @callback
 *
 * Stores the changes. It is told as well: by "applied", by "failed", or by `theirs`, where somebody else was faster.
 */
void
nb_machine_editor_apply_async (NbMachineEditor *self, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  run (self, self->edit != NULL ? nb_cpu_edit_get_original (self->edit) : NULL,
       is_valid (self) ? nb_cpu_edit_get_result (self->edit) : NULL, FALSE, callback, data);
}

/**
 * nb_machine_editor_undo_async:
 * @self: an editor
 * @callback: (nullable): called when that has ended; see nb_machine_editor_store_finish()
 * @data: for @callback
 *
 * Brings back what was stored before the last Apply. Undoing that is possible as well.
 */
void
nb_machine_editor_undo_async (NbMachineEditor *self, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  run (self, self->config != NULL ? self->config->inactive : NULL, self->previous, TRUE, callback, data);
}

/**
 * nb_machine_editor_store_async:
 * @self: an editor
 * @xml: a whole domain XML, whose `<cpu>` and `<vcpu>` are to be stored
 * @callback: (nullable): called when that has ended
 * @data: for @callback
 *
 * Stores another version than the draft, such as an earlier one.
 */
void
nb_machine_editor_store_async (NbMachineEditor *self, const char *xml, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  run (self, self->config != NULL ? self->config->inactive : NULL, xml, FALSE, callback, data);
}

/**
 * nb_machine_editor_keep_mine_async:
 * @self: an editor with `theirs`
 * @callback: (nullable): called when that has ended; see nb_machine_editor_store_finish()
 * @data: for @callback
 *
 * Stores the changes over what somebody else stored.
 */
void
nb_machine_editor_keep_mine_async (NbMachineEditor *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autofree char *theirs = NULL;

  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (is_valid (self) && nb_machine_editor_get_busy (self) == NB_EDITOR_IDLE)
    {
      theirs = g_strdup (self->theirs);
      nb_machine_editor_set_theirs (self, NULL);
    }
  run (self, theirs, theirs != NULL ? nb_cpu_edit_get_result (self->edit) : NULL, FALSE, callback, data);
}

/**
 * nb_machine_editor_store_finish:
 * @self: an editor
 * @result: what the callback got, of any of the functions above
 * @error: what a person is to be told: why it was not stored; where it was, what went wrong besides
 *
 * Returns: how it ended. What somebody else stored is #NbMachineEditor:theirs
 */
NbOutcome
nb_machine_editor_store_finish (NbMachineEditor *self, GAsyncResult *result, GError **error)
{
  Store *store;

  g_return_val_if_fail (g_task_is_valid (result, self), NB_OUTCOME_NOT_STORED);

  store = g_task_get_task_data (G_TASK (result));
  if (store->error != NULL)
    g_propagate_error (error, g_error_copy (store->error));

  return (NbOutcome) g_task_propagate_int (G_TASK (result), NULL);
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
