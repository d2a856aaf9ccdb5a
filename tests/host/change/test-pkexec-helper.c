/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The client with a script in pkexec's place. The real pkexec is tests/polkit's. */

#include "config.h"

#include "nb-pkexec-helper.h"

#include <errno.h>
#include <glib/gstdio.h>

typedef struct
{
  GMainLoop *loop;
  NbHelper *helper;
  char *script;
  guint n_running;

  gboolean ok;
  NbHelperResult *result;
  GError *error;
  GString *seen;
} Fixture;

static void
step_cb (NbHelper *helper, int step, Fixture *fixture)
{
  g_string_append_printf (fixture->seen, "%s ", nb_step_get_name ((NbStep) step));
  g_assert_true (nb_helper_get_running (helper));
  g_assert_false (nb_helper_get_can_cancel (helper));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  int fd = g_file_open_tmp ("nestbox-XXXXXX", &fixture->script, NULL);

  g_close (fd, NULL);
  fixture->loop = g_main_loop_new (NULL, FALSE);
  fixture->seen = g_string_new (NULL);
  fixture->helper = nb_pkexec_helper_new (fixture->script, "/bin/sh");
  g_signal_connect (fixture->helper, "step", G_CALLBACK (step_cb), fixture);
}

static void
clear (Fixture *fixture)
{
  g_clear_pointer (&fixture->result, nb_helper_result_free);
  g_clear_error (&fixture->error);
  g_string_truncate (fixture->seen, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clear (fixture);
  g_string_free (fixture->seen, TRUE);
  g_main_loop_unref (fixture->loop);
  g_assert_finalize_object (fixture->helper);
  g_remove (fixture->script);
  g_free (fixture->script);
}

static void
write_script (Fixture *fixture, const char *text)
{
  g_autofree char *whole = g_strdup_printf ("#!/bin/sh\n%s\n", text);

  /* Newer GLib keeps the mode of a file that is there already. */
  g_assert_true (g_file_set_contents (fixture->script, whole, -1, NULL));
  g_assert_cmpint (g_chmod (fixture->script, 0700), ==, 0);
}

static void
done_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  Fixture *fixture = data;

  clear (fixture);
  fixture->ok = nb_helper_run_finish (NB_HELPER (object), async_result, &fixture->result, &fixture->error);
  g_assert_true (fixture->ok == (fixture->error == NULL));
  if (--fixture->n_running == 0)
    g_main_loop_quit (fixture->loop);
}

static void
start (Fixture *fixture, NbVerb verb, GCancellable *cancellable)
{
  fixture->n_running++;
  nb_helper_run_async (fixture->helper, verb, "kvm_amd", cancellable, done_cb, fixture);
}

static void
run (Fixture *fixture, const char *script)
{
  write_script (fixture, script);
  start (fixture, NB_VERB_ENABLE, NULL);
  g_main_loop_run (fixture->loop);
  g_assert_false (nb_helper_get_running (fixture->helper));
  g_assert_false (nb_helper_get_can_cancel (fixture->helper));
}

#define RESULT "echo 'result live=1 config=new next-boot=1'; "

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *script;
    NbHelperError code;
  } cases[] = {
    { "exit 126", NB_HELPER_ERROR_DISMISSED },
    { "echo 'Error executing command as another user: Not authorized' >&2; exit 127", NB_HELPER_ERROR_NOT_AUTHORIZED },
    { "echo 'Error executing command as another user: No authentication agent found.' >&2; exit 127",
      NB_HELPER_ERROR_NO_AGENT },
    { "echo 'The value for the SHELL variable was not found' >&2; exit 127", NB_HELPER_ERROR_FAILED },
    { "exit 10", NB_HELPER_ERROR_FAILED },
    { "exit 0", NB_HELPER_ERROR_CRASHED },
    { "echo step check; kill -9 $$", NB_HELPER_ERROR_CRASHED },
    { "echo step check; exit 126", NB_HELPER_ERROR_CRASHED },
    { RESULT "exit 12", NB_HELPER_ERROR_UNSUPPORTED },
    { RESULT "exit 13", NB_HELPER_ERROR_IN_USE },
    { RESULT "exit 14", NB_HELPER_ERROR_WRITE_FAILED },
    { RESULT "exit 15", NB_HELPER_ERROR_UNLOAD_FAILED },
    { RESULT "exit 16", NB_HELPER_ERROR_LOAD_FAILED },
    { RESULT "exit 17", NB_HELPER_ERROR_NOT_RUNNING },
    { RESULT "exit 18", NB_HELPER_ERROR_NOT_VERIFIED },
    { RESULT "exit 19", NB_HELPER_ERROR_BUSY },
    { RESULT "exit 20", NB_HELPER_ERROR_BLOCKED },
    { RESULT "exit 21", NB_HELPER_ERROR_RESTORE_FAILED },
    { RESULT "exit 99", NB_HELPER_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      run (fixture, cases[i].script);
      g_test_message ("%s: %s", cases[i].script, fixture->error != NULL ? fixture->error->message : "ok");
      g_assert_error (fixture->error, NB_HELPER_ERROR, (int) cases[i].code);
      g_assert_nonnull (fixture->result);
    }
}

static void
test_lines (Fixture *fixture, gconstpointer data)
{
  run (fixture, "echo step check; echo garbage; printf '\\377\\n'; echo 'warning load-error 5 EIO'; echo step restore;"
                "echo 'holder 7 0 qemu vm'; echo 'nestbox-helper: no' >&2; " RESULT "exit 16");
  g_assert_cmpuint (fixture->result->lines->len, ==, 5);
  g_assert_cmpint (fixture->result->load_error, ==, EIO);
  g_assert_cmpstr (fixture->result->detail, ==, "nestbox-helper: no");
  g_assert_cmpint (fixture->result->exit, ==, 16);
  g_assert_cmpint (fixture->result->result->live, ==, NB_TRISTATE_YES);
  g_assert_nonnull (strstr (fixture->error->message, "VirtualBox"));
}

static void
test_success (Fixture *fixture, gconstpointer data)
{
  run (fixture, RESULT);
  g_assert_no_error (fixture->error);
  g_assert_true (fixture->ok);
}

/* What pkexec sees is plain, whatever the desktop's environment is. */
static void
test_environment (Fixture *fixture, gconstpointer data)
{
  g_setenv ("LC_TIME", "../%n", TRUE);
  g_setenv ("XAUTHORITY", "/x/%", TRUE);
  g_setenv ("LANGUAGE", "a/b", TRUE);
  run (fixture, "test \"$SHELL $LC_ALL $LC_TIME$LANG$LANGUAGE$XAUTHORITY$TERM\" = '/bin/sh C.UTF-8 ' || exit 10;"
                "test \"$*\" = '--disable-internal-agent /bin/sh on enable kvm_amd' || exit 10;" RESULT);
  g_assert_no_error (fixture->error);
}

static void
test_queue (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lock = g_strconcat (fixture->script, ".lock", NULL);
  g_autofree char *script = g_strdup_printf ("mkdir %s || exit 10; rmdir %s; " RESULT, lock, lock);

  write_script (fixture, script);
  for (guint i = 0; i < 5; i++)
    start (fixture, NB_VERB_ENABLE, NULL);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);

  return G_SOURCE_REMOVE;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  write_script (fixture, "exec sleep 600");
  start (fixture, NB_VERB_ENABLE, cancellable);
  g_assert_true (nb_helper_get_can_cancel (fixture->helper));
  g_idle_add (cancel_cb, cancellable);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* From the start. */
  start (fixture, NB_VERB_ENABLE, cancellable);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Once the helper has begun, cancelling changes nothing: what was done is told. */
static void
test_cancel_too_late (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gulong id;

  write_script (fixture, "trap '' TERM; echo step check; " RESULT);
  id = g_signal_connect_swapped (fixture->helper, "step", G_CALLBACK (g_cancellable_cancel), cancellable);
  start (fixture, NB_VERB_ENABLE, cancellable);
  g_main_loop_run (fixture->loop);
  g_signal_handler_disconnect (fixture->helper, id);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_no_error (fixture->error);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NbHelper) no_pkexec = nb_pkexec_helper_new ("/nonexistent/pkexec", "/bin/sh");
  g_autoptr (NbHelper) no_program = nb_pkexec_helper_new ("/bin/sh", "/nonexistent/nestbox-helper");

  fixture->n_running = 1;
  nb_helper_run_async (no_pkexec, NB_VERB_ENABLE, "kvm_amd", NULL, done_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, NB_HELPER_ERROR, NB_HELPER_ERROR_NO_PKEXEC);

  fixture->n_running = 1;
  nb_helper_run_async (no_program, NB_VERB_ENABLE, "kvm_amd", NULL, done_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, NB_HELPER_ERROR, NB_HELPER_ERROR_NOT_INSTALLED);
}

static void
test_texts (void)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int code = NB_HELPER_ERROR_FAILED; code <= NB_HELPER_ERROR_RESTORE_FAILED; code++)
    {
      g_autoptr (GError) error = nb_helper_error_new ((NbHelperError) code, NB_VERB_DISABLE, NULL);

      g_assert_true (g_str_has_prefix (error->message, "Nested virtualization was not turned off. "));
      g_assert_true (g_hash_table_add (texts, g_strdup (error->message)));
    }
}

static void
test_warnings (void)
{
  static const char *const known[] = {
    "warning overridden-by-command-line",
    "warning overridden-by-file",
    "warning blacklisted",
    "warning parameter-differs ept Y N",
    "warning in-use 2",
    "warning repaired module",
    "warning repaired file",
    "warning repair-due",
    "warning not-like-before",
  };
  static const char *const silent[] = { "warning load-error 5 EIO", "warning parameter-differs", "warning new-one" };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (NbLine) line = nb_protocol_parse (known[i]);
      g_autofree char *text = nb_helper_dup_warning_text (line);

      g_assert_nonnull (text);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (silent); i++)
    {
      g_autoptr (NbLine) line = nb_protocol_parse (silent[i]);

      g_assert_null (nb_helper_dup_warning_text (line));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/pkexec-helper/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/pkexec-helper/lines", Fixture, NULL, set_up, test_lines, tear_down);
  g_test_add ("/pkexec-helper/success", Fixture, NULL, set_up, test_success, tear_down);
  g_test_add ("/pkexec-helper/environment", Fixture, NULL, set_up, test_environment, tear_down);
  g_test_add ("/pkexec-helper/queue", Fixture, NULL, set_up, test_queue, tear_down);
  g_test_add ("/pkexec-helper/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/pkexec-helper/cancel-too-late", Fixture, NULL, set_up, test_cancel_too_late, tear_down);
  g_test_add ("/pkexec-helper/missing", Fixture, NULL, set_up, test_missing, tear_down);
  g_test_add_func ("/pkexec-helper/texts", test_texts);
  g_test_add_func ("/pkexec-helper/warnings", test_warnings);

  return g_test_run ();
}
