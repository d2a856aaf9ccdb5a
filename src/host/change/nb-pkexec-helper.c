/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Carries verbs out by starting nestbox-helper as root through pkexec. */

#include "config.h"

#include "nb-pkexec-helper.h"

#include <signal.h>
#include <string.h>

#define EXIT_DISMISSED   126
#define EXIT_NOT_ALLOWED 127

struct _NbPkexecHelper
{
  GObject parent_instance;

  char *pkexec;
  char *program;
  char **prefix;

  GQueue waiting; /* of GTask; the first one is under way */
  gboolean running;
  gboolean can_cancel;
};

/* One run: the data of its task. */
typedef struct
{
  NbVerb verb;
  char *module;
  NbHelperResult *result;

  GSubprocess *process;
  GDataInputStream *output;
  GOutputStream *complaint;
  gulong cancelled_id;
  guint n_pending; /* output, complaint, end */
} Run;

static void nb_pkexec_helper_iface_init (NbHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbPkexecHelper,
                               nb_pkexec_helper,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_HELPER, nb_pkexec_helper_iface_init))

enum
{
  PROP_RUNNING = 1,
  PROP_CAN_CANCEL,
};

static void start_next (NbPkexecHelper *self);

static void
run_free (Run *run)
{
  g_free (run->module);
  g_clear_pointer (&run->result, nb_helper_result_free);
  g_clear_object (&run->process);
  g_clear_object (&run->output);
  g_clear_object (&run->complaint);
  g_free (run);
}

static void
set_state (NbPkexecHelper *self, gboolean running, gboolean can_cancel)
{
  gboolean running_changed = self->running != running;
  gboolean can_cancel_changed = self->can_cancel != can_cancel;

  self->running = running;
  self->can_cancel = can_cancel;
  if (running_changed)
    g_object_notify (G_OBJECT (self), "running");
  if (can_cancel_changed)
    g_object_notify (G_OBJECT (self), "can-cancel");
}

/* The first in the queue is done, well or not. */
static void
end_run (NbPkexecHelper *self, GTask *task, GError *error)
{
  Run *run = g_task_get_task_data (task);

  g_cancellable_disconnect (g_task_get_cancellable (task), run->cancelled_id);
  run->cancelled_id = 0;
  g_queue_remove (&self->waiting, task);
  if (g_queue_is_empty (&self->waiting))
    set_state (self, FALSE, FALSE);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  start_next (self);
  g_object_unref (task);
}

static NbHelperError
judge_without_result (NbHelperResult *result)
{
  if (result->lines->len > 0)
    return NB_HELPER_ERROR_CRASHED;

  /* pkexec speaks English only, and says by this sentence alone that nobody could ask for a password. */
  if (result->exit == EXIT_NOT_ALLOWED && strstr (result->detail, "No authentication agent found") != NULL)
    return NB_HELPER_ERROR_NO_AGENT;
  if (result->exit == EXIT_NOT_ALLOWED && strstr (result->detail, "Not authorized") != NULL)
    return NB_HELPER_ERROR_NOT_AUTHORIZED;
  if (result->exit == EXIT_NOT_ALLOWED || result->exit == NB_EXIT_USAGE || result->exit == NB_EXIT_NOT_ROOT)
    return NB_HELPER_ERROR_FAILED;
  if (result->exit == EXIT_DISMISSED)
    return NB_HELPER_ERROR_DISMISSED;

  return NB_HELPER_ERROR_CRASHED;
}

/* Output has ended, and the process too. */
static void
judge (NbPkexecHelper *self, GTask *task)
{
  Run *run = g_task_get_task_data (task);
  NbHelperResult *result = run->result;
  GMemoryOutputStream *complaint = G_MEMORY_OUTPUT_STREAM (run->complaint);
  g_autoptr (GString) text = g_string_new_len (g_memory_output_stream_get_data (complaint),
                                               (gssize) g_memory_output_stream_get_data_size (complaint));
  GError *error = NULL;

  result->detail = g_utf8_make_valid (g_strstrip (text->str), -1);
  result->exit = g_subprocess_get_if_exited (run->process) ? g_subprocess_get_exit_status (run->process) : -1;

  /* What the helper did counts, even if somebody has tried to cancel it meanwhile. */
  if (result->result != NULL && result->exit == NB_EXIT_DONE)
    error = NULL;
  else if (result->result != NULL && result->exit > 0)
    error = nb_helper_error_new (nb_helper_error_from_exit (result->exit), run->verb, result);
  else if (g_cancellable_is_cancelled (g_task_get_cancellable (task)) && result->lines->len == 0)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error);
  else
    error = nb_helper_error_new (judge_without_result (result), run->verb, result);

  end_run (self, task, error);
}

static void
one_done (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (--run->n_pending == 0)
    judge (g_task_get_source_object (task), task);
}

static void
waited_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_subprocess_wait_finish (G_SUBPROCESS (object), async_result, NULL);
  one_done (data);
}

static void
complained_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_output_stream_splice_finish (G_OUTPUT_STREAM (object), async_result, NULL);
  one_done (data);
}

static void
line_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  GTask *task = data;
  NbPkexecHelper *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autofree char *text = g_data_input_stream_read_line_finish (run->output, async_result, NULL, NULL);
  guint n_lines = run->result->lines->len;

  if (text == NULL)
    {
      one_done (task);
      return;
    }

  nb_helper_result_add_line (run->result, text);
  if (run->result->lines->len > n_lines)
    {
      const NbLine *line = g_ptr_array_index (run->result->lines, n_lines);

      /* The helper runs as root now: the password dialog is gone, and no signal of ours reaches it. */
      set_state (self, TRUE, FALSE);
      if (line->kind == NB_LINE_STEP)
        g_signal_emit_by_name (self, "step", (int) line->step);
    }
  g_data_input_stream_read_line_async (run->output, G_PRIORITY_DEFAULT, NULL, line_cb, task);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  GTask *task = data;
  Run *run = g_task_get_task_data (task);

  /* pkexec dies of it, and polkit closes the dialog. Once it has become the helper the signal is blocked. */
  if (run->process != NULL)
    g_subprocess_send_signal (run->process, SIGTERM);
}

static char **
dup_prefix (NbPkexecHelper *self, NbHelperError *code)
{
  g_autofree char *found = NULL;
  const char *pkexec = self->pkexec;

  if (self->prefix != NULL)
    return g_strdupv (self->prefix);

  if (pkexec == NULL)
    pkexec = found = g_find_program_in_path ("pkexec");
  if (pkexec == NULL || !g_file_test (pkexec, G_FILE_TEST_IS_EXECUTABLE))
    {
      *code = NB_HELPER_ERROR_NO_PKEXEC;
      return NULL;
    }
  if (!g_file_test (self->program, G_FILE_TEST_IS_EXECUTABLE))
    {
      *code = NB_HELPER_ERROR_NOT_INSTALLED;
      return NULL;
    }

  return g_strdupv ((char **) (const char *[]){ pkexec, "--disable-internal-agent", self->program, NULL });
}

static char **
add_verb (char **prefix, NbVerb verb, const char *module)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const NbVerbInfo *info = nb_verb_get_info (verb);

  g_strv_builder_addv (words, (const char **) prefix);
  g_strv_builder_add_many (words, info->action, info->name, module, NULL);

  return g_strv_builder_end (words);
}

/* pkexec refuses odd values with 127, so it gets none: what it looks at is plain or gone. */
static void
clean_environment (GSubprocessLauncher *launcher)
{
  static const char *const odd[] = { "LANG", "LANGUAGE", "LINGUAS", "TERM", "COLORTERM", "XAUTHORITY" };
  g_auto (GStrv) names = g_listenv ();

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_has_prefix (names[i], "LC_"))
      g_subprocess_launcher_unsetenv (launcher, names[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    g_subprocess_launcher_unsetenv (launcher, odd[i]);
  g_subprocess_launcher_setenv (launcher, "SHELL", "/bin/sh", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
}

static void
start_next (NbPkexecHelper *self)
{
  GTask *task = g_queue_peek_head (&self->waiting);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_auto (GStrv) prefix = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) spawn_error = NULL;
  NbHelperError code = NB_HELPER_ERROR_FAILED;
  GError *error = NULL;
  Run *run;

  if (task == NULL)
    return;
  run = g_task_get_task_data (task);
  if (run->process != NULL)
    return;
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      end_run (self, task, error);
      return;
    }

  prefix = dup_prefix (self, &code);
  if (prefix == NULL)
    {
      end_run (self, task, nb_helper_error_new (code, run->verb, NULL));
      return;
    }

  words = add_verb (prefix, run->verb, run->module);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  clean_environment (launcher);
  run->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) words, &spawn_error);
  if (run->process == NULL)
    {
      run->result->detail = g_strdup (spawn_error->message);
      end_run (self, task, nb_helper_error_new (NB_HELPER_ERROR_FAILED, run->verb, NULL));
      return;
    }

  run->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (run->process));
  run->complaint = g_memory_output_stream_new_resizable ();
  run->n_pending = 3;
  g_data_input_stream_read_line_async (run->output, G_PRIORITY_DEFAULT, NULL, line_cb, task);
  g_output_stream_splice_async (run->complaint, g_subprocess_get_stderr_pipe (run->process),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL, complained_cb, task);
  g_subprocess_wait_async (run->process, NULL, waited_cb, task);
  set_state (self, TRUE, TRUE);
}

static char **
nb_pkexec_helper_dup_command (NbHelper *helper, NbVerb verb, const char *module)
{
  NbPkexecHelper *self = NB_PKEXEC_HELPER (helper);
  const char *pkexec[] = { "pkexec", self->program, NULL };

  return add_verb (self->prefix != NULL ? self->prefix : (char **) pkexec, verb, module);
}

static void
nb_pkexec_helper_run_async (NbHelper *helper,
                            NbVerb verb,
                            const char *module,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  NbPkexecHelper *self = NB_PKEXEC_HELPER (helper);
  GTask *task;
  Run *run;

  /* pkexec asks to be killed with the thread that started it: only the main thread lives long enough. */
  g_return_if_fail (g_main_context_get_thread_default () == NULL);

  task = g_task_new (self, cancellable, callback, data);
  run = g_new0 (Run, 1);
  run->verb = verb;
  run->module = g_strdup (module);
  run->result = nb_helper_result_new ();
  g_task_set_source_tag (task, nb_pkexec_helper_run_async);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  g_task_set_check_cancellable (task, FALSE);
  if (cancellable != NULL)
    run->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), task, NULL);
  g_queue_push_tail (&self->waiting, task);
  start_next (self);
}

static gboolean
nb_pkexec_helper_run_finish (NbHelper *helper, GAsyncResult *async_result, NbHelperResult **result, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (async_result));

  g_return_val_if_fail (g_task_is_valid (async_result, helper), FALSE);

  if (result != NULL)
    *result = g_steal_pointer (&run->result);

  return g_task_propagate_boolean (G_TASK (async_result), error);
}

static void
nb_pkexec_helper_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbPkexecHelper *self = NB_PKEXEC_HELPER (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, self->can_cancel);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_pkexec_helper_finalize (GObject *object)
{
  NbPkexecHelper *self = NB_PKEXEC_HELPER (object);

  /* Tasks hold a reference to us, so none is left. */
  g_free (self->pkexec);
  g_free (self->program);
  g_strfreev (self->prefix);

  G_OBJECT_CLASS (nb_pkexec_helper_parent_class)->finalize (object);
}

static void
nb_pkexec_helper_iface_init (NbHelperInterface *iface)
{
  iface->dup_command = nb_pkexec_helper_dup_command;
  iface->run_async = nb_pkexec_helper_run_async;
  iface->run_finish = nb_pkexec_helper_run_finish;
}

static void
nb_pkexec_helper_class_init (NbPkexecHelperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nb_pkexec_helper_get_property;
  object_class->finalize = nb_pkexec_helper_finalize;

  g_object_class_override_property (object_class, PROP_RUNNING, "running");
  g_object_class_override_property (object_class, PROP_CAN_CANCEL, "can-cancel");
}

static void
nb_pkexec_helper_init (NbPkexecHelper *self)
{
  g_queue_init (&self->waiting);
}

/**
 * nb_pkexec_helper_new:
 * @pkexec: (nullable): pkexec's path, or %NULL to look for it
 * @program: (nullable): nestbox-helper's path, or %NULL for where it is installed
 *
 * Returns: (transfer full): what carries verbs out on this computer
 */
NbHelper *
nb_pkexec_helper_new (const char *pkexec, const char *program)
{
  NbPkexecHelper *self = g_object_new (NB_TYPE_PKEXEC_HELPER, NULL);

  self->pkexec = g_strdup (pkexec);
  self->program = g_strdup (program != NULL ? program : NB_HELPER_PATH);

  return NB_HELPER (self);
}

/**
 * nb_pkexec_helper_new_prefix:
 * @prefix: every word before `change VERB MODULE`, pkexec among them
 *
 * For a sandbox, where pkexec and the helper's path belong to the computer outside.
 *
 * Returns: (transfer full): what carries verbs out by that command
 */
NbHelper *
nb_pkexec_helper_new_prefix (const char *const *prefix)
{
  NbPkexecHelper *self = g_object_new (NB_TYPE_PKEXEC_HELPER, NULL);

  self->prefix = g_strdupv ((char **) prefix);

  return NB_HELPER (self);
}
