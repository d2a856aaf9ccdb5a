/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What there is to take back, as the steps tell that have had their turn: the earlier ones, and those that are shown. */

#include "config.h"

#include "nb-plan-back.h"

#include "nb-step.h"

/* Whether a step of the one kind changed something that none of the other has taken back. */
static gboolean
has_changed (GPtrArray *earlier, GListModel *steps, NbPlanKind there, NbPlanKind back)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < earlier->len + g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (NbPlanStep) step =
        i < earlier->len ? g_object_ref (earlier->pdata[i]) : g_list_model_get_item (steps, i - earlier->len);

      if (nb_plan_step_get_changed (step) && nb_plan_step_get_kind (step) == there)
        changed = TRUE;
      else if (nb_plan_step_get_changed (step) && nb_plan_step_get_kind (step) == back)
        changed = FALSE;
    }

  return changed;
}

static gboolean
has_changed_host (GPtrArray *earlier, GListModel *steps)
{
  return has_changed (earlier, steps, NB_PLAN_HOST, NB_PLAN_HOST_BACK);
}

static gboolean
has_changed_cpu (GPtrArray *earlier, GListModel *steps)
{
  return has_changed (earlier, steps, NB_PLAN_CPU, NB_PLAN_CPU_BACK);
}

static NbMachine *
get_machine (const NbPlanParts *parts)
{
  return parts->editor != NULL ? nb_machine_editor_get_machine (parts->editor) : NULL;
}

gboolean
nb_plan_back_is_possible (const NbPlanParts *parts, GPtrArray *earlier, GListModel *steps)
{
  return has_changed_host (earlier, steps) || has_changed_cpu (earlier, steps) || parts->stopped->len > 0;
}

static gboolean
takes_reload (const NbPlanParts *parts, GPtrArray *earlier, GListModel *steps)
{
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (parts->controller));

  return has_changed_host (earlier, steps) && nb_host_controller_get_undo_reloads (parts->controller) &&
         facts->refcnt > 0;
}

/* (transfer full) (element-type NbMachine): whom the way back shuts down. */
GPtrArray *
nb_plan_back_dup_stops (const NbPlanParts *parts, GPtrArray *earlier, GListModel *steps)
{
  GPtrArray *stops;

  if (takes_reload (parts, earlier, steps))
    return nb_kvm_users_dup_machines (parts->users);

  stops = g_ptr_array_new_with_free_func (g_object_unref);
  if (has_changed_cpu (earlier, steps) && nb_machine_is_active (get_machine (parts)))
    g_ptr_array_add (stops, g_object_ref (get_machine (parts)));

  return stops;
}

/* Outlines the way back. (transfer full) (element-type NbMachine): whom it starts in the end. */
GPtrArray *
nb_plan_back_decide (
  const NbPlanParts *parts, GPtrArray *earlier, GListModel *steps, GPtrArray *stops, NbPlanOutline *outline)
{
  NbMachine *machine = get_machine (parts);
  GPtrArray *starts = nb_plan_parts_filter_startable (parts->ran, NULL);
  NbPlanDone done = { .host = has_changed_host (earlier, steps),
                      .reload = takes_reload (parts, earlier, steps),
                      .cpu = has_changed_cpu (earlier, steps),
                      .running = machine != NULL && nb_machine_is_active (machine) };

  for (guint i = starts->len; i > 0; i--)
    if (nb_machine_is_active (starts->pdata[i - 1]) && !g_ptr_array_find (stops, starts->pdata[i - 1], NULL))
      g_ptr_array_remove_index (starts, i - 1);
  done.n_ran = starts->len;
  nb_plan_outline_take_back (outline, &done);

  return starts;
}
