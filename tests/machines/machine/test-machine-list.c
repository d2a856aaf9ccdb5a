/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-error.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* libvirt's test driver shares test:///default within a process: the other handle is "somebody else". */
typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
  GPtrArray *mirror;
  virConnectPtr other;
} Fixture;

#define DOMAIN(name, uuid, cpu)                                                                                        \
  "<domain type='test'><name>" name "</name><uuid>" uuid "</uuid><memory>8192</memory><vcpu>2</vcpu>"                  \
  "<os><type>hvm</type></os>" cpu "<clock offset='utc'/></domain>"

#define UUID_A      "a0000000-0000-4000-8000-000000000001"
#define UUID_B      "b0000000-0000-4000-8000-000000000002"
#define MODEL_A     "<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model></cpu>"
#define PASSTHROUGH "<cpu mode='host-passthrough' check='none' migratable='on'/>"

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };

  nb_virt_init ();
  fixture->other = virConnectOpen (uris[0]);
  g_assert_nonnull (fixture->other);
  fixture->connections = nb_connection_list_new (uris, NULL);
  fixture->machines = nb_machine_list_new (G_LIST_MODEL (fixture->connections));
  fixture->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  nb_test_follow (G_LIST_MODEL (fixture->machines), fixture->mirror);
  nb_connection_list_open (G_LIST_MODEL (fixture->connections));
  wait_for (nb_machine_list_is_settled (fixture->machines) && fixture->mirror->len == 1);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  NbMachineList *machines;

  g_list_store_remove_all (fixture->connections);
  g_assert_cmpuint (fixture->mirror->len, ==, 0);
  /* What is still on its way to the list keeps it; then nothing does. */
  machines = fixture->machines;
  g_object_add_weak_pointer (G_OBJECT (machines), (gpointer *) &machines);
  g_object_unref (fixture->machines);
  wait_for (machines == NULL);
  g_object_unref (fixture->connections);
  g_ptr_array_unref (fixture->mirror);
  virConnectClose (fixture->other);
}

static virDomainPtr
define (Fixture *fixture, const char *xml, const char *name)
{
  virDomainPtr domain = virDomainDefineXML (fixture->other, xml);

  g_assert_nonnull (domain);
  wait_for (nb_test_find_by_name (fixture->machines, name) != NULL);
  return domain;
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  NbMachine *machine = nb_test_find_by_name (fixture->machines, "test");

  g_assert_nonnull (machine);
  g_assert_cmpint (nb_machine_get_state (machine), ==, NB_MACHINE_STATE_RUNNING);
  g_assert_true (nb_machine_is_persistent (machine));
  g_assert_null (nb_machine_get_summary (machine));
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  g_assert_cmpstr (nb_machine_get_summary (machine)->type, ==, "test");
  g_assert_cmpuint (nb_machine_get_summary (machine)->vcpus, ==, 2);
}

static gboolean
is_mixed (Fixture *fixture)
{
  gboolean mixed;

  g_object_get (fixture->machines, "mixed", &mixed, NULL);
  return mixed;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

/* Machines of more than one connection; a connection without any does not count. */
static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (NbConnection) empty = NULL;
  g_autoptr (NbConnection) second = NULL;
  guint count = 0;
  const int fd = g_file_open_tmp ("nestbox-XXXXXX.xml", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  uri = g_strconcat ("test://", path, NULL);
  g_signal_connect_swapped (fixture->machines, "notify::mixed", G_CALLBACK (count_cb), &count);

  g_assert_true (g_file_set_contents (path, "<node/>", -1, NULL));
  empty = nb_connection_new (uri, NULL);
  g_list_store_append (fixture->connections, empty);
  nb_connection_open (empty);
  wait_for (nb_connection_is_usable (empty) && nb_machine_list_is_settled (fixture->machines));
  g_assert_false (is_mixed (fixture));

  g_assert_true (g_file_set_contents (path, "<node>" DOMAIN ("far", UUID_B, PASSTHROUGH) "</node>", -1, NULL));
  second = nb_connection_new (uri, NULL);
  g_list_store_append (fixture->connections, second);
  nb_connection_open (second);
  wait_for (nb_test_find_by_name (fixture->machines, "far") != NULL);
  g_assert_true (is_mixed (fixture));
  g_assert_cmpuint (count, ==, 1);

  g_list_store_remove (fixture->connections, 2);
  g_assert_false (is_mixed (fixture));
  g_assert_cmpuint (count, ==, 2);
  g_signal_handlers_disconnect_by_data (fixture->machines, &count);
  g_unlink (path);
}

static void
test_events (Fixture *fixture, gconstpointer data)
{
  nb_auto_domain domain = define (fixture, DOMAIN ("a", UUID_A, MODEL_A), "a");
  g_autoptr (NbMachine) machine = g_object_ref (nb_test_find_by_name (fixture->machines, "a"));

  g_assert_cmpint (nb_machine_get_state (machine), ==, NB_MACHINE_STATE_SHUT_OFF);
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  g_assert_cmpint (nb_machine_get_summary (machine)->mode, ==, NB_CPU_MODE_CUSTOM);

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_RUNNING);
  g_assert_cmpint (virDomainSuspend (domain), ==, 0);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_PAUSED);
  g_assert_cmpint (virDomainResume (domain), ==, 0);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_RUNNING);
  g_assert_cmpint (virDomainManagedSave (domain, 0), ==, 0);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_assert_true (nb_machine_has_managed_save (machine));
  g_assert_cmpint (virDomainManagedSaveRemove (domain, 0), ==, 0);

  /* Somebody else's edit reaches the row. */
  {
    nb_auto_domain again = virDomainDefineXML (fixture->other, DOMAIN ("a", UUID_A, PASSTHROUGH));
    g_assert_nonnull (again);
  }
  wait_for (nb_machine_get_summary (machine)->mode == NB_CPU_MODE_HOST_PASSTHROUGH);

  g_assert_cmpint (virDomainRename (domain, "renamed", 0), ==, 0);
  wait_for (g_str_equal (nb_machine_get_name (machine), "renamed"));
  g_assert_true (nb_test_find_by_name (fixture->machines, "renamed") == machine);

  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  wait_for (nb_test_find_by_name (fixture->machines, "renamed") == NULL);
  g_assert_cmpuint (fixture->mirror->len, ==, 1);
}

static void
test_apply (Fixture *fixture, gconstpointer data)
{
  nb_auto_domain domain = define (fixture, DOMAIN ("a", UUID_A, MODEL_A), "a");
  NbMachine *machine = nb_test_find_by_name (fixture->machines, "a");
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autoptr (NbApplied) undone = NULL;
  g_autofree char *changed = NULL;

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  wait_for (nb_machine_is_active (machine));
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  g_assert_nonnull (config->live);
  g_assert_true (config->secure);

  changed = nb_test_with_cpu (config->inactive, PASSTHROUGH);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (applied->previous, ==, config->inactive);
  g_assert_cmpstr (applied->config->inactive, ==, changed);
  g_assert_cmpstr (applied->config->live, ==, config->live);

  undone = nb_test_apply (machine, applied->config->inactive, applied->previous, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (undone->config->inactive, ==, config->inactive);

  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  wait_for (fixture->mirror->len == 1);
}

static void
test_changed_meanwhile (Fixture *fixture, gconstpointer data)
{
  nb_auto_domain domain = define (fixture, DOMAIN ("a", UUID_A, MODEL_A), "a");
  NbMachine *machine = nb_test_find_by_name (fixture->machines, "a");
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, NULL);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, PASSTHROUGH);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbApplied) applied = NULL;

  /* The rest may change under our feet, and stays as the other left it. */
  {
    nb_auto_domain other =
      virDomainDefineXML (fixture->other, DOMAIN ("a", UUID_A, "<description>other</description>" MODEL_A));
    g_assert_nonnull (other);
  }
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (applied->config->inactive, "<description>other</description>"));
  g_assert_nonnull (strstr (applied->config->inactive, "host-passthrough"));
  g_clear_pointer (&applied, nb_applied_free);

  /* The base is of before our own change: <cpu> is another now. */
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CHANGED);
  g_assert_null (applied);

  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  wait_for (fixture->mirror->len == 1);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  nb_auto_domain domain = define (fixture, DOMAIN ("a", UUID_A, MODEL_A), "a");
  g_autoptr (NbMachine) machine = g_object_ref (nb_test_find_by_name (fixture->machines, "a"));
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, NULL);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, PASSTHROUGH);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbApplied) applied = NULL;
  virDomainPtr none;

  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_GONE);
  g_assert_null (applied);
  none = virDomainLookupByName (fixture->other, "a");
  g_assert_null (none);
  wait_for (fixture->mirror->len == 1);
}

static void
test_transient (Fixture *fixture, gconstpointer data)
{
  nb_auto_domain domain = virDomainCreateXML (fixture->other, DOMAIN ("b", UUID_B, MODEL_A), 0);
  NbMachine *machine;
  g_autoptr (NbMachineConfig) config = NULL;
  g_autofree char *changed = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbApplied) applied = NULL;

  g_assert_nonnull (domain);
  wait_for (nb_test_find_by_name (fixture->machines, "b") != NULL);
  machine = nb_test_find_by_name (fixture->machines, "b");
  g_assert_false (nb_machine_is_persistent (machine));
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  changed = nb_test_with_cpu (config->inactive, PASSTHROUGH);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_TRANSIENT);
  g_assert_null (applied);

  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  wait_for (fixture->mirror->len == 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/machine-list/list", test_list);
  ADD ("/machine-list/events", test_events);
  ADD ("/machine-list/mixed", test_mixed);
  ADD ("/machine-list/apply", test_apply);
  ADD ("/machine-list/changed-meanwhile", test_changed_meanwhile);
  ADD ("/machine-list/gone", test_gone);
  ADD ("/machine-list/transient", test_transient);
  return g_test_run ();
}
