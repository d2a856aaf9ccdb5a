/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole way on the demo's computer and machines, with failures at each step, and back again. */

#include "config.h"

#include "nb-demo-helper.h"
#include "nb-demo.h"
#include "nb-machine-judge.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-plan.h"

#include <glib/gstdio.h>
#include <string.h>

static NbRecordings *recordings;
static NbMachineList *machines;

typedef struct
{
  NbDemo *demo;
  NbHost *host;
  NbHostController *controller;
  NbKvmUsers *users;
  NbMachineEditor *editor;
  NbPlan *plan;
} Fixture;

static NbMachine *
find (const char *name)
{
  NbMachine *machine = nb_test_find_by_name (machines, name);

  g_assert_nonnull (machine);
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  return machine;
}

static void
power (NbMachine *machine, NbPowerVerb verb)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nb_machine_power_async (machine, verb, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  nb_machine_power_finish (machine, result, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, const char *scenario, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbHelper) helper = NULL;

  f->demo = nb_demo_new (scenario, &error);
  g_assert_no_error (error);
  f->host = nb_host_new (nb_demo_get_root (f->demo));
  nb_host_refresh (f->host);
  wait_for (nb_host_get_facts (f->host) != NULL);
  helper = nb_demo_helper_new (nb_demo_get_root (f->demo));
  f->controller = nb_host_controller_new (f->host, helper);
  f->editor = nb_machine_editor_new (find (name));
  nb_machine_editor_load (f->editor);
  wait_for (nb_machine_editor_get_busy (f->editor) == NB_EDITOR_IDLE && nb_machine_editor_get_edit (f->editor) != NULL);
  f->users = nb_kvm_users_new (f->host, helper, G_LIST_MODEL (machines));
  f->plan = nb_plan_new (f->editor, f->controller, f->users);
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->plan);
  g_clear_object (&f->editor);
  g_clear_object (&f->users);
  g_clear_object (&f->controller);
  g_clear_object (&f->host);
  g_clear_object (&f->demo);
}

static gboolean
is_over (NbPlan *plan)
{
  return nb_plan_get_state (plan) != NB_PLAN_RUNNING && nb_plan_get_state (plan) != NB_PLAN_ASKING;
}

/* "host:done cpu:waiting …" */
static void
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

static void
run (Fixture *f)
{
  g_assert_true (nb_plan_get_can_run (f->plan));
  nb_plan_run (f->plan);
  wait_for (is_over (f->plan));
}

static void
take_back (Fixture *f)
{
  g_assert_true (nb_plan_get_can_take_back (f->plan));
  nb_plan_take_back (f->plan);
  wait_for (is_over (f->plan));
}

static void
test_whole_way (void)
{
  Fixture f;
  g_autofree char *before = NULL;
  NbMachine *machine = find ("Windows 11 (WSL)");

  set_up (&f, "off", "Windows 11 (WSL)");
  before = g_strdup (nb_machine_editor_get_config (f.editor)->inactive);
  assert_steps (f.plan, "h.c.r.p.");
  run (&f);
  assert_steps (f.plan, "h+c+r+p+");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_cmpint (nb_machine_editor_get_proof (f.editor), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_READY);

  take_back (&f);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_TAKEN_BACK);
  assert_steps (f.plan, "s+C+H+a+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_OFF);
  g_assert_cmpstr (nb_machine_editor_get_config (f.editor)->inactive, ==, before);
  wait_for (nb_machine_is_active (machine));
  g_assert_false (nb_plan_get_can_take_back (f.plan));
  tear_down (&f);
}

static void
test_shut_off (void)
{
  Fixture f;
  NbMachine *machine = find ("Android emulator host");

  set_up (&f, "ready", "Android emulator host");
  assert_steps (f.plan, "c.b.p.");
  g_object_set (f.plan, "prove", FALSE, NULL);
  assert_steps (f.plan, "c.b.");
  run (&f);
  assert_steps (f.plan, "c+b+");
  take_back (&f);
  assert_steps (f.plan, "s+C+");
  wait_for (!nb_machine_is_active (machine));
  tear_down (&f);
}

/* The helper cannot write: nothing else may happen, and nothing is left to take back. */
static void
test_host_fails (void)
{
  Fixture f;
  g_autofree char *path = NULL;
  g_autofree char *before = NULL;

  set_up (&f, "off", "Windows 11 (WSL)");
  before = g_strdup (nb_machine_editor_get_config (f.editor)->inactive);
  path = g_build_filename (nb_demo_get_root (f.demo), "facts.ini", NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  run (&f);
  assert_steps (f.plan, "hxc.r.p.");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FAILED);
  g_assert_nonnull (nb_plan_get_message (f.plan));
  g_assert_false (nb_plan_get_can_take_back (f.plan));
  g_assert_cmpstr (nb_machine_editor_get_config (f.editor)->inactive, ==, before);
  tear_down (&f);
}

static gboolean
cancel_when_possible (gpointer data)
{
  if (!nb_plan_get_can_cancel (data))
    return G_SOURCE_CONTINUE;

  nb_plan_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
test_password_dismissed (void)
{
  Fixture f;

  set_up (&f, "off", "Windows 11 (WSL)");
  nb_plan_run (f.plan);
  wait_for (nb_plan_get_can_cancel (f.plan));
  cancel_when_possible (f.plan);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "hxc.r.p.");
  g_assert_false (nb_plan_get_can_take_back (f.plan));
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_OFF);
  tear_down (&f);
}

/* At the next step: pulled away from under the plan. */
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

static void
sabotage_cpu (NbMachine *machine)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, &error);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, "<cpu mode='host-model' check='partial'/>");
  g_autoptr (NbApplied) applied = nb_test_apply (machine, config->inactive, changed, &error);

  g_assert_no_error (error);
  g_assert_nonnull (applied);
}

static void
sabotage_shut_off (NbMachine *machine)
{
  power (machine, NB_POWER_DESTROY);
}

static void
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

/* Somebody else stores another processor in the same moment: theirs is not overwritten. */
static void
test_cpu_fails (void)
{
  Fixture f;

  set_up (&f, "off", "Ubuntu 24.04 desktop");
  assert_steps (f.plan, "h.c.r.p.");
  run_sabotaged (&f, NB_PLAN_CPU, sabotage_cpu);
  assert_steps (f.plan, "h+cxr.p.");
  g_assert_nonnull (strstr (nb_plan_get_message (f.plan), "Done: "));
  g_assert_nonnull (strstr (nb_machine_editor_get_config (f.editor)->inactive, "<cpu "));
  take_back (&f);
  assert_steps (f.plan, "H+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_OFF);
  tear_down (&f);
}

static void
test_proof_fails (void)
{
  Fixture f;

  set_up (&f, "ready", "debian-builder");
  assert_steps (f.plan, "c.r.p.");
  run_sabotaged (&f, NB_PLAN_PROOF, sabotage_shut_off);
  /* The recordings' guest sees nothing once its machine is off. */
  assert_steps (f.plan, "c+r+px");
  wait_for (!nb_machine_is_active (nb_plan_get_machine (f.plan)));
  take_back (&f);
  assert_steps (f.plan, "C+a+");
  tear_down (&f);
}

/* All that run stop, and those others run again; the test driver's guests always obey. */
static void
test_busy (void)
{
  Fixture f;
  gboolean asks;

  set_up (&f, "in-use", "web-staging");
  g_object_get (f.plan, "asks-when", &asks, NULL);
  g_assert_true (asks);
  assert_steps (f.plan, "h.c.");
  run (&f);
  assert_steps (f.plan, "h+c+");
  g_assert_true (nb_machine_is_active (find ("web-staging")));
  take_back (&f);
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GListStore) connections = NULL;
  const char *uris[] = { NULL, NULL };
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  recordings = nb_recordings_new (NULL);
  uris[0] = nb_recordings_get_uri (recordings);
  connections = nb_connection_list_new (uris, recordings);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) > 0);

  g_test_add_func ("/plan-run/whole-way", test_whole_way);
  g_test_add_func ("/plan-run/shut-off", test_shut_off);
  g_test_add_func ("/plan-run/host-fails", test_host_fails);
  g_test_add_func ("/plan-run/password-dismissed", test_password_dismissed);
  g_test_add_func ("/plan-run/cpu-fails", test_cpu_fails);
  g_test_add_func ("/plan-run/proof-fails", test_proof_fails);
  g_test_add_func ("/plan-run/busy", test_busy);
  status = g_test_run ();
  g_clear_object (&machines);
  g_clear_object (&recordings);
  return status;
}
