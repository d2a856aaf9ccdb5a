/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-progress.h"

static void
append (GListStore *steps, int step)
{
  g_autoptr (NbProgressStep) item = nb_progress_step_new (step);

  g_list_store_append (steps, item);
}

/**
 * nb_progress_start:
 * @steps: a list store of #NbProgressStep
 * @verb: what is begun
 * @proof: whether its result will be tried
 *
 * Fills @steps with what @verb is expected to do, the password first and under way.
 */
void
nb_progress_start (GListStore *steps, NbVerb verb, gboolean proof)
{
  const NbVerbInfo *info = nb_verb_get_info (verb);
  g_autoptr (NbProgressStep) first = NULL;

  g_list_store_remove_all (steps);
  append (steps, NB_PROGRESS_STEP_PASSWORD);
  append (steps, NB_STEP_CHECK);
  if (info->writes)
    append (steps, NB_STEP_WRITE);
  if (info->reloads)
    {
      append (steps, NB_STEP_RELOAD);
      append (steps, NB_STEP_VERIFY);
      if (proof && info->value == NB_TRISTATE_YES)
        append (steps, NB_PROGRESS_STEP_PROOF);
    }

  first = g_list_model_get_item (G_LIST_MODEL (steps), 0);
  nb_progress_step_set_state (first, NB_PROGRESS_ACTIVE);
}

/**
 * nb_progress_advance:
 * @steps: a list store of #NbProgressStep
 * @step: the step that has begun: an #NbStep, or %NB_PROGRESS_STEP_PROOF
 *
 * What comes before @step is done. A step that was not expected (repair, restore) is put in before those that wait.
 */
void
nb_progress_advance (GListStore *steps, int step)
{
  GListModel *model = G_LIST_MODEL (steps);
  guint n = g_list_model_get_n_items (model);
  guint first_waiting = n;
  guint at = n;
  g_autoptr (NbProgressStep) current = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (NbProgressStep) item = g_list_model_get_item (model, i);

      if (nb_progress_step_get_step (item) == step)
        at = MIN (at, i);
      if (nb_progress_step_get_state (item) == NB_PROGRESS_WAITING)
        first_waiting = MIN (first_waiting, i);
    }

  if (at == n)
    {
      g_autoptr (NbProgressStep) item = nb_progress_step_new (step);

      at = first_waiting;
      g_list_store_insert (steps, at, item);
    }

  for (guint i = 0; i < at; i++)
    {
      g_autoptr (NbProgressStep) item = g_list_model_get_item (model, i);

      nb_progress_step_set_state (item, NB_PROGRESS_DONE);
    }

  current = g_list_model_get_item (model, at);
  nb_progress_step_set_state (current, NB_PROGRESS_ACTIVE);
}
