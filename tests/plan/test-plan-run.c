/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole way on the demo's computer and machines, with failures at each step, and back again. */

#include "config.h"

#include "plan-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

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
  g_assert_cmpint (nb_machine_editor_get_answer (f.editor), ==, NB_GUEST_ANSWER_READY);
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
      nb_plan_answer (f->plan, NB_PLAN_STEP_ANSWER_WAIT);
      wait_for (nb_plan_get_state (f->plan) == NB_PLAN_ASKING);
    }
  g_assert_cmpstr (nb_plan_get_waiting_for (f->plan), ==, whom);
}

/* Whoever shows the plan asks when it is asking: then there is no time left, whatever is told first. */
static void
whole_cb (NbPlan *plan)
{
  if (nb_plan_get_state (plan) == NB_PLAN_ASKING)
    g_assert_cmpuint (nb_plan_get_seconds_left (plan), ==, 0);
}

/* A guest that never shuts down: the time is shown, then the person is asked, and asked again after more of it. */
static void
test_deaf_wait_then_force (void)
{
  Fixture f;

  let_run (deaf);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 1, NULL);
  g_signal_connect (f.plan, "notify", G_CALLBACK (whole_cb), NULL);
  nb_plan_run (f.plan);
  g_assert_cmpuint (nb_plan_get_seconds_left (f.plan), ==, 1);
  wait_until_asked (&f, deaf[1]);
  g_assert_true (nb_machine_is_active (find (deaf[1])));
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_WAIT);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_RUNNING);
  g_assert_cmpuint (nb_plan_get_seconds_left (f.plan), ==, 1);
  wait_until_asked (&f, deaf[1]);
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_FORCE_OFF);
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
  g_object_set (f.plan, "patience", 1, NULL);
  nb_plan_run (f.plan);
  wait_until_asked (&f, deaf[1]);
  g_assert_false (nb_machine_is_active (find (deaf[0])));
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_LATER);
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

/* Cancelled while it is asked: nothing was changed, and taking back starts what has stopped. */
static void
test_deaf_cancel (void)
{
  Fixture f;

  let_run (deaf);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 1, NULL);
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

/* It does not stop for the way back either: everything is left as it is, and what stopped runs again. */
static void
test_deaf_on_the_way_back (void)
{
  static const char *const one[] = { "k8s-node-1", NULL };
  Fixture f;

  let_run (one);
  set_up_goal (&f, "in-use", NB_PLAN_GOAL_ENABLE);
  g_object_set (f.plan, "patience", 1, NULL);
  run (&f);
  assert_steps (f.plan, "s+h+a+");
  wait_for (nb_machine_is_active (find (one[0])));
  let_run (deaf);
  wait_for (nb_host_get_facts (f.host)->refcnt > 0);
  nb_plan_take_back (f.plan, NULL);
  wait_until_asked (&f, deaf[1]);
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_LATER);
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
  g_object_set (f.plan, "when", NB_PLAN_NOW, "prove", FALSE, "start-again", FALSE, "patience", 1, NULL);
  assert_steps (f.plan, "s.h.c.b.");
  nb_plan_run (f.plan);
  wait_until_asked (&f, three[2]);
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_LATER);
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
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_WAIT);
  g_assert_cmpint (nb_plan_get_state (f.plan), ==, NB_PLAN_RUNNING);
  wait_until_asked (&f, NULL);
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_LATER);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s-h+a+");
  wait_until_run (two);
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  open_demo ();
  g_test_add_func ("/plan-run/whole-way", test_whole_way);
  g_test_add_func ("/plan-run/windows", test_windows);
  g_test_add_func ("/plan-run/shut-off", test_shut_off);
  g_test_add_func ("/plan-run/host-fails", test_host_fails);
  g_test_add_func ("/plan-run/password-dismissed", test_password_dismissed);
  g_test_add_func ("/plan-run/cpu-fails", test_cpu_fails);
  g_test_add_func ("/plan-run/proof-fails", test_proof_fails);
  g_test_add_func ("/plan-run/busy-later", test_busy_later);
  g_test_add_func ("/plan-run/computer-now", test_computer_now);
  g_test_add_func ("/plan-run/computer-later", test_computer_later);
  g_test_add_func ("/plan-run/disable-and-undo", test_disable_and_undo);
  g_test_add_func ("/plan-run/deaf-wait-then-force", test_deaf_wait_then_force);
  g_test_add_func ("/plan-run/deaf-later", test_deaf_later);
  g_test_add_func ("/plan-run/deaf-cancel", test_deaf_cancel);
  g_test_add_func ("/plan-run/deaf-on-the-way-back", test_deaf_on_the_way_back);
  g_test_add_func ("/plan-run/machine-deaf-later", test_machine_deaf_later);
  g_test_add_func ("/plan-run/machine-busy-now", test_machine_busy_now);
  g_test_add_func ("/plan-run/stranger", test_stranger);
  g_test_add_func ("/plan-run/stranger-at-the-end", test_stranger_at_the_end);
  status = g_test_run ();
  close_demo ();
  return status;
}
