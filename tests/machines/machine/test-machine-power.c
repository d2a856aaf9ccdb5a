/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-guest-agent.h"
#include "nb-machine-error.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
  NbMachine *machine;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };

  fixture->connections = nb_connection_list_new (uris, NULL);
  fixture->machines = nb_machine_list_new (G_LIST_MODEL (fixture->connections));
  nb_connection_list_open (G_LIST_MODEL (fixture->connections));
  wait_for (nb_test_find_by_name (fixture->machines, "test") != NULL);
  fixture->machine = g_object_ref (nb_test_find_by_name (fixture->machines, "test"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->machine);
  g_object_unref (fixture->machines);
  g_object_unref (fixture->connections);
}

static gboolean
do_power (NbMachine *machine, NbPowerVerb verb, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  nb_machine_power_async (machine, verb, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  return nb_machine_power_finish (machine, result, error);
}

static void
test_power (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (do_power (fixture->machine, NB_POWER_SHUT_DOWN, &error));
  wait_for (nb_machine_get_state (fixture->machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_assert_false (do_power (fixture->machine, NB_POWER_DESTROY, &error));
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_STATE);
  g_clear_error (&error);
  g_assert_true (do_power (fixture->machine, NB_POWER_START, &error));
  wait_for (nb_machine_get_state (fixture->machine) == NB_MACHINE_STATE_RUNNING);
}

static void
test_cpuinfo (void)
{
  static const char svm[] = "processor\t: 0\nflags\t\t: fpu svm sse\nbugs\t: x\n";
  static const char vmx[] = "flags\t\t: fpu vmx";

  g_assert_cmpint (nb_guest_answer_from_cpuinfo (svm, FALSE), ==, NB_GUEST_ANSWER_GIVEN_SVM);
  g_assert_cmpint (nb_guest_answer_from_cpuinfo (vmx, FALSE), ==, NB_GUEST_ANSWER_GIVEN_VMX);
  g_assert_cmpint (nb_guest_answer_from_cpuinfo (svm, TRUE), ==, NB_GUEST_ANSWER_READY);
  g_assert_cmpint (nb_guest_answer_from_cpuinfo (vmx, TRUE), ==, NB_GUEST_ANSWER_READY);

  /* KVM alone proves nothing: it runs on processors that hide their flags from guests. */
  g_assert_cmpint (nb_guest_answer_from_cpuinfo ("flags\t\t: fpu svm_lock\nvmx flags\t: vnmi\n", TRUE), ==,
                   NB_GUEST_ANSWER_NO);
  g_assert_cmpint (nb_guest_answer_from_cpuinfo ("model name\t: svm\n", TRUE), ==, NB_GUEST_ANSWER_NO);
  g_assert_cmpint (nb_guest_answer_from_cpuinfo ("", FALSE), ==, NB_GUEST_ANSWER_NO);

  g_assert_cmpint (nb_guest_answer_get_proof (NB_GUEST_ANSWER_GIVEN_SVM), ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_guest_answer_get_proof (NB_GUEST_ANSWER_WINDOWS), ==, NB_TRISTATE_UNKNOWN);
  g_assert_cmpint (nb_guest_answer_get_proof (NB_GUEST_ANSWER_REFUSED), ==, NB_TRISTATE_UNKNOWN);
  g_assert_nonnull (strstr (nb_guest_answer_get_text (NB_GUEST_ANSWER_REFUSED), " grep "));
  g_assert_nonnull (strstr (nb_guest_answer_get_text (NB_GUEST_ANSWER_GIVEN_SVM), "kvm_amd"));
  g_assert_nonnull (strstr (nb_guest_answer_get_text (NB_GUEST_ANSWER_GIVEN_VMX), "kvm_intel"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/machine-power/power", Fixture, NULL, set_up, test_power, tear_down);
  g_test_add_func ("/machine-power/cpuinfo", test_cpuinfo);
  return g_test_run ();
}
