/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several of the demo's machines set at once, while others meddle. */

#include "config.h"

#include "nb-batch.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-recordings.h"
#include "nb-virt.h"
#include "nb-connection-virt.h"

#include <string.h>

#define EPYC "<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model></cpu>"

typedef struct
{
  NbRecordings *recordings;
  GListStore *connections;
  NbMachineList *machines;
  virConnectPtr other; /* the same world, as somebody else has it */
  GPtrArray *selected;
  GPtrArray *originals;
  NbBatch *batch;
} Fixture;

static const char *const names[] = { "Windows 11 (WSL)", "Android emulator host", "proxmox-lab", "web-staging" };

static char *
read_xml (Fixture *f, guint i)
{
  nb_auto_domain domain = virDomainLookupByUUIDString (f->other, nb_machine_get_uuid (f->selected->pdata[i]));

  g_assert_nonnull (domain);
  return virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *uris[2] = { NULL };
  nb_auto_gvir_connection shared = NULL;

  f->recordings = nb_recordings_new (&error);
  g_assert_no_error (error);
  uris[0] = nb_recordings_get_uri (f->recordings);
  f->connections = nb_connection_list_new (uris, NB_STAND_IN (f->recordings));
  f->machines = nb_machine_list_new (G_LIST_MODEL (f->connections));
  nb_connection_list_open (G_LIST_MODEL (f->connections));
  wait_for (nb_test_find_by_name (f->machines, "ci-runner-4711") != NULL);
  shared = nb_connection_dup_handle (nb_connection_list_find (G_LIST_MODEL (f->connections), uris[0]), &error);
  g_assert_no_error (error);
  f->other = nb_virt_get_connect (shared);
  virConnectRef (f->other);

  f->selected = g_ptr_array_new_with_free_func (g_object_unref);
  f->originals = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_ptr_array_add (f->selected, g_object_ref (nb_test_find_by_name (f->machines, names[i])));
      g_ptr_array_add (f->originals, read_xml (f, i));
    }
}

static void
begin (Fixture *f)
{
  f->batch = nb_batch_new (f->selected);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_READY);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->batch != NULL)
    g_object_run_dispose (G_OBJECT (f->batch));
  g_clear_object (&f->batch);
  g_ptr_array_unref (f->selected);
  g_ptr_array_unref (f->originals);
  virConnectClose (f->other);
  g_list_store_remove_all (f->connections);
  g_object_unref (f->machines);
  g_object_unref (f->connections);
  g_object_run_dispose (G_OBJECT (f->recordings));
  g_object_unref (f->recordings);
}

static NbPlanStepState
get_step_state (Fixture *f, guint i)
{
  g_autoptr (NbPlanStep) step = g_list_model_get_item (nb_batch_get_steps (f->batch), i);

  return nb_plan_step_get_state (step);
}

static const char *
get_message (Fixture *f, guint i)
{
  g_autoptr (NbPlanStep) step = g_list_model_get_item (nb_batch_get_steps (f->batch), i);

  return nb_plan_step_get_message (step);
}

static void
strip (char *text)
{
  char *to = text;

  for (; *text != '\0'; text++)
    if (!g_ascii_isspace (*text))
      *to++ = *text;
  *to = '\0';
}

/* But for <cpu> it is what it was. */
static void
assert_rest_is_the_same (Fixture *f, guint i)
{
  g_autofree char *now = read_xml (f, i);
  g_autofree char *without_now = nb_test_with_cpu (now, "<cpu/>");
  g_autofree char *without_then = nb_test_with_cpu (f->originals->pdata[i], "<cpu/>");

  strip (without_now);
  strip (without_then);
  g_assert_cmpstr (without_now, ==, without_then);
}

static void
assert_stored (Fixture *f, guint i, const char *what)
{
  g_autofree char *xml = read_xml (f, i);

  if (strstr (xml, what) == NULL)
    g_error ("%s has no %s: %s", names[i], what, xml);
  assert_rest_is_the_same (f, i);
}

static void
assert_as_before (Fixture *f, guint i)
{
  g_autofree char *xml = read_xml (f, i);

  g_assert_cmpstr (xml, ==, f->originals->pdata[i]);
}

static void
define_by_another (Fixture *f, guint i, const char *cpu)
{
  g_autofree char *xml = nb_test_with_cpu (f->originals->pdata[i], cpu);
  nb_auto_domain domain = virDomainDefineXML (f->other, xml);

  g_assert_nonnull (domain);
}

static void
apply (Fixture *f)
{
  nb_batch_apply (f->batch);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_APPLIED);
}

static void
test_apply_and_undo (Fixture *f, gconstpointer data)
{
  begin (f);
  g_assert_cmpuint (nb_batch_get_n_changes (f->batch), ==, 0);
  nb_batch_apply (f->batch);
  g_assert_cmpint (nb_batch_get_state (f->batch), ==, NB_BATCH_READY);

  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_MODEL, NB_CPU_NESTING_ON);
  g_assert_cmpuint (nb_batch_get_n_changes (f->batch), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_as_before (f, i);

  apply (f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpint (get_step_state (f, i), ==, NB_PLAN_STEP_DONE);
      assert_stored (f, i, "<cpu mode='host-model'");
      assert_stored (f, i, "<feature policy='require' name='vmx'/>");
    }

  g_assert_true (nb_batch_get_can_undo (f->batch));
  nb_batch_undo (f->batch);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_UNDONE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    assert_as_before (f, i);
  g_assert_false (nb_batch_get_can_undo (f->batch));
}

/* What is already so is not written, and what was not chosen stays. */
static void
test_only_what_differs (Fixture *f, gconstpointer data)
{
  begin (f);
  nb_batch_choose (f->batch, NB_BATCH_LEAVE, NB_CPU_NESTING_ON);
  g_assert_cmpuint (nb_batch_get_n_changes (f->batch), ==, G_N_ELEMENTS (names) - 1);
  apply (f);
  assert_stored (f, 0, "Skylake-Client-noTSX-IBRS");
  assert_stored (f, 1, "Nehalem");
  assert_as_before (f, 2);
}

/* Whoever is undefined stays so, and the others get what was chosen. */
static void
test_undefined_meanwhile (Fixture *f, gconstpointer data)
{
  nb_auto_domain domain = virDomainLookupByName (f->other, names[1]);
  nb_auto_domain back = NULL;

  begin (f);
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_PASSTHROUGH, NB_BATCH_LEAVE);
  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  apply (f);
  g_assert_cmpint (get_step_state (f, 1), ==, NB_PLAN_STEP_FAILED);
  back = virDomainLookupByName (f->other, names[1]);
  g_assert_null (back);
  assert_stored (f, 0, "host-passthrough");
  assert_stored (f, 3, "host-passthrough");
}

/* Nobody's change is written over: not one that comes while the others are stored. */
static void
test_changed_meanwhile (Fixture *f, gconstpointer data)
{
  begin (f);
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_PASSTHROUGH, NB_BATCH_LEAVE);
  nb_batch_apply (f->batch);
  define_by_another (f, 3, EPYC);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_APPLIED);
  g_assert_cmpint (get_step_state (f, 3), ==, NB_PLAN_STEP_FAILED);
  g_assert_nonnull (get_message (f, 3));
  assert_stored (f, 3, "EPYC");
  assert_stored (f, 0, "host-passthrough");

  nb_batch_undo (f->batch);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_UNDONE);
  assert_as_before (f, 0);
  assert_stored (f, 3, "EPYC");
}

/* What is shown is what would happen: one that comes before is drafted anew. */
static void
test_changed_before (Fixture *f, gconstpointer data)
{
  begin (f);
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_PASSTHROUGH, NB_BATCH_LEAVE);
  define_by_another (f, 0, "<cpu mode='host-passthrough' check='none' migratable='on'/>");
  wait_for (nb_batch_get_n_changes (f->batch) == 2);
  apply (f);
  assert_stored (f, 0, "host-passthrough");
}

/* What somebody else does after Apply is not taken back with ours. */
static void
test_no_undo_over_others (Fixture *f, gconstpointer data)
{
  begin (f);
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_PASSTHROUGH, NB_BATCH_LEAVE);
  apply (f);
  define_by_another (f, 1, EPYC);
  nb_batch_undo (f->batch);
  wait_for (nb_batch_get_state (f->batch) == NB_BATCH_UNDONE);
  g_assert_cmpint (get_step_state (f, 1), ==, NB_PLAN_STEP_FAILED);
  assert_stored (f, 1, "EPYC");
  assert_as_before (f, 0);
}

static void
test_left_out (Fixture *f, gconstpointer data)
{
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (f->selected->pdata[0]);

  /* Somebody is at its page. */
  nb_machine_editor_load (editor);
  wait_for (nb_machine_editor_get_edit (editor) != NULL);
  nb_cpu_edit_set_vcpus_maximum (nb_machine_editor_get_edit (editor), 3);
  g_ptr_array_add (f->selected, g_object_ref (nb_test_find_by_name (f->machines, "ci-runner-4711")));
  g_ptr_array_add (f->selected, g_object_ref (nb_test_find_by_name (f->machines, "debian-builder")));

  begin (f);
  nb_batch_choose (f->batch, NB_BATCH_LEAVE, NB_CPU_NESTING_OFF);
  g_assert_cmpint (get_step_state (f, 0), ==, NB_PLAN_STEP_SKIPPED); /* unapplied changes */
  g_assert_cmpint (get_step_state (f, 4), ==, NB_PLAN_STEP_SKIPPED); /* transient */
  g_assert_cmpint (get_step_state (f, 5), ==, NB_PLAN_STEP_SKIPPED); /* the default processor takes no feature */
  g_assert_nonnull (get_message (f, 5));
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_MODEL, NB_CPU_NESTING_OFF);
  g_assert_cmpint (get_step_state (f, 5), ==, NB_PLAN_STEP_WAITING);
  apply (f);
  assert_as_before (f, 0);
  assert_stored (f, 1, "<cpu mode='host-model'");

  g_object_run_dispose (G_OBJECT (f->batch));
  g_assert_true (nb_machine_editor_get_modified (editor));
}

/* What was chosen and not applied is nobody's unapplied change. */
static void
test_leaves_no_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (f->selected->pdata[0]);

  begin (f);
  nb_batch_choose (f->batch, NB_CPU_MODE_HOST_PASSTHROUGH, NB_BATCH_LEAVE);
  g_assert_true (nb_machine_editor_get_modified (editor));
  g_object_run_dispose (G_OBJECT (f->batch));
  g_assert_false (nb_machine_editor_get_modified (editor));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, function) g_test_add ("/batch/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("apply-and-undo", test_apply_and_undo);
  ADD ("only-what-differs", test_only_what_differs);
  ADD ("undefined-meanwhile", test_undefined_meanwhile);
  ADD ("changed-meanwhile", test_changed_meanwhile);
  ADD ("changed-before", test_changed_before);
  ADD ("no-undo-over-others", test_no_undo_over_others);
  ADD ("left-out", test_left_out);
  ADD ("leaves-no-draft", test_leaves_no_draft);

  return g_test_run ();
}
