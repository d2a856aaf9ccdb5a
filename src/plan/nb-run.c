/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-run.h"

#include <glib/gi18n-lib.h>

struct _NbRun
{
  GObject parent_instance;

  NbRunPolicy policy;
  GListStore *steps;
  NbRunState state;
  char *message;
  NbPlanStep *current; /* the one under way, or null */
  guint position;
  gboolean back;
  gboolean cancelled;
};

G_DEFINE_FINAL_TYPE (NbRun, nb_run, G_TYPE_OBJECT)

static guint changed_signal;

static void
set_state (NbRun *self, NbRunState state)
{
  self->state = state;
  g_signal_emit (self, changed_signal, 0);
}

/* What was done and what was not, by the titles of the steps. */
static char *
dup_titles (NbRun *self, gboolean done)
{
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();
  g_auto (GStrv) array = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
    if ((nb_plan_step_get_state (nb_run_get_step (self, i)) == NB_PLAN_STEP_DONE) == done)
      g_strv_builder_add (titles, nb_plan_step_get_title (nb_run_get_step (self, i)));
  array = g_strv_builder_end (titles);

  return array[0] != NULL ? g_strjoinv ("; ", array) : NULL;
}

static void
fail (NbRun *self, const char *reason)
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
  g_free (self->message);
  self->message = g_string_free (text, FALSE);
  set_state (self, NB_RUN_FAILED);
}

static void
step_cb (NbRun *self)
{
  set_state (self, nb_plan_step_get_asks (self->current) ? NB_RUN_ASKING : NB_RUN_RUNNING);
}

static void next (NbRun *self);

static void
end_current (NbRun *self)
{
  g_autoptr (NbPlanStep) step = g_steal_pointer (&self->current);

  g_signal_handlers_disconnect_by_data (step, self);
  self->position++;
  if (nb_plan_step_get_state (step) == NB_PLAN_STEP_FAILED && self->policy == NB_RUN_STOPS_AT_FAILURE)
    fail (self, nb_plan_step_get_message (step));
  else
    next (self);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbRun) self = data;

  nb_plan_step_run_finish (NB_PLAN_STEP (source), result);
  if (self->current == NB_PLAN_STEP (source))
    end_current (self);
}

static gboolean
is_due (NbRun *self, NbPlanStep *step)
{
  if (self->back)
    return nb_plan_step_get_changed (step);

  return nb_plan_step_get_state (step) == NB_PLAN_STEP_WAITING && !nb_plan_step_get_idle (step);
}

static void
next (NbRun *self)
{
  for (; self->position < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); self->position++)
    {
      NbPlanStep *step = nb_run_get_step (self, self->position);

      if (!is_due (self, step))
        continue;
      if (self->cancelled)
        {
          nb_plan_step_mark (step, NB_PLAN_STEP_FAILED, _ ("Cancelled."));
          fail (self, _ ("Cancelled."));
          return;
        }
      self->current = g_object_ref (step);
      g_signal_connect_object (step, "notify", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
      if (self->back || nb_plan_step_get_undoes (step))
        nb_plan_step_undo_async (step, ended_cb, g_object_ref (self));
      else
        nb_plan_step_run_async (step, ended_cb, g_object_ref (self));
      return;
    }

  set_state (self, NB_RUN_DONE);
}

static void
nb_run_dispose (GObject *object)
{
  NbRun *self = NB_RUN (object);

  if (self->current != NULL)
    g_signal_handlers_disconnect_by_data (self->current, self);
  g_clear_object (&self->current);
  g_list_store_remove_all (self->steps);

  G_OBJECT_CLASS (nb_run_parent_class)->dispose (object);
}

static void
nb_run_finalize (GObject *object)
{
  g_object_unref (NB_RUN (object)->steps);
  g_free (NB_RUN (object)->message);

  G_OBJECT_CLASS (nb_run_parent_class)->finalize (object);
}

static void
nb_run_class_init (NbRunClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_run_dispose;
  G_OBJECT_CLASS (klass)->finalize = nb_run_finalize;

  changed_signal = g_signal_new ("changed", NB_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_run_init (NbRun *self)
{
  self->steps = g_list_store_new (NB_TYPE_PLAN_STEP);
}

NbRun *
nb_run_new (NbRunPolicy policy)
{
  NbRun *self = g_object_new (NB_TYPE_RUN, NULL);

  self->policy = policy;

  return self;
}

/* (transfer none) (element-type NbPlanStep) */
GListModel *
nb_run_get_steps (NbRun *self)
{
  return G_LIST_MODEL (self->steps);
}

/* (transfer none): the list keeps it alive. */
NbPlanStep *
nb_run_get_step (NbRun *self, guint position)
{
  g_autoptr (NbPlanStep) step = g_list_model_get_item (G_LIST_MODEL (self->steps), position);

  return step;
}

/**
 * nb_run_splice:
 * @self: a run
 * @position: where
 * @n_removed: how many steps go, none of which is under way
 * @added: (element-type NbPlanStep): which come instead
 */
void
nb_run_splice (NbRun *self, guint position, guint n_removed, GPtrArray *added)
{
  g_list_store_splice (self->steps, position, n_removed, added->pdata, added->len);
}

NbRunState
nb_run_get_state (NbRun *self)
{
  return self->state;
}

/* Why it failed, what was done and what not; or null. */
const char *
nb_run_get_message (NbRun *self)
{
  return self->message;
}

NbPlanStep *
nb_run_get_current (NbRun *self)
{
  return self->current;
}

guint
nb_run_get_position (NbRun *self)
{
  return self->position;
}

gboolean
nb_run_get_can_cancel (NbRun *self)
{
  return self->current != NULL && nb_plan_step_get_can_cancel (self->current);
}

static void
start (NbRun *self, gboolean back)
{
  g_return_if_fail (self->current == NULL);

  self->back = back;
  self->cancelled = FALSE;
  self->position = 0;
  set_state (self, NB_RUN_RUNNING);
  next (self);
}

/* Does all that waits, in order. */
void
nb_run_begin (NbRun *self)
{
  start (self, FALSE);
}

/* Takes back what the steps themselves have changed. */
void
nb_run_back (NbRun *self)
{
  start (self, TRUE);
}

/**
 * nb_run_cancel:
 * @self: a run
 *
 * Stops where that is safe. A step that ends all the same is the last one.
 */
void
nb_run_cancel (NbRun *self)
{
  if (!nb_run_get_can_cancel (self))
    return;

  self->cancelled = TRUE;
  nb_plan_step_cancel (self->current);
  if (self->current != NULL && nb_plan_step_get_state (self->current) != NB_PLAN_STEP_RUNNING)
    end_current (self);
}

/* An answer that comes too late does nothing. */
void
nb_run_answer (NbRun *self, NbPlanStepAnswer answer)
{
  if (self->current != NULL)
    nb_plan_step_answer (self->current, answer);
}

/* What comes after the step under way is not done. */
void
nb_run_skip_rest (NbRun *self)
{
  for (guint i = self->position + 1; i < g_list_model_get_n_items (G_LIST_MODEL (self->steps)); i++)
    nb_plan_step_mark (nb_run_get_step (self, i), NB_PLAN_STEP_SKIPPED, NULL);
}
