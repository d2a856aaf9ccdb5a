/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plans that meet what they can't foresee: a closed password dialog, an answer that comes too late, somebody else. */

#include "config.h"

#include "plan-fixture.h"

#include "nb-pkexec-helper.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

static const char *const two[] = { "k8s-node-1", "k8s-node-3", NULL };

/* What the functions of libvirt below do other than usual; read in the connection's thread. */
static int dismisses;
static int deaf_ear;
static GMutex held; /* as long as a guest's agent does not answer */

/* libvirt may ask for a password at a single call, and the person closes the dialog. */
virDomainPtr
virDomainDefineXML (virConnectPtr connect, const char *xml)
{
  virDomainPtr (*real) (virConnectPtr, const char *) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDefineXML");
  return g_atomic_int_get (&dismisses) ? NULL : real (connect, xml);
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
virDomainShutdownFlags (virDomainPtr domain, unsigned int flags)
{
  int (*real) (virDomainPtr, unsigned int) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainShutdownFlags");
  if (!g_atomic_int_get (&deaf_ear))
    return real (domain, flags);
  g_mutex_lock (&held);
  g_mutex_unlock (&held);
  return 0;
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

static void
sabotage_busy (NbMachine *machine)
{
  nb_machine_editor_check_guest (nb_machine_get_editor (machine));
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

/* Cancelled while the guest is still being asked: that answer comes when the way back waits for it once more. */
static void
test_late_answer (void)
{
  static const char *const one[] = { "debian-builder", NULL };
  Fixture f;

  let_run (one);
  set_up (&f, "ready", "debian-builder");
  assert_steps (f.plan, "c.r.p.");
  g_object_set (f.plan, "patience", 1, NULL);
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
  nb_plan_answer (f.plan, NB_PLAN_STEP_ANSWER_FORCE_OFF);
  wait_for (is_over (f.plan));
  assert_steps (f.plan, "s+C+a+");
  wait_for (nb_machine_is_active (nb_plan_get_machine (f.plan)));
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  open_demo ();
  g_test_add_func ("/plan-odd/host-fails-halfway", test_host_fails_halfway);
  g_test_add_func ("/plan-odd/cpu-of-others", test_cpu_of_others);
  g_test_add_func ("/plan-odd/cpu-dismissed", test_cpu_dismissed);
  g_test_add_func ("/plan-odd/cpu-busy", test_cpu_busy);
  g_test_add_func ("/plan-odd/back-unasked", test_back_unasked);
  g_test_add_func ("/plan-odd/late-answer", test_late_answer);
  status = g_test_run ();
  close_demo ();
  return status;
}
