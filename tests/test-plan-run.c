/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole way on the demo's computer and machines, with failures at each step, and back again. */

#include "config.h"

#include "nb-demo-helper.h"
#include "nb-demo.h"
#include "nb-machine-judge.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-pkexec-helper.h"
#include "nb-plan.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

/* Milliseconds of a second, for the pretended guests and for those who wait for them. */
#define PACE 100

static NbRecordings *recordings;
static NbMachineList *machines;

/* What the functions of libvirt below do other than usual; read in the connection's thread. */
static int dismisses;
static int deaf_ear;
static GMutex held; /* as long as a guest's agent does not answer */

/* libvirt may ask for a password at a single call, and the person closes the dialog. */
virDomainPtr
virDomainDefineXMLFlags (virConnectPtr connect, const char *xml, unsigned int flags)
{
  virDomainPtr (*real) (virConnectPtr, const char *, unsigned int) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDefineXMLFlags");
  return g_atomic_int_get (&dismisses) ? NULL : real (connect, xml, flags);
}

virErrorPtr
virGetLastError (void)
{
  static virError dismissed = { .code = VIR_ERR_AUTH_CANCELLED, .level = VIR_ERR_ERROR };
  virErrorPtr (*real) (void) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virGetLastError");
  return g_atomic_int_get (&dismisses) ? &dismissed : real ();
}

/* With a guest agent that does not answer the call itself lasts, and the guest may do nothing all the same. */
int
virDomainShutdown (virDomainPtr domain)
{
  int (*real) (virDomainPtr) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainShutdown");
  if (!g_atomic_int_get (&deaf_ear))
    return real (domain);
  g_mutex_lock (&held);
  g_mutex_unlock (&held);
  return 0;
}

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
  nb_kvm_users_pretend (f->users, f->demo);
}

static void
set_up (Fixture *f, const char *scenario, const char *name)
{
  set_up_computer (f, scenario);
  f->editor = nb_machine_editor_new (find (name));
  nb_machine_editor_load (f->editor);
  wait_for (nb_machine_editor_get_busy (f->editor) == NB_EDITOR_IDLE && nb_machine_editor_get_edit (f->editor) != NULL);
  f->plan = nb_plan_new (f->editor, f->controller, f->users);
  g_object_set (f->plan, "pace", PACE, NULL);
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

/* libvirt's event that a machine runs may come after the answer to its start, and so after the end of a plan. */
static void
wait_until_run (const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    wait_for (nb_machine_is_active (find (names[i])));
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
  nb_plan_take_back (f->plan, NULL);
  wait_for (is_over (f->plan));
}

static void
test_whole_way (void)
{
  Fixture f;
  g_autofree char *before = NULL;
  NbMachine *machine = find ("Ubuntu 24.04 desktop");

  set_up (&f, "off", "Ubuntu 24.04 desktop");
  before = g_strdup (nb_machine_editor_get_config (f.editor)->inactive);
  assert_steps (f.plan, "h.c.r.p.");
  run (&f);
  assert_steps (f.plan, "h+c+r+p+");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_cmpint (nb_machine_editor_get_answer (f.editor), ==, NB_GUEST_ANSWER_KVM);
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

/* Windows shows no proof: nothing failed, and nothing is claimed. */
static void
test_windows (void)
{
  Fixture f;

  set_up (&f, "ready", "Windows 11 (WSL)");
  assert_steps (f.plan, "c.r.p.");
  run (&f);
  assert_steps (f.plan, "c+r+p-");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_cmpint (nb_machine_editor_get_proof (f.editor), ==, NB_TRISTATE_UNKNOWN);
  g_assert_null (strstr (nb_plan_get_message (f.plan), "Proven"));
  take_back (&f);
  assert_steps (f.plan, "s+C+a+");
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
  wait_for (nb_machine_is_active (machine));
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

/* The way back did not lead all the way: that is told with the failure, and not that all is as it was. */
static void
test_host_fails_halfway (void)
{
  static const char script[] = "#!/bin/sh\necho step check; echo step restore; echo warning not-like-before\n"
                               "echo result live=1 config=old next-boot=1; echo 'nestbox-helper: x' >&2; exit 18\n";
  Fixture f;
  g_autofree char *path = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (NbHelper) helper = NULL;

  set_up_computer (&f, "off");
  path = g_build_filename (nb_demo_get_root (f.demo), "pkexec", NULL);
  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0700), ==, 0);
  helper = nb_pkexec_helper_new (path, "/bin/sh");
  g_clear_object (&f.controller);
  f.controller = nb_host_controller_new (f.host, helper);
  f.plan = nb_plan_new_for_computer (NB_PLAN_GOAL_ENABLE, f.controller, f.users);
  run (&f);
  assert_steps (f.plan, "hx");
  g_assert_null (strstr (nb_plan_get_message (f.plan), "everything was put back"));
  g_assert_nonnull (strstr (nb_plan_get_message (f.plan), "not with the setting that it had before"));
  g_object_get (f.controller, "warning", &warning, NULL);
  g_assert_nonnull (strstr (warning, "not with the setting that it had before"));
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
store_cpu (NbMachine *machine, const char *cpu)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, &error);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, cpu);
  g_autoptr (NbApplied) applied = nb_test_apply (machine, config->inactive, changed, &error);

  g_assert_no_error (error);
  g_assert_nonnull (applied);
}

static void
sabotage_cpu (NbMachine *machine)
{
  store_cpu (machine, "<cpu mode='host-model' check='partial'/>");
}

static void
sabotage_shut_off (NbMachine *machine)
{
  power (machine, NB_POWER_DESTROY);
}

static void
sabotage_busy (NbMachine *machine)
{
  nb_machine_editor_check_guest (nb_machine_get_editor (machine));
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

/* Somebody else has stored another processor before, and unapplied changes are on top of the old one. */
static void
test_cpu_of_others (void)
{
  Fixture f;
  g_autofree char *theirs = NULL;

  set_up (&f, "ready", "Ubuntu 24.04 desktop");
  nb_cpu_edit_set_mode (nb_machine_editor_get_edit (f.editor), NB_CPU_MODE_HOST_PASSTHROUGH);
  store_cpu (nb_plan_get_machine (f.plan), "<cpu mode='custom' match='exact' check='partial'>"
                                           "<model fallback='allow'>Nehalem</model></cpu>");
  wait_for (nb_machine_editor_get_theirs (f.editor) != NULL);
  theirs = g_strdup (nb_machine_editor_get_config (f.editor)->inactive);
  assert_steps (f.plan, "c.r.p.");
  run (&f);
  assert_steps (f.plan, "cxr.p.");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FAILED);
  g_assert_cmpstr (nb_machine_editor_get_config (f.editor)->inactive, ==, theirs);
  nb_machine_editor_take_theirs (f.editor);
  tear_down (&f);
}

/* The password dialog of libvirt was closed: the plan ends, and nothing was stored. */
static void
test_cpu_dismissed (void)
{
  Fixture f;

  set_up (&f, "ready", "Windows 11 (WSL)");
  assert_steps (f.plan, "c.r.p.");
  g_atomic_int_set (&dismisses, TRUE);
  run (&f);
  g_atomic_int_set (&dismisses, FALSE);
  assert_steps (f.plan, "cxr.p.");
  g_assert_nonnull (strstr (nb_plan_get_message (f.plan), "Nothing was changed."));
  g_assert_false (nb_plan_get_can_take_back (f.plan));
  tear_down (&f);
}

/* Something else has the machine's page just then: the plan ends, and says so. */
static void
test_cpu_busy (void)
{
  Fixture f;

  set_up (&f, "off", "Windows 11 (WSL)");
  assert_steps (f.plan, "h.c.r.p.");
  run_sabotaged (&f, NB_PLAN_CPU, sabotage_busy);
  assert_steps (f.plan, "h+cxr.p.");
  take_back (&f);
  assert_steps (f.plan, "H+");
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

/* At the next restart is the default: nothing stops. */
static void
test_busy_later (void)
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

/* The machines of the names run, and no others. */
static void
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

static void
set_up_goal (Fixture *f, const char *scenario, NbPlanGoal goal)
{
  set_up_computer (f, scenario);
  f->plan = nb_plan_new_for_computer (goal, f->controller, f->users);
  g_object_set (f->plan, "pace", PACE, NULL);
  g_object_set (f->plan, "when", NB_PLAN_NOW, NULL);
}

static gboolean
is_drop_in (Fixture *f, const char *expected)
{
  g_autofree char *path = g_build_filename (nb_demo_get_root (f->demo), "etc/modprobe.d/zz-nestbox.conf", NULL);
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return g_strcmp0 (text, expected) == 0;
}

static const char *const two[] = { "k8s-node-1", "k8s-node-3", NULL };
static const char *const deaf[] = { "k8s-node-1", "Windows XP (old scanner)", NULL };

static guint
count_machines (Fixture *f)
{
  g_autoptr (GPtrArray) users = nb_kvm_users_dup_machines (f->users);

  return users->len;
}

/* All stop, the one that is gone for good too, and those that can run again; and the same on the way back. */
static void
test_computer_now (void)
{
  Fixture f;
  g_autoptr (GPtrArray) back = NULL;
  guint before;

  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  before = count_machines (&f);
  g_assert_cmpint (nb_machine_get_state (find ("k8s-node-3")), ==, NB_MACHINE_STATE_PAUSED);
  assert_steps (f.plan, "s.h.a.");
  g_object_set (f.plan, "start-again", FALSE, NULL);
  assert_steps (f.plan, "s.h.");
  g_object_set (f.plan, "start-again", TRUE, NULL);
  run (&f);
  assert_steps (f.plan, "s+h+a+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_READY);
  g_assert_true (is_drop_in (&f, "options kvm_intel nested=1\n"));
  g_assert_null (nb_test_find_by_name (machines, "ci-runner-4711"));

  /* Whoever takes it back has to know what stops for that. */
  wait_for (count_machines (&f) == before - 1 && nb_host_get_facts (f.host)->refcnt > 0);
  back = nb_plan_dup_stops_back (f.plan);
  g_assert_cmpuint (back->len, ==, before - 1);
  take_back (&f);
  assert_steps (f.plan, "s+H+a+");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_TAKEN_BACK);
  g_assert_true (is_drop_in (&f, NULL));
  wait_until_run (two);
  wait_for (nb_host_get_verdict (f.host) == NB_VERDICT_OFF_BUSY);
  tear_down (&f);
}

static void
test_computer_later (void)
{
  Fixture f;
  g_autoptr (GPtrArray) stops = NULL;

  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "when", NB_PLAN_LATER, NULL);
  assert_steps (f.plan, "h.");
  run (&f);
  assert_steps (f.plan, "h+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_AFTER_RESTART_BUSY);
  g_assert_true (nb_machine_is_active (find ("k8s-node-1")));
  stops = nb_plan_dup_stops_back (f.plan);
  g_assert_cmpuint (stops->len, ==, 0);

  /* Another one, now that the configuration says on: nothing is left for later. */
  g_clear_object (&f.plan);
  f.plan = nb_plan_new_for_computer (NB_PLAN_GOAL_ENABLE, f.controller, f.users);
  g_object_set (f.plan, "pace", PACE, NULL);
  assert_steps (f.plan, "");
  g_assert_false (nb_plan_get_can_run (f.plan));
  g_assert_null (nb_plan_get_obstacle_text (f.plan));
  tear_down (&f);
}

/* Off while in use, and the toast's Undo afterwards. */
static void
test_disable_and_undo (void)
{
  Fixture f;

  let_run (two);
  set_up_goal (&f, "ready", NB_PLAN_GOAL_DISABLE);
  assert_steps (f.plan, "s.h.a.");
  run (&f);
  assert_steps (f.plan, "s+h+a+");
  g_assert_true (is_drop_in (&f, "options kvm_intel nested=0\n"));
  wait_for (nb_host_get_verdict (f.host) == NB_VERDICT_OFF_BUSY);
  wait_until_run (two);

  g_clear_object (&f.plan);
  f.plan = nb_plan_new_for_computer (NB_PLAN_GOAL_UNDO, f.controller, f.users);
  g_object_set (f.plan, "pace", PACE, NULL);
  assert_steps (f.plan, "s.H.a.");
  run (&f);
  assert_steps (f.plan, "s+H+a+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_READY);
  g_assert_true (is_drop_in (&f, NULL));
  wait_until_run (two);
  tear_down (&f);
}

/* The others obey, but on a busy computer not always within the little patience. */
static void
wait_until_asked (Fixture *f, const char *whom)
{
  wait_for (nb_plan_get_state (f->plan) == NB_PLAN_ASKING);
  for (guint i = 0; i < 20 && g_strcmp0 (nb_plan_get_waiting_for (f->plan), whom) != 0; i++)
    {
      nb_plan_answer (f->plan, NB_PLAN_ANSWER_WAIT);
      wait_for (nb_plan_get_state (f->plan) == NB_PLAN_ASKING);
    }
  g_assert_cmpstr (nb_plan_get_waiting_for (f->plan), ==, whom);
}

/* A guest that never shuts down: the time is shown, then the person is asked, and asked again after more of it. */
static void
test_deaf_wait_then_force (void)
{
  Fixture f;

  let_run (deaf);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 3, NULL);
  nb_plan_run (f.plan);
  g_assert_cmpuint (nb_plan_get_seconds_left (f.plan), ==, 3);
  wait_until_asked (&f, deaf[1]);
  g_assert_true (nb_machine_is_active (find (deaf[1])));
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_WAIT);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_RUNNING);
  g_assert_cmpuint (nb_plan_get_seconds_left (f.plan), ==, 3);
  wait_until_asked (&f, deaf[1]);
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_FORCE_OFF);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s+h+a+");
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_READY);
  wait_until_run (deaf);
  tear_down (&f);
}

/* At the next restart instead: what stopped runs again, and the deaf one has never stopped. */
static void
test_deaf_later (void)
{
  Fixture f;

  let_run (deaf);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 3, NULL);
  nb_plan_run (f.plan);
  wait_until_asked (&f, deaf[1]);
  g_assert_false (nb_machine_is_active (find (deaf[0])));
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_LATER);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s-h+a+");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_true (is_drop_in (&f, "options kvm_intel nested=1\n"));
  wait_for (nb_host_get_verdict (f.host) == NB_VERDICT_AFTER_RESTART_BUSY);
  wait_for (nb_machine_is_active (find (deaf[0])));
  take_back (&f);
  assert_steps (f.plan, "H+");
  tear_down (&f);
}

/* Another machine has started since the person was asked: it is not shut down, and the person is asked once more. */
static void
test_back_unasked (void)
{
  static const char *const one[] = { "k8s-node-1", NULL };
  Fixture f;
  g_autoptr (GPtrArray) asked = NULL;
  g_autoptr (GPtrArray) again = NULL;

  let_run (one);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  run (&f);
  assert_steps (f.plan, "s+h+a+");
  wait_until_run (one);
  wait_for (nb_host_get_facts (f.host)->refcnt > 0);
  asked = nb_plan_dup_stops_back (f.plan);
  let_run (two);
  nb_plan_take_back (f.plan, asked);
  wait_for (is_over (f.plan));
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_nonnull (nb_plan_get_message (f.plan));
  assert_steps (f.plan, "s+h+a+");
  g_assert_true (nb_machine_is_active (find (two[1])));

  again = nb_plan_dup_stops_back (f.plan);
  g_assert_cmpuint (again->len, ==, asked->len + 1);
  nb_plan_take_back (f.plan, again);
  wait_for (is_over (f.plan));
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_TAKEN_BACK);
  tear_down (&f);
}

/* Cancelled while it is asked: nothing was changed, and taking back starts what has stopped. */
static void
test_deaf_cancel (void)
{
  Fixture f;

  let_run (deaf);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 3, NULL);
  nb_plan_run (f.plan);
  wait_until_asked (&f, deaf[1]);
  g_assert_true (nb_plan_get_can_cancel (f.plan));
  nb_plan_cancel (f.plan);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FAILED);
  assert_steps (f.plan, "sxh.a.");
  take_back (&f);
  assert_steps (f.plan, "a+");
  wait_for (nb_machine_is_active (find (deaf[0])));
  g_assert_true (is_drop_in (&f, NULL));
  tear_down (&f);
}

/* Cancelled while the guest is still being asked: that answer comes when the way back waits for it once more. */
static void
test_late_answer (void)
{
  static const char *const one[] = { "debian-builder", NULL };
  Fixture f;

  let_run (one);
  set_up (&f, "ready", "debian-builder");
  assert_steps (f.plan, "c.r.p.");
  g_object_set (f.plan, "patience", 3, NULL);
  g_mutex_lock (&held);
  g_atomic_int_set (&deaf_ear, TRUE);
  nb_plan_run (f.plan);
  wait_for (nb_plan_get_can_cancel (f.plan));
  nb_plan_cancel (f.plan);
  assert_steps (f.plan, "c+rxp.");
  nb_plan_take_back (f.plan, NULL);
  wait_for (nb_plan_get_waiting_for (f.plan) != NULL);
  assert_steps (f.plan, "s>C.a.");
  g_mutex_unlock (&held);
  wait_for (nb_plan_get_state (f.plan) == NB_PLAN_ASKING);
  g_atomic_int_set (&deaf_ear, FALSE);
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_FORCE_OFF);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s+C+a+");
  wait_for (nb_machine_is_active (nb_plan_get_machine (f.plan)));
  tear_down (&f);
}

/* It does not stop for the way back either: everything is left as it is, and what stopped runs again. */
static void
test_deaf_on_the_way_back (void)
{
  static const char *const one[] = { "k8s-node-1", NULL };
  Fixture f;

  let_run (one);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 3, NULL);
  run (&f);
  assert_steps (f.plan, "s+h+a+");
  wait_for (nb_machine_is_active (find (one[0])));
  let_run (deaf);
  wait_for (nb_host_get_facts (f.host)->refcnt > 0);
  nb_plan_take_back (f.plan, NULL);
  wait_until_asked (&f, deaf[1]);
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_LATER);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s-a+");
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_FINISHED);
  g_assert_true (nb_plan_get_can_take_back (f.plan));
  g_assert_true (is_drop_in (&f, "options kvm_intel nested=1\n"));
  wait_for (nb_machine_is_active (find (deaf[0])));
  g_assert_cmpint (nb_host_get_verdict (f.host), ==, NB_VERDICT_READY);
  tear_down (&f);
}

/* The machine's own plan, now while busy: it is not left off where the restart is chosen instead. */
static void
test_machine_deaf_later (void)
{
  static const char *const three[] = { "web-staging", "k8s-node-1", "Windows XP (old scanner)", NULL };
  Fixture f;

  let_run (three);
  set_up (&f, "in-use", "web-staging");
  g_object_set (f.plan, "when", NB_PLAN_NOW, "prove", FALSE, "start-again", FALSE, "patience", 4, NULL);
  assert_steps (f.plan, "s.h.c.b.");
  nb_plan_run (f.plan);
  wait_until_asked (&f, three[2]);
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_LATER);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s-h+a+c+");
  wait_for (nb_machine_is_active (find ("web-staging")));
  g_assert_false (nb_machine_is_active (find ("k8s-node-1")));
  take_back (&f);
  wait_for (nb_machine_is_active (find ("web-staging")) && nb_machine_is_active (find ("k8s-node-1")));
  tear_down (&f);
}

/* The whole of it, now, for a machine: all stop, it starts with its new processor, the others run again. */
static void
test_machine_busy_now (void)
{
  static const char *const some[] = { "web-staging", "k8s-node-1", NULL };
  Fixture f;

  let_run (some);
  set_up (&f, "in-use", "web-staging");
  g_object_set (f.plan, "when", NB_PLAN_NOW, NULL);
  assert_steps (f.plan, "s.h.a.c.b.p.");
  run (&f);
  assert_steps (f.plan, "s+h+a+c+b+p+");
  g_assert_cmpint (nb_machine_editor_get_proof (f.editor), ==, NB_TRISTATE_YES);
  wait_until_run (some);
  take_back (&f);
  assert_steps (f.plan, "s+C+H+a+");
  wait_until_run (some);
  tear_down (&f);
}

/* A process of the demo's computer that is no machine of libvirt, as the kernel would show it. */
static void
make_process (Fixture *f, const char *pid, gboolean there)
{
  const char *root = nb_demo_get_root (f->demo);
  g_autofree char *folder = g_build_filename (root, "proc", pid, NULL);
  g_autofree char *fds = g_build_filename (folder, "fd", NULL);
  g_autofree char *link = g_build_filename (fds, "9", NULL);
  g_autofree char *comm = g_build_filename (folder, "comm", NULL);
  g_autofree char *status = g_build_filename (folder, "status", NULL);

  if (!there)
    {
      g_assert_cmpint (g_remove (link), ==, 0);
      return;
    }

  g_assert_cmpint (g_mkdir_with_parents (fds, 0700), ==, 0);
  g_assert_true (g_file_set_contents (comm, "emulator64\n", -1, NULL));
  g_assert_true (g_file_set_contents (status, "Name:\temulator64\nUid:\t1000\t1000\t1000\t1000\n", -1, NULL));
  g_assert_cmpint (symlink ("anon_inode:kvm-vm", link), ==, 0);
}

/* Makes the demo count anew. */
static void
restart (const char *name)
{
  power (find (name), NB_POWER_DESTROY);
  wait_for (!nb_machine_is_active (find (name)));
  power (find (name), NB_POWER_START);
  wait_for (nb_machine_is_active (find (name)));
}

/* Something that is no machine: now is impossible as long as it is seen, and it is named. */
static void
test_stranger (void)
{
  Fixture f;
  gboolean can_now;

  let_run (two);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  assert_steps (f.plan, "s.h.a.");
  make_process (&f, "5873", TRUE);
  restart (two[0]);
  wait_for (nb_kvm_users_count_strangers (f.users) == 1);
  g_object_get (f.plan, "can-now", &can_now, NULL);
  g_assert_false (can_now);
  assert_steps (f.plan, "h.");

  make_process (&f, "5873", FALSE);
  restart (two[0]);
  wait_for (nb_kvm_users_count_strangers (f.users) == 0);
  assert_steps (f.plan, "s.h.a.");
  tear_down (&f);
}

/* One that nobody could see before: found when all machines have stopped, before the helper runs. */
static void
test_stranger_at_the_end (void)
{
  Fixture f;

  let_run (two);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  make_process (&f, "5873", TRUE);
  nb_plan_run (f.plan);
  wait_until_asked (&f, NULL);
  g_assert_true (is_drop_in (&f, NULL));
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_WAIT);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_RUNNING);
  wait_until_asked (&f, NULL);
  nb_plan_answer (f.plan, NB_PLAN_ANSWER_LATER);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s-h+a+");
  wait_until_run (two);
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
  nb_recordings_set_pace (recordings, PACE);
  uris[0] = nb_recordings_get_uri (recordings);
  connections = nb_connection_list_new (uris, recordings);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) > 0);

  g_test_add_func ("/plan-run/whole-way", test_whole_way);
  g_test_add_func ("/plan-run/windows", test_windows);
  g_test_add_func ("/plan-run/shut-off", test_shut_off);
  g_test_add_func ("/plan-run/host-fails", test_host_fails);
  g_test_add_func ("/plan-run/host-fails-halfway", test_host_fails_halfway);
  g_test_add_func ("/plan-run/password-dismissed", test_password_dismissed);
  g_test_add_func ("/plan-run/cpu-fails", test_cpu_fails);
  g_test_add_func ("/plan-run/cpu-of-others", test_cpu_of_others);
  g_test_add_func ("/plan-run/cpu-dismissed", test_cpu_dismissed);
  g_test_add_func ("/plan-run/cpu-busy", test_cpu_busy);
  g_test_add_func ("/plan-run/proof-fails", test_proof_fails);
  g_test_add_func ("/plan-run/busy-later", test_busy_later);
  g_test_add_func ("/plan-run/computer-now", test_computer_now);
  g_test_add_func ("/plan-run/computer-later", test_computer_later);
  g_test_add_func ("/plan-run/disable-and-undo", test_disable_and_undo);
  g_test_add_func ("/plan-run/deaf-wait-then-force", test_deaf_wait_then_force);
  g_test_add_func ("/plan-run/deaf-later", test_deaf_later);
  g_test_add_func ("/plan-run/deaf-cancel", test_deaf_cancel);
  g_test_add_func ("/plan-run/back-unasked", test_back_unasked);
  g_test_add_func ("/plan-run/late-answer", test_late_answer);
  g_test_add_func ("/plan-run/deaf-on-the-way-back", test_deaf_on_the_way_back);
  g_test_add_func ("/plan-run/machine-deaf-later", test_machine_deaf_later);
  g_test_add_func ("/plan-run/machine-busy-now", test_machine_busy_now);
  g_test_add_func ("/plan-run/stranger", test_stranger);
  g_test_add_func ("/plan-run/stranger-at-the-end", test_stranger_at_the_end);
  status = g_test_run ();
  g_clear_object (&machines);
  g_clear_object (&recordings);
  return status;
}
