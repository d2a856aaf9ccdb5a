/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "plan-fixture.h"

#include "nb-demo.h"
#include "nb-demo-helper.h"
#include "nb-machine-power.h"
#include "nb-recordings.h"

static NbRecordings *recordings;
NbMachineList *machines;

void
open_demo (void)
{
  g_autoptr (GListStore) connections = NULL;
  const char *uris[] = { NULL, NULL };

  recordings = nb_recordings_new (NULL);
  nb_recordings_set_times (recordings, 40, 1);
  uris[0] = nb_recordings_get_uri (recordings);
  connections = nb_connection_list_new (uris, NB_STAND_IN (recordings));
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) > 0);
}

void
close_demo (void)
{
  g_clear_object (&machines);
  g_clear_object (&recordings);
}

NbMachine *
find (const char *name)
{
  NbMachine *machine = nb_test_find_by_name (machines, name);

  g_assert_nonnull (machine);
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  return machine;
}

void
power (NbMachine *machine, NbPowerVerb verb)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nb_machine_power_async (machine, verb, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  nb_machine_power_finish (machine, result, &error);
  g_assert_no_error (error);
}

void
set_up_computer (Fixture *f, const char *scenario)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbHelper) helper = NULL;

  *f = (Fixture){ NULL };
  f->demo = nb_demo_new (scenario, &error);
  g_assert_no_error (error);
  f->host = nb_host_new (nb_demo_get_root (f->demo));
  nb_host_refresh (f->host);
  wait_for (nb_host_get_facts (f->host) != NULL);
  helper = nb_demo_helper_new (nb_demo_get_root (f->demo), 10);
  f->controller = nb_host_controller_new (f->host, helper);
  f->users = nb_kvm_users_new (f->host, helper, G_LIST_MODEL (machines));
  nb_demo_follow (f->demo, f->users);
}

void
set_up (Fixture *f, const char *scenario, const char *name)
{
  set_up_computer (f, scenario);
  f->editor = nb_machine_editor_new (find (name));
  nb_machine_editor_load (f->editor);
  wait_for (nb_machine_editor_get_busy (f->editor) == NB_EDITOR_IDLE && nb_machine_editor_get_edit (f->editor) != NULL);
  f->plan = nb_plan_new (f->editor, f->controller, f->users);
  g_object_set (f->plan, "pace", PACE, NULL);
}

void
tear_down (Fixture *f)
{
  g_clear_object (&f->plan);
  g_clear_object (&f->editor);
  g_clear_object (&f->users);
  g_clear_object (&f->controller);
  g_clear_object (&f->host);
  g_clear_object (&f->demo);
}

/* libvirt's event that a machine runs may come after the answer to its start, and so after the end of a plan. */
void
wait_until_run (const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    wait_for (nb_machine_is_active (find (names[i])));
}

gboolean
is_over (NbPlan *plan)
{
  return nb_plan_get_state (plan) != NB_PLAN_RUNNING && nb_plan_get_state (plan) != NB_PLAN_ASKING;
}

/* "host:done cpu:waiting …" */
void
assert_steps (NbPlan *plan, const char *expected)
{
  GListModel *steps = nb_plan_get_steps (plan);
  GString *text = g_string_new (NULL);
  static const char kinds[] = "shacrbpCH";
  static const char states[] = ".>+x-";

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (NbPlanStep) step = g_list_model_get_item (steps, i);

      g_assert_nonnull (nb_plan_step_get_title (step));
      g_assert_nonnull (nb_plan_step_get_explanation (step));
      g_string_append_c (text, kinds[nb_plan_step_get_kind (step)]);
      g_string_append_c (text, states[nb_plan_step_get_state (step)]);
    }
  if (g_strcmp0 (text->str, expected) != 0)
    g_test_message ("%s", nb_plan_get_message (plan));
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

void
run (Fixture *f)
{
  g_assert_true (nb_plan_get_can_run (f->plan));
  nb_plan_run (f->plan);
  wait_for (is_over (f->plan));
}

void
take_back (Fixture *f)
{
  g_assert_true (nb_plan_get_can_take_back (f->plan));
  nb_plan_take_back (f->plan, NULL);
  wait_for (is_over (f->plan));
}

typedef struct
{
  NbPlan *plan;
  NbPlanKind kind;
  void (*sabotage) (NbMachine *machine);
} Sabotage;

static void
step_cb (NbPlanStep *step, GParamSpec *pspec, Sabotage *sabotage)
{
  if (nb_plan_step_get_kind (step) == sabotage->kind && nb_plan_step_get_state (step) == NB_PLAN_STEP_RUNNING)
    sabotage->sabotage (nb_plan_get_machine (sabotage->plan));
}

void
store_cpu (NbMachine *machine, const char *cpu)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, &error);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, cpu);
  g_autoptr (NbApplied) applied = nb_test_apply (machine, config->inactive, changed, &error);

  g_assert_no_error (error);
  g_assert_nonnull (applied);
}

void
run_sabotaged (Fixture *f, NbPlanKind kind, void (*sabotage) (NbMachine *machine))
{
  Sabotage data = { f->plan, kind, sabotage };
  GListModel *steps = nb_plan_get_steps (f->plan);

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (NbPlanStep) step = g_list_model_get_item (steps, i);

      g_signal_connect (step, "notify::state", G_CALLBACK (step_cb), &data);
    }
  run (f);
  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (NbPlanStep) step = g_list_model_get_item (steps, i);

      g_signal_handlers_disconnect_by_data (step, &data);
    }
}

/* The machines of the names run, and no others. */
void
let_run (const char *const *names)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machines)); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (machines), i);
      const gboolean wanted = g_strv_contains (names, nb_machine_get_name (machine));

      if (wanted == nb_machine_is_active (machine) || (!wanted && !nb_machine_is_persistent (machine)))
        continue;
      power (machine, wanted ? NB_POWER_START : NB_POWER_DESTROY);
      wait_for (nb_machine_is_active (machine) == wanted);
    }
}

void
set_up_goal (Fixture *f, const char *scenario, NbPlanGoal goal)
{
  set_up_computer (f, scenario);
  f->plan = nb_plan_new_for_computer (goal, f->controller, f->users);
  g_object_set (f->plan, "pace", PACE, NULL);
  g_object_set (f->plan, "when", NB_PLAN_NOW, NULL);
}
