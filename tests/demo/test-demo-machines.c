/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-guest-agent.h"
#include "nb-machine-error.h"
#include "nb-machines-test.h"
#include "nb-recordings.h"
#include "nb-shutdown.h"

static NbRecordings *recordings;
static NbMachineList *machines;

static NbMachine *
find (const char *name)
{
  NbMachine *machine = nb_test_find_by_name (machines, name);

  g_assert_nonnull (machine);
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  return machine;
}

static NbGuestAnswer
ask (NbMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  NbGuestAnswer answer;

  nb_machine_ask_guest_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  answer = nb_machine_ask_guest_finish (machine, result, &error);
  g_assert_no_error (error);
  return answer;
}

static void
test_machines (void)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machines)), >=, 12);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machines)); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (machines), i);

      nb_machine_request_summary (machine);
      wait_for (nb_machine_get_summary (machine) != NULL);
      g_assert_cmpstr (nb_machine_get_summary (machine)->type, ==, "kvm");
      g_assert_nonnull (nb_machine_get_summary (machine)->os_id);
      g_assert_cmpint (nb_machine_get_summary (machine)->offered, ==, NB_TRISTATE_YES);
    }
  g_assert_true (nb_machine_has_managed_save (find ("fedora-toolbox")));
  g_assert_false (nb_machine_is_persistent (find ("ci-runner-4711")));
  g_assert_cmpint (nb_machine_get_summary (find ("k8s-node-1"))->configured, ==, NB_TRISTATE_YES);
  g_assert_cmpint (nb_machine_get_summary (find ("Windows 11 (WSL)"))->configured, ==, NB_TRISTATE_NO);
  g_assert_cmpint (ask (find ("Windows 11 (WSL)")), ==, NB_GUEST_ANSWER_WINDOWS);
}

/* The whole way that a person goes in the demo: copy the host's processor, restart, look inside, take it back. */
static void
test_the_whole_way (void)
{
  NbMachine *machine = find ("Ubuntu 24.04 desktop");
  g_autoptr (NbShutdown) shutdown = nb_shutdown_new (machine);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) restarted = NULL;
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, &error);
  g_autofree char *changed =
    nb_test_with_cpu (config->inactive, "<cpu mode='host-passthrough' check='none' migratable='on'/>");
  g_autoptr (NbApplied) applied = NULL;
  g_autoptr (NbApplied) undone = NULL;

  g_assert_nonnull (config->capabilities);
  g_assert_nonnull (config->expanded);
  g_assert_cmpint (config->pending, ==, NB_CPU_PENDING_SAME);
  g_assert_cmpint (ask (machine), ==, NB_GUEST_ANSWER_NO);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (applied->config->pending, ==, NB_CPU_PENDING_DIFFERS);
  wait_for (nb_machine_get_summary (machine)->pending == NB_CPU_PENDING_DIFFERS);

  nb_shutdown_run_async (shutdown, NB_SHUTDOWN_STARTS_AGAIN, 0, nb_test_keep_result, &restarted);
  wait_for (restarted != NULL);
  g_assert_true (nb_shutdown_run_finish (shutdown, restarted, &error));
  wait_for (nb_machine_is_active (machine) && nb_machine_get_summary (machine)->pending == NB_CPU_PENDING_SAME);
  g_assert_cmpint (ask (machine), ==, NB_GUEST_ANSWER_READY);

  undone = nb_test_apply (machine, applied->config->inactive, applied->previous, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (undone->config->inactive, ==, config->inactive);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GListStore) connections = NULL;
  const char *uris[] = { NULL, NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  recordings = nb_recordings_new (NULL);
  uris[0] = nb_recordings_get_uri (recordings);
  connections = nb_connection_list_new (uris, NB_STAND_IN (recordings));
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) > 0);

  g_test_add_func ("/demo-machines/machines", test_machines);
  g_test_add_func ("/demo-machines/the-whole-way", test_the_whole_way);
  status = g_test_run ();
  g_clear_object (&machines);
  g_object_run_dispose (G_OBJECT (recordings));
  g_clear_object (&recordings);
  return status;
}
