/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-editor.h"
#include "nb-machine-error.h"
#include "nb-machine-versions.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#include <string.h>

/* libvirt's test driver shares test:///default within a process: the other handle is "somebody else". */
typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
  virConnectPtr other;
  NbMachineEditor *editor;
  char *original;
  guint n_failed;
} Fixture;

#define MODEL       "<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model></cpu>"
#define PASSTHROUGH "<cpu mode='host-passthrough' check='none' migratable='on'/>"
#define NONSENSE    "<cpu mode='nonsense'/>"

static const char *
get_stored (Fixture *fixture)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (fixture->editor);

  return config != NULL ? config->inactive : "";
}

static void
failed_cb (NbMachineEditor *editor, GError *error, Fixture *fixture)
{
  fixture->n_failed++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };

  nb_virt_init ();
  fixture->other = virConnectOpen (uris[0]);
  g_assert_nonnull (fixture->other);
  fixture->connections = nb_connection_list_new (uris, NULL);
  fixture->machines = nb_machine_list_new (G_LIST_MODEL (fixture->connections));
  nb_connection_list_open (G_LIST_MODEL (fixture->connections));
  wait_for (nb_test_find_by_name (fixture->machines, "test") != NULL);

  fixture->editor = nb_machine_editor_new (nb_test_find_by_name (fixture->machines, "test"));
  g_signal_connect (fixture->editor, "failed", G_CALLBACK (failed_cb), fixture);
  nb_machine_editor_load (fixture->editor);
  wait_for (nb_machine_editor_get_edit (fixture->editor) != NULL);
  fixture->original = g_strdup (get_stored (fixture));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->editor, fixture);
  g_clear_object (&fixture->editor);
  g_list_store_remove_all (fixture->connections);
  g_clear_object (&fixture->machines);
  g_clear_object (&fixture->connections);
  g_free (fixture->original);
  virConnectClose (fixture->other);
}

static void
define_by_another (Fixture *fixture, const char *cpu)
{
  g_autofree char *xml = nb_test_with_cpu (fixture->original, cpu);
  nb_auto_domain domain = virDomainDefineXML (fixture->other, xml);

  g_assert_nonnull (domain);
}

static void
bring_back (Fixture *fixture, const char *cpu)
{
  g_autofree char *xml = nb_test_with_cpu (fixture->original, cpu);

  nb_machine_editor_bring_back (fixture->editor, xml);
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  bring_back (fixture, PASSTHROUGH);
  wait_for (nb_machine_editor_get_can_undo (fixture->editor));
  g_assert_nonnull (strstr (get_stored (fixture), "host-passthrough"));

  nb_machine_editor_undo (fixture->editor);
  wait_for (strstr (get_stored (fixture), "host-passthrough") == NULL);
  g_assert_true (nb_machine_editor_get_can_undo (fixture->editor));
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

/* What somebody else stored after our Apply is not ours to undo. */
static void
test_no_undo_over_others (Fixture *fixture, gconstpointer data)
{
  bring_back (fixture, PASSTHROUGH);
  wait_for (nb_machine_editor_get_can_undo (fixture->editor));

  define_by_another (fixture, MODEL);
  wait_for (strstr (get_stored (fixture), "EPYC") != NULL);
  g_assert_false (nb_machine_editor_get_can_undo (fixture->editor));
  nb_machine_editor_undo (fixture->editor);
  g_assert_cmpint (nb_machine_editor_get_busy (fixture->editor), ==, NB_EDITOR_IDLE);
}

/* News that comes while an Apply is under way is not lost when that fails, whoever was first. */
static void
test_news_while_failing (Fixture *fixture, gconstpointer data)
{
  bring_back (fixture, NONSENSE);
  define_by_another (fixture, MODEL);
  wait_for (fixture->n_failed == 1);
  wait_for (strstr (get_stored (fixture), "EPYC") != NULL);
  g_assert_null (nb_machine_editor_get_theirs (fixture->editor));
  g_assert_false (nb_machine_editor_get_modified (fixture->editor));
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **) data = nb_machine_versions_list_finish (NB_MACHINE (source), result, NULL);
}

/* What is written over is kept before it is: also where the write then fails. */
static void
test_kept_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) versions = NULL;

  bring_back (fixture, NONSENSE);
  wait_for (fixture->n_failed == 1);

  nb_machine_versions_list_async (nb_machine_editor_get_machine (fixture->editor), NULL, listed_cb, &versions);
  wait_for (versions != NULL);
  g_assert_cmpuint (versions->len, >, 0);
}

/* Who chooses something while the last choice is stored keeps it, and is asked. */
static void
test_chosen_meanwhile (Fixture *fixture, gconstpointer data)
{
  bring_back (fixture, PASSTHROUGH);
  nb_cpu_edit_set_vcpus_maximum (nb_machine_editor_get_edit (fixture->editor), 5);
  wait_for (strstr (get_stored (fixture), "host-passthrough") != NULL);
  g_assert_cmpuint (nb_cpu_edit_get_vcpus_maximum (nb_machine_editor_get_edit (fixture->editor)), ==, 5);
  g_assert_nonnull (nb_machine_editor_get_theirs (fixture->editor));

  nb_machine_editor_keep_mine (fixture->editor);
  wait_for (strstr (get_stored (fixture), ">5</vcpu>") != NULL);
  g_assert_false (nb_machine_editor_get_modified (fixture->editor));
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

int
main (int argc, char *argv[])
{
  /* Earlier versions are kept in the state folder. */
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/machine-editor/undo", Fixture, NULL, set_up, test_undo, tear_down);
  g_test_add ("/machine-editor/no-undo-over-others", Fixture, NULL, set_up, test_no_undo_over_others, tear_down);
  g_test_add ("/machine-editor/kept-before", Fixture, NULL, set_up, test_kept_before, tear_down);
  g_test_add ("/machine-editor/chosen-meanwhile", Fixture, NULL, set_up, test_chosen_meanwhile, tear_down);
  g_test_add ("/machine-editor/news-while-failing", Fixture, NULL, set_up, test_news_while_failing, tear_down);

  return g_test_run ();
}
