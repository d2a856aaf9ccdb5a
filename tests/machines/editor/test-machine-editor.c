/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-editor.h"
#include "nb-machine-error.h"
#include "nb-machine-versions.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

/* What the functions of libvirt below do other than usual; read in the connection's thread. */
static int cuts;      /* a change is sent and its answer is lost, or it is not even sent: see Cut */
static int silent;    /* how many readings fail after that */
static int dismisses; /* a password dialog of libvirt is closed */

enum
{
  CUT_NOTHING,
  CUT_ANSWER,
  CUT_REQUEST,
};

static __thread const virError *last_error;

virErrorPtr
virGetLastError (void)
{
  virErrorPtr (*real) (void) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virGetLastError");
  return last_error != NULL ? (virErrorPtr) last_error : real ();
}

/* "client socket is closed", and "authentication cancelled". */
static void
set_last_error (int code, int domain)
{
  static virError error;

  error = (virError){ .code = code, .domain = domain, .level = VIR_ERR_ERROR, .message = (char *) "cut" };
  last_error = &error;
}

virDomainPtr
virDomainDefineXML (virConnectPtr connect, const char *xml)
{
  virDomainPtr (*real) (virConnectPtr, const char *) = NULL;
  const int cut = g_atomic_int_get (&cuts);

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDefineXML");
  last_error = NULL;
  if (g_atomic_int_get (&dismisses))
    {
      set_last_error (VIR_ERR_AUTH_CANCELLED, VIR_FROM_RPC);
      return NULL;
    }
  if (cut == CUT_NOTHING)
    return real (connect, xml);
  if (cut == CUT_ANSWER)
    {
      nb_auto_domain domain = real (connect, xml);

      g_assert_nonnull (domain);
    }
  g_atomic_int_set (&cuts, CUT_NOTHING);
  set_last_error (VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC);
  return NULL;
}

char *
virDomainGetXMLDesc (virDomainPtr domain, unsigned int flags)
{
  char *(*real) (virDomainPtr, unsigned int) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainGetXMLDesc");
  last_error = NULL;
  if (g_atomic_int_get (&cuts) == CUT_NOTHING && g_atomic_int_get (&silent) > 0)
    {
      g_atomic_int_add (&silent, -1);
      set_last_error (VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC);
      return NULL;
    }
  return real (domain, flags);
}

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

  nb_machine_editor_store_async (fixture->editor, xml, NULL, NULL);
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  bring_back (fixture, PASSTHROUGH);
  wait_for (nb_machine_editor_get_can_undo (fixture->editor));
  g_assert_nonnull (strstr (get_stored (fixture), "host-passthrough"));

  nb_machine_editor_undo_async (fixture->editor, NULL, NULL);
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
  nb_machine_editor_undo_async (fixture->editor, NULL, NULL);
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

  nb_machine_editor_keep_mine_async (fixture->editor, NULL, NULL);
  wait_for (strstr (get_stored (fixture), ">5</vcpu>") != NULL);
  g_assert_false (nb_machine_editor_get_modified (fixture->editor));
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static NbOutcome
store (Fixture *fixture, const char *cpu, GError **error)
{
  g_autofree char *xml = nb_test_with_cpu (fixture->original, cpu);
  g_autoptr (GAsyncResult) result = NULL;

  nb_machine_editor_store_async (fixture->editor, xml, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_assert_cmpint (nb_machine_editor_get_busy (fixture->editor), ==, NB_EDITOR_IDLE);
  return nb_machine_editor_store_finish (fixture->editor, result, error);
}

/* How it ended is what the end of the operation says, and nothing has to be guessed. */
static void
test_outcomes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_cmpint (store (fixture, PASSTHROUGH, &error), ==, NB_OUTCOME_STORED);
  g_assert_no_error (error);

  g_atomic_int_set (&dismisses, TRUE);
  g_assert_cmpint (store (fixture, MODEL, &error), ==, NB_OUTCOME_DISMISSED);
  g_atomic_int_set (&dismisses, FALSE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_clear_error (&error);

  g_assert_cmpint (store (fixture, NONSENSE, &error), ==, NB_OUTCOME_NOT_STORED);
  g_assert_nonnull (error);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_clear_error (&error);

  /* There is nothing to apply, and that is no failure of the machine. */
  nb_machine_editor_apply_async (fixture->editor, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_assert_cmpint (nb_machine_editor_store_finish (fixture->editor, result, NULL), ==, NB_OUTCOME_NOT_STORED);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  nb_cpu_edit_set_vcpus_maximum (nb_machine_editor_get_edit (fixture->editor), 6);
  define_by_another (fixture, MODEL);
  nb_machine_editor_apply_async (fixture->editor, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_assert_cmpint (nb_machine_editor_store_finish (fixture->editor, result, &error), ==, NB_OUTCOME_CHANGED);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CHANGED);
  g_assert_nonnull (strstr (nb_machine_editor_get_theirs (fixture->editor), "EPYC"));
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

/* The answer was lost, and the machine can be read: what is there says whether it was stored. */
static void
test_answer_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&cuts, CUT_ANSWER);
  g_assert_cmpint (store (fixture, PASSTHROUGH, &error), ==, NB_OUTCOME_STORED);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (get_stored (fixture), "host-passthrough"));
  g_assert_true (nb_machine_editor_get_can_undo (fixture->editor));

  g_atomic_int_set (&cuts, CUT_REQUEST);
  g_assert_cmpint (store (fixture, MODEL, &error), ==, NB_OUTCOME_NOT_STORED);
  g_assert_nonnull (error);
  wait_for (strstr (get_stored (fixture), "host-passthrough") != NULL);
}

static void
applied_cb (NbMachineEditor *editor, gboolean undone, guint *count)
{
  (*count)++;
}

/* It can't be read either: that is told, and settled by the next reading. A draft that is there is one no more. */
static void
test_outcome_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  guint applied = 0;

  g_signal_connect (fixture->editor, "applied", G_CALLBACK (applied_cb), &applied);
  nb_cpu_edit_set_mode (nb_machine_editor_get_edit (fixture->editor), NB_CPU_MODE_HOST_MODEL);
  g_atomic_int_set (&silent, 1);
  g_atomic_int_set (&cuts, CUT_ANSWER);
  nb_machine_editor_apply_async (fixture->editor, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_assert_cmpint (nb_machine_editor_store_finish (fixture->editor, result, &error), ==, NB_OUTCOME_UNKNOWN);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION);
  g_assert_nonnull (nb_machine_editor_get_error (fixture->editor));
  g_assert_cmpuint (applied, ==, 0);

  nb_machine_editor_load (fixture->editor);
  wait_for (applied == 1);
  g_assert_true (nb_machine_editor_get_can_undo (fixture->editor));
  g_assert_false (nb_machine_editor_get_modified (fixture->editor));
  g_assert_null (nb_machine_editor_get_error (fixture->editor));
  g_assert_null (nb_machine_editor_get_theirs (fixture->editor));
  nb_machine_editor_undo_async (fixture->editor, NULL, NULL);
  wait_for (applied == 2);
  g_assert_null (strstr (get_stored (fixture), "host-model"));
  g_signal_handlers_disconnect_by_data (fixture->editor, &applied);
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
  g_test_add ("/machine-editor/outcomes", Fixture, NULL, set_up, test_outcomes, tear_down);
  g_test_add ("/machine-editor/changed", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/machine-editor/answer-lost", Fixture, NULL, set_up, test_answer_lost, tear_down);
  g_test_add ("/machine-editor/outcome-unknown", Fixture, NULL, set_up, test_outcome_unknown, tear_down);

  return g_test_run ();
}
