/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was shown on this computer: the program's words, its end in every way, and when a host tries. The real program runs
 * with a real KVM in tests/kernel. */

#include "config.h"

#include "fixture.h"
#include "nb-host-controller.h"
#include "nb-program-prover.h"
#include "nb-progress-step.h"
#include "nb-proof-text.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#define PATIENCE_SECONDS 20

static gboolean
give_up (gpointer data)
{
  g_error ("waited %d seconds for what did not come", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

#define WAIT_UNTIL(condition)                                                                                          \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint timeout_ = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);                                          \
                                                                                                                       \
    while (!(condition))                                                                                               \
      g_main_context_iteration (NULL, TRUE);                                                                           \
    g_source_remove (timeout_);                                                                                        \
  }                                                                                                                    \
  G_STMT_END

static void
test_parse (void)
{
  static const struct
  {
    int exit_code;
    const char *output;
    NbProofResult result;
    gint64 nanoseconds;
    const char *detail;
  } cases[] = {
    { 0, "proof result=proven trips=1000 nanoseconds=1900\n", NB_PROOF_RESULT_PROVEN, 1900, NULL },
    { 0, "proof result=proven trips=1000 nanoseconds=lots\n", NB_PROOF_RESULT_PROVEN, -1, NULL },
    { 3, "proof result=not-offered\n", NB_PROOF_RESULT_NOT_OFFERED, -1, NULL },
    { 4, "proof result=failed at=VMRUN exit=0x7f\n", NB_PROOF_RESULT_FAILED, -1, "VMRUN, exit 0x7f" },
    { 4, "proof result=failed at=VMLAUNCH error=7 field=0x6c16\n", NB_PROOF_RESULT_FAILED, -1,
      "VMLAUNCH, error 7, field 0x6c16" },
    { 4, "proof result=failed at=KVM_CREATE_VM errno=16\n", NB_PROOF_RESULT_FAILED, -1,
      "KVM_CREATE_VM: Device or resource busy" },
    { 5, "proof result=unavailable at=open errno=13\n", NB_PROOF_RESULT_UNAVAILABLE, -1, "open: Permission denied" },
    { 6, "proof result=not-tried\n", NB_PROOF_RESULT_NOT_TRIED, -1, NULL },
    /* What does not fit together is not believed. */
    { 0, "proof result=failed at=VMRUN\n", NB_PROOF_RESULT_KILLED, -1, "exit 0" },
    { 0, "", NB_PROOF_RESULT_KILLED, -1, "exit 0" },
    { 0, NULL, NB_PROOF_RESULT_KILLED, -1, "exit 0" },
    { 4, "Segmentation fault\n", NB_PROOF_RESULT_KILLED, -1, "exit 4" },
    { 127, "proof result=proven\n", NB_PROOF_RESULT_KILLED, -1, "exit 127" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NbProofAnswer) answer = nb_program_prover_parse (cases[i].exit_code, cases[i].output, 1);

      g_test_message ("%d %s", cases[i].exit_code, cases[i].output);
      g_assert_cmpint (answer->result, ==, cases[i].result);
      g_assert_cmpint (answer->nanoseconds, ==, cases[i].nanoseconds);
      g_assert_cmpstr (answer->detail, ==, cases[i].detail);
    }
}

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  NbProofAnswer **answer = data;

  *answer = nb_prover_prove_finish (NB_PROVER (source), result, &error);
  if (*answer == NULL)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      *answer = nb_proof_answer_new (NB_PROOF_RESULT_KILLED, -1, 0, "cancelled");
    }
}

/* A script in the program's place. */
static NbProver *
make_prover (const char *root, const char *script, guint milliseconds)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, NULL);
  g_autofree char *path = g_build_filename (root, "program", NULL);

  fixture_write (root, "program", text);
  g_assert_no_errno (g_chmod (path, 0700));

  return nb_program_prover_new (path, milliseconds);
}

static void
test_program (void)
{
  static const struct
  {
    const char *script;
    NbProofResult result;
    const char *detail;
  } cases[] = {
    { "echo proof result=proven trips=1000 nanoseconds=1900", NB_PROOF_RESULT_PROVEN, NULL },
    { "echo proof result=failed at=VMRUN kvm-exit=8; exit 4", NB_PROOF_RESULT_FAILED, "VMRUN, kvm-exit 8" },
    { "echo proof result=proven; kill -SEGV $$", NB_PROOF_RESULT_KILLED, "Segmentation fault" },
    { "printf '\\377'; exit 0", NB_PROOF_RESULT_KILLED, NULL },
    { "exec sleep 1000", NB_PROOF_RESULT_TIME_LIMIT, NULL },
  };
  g_autofree char *root = fixture_make_root ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const gboolean hangs = cases[i].result == NB_PROOF_RESULT_TIME_LIMIT;
      g_autoptr (NbProver) prover = make_prover (root, cases[i].script, hangs ? 50 : 0);
      g_autoptr (NbProofAnswer) answer = NULL;

      g_test_message ("%s", cases[i].script);
      nb_prover_prove_async (prover, NULL, proved_cb, &answer);
      WAIT_UNTIL (answer != NULL);
      g_assert_cmpint (answer->result, ==, cases[i].result);
      if (cases[i].detail != NULL)
        g_assert_cmpstr (answer->detail, ==, cases[i].detail);
    }

  fixture_remove (root);
}

static void
test_not_there (void)
{
  g_autoptr (NbProver) prover = nb_program_prover_new ("/nowhere/nestbox-proof", 0);
  g_autoptr (NbProofAnswer) answer = NULL;

  nb_prover_prove_async (prover, NULL, proved_cb, &answer);
  WAIT_UNTIL (answer != NULL);
  g_assert_cmpint (answer->result, ==, NB_PROOF_RESULT_NOT_STARTED);
  g_assert_nonnull (strstr (answer->detail, "/nowhere/nestbox-proof"));
}

/* Whoever is no longer interested leaves no process behind. */
static void
test_cancel (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autofree char *pid_file = g_build_filename (root, "pid", NULL);
  g_autofree char *script =
    g_strdup_printf ("echo $$ >%s.new; mv %s.new %s; exec sleep 1000", pid_file, pid_file, pid_file);
  g_autoptr (NbProver) prover = make_prover (root, script, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (NbProofAnswer) answer = NULL;
  g_autofree char *pid = NULL;

  nb_prover_prove_async (prover, cancellable, proved_cb, &answer);
  while (!g_file_get_contents (pid_file, &pid, NULL, NULL))
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (answer != NULL);
  g_assert_cmpstr (answer->detail, ==, "cancelled");
  while (kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), 0) == 0)
    g_main_context_iteration (NULL, FALSE);

  fixture_remove (root);
}

/* A prover that answers when it is told to. */
#define TEST_TYPE_PROVER (test_prover_get_type ())
G_DECLARE_FINAL_TYPE (TestProver, test_prover, TEST, PROVER, GObject)

struct _TestProver
{
  GObject parent_instance;

  GTask *task;
  guint tries;
};

static void test_prover_iface_init (NbProverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestProver,
                               test_prover,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_PROVER, test_prover_iface_init))

static void
test_prover_prove_async (NbProver *prover, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  TestProver *self = TEST_PROVER (prover);

  g_assert_null (self->task);
  self->tries++;
  self->task = g_task_new (self, cancellable, callback, data);
}

static NbProofAnswer *
test_prover_prove_finish (NbProver *prover, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_prover_iface_init (NbProverInterface *iface)
{
  iface->prove_async = test_prover_prove_async;
  iface->prove_finish = test_prover_prove_finish;
}

static void
test_prover_class_init (TestProverClass *klass)
{
}

static void
test_prover_init (TestProver *self)
{
}

static void
tell (TestProver *self, NbProofResult result)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_assert_nonnull (task);
  g_task_return_pointer (task,
                         nb_proof_answer_new (result, result == NB_PROOF_RESULT_PROVEN ? 1900 : -1, self->tries,
                                              result == NB_PROOF_RESULT_PROVEN ? NULL : "VMRUN"),
                         (GDestroyNotify) nb_proof_answer_unref);
}

typedef struct
{
  char *root;
  NbHost *host;
  TestProver *prover;
} Setup;

static void
write_nested (Setup *self, const char *value)
{
  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", value);
}

static void
set_up (Setup *self, gconstpointer data)
{
  self->root = fixture_make_root ();
  fixture_write (self->root, "facts.ini",
                 "[facts]\nmachine=x86_64\nrelease=6.12.1\ncpuid-virtualization=true\nproof=no\nproof-detail=theirs\n");
  fixture_write (self->root, "proc/cpuinfo", "vendor_id : AuthenticAMD\nflags : svm\n");
  fixture_write (self->root, "sys/module/kvm_amd/initstate", "live\n");
  fixture_write (self->root, "sys/module/kvm_amd/refcnt", "0\n");
  fixture_write (self->root, "sys/module/kvm_amd/parameters/npt", "Y\n");
  write_nested (self, "1\n");
  self->host = nb_host_new (self->root);
  self->prover = g_object_new (TEST_TYPE_PROVER, NULL);
}

static void
tear_down (Setup *self, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (self->host), (gpointer *) &self->host);
  g_object_unref (self->host);
  if (self->prover->task != NULL)
    tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (self->host == NULL);
  g_object_unref (self->prover);
  fixture_remove (self->root);
  g_free (self->root);
}

static NbProofResult
get_result (Setup *self)
{
  NbHostFacts *facts = nb_host_get_facts (self->host);

  return facts != NULL && facts->proof != NULL ? facts->proof->result : (NbProofResult) -1;
}

/* A folder tells itself how it ended; nobody tries. */
static void
test_folder (Setup *self, gconstpointer data)
{
  WAIT_UNTIL (nb_host_get_facts (self->host) != NULL);
  g_assert_cmpint (nb_host_get_verdict (self->host), ==, NB_VERDICT_NOT_WORKING);
  g_assert_cmpstr (nb_host_get_facts (self->host)->proof->detail, ==, "theirs");
  g_assert_false (nb_host_get_can_prove (self->host));
  nb_host_prove (self->host);
  g_assert_false (nb_host_get_proving (self->host));
}

static void
test_first (Setup *self, gconstpointer data)
{
  nb_host_set_prover (self->host, NB_PROVER (self->prover));
  WAIT_UNTIL (self->prover->task != NULL);
  g_assert_true (nb_host_get_proving (self->host));
  g_assert_cmpint (nb_host_get_verdict (self->host), ==, NB_VERDICT_READY);
  g_assert_null (nb_host_get_facts (self->host)->proof);

  tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (get_result (self) == NB_PROOF_RESULT_PROVEN);
  g_assert_false (nb_host_get_proving (self->host));
  g_assert_cmpint (nb_host_get_facts (self->host)->proof->nanoseconds, ==, 1900);
  g_assert_cmpint (nb_host_get_verdict (self->host), ==, NB_VERDICT_READY);
  g_assert_cmpuint (self->prover->tries, ==, 1);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = nb_host_refresh_finish (NB_HOST (source), result, NULL);
}

static void
refresh (Setup *self)
{
  gboolean refreshed = FALSE;

  nb_host_refresh_async (self->host, NULL, refreshed_cb, &refreshed);
  WAIT_UNTIL (refreshed);
}

/* It counts until KVM changes: then it is tried anew where nested virtualization is on, and only there. */
static void
test_again (Setup *self, gconstpointer data)
{
  nb_host_set_prover (self->host, NB_PROVER (self->prover));
  WAIT_UNTIL (self->prover->task != NULL);
  tell (self->prover, NB_PROOF_RESULT_FAILED);
  WAIT_UNTIL (nb_host_get_verdict (self->host) == NB_VERDICT_NOT_WORKING);
  refresh (self);
  g_assert_cmpuint (self->prover->tries, ==, 1);

  g_assert_true (nb_host_get_can_prove (self->host));
  nb_host_prove (self->host);
  nb_host_prove (self->host);
  g_assert_cmpuint (self->prover->tries, ==, 2);
  tell (self->prover, NB_PROOF_RESULT_TIME_LIMIT);
  WAIT_UNTIL (nb_host_get_verdict (self->host) == NB_VERDICT_READY);
  g_assert_cmpint (get_result (self), ==, NB_PROOF_RESULT_TIME_LIMIT);

  write_nested (self, "0\n");
  WAIT_UNTIL (nb_host_get_facts (self->host)->live == NB_TRISTATE_NO);
  g_assert_null (nb_host_get_facts (self->host)->proof);
  g_assert_false (nb_host_get_can_prove (self->host));
  g_assert_cmpuint (self->prover->tries, ==, 2);

  write_nested (self, "1\n");
  WAIT_UNTIL (self->prover->tries == 3);
  tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (get_result (self) == NB_PROOF_RESULT_PROVEN);
}

/* Nothing is read while it is tried, for the try itself is a use of KVM. */
static void
test_reads_after (Setup *self, gconstpointer data)
{
  nb_host_set_prover (self->host, NB_PROVER (self->prover));
  WAIT_UNTIL (self->prover->task != NULL);
  fixture_write (self->root, "sys/module/kvm_amd/refcnt", "3\n");
  nb_host_refresh (self->host);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (nb_host_get_facts (self->host)->refcnt, ==, 0);

  fixture_write (self->root, "sys/module/kvm_amd/refcnt", "0\n");
  tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (get_result (self) == NB_PROOF_RESULT_PROVEN);
  g_assert_cmpint (nb_host_get_facts (self->host)->refcnt, ==, 0);
}

/* While a helper is at work nothing is tried, and what was shown before does not count after it. */
static void
test_held (Setup *self, gconstpointer data)
{
  nb_host_set_prover (self->host, NB_PROVER (self->prover));
  WAIT_UNTIL (self->prover->task != NULL);
  nb_host_set_held (self->host, TRUE);
  g_assert_true (nb_host_get_proving (self->host)); /* the helper waits */
  tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (!nb_host_get_proving (self->host));
  g_assert_false (nb_host_get_can_prove (self->host));
  nb_host_prove (self->host);
  g_assert_cmpuint (self->prover->tries, ==, 1);
  g_assert_null (nb_host_get_facts (self->host)->proof);

  nb_host_set_held (self->host, FALSE);
  WAIT_UNTIL (self->prover->tries == 2);
  g_assert_null (nb_host_get_facts (self->host)->proof);
}

/* A helper that turns nested virtualization on, and says when it began. */
#define TEST_TYPE_HELPER (test_helper_get_type ())
G_DECLARE_FINAL_TYPE (TestHelper, test_helper, TEST, HELPER, GObject)

struct _TestHelper
{
  GObject parent_instance;

  Setup *setup;
  guint runs;
};

enum
{
  PROP_CAN_CANCEL = 1,
  PROP_RUNNING
};

static void test_helper_iface_init (NbHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHelper,
                               test_helper,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_HELPER, test_helper_iface_init))

static void
test_helper_run_async (NbHelper *helper,
                       NbVerb verb,
                       const char *module,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  TestHelper *self = TEST_HELPER (helper);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_assert_null (self->setup->prover->task);
  self->runs++;
  write_nested (self->setup, verb == NB_VERB_ENABLE ? "1\n" : "0\n");
  g_task_return_boolean (task, TRUE);
}

static gboolean
test_helper_run_finish (NbHelper *helper, GAsyncResult *async_result, NbHelperResult **result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (async_result), error);
}

static void
test_helper_iface_init (NbHelperInterface *iface)
{
  iface->run_async = test_helper_run_async;
  iface->run_finish = test_helper_run_finish;
}

static void
test_helper_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, FALSE);
}

static void
test_helper_class_init (TestHelperClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = test_helper_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_CAN_CANCEL, "can-cancel");
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_RUNNING, "running");
}

static void
test_helper_init (TestHelper *self)
{
}

static void
finished_cb (NbHostController *controller, const char *message, gpointer data)
{
  g_strlcpy (data, message, 200);
}

/* The change waits for a try that runs, tries as its last step, and ends with the answer; what fails is not taken back. */
static void
test_change (Setup *self, gconstpointer data)
{
  TestHelper *helper = g_object_new (TEST_TYPE_HELPER, NULL);
  g_autoptr (NbHostController) controller = nb_host_controller_new (self->host, NB_HELPER (helper));
  g_autoptr (GListModel) steps = NULL;
  g_autoptr (NbProgressStep) last = NULL;
  char message[200] = "";

  helper->setup = self;
  g_signal_connect (controller, "finished", G_CALLBACK (finished_cb), message);
  g_object_get (controller, "steps", &steps, NULL);
  nb_host_set_prover (self->host, NB_PROVER (self->prover));
  WAIT_UNTIL (self->prover->task != NULL);

  nb_host_controller_run_async (controller, NB_VERB_DISABLE, NULL, NULL);
  g_assert_true (nb_host_controller_get_running (controller));
  g_assert_cmpuint (helper->runs, ==, 0);
  tell (self->prover, NB_PROOF_RESULT_PROVEN);
  WAIT_UNTIL (!nb_host_controller_get_running (controller));
  g_assert_cmpuint (helper->runs, ==, 1);
  g_assert_cmpuint (self->prover->tries, ==, 1);
  g_assert_cmpstr (message, ==, "Nested virtualization is off");

  nb_host_controller_run_async (controller, NB_VERB_ENABLE, NULL, NULL);
  WAIT_UNTIL (self->prover->task != NULL);
  g_assert_true (nb_host_controller_get_running (controller));
  last = g_list_model_get_item (steps, g_list_model_get_n_items (steps) - 1);
  g_assert_cmpint (nb_progress_step_get_step (last), ==, NB_PROGRESS_STEP_PROOF);
  g_assert_cmpint (nb_progress_step_get_state (last), ==, NB_PROGRESS_ACTIVE);
  tell (self->prover, NB_PROOF_RESULT_FAILED);
  WAIT_UNTIL (!nb_host_controller_get_running (controller));
  g_assert_cmpstr (message, ==, "Nested virtualization is on, but it does not work");
  g_assert_cmpint (nb_host_get_verdict (self->host), ==, NB_VERDICT_NOT_WORKING);
  g_assert_true (nb_host_controller_get_can_undo (controller));
  g_assert_cmpuint (helper->runs, ==, 2);
  g_assert_cmpuint (self->prover->tries, ==, 2);
  g_object_unref (helper);
}

/* Every answer has its words: tested only where it was. */
static void
test_words (void)
{
  for (int i = NB_PROOF_RESULT_PROVEN; i <= NB_PROOF_RESULT_NOT_STARTED; i++)
    {
      g_autoptr (NbHostFacts) facts = nb_host_facts_new ();
      g_autofree char *sentence = NULL;
      g_autofree char *row = NULL;
      g_autofree char *failure = NULL;
      g_autofree char *command = NULL;

      facts->module = "kvm_amd";
      facts->proof = nb_proof_answer_new ((NbProofResult) i, i == NB_PROOF_RESULT_PROVEN ? 1900 : -1, 1, "why");
      sentence = nb_proof_dup_sentence (facts->proof);
      row = nb_proof_dup_row (facts->proof);
      failure = nb_proof_dup_failure (facts);
      command = nb_proof_dup_command (facts);
      g_assert_nonnull (row);
      g_assert_nonnull (failure);
      g_assert_nonnull (command);
      switch (nb_proof_answer_get_works (facts->proof))
        {
        case NB_TRISTATE_YES:
          g_assert_true (g_str_has_prefix (sentence, "Tested: "));
          g_assert_nonnull (strstr (sentence, "1.9 µs"));
          break;
        case NB_TRISTATE_NO:
          g_assert_null (sentence);
          break;
        case NB_TRISTATE_UNKNOWN:
          g_assert_true (g_str_has_prefix (sentence, "Not tested: "));
          break;
        }
    }
}

static void
test_units (void)
{
  static const struct
  {
    gint64 nanoseconds;
    const char *text;
  } cases[] = { { 900, "0.9 µs" }, { 1900, "1.9 µs" }, { 334000, "334 µs" }, { 2500000, "2.5 ms" }, { -1, NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NbProofAnswer) answer = nb_proof_answer_new (NB_PROOF_RESULT_PROVEN, cases[i].nanoseconds, 0, NULL);
      g_autofree char *text = nb_proof_dup_round_trip (answer);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/proof/parse", test_parse);
  g_test_add_func ("/proof/program", test_program);
  g_test_add_func ("/proof/not-there", test_not_there);
  g_test_add_func ("/proof/cancel", test_cancel);
  g_test_add_func ("/proof/words", test_words);
  g_test_add_func ("/proof/units", test_units);
  g_test_add ("/proof/host/folder", Setup, NULL, set_up, test_folder, tear_down);
  g_test_add ("/proof/host/first", Setup, NULL, set_up, test_first, tear_down);
  g_test_add ("/proof/host/again", Setup, NULL, set_up, test_again, tear_down);
  g_test_add ("/proof/host/reads-after", Setup, NULL, set_up, test_reads_after, tear_down);
  g_test_add ("/proof/host/held", Setup, NULL, set_up, test_held, tear_down);
  g_test_add ("/proof/host/change", Setup, NULL, set_up, test_change, tear_down);

  return g_test_run ();
}
