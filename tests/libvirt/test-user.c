/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An ordinary user: the session's libvirtd, and the system's one behind a real polkit. Which of them is the first
 * argument, for each needs surroundings of its own: see in-private-libvirt and meson.build. */

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>

#include "nb-connection-opener-virt.h"
#include "nb-connection-private.h"
#include "nb-machine-error.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-polkit.h"
#include "nb-virt.h"

#define MODEL   "<cpu mode='custom' match='exact' check='partial'><model fallback='allow'>Nehalem</model></cpu>"
#define MAXIMUM "<cpu mode='maximum' check='none' migratable='on'/>"
#define DOMAIN                                                                                                         \
  "<domain type='qemu'><name>mine</name><uuid>c0000000-0000-4000-8000-000000000001</uuid><memory unit='MiB'>16"        \
  "</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>" MODEL "<clock offset='utc'/>"          \
  "<devices><memballoon model='none'/></devices></domain>"

static gboolean
upgrade (NbConnection *connection, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  nb_connection_upgrade_async (connection, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  return nb_connection_upgrade_finish (connection, result, error);
}

/* libvirt's client starts the session's daemon when it is asked to connect. We do not ask until there is one. */
static void
test_session (void)
{
  const char *const uris[] = { "qemu:///session", NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbMachineList) machines = nb_machine_list_new (G_LIST_MODEL (connections));
  NbConnection *connection = nb_connection_list_find (G_LIST_MODEL (connections), uris[0]);
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  nb_auto_connect other = NULL;
  nb_auto_domain domain = NULL;
  NbMachine *machine;

  nb_connection_open (connection);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_CLOSED);

  /* Somebody starts it: ours opens by itself. */
  nb_virt_init ();
  other = virConnectOpen (uris[0]);
  g_assert_nonnull (other);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_OPEN);

  domain = virDomainDefineXML (other, DOMAIN);
  if (domain == NULL)
    g_error ("define: %s", virGetLastErrorMessage ());
  wait_for (nb_test_find_by_name (machines, "mine") != NULL);
  machine = nb_test_find_by_name (machines, "mine");
  nb_machine_power_async (machine, NB_POWER_START, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  nb_machine_power_finish (machine, result, &error);
  g_assert_no_error (error);
  wait_for (nb_machine_is_active (machine));
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (applied->config->pending, ==, NB_CPU_PENDING_DIFFERS);
  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
}

/* The policy says no: read-only without a question, everything listed, and a change refused with the machine as it was. */
static void
test_refused (void)
{
  const char *const uris[] = { "qemu:///system", NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbMachineList) machines = nb_machine_list_new (G_LIST_MODEL (connections));
  NbConnection *connection = nb_connection_list_find (G_LIST_MODEL (connections), uris[0]);
  g_autoptr (NbMachineConfig) config = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *results[3] = { NULL };
  NbMachine *machine;
  guint generation;

  g_assert_cmpint (nb_polkit_check_silently ("org.libvirt.unix.manage"), ==, NB_POLKIT_NO);
  g_assert_cmpint (nb_polkit_check_silently ("org.libvirt.unix.monitor"), ==, NB_POLKIT_YES);
  g_assert_cmpint (nb_polkit_check_silently ("org.example.unknown"), ==, NB_POLKIT_UNAVAILABLE);
  nb_connection_open (connection);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_READ_ONLY);
  wait_for (nb_test_find_by_name (machines, "roots") != NULL);
  machine = nb_test_find_by_name (machines, "roots");
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  g_assert_false (config->secure);
  g_assert_null (strstr (config->inactive, "secret"));
  g_assert_cmpint (config->pending, ==, NB_CPU_PENDING_SAME);

  /* Several machines are shut down at once: one attempt, and so at most one question, for all of them. */
  generation = nb_connection_get_generation (connection);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    nb_connection_upgrade_async (connection, NULL, nb_test_keep_result, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      wait_for (results[i] != NULL);
      g_assert_false (nb_connection_upgrade_finish (connection, results[i], &error));
      g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED);
      g_clear_error (&error);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (nb_connection_reserve_generation (connection), ==, generation + 2);
  changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  g_assert_null (nb_test_apply (machine, config->inactive, changed, &error));
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_READ_ONLY);
}

/* The policy says yes: writable at once. */
static void
test_allowed (void)
{
  g_autoptr (NbConnection) connection = nb_connection_new ("qemu:///system", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (nb_polkit_check_silently ("org.libvirt.unix.manage"), ==, NB_POLKIT_YES);
  nb_connection_open (connection);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_OPEN);
  g_assert_true (upgrade (connection, &error));
  g_assert_no_error (error);
}

/* The policy would ask and there is nobody to ask: read-only. Then the answer changes: the upgrade keeps the passwords
 * that a read-only reading never saw. */
static void
test_upgraded (void)
{
  const char *const uris[] = { "qemu:///system", NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbMachineList) machines = nb_machine_list_new (G_LIST_MODEL (connections));
  NbConnection *connection = nb_connection_list_find (G_LIST_MODEL (connections), uris[0]);
  g_autofree char *flag = g_build_filename (g_get_user_runtime_dir (), "yes", NULL);
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (GError) error = NULL;
  NbMachine *machine;

  nb_connection_open (connection);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_READ_ONLY);
  wait_for (nb_test_find_by_name (machines, "roots") != NULL);
  machine = nb_test_find_by_name (machines, "roots");
  config = nb_test_load (machine, &error);
  g_assert_false (config->secure);
  changed = nb_test_with_cpu (config->inactive, MAXIMUM);

  g_assert_true (g_file_set_contents (flag, "", 0, NULL));
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_OPEN);
  g_assert_nonnull (strstr (applied->previous, "passwd='secret'"));
  g_assert_nonnull (strstr (applied->config->inactive, "passwd='secret'"));
  g_assert_nonnull (strstr (applied->config->inactive, "mode='maximum'"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  if (g_str_equal (argv[1], "session"))
    g_test_add_func ("/user/session", test_session);
  else if (g_str_equal (argv[1], "refused"))
    g_test_add_func ("/user/refused", test_refused);
  else if (g_str_equal (argv[1], "allowed"))
    g_test_add_func ("/user/allowed", test_allowed);
  else if (g_str_equal (argv[1], "upgraded"))
    g_test_add_func ("/user/upgraded", test_upgraded);
  return g_test_run ();
}
