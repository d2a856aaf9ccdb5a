/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-program-prover.h"

#include <signal.h>
#include <string.h>

#include "nb-proof-codes.h"

/**
 * NbProgramProver:
 *
 * Starts nestbox-proof and makes an answer of its exit code and its line. A program that does not end is killed and no
 * longer waited for: whatever hangs in the kernel may not even die.
 */
struct _NbProgramProver
{
  GObject parent_instance;

  char *program;
  guint milliseconds;
};

static void nb_program_prover_iface_init (NbProverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbProgramProver,
                               nb_program_prover,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_PROVER, nb_program_prover_iface_init))

/* One try. The task has it as its data; who answers first, the program, the clock or the cancellable, takes it. */
typedef struct
{
  GSubprocess *process;
  guint timeout;
} Try;

static void
try_free (gpointer data)
{
  Try *self = data;

  if (self->timeout != 0)
    g_source_remove (self->timeout);
  g_object_unref (self->process);
  g_free (self);
}

static void
answer (GTask *task, NbProofResult result, const char *detail)
{
  g_debug ("%s: result %d, %s", NB_PROOF_PROGRAM, result, detail != NULL ? detail : "no detail");
  g_task_return_pointer (task, nb_proof_answer_new (result, -1, g_get_real_time () / G_USEC_PER_SEC, detail),
                         (GDestroyNotify) nb_proof_answer_unref);
}

static gboolean
timeout_cb (gpointer data)
{
  GTask *task = data;
  Try *attempt = g_task_get_task_data (task);

  attempt->timeout = 0;
  g_subprocess_force_exit (attempt->process);
  answer (task, NB_PROOF_RESULT_TIME_LIMIT, NULL);

  return G_SOURCE_REMOVE;
}

/* "proof result=failed at=VMRUN exit=0x7f" becomes "VMRUN, exit 0x7f". An errno becomes words. */
static char *
dup_detail (char **words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *value = strchr (words[i], '=');
      const char *separator = text->len > 0 ? ", " : "";

      if (value == NULL || g_str_has_prefix (words[i], "result=") || g_str_has_prefix (words[i], "trips="))
        continue;
      value++;
      if (g_str_has_prefix (words[i], "at="))
        g_string_append_printf (text, "%s%s", separator, value);
      else if (g_str_has_prefix (words[i], "errno="))
        g_string_append_printf (text, "%s%s", text->len > 0 ? ": " : "",
                                g_strerror ((int) g_ascii_strtoll (value, NULL, 10)));
      else
        g_string_append_printf (text, "%s%.*s %s", separator, (int) (value - 1 - words[i]), words[i], value);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static gint64
get_nanoseconds (char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "nanoseconds="))
      {
        guint64 value;

        if (g_ascii_string_to_unsigned (words[i] + strlen ("nanoseconds="), 10, 0, G_MAXINT64, &value, NULL))
          return (gint64) value;
      }

  return -1;
}

/**
 * nb_program_prover_parse:
 * @exit_code: how nestbox-proof ended
 * @output: (nullable): what it printed
 * @time: now, in seconds since 1970
 *
 * The exit code decides; without the line that belongs to it nothing is believed.
 *
 * Returns: (transfer full): the answer
 */
NbProofAnswer *
nb_program_prover_parse (int exit_code, const char *output, gint64 time)
{
  static const struct
  {
    int exit_code;
    const char *word;
    NbProofResult result;
  } results[] = {
    { NB_PROOF_EXIT_PROVEN, "result=proven", NB_PROOF_RESULT_PROVEN },
    { NB_PROOF_EXIT_NOT_OFFERED, "result=not-offered", NB_PROOF_RESULT_NOT_OFFERED },
    { NB_PROOF_EXIT_FAILED, "result=failed", NB_PROOF_RESULT_FAILED },
    { NB_PROOF_EXIT_UNAVAILABLE, "result=unavailable", NB_PROOF_RESULT_UNAVAILABLE },
    { NB_PROOF_EXIT_NOT_TRIED, "result=not-tried", NB_PROOF_RESULT_NOT_TRIED },
  };
  g_auto (GStrv) words = g_strsplit_set (output != NULL ? output : "", " \n", -1);
  g_autofree char *detail = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (results) && words[0] != NULL && words[1] != NULL; i++)
    if (results[i].exit_code == exit_code && g_str_equal (words[0], "proof") && g_str_equal (words[1], results[i].word))
      {
        gint64 nanoseconds = exit_code == NB_PROOF_EXIT_PROVEN ? get_nanoseconds (words) : -1;

        if (exit_code != NB_PROOF_EXIT_PROVEN)
          detail = dup_detail (words);
        return nb_proof_answer_new (results[i].result, nanoseconds, time, detail);
      }

  detail = g_strdup_printf ("exit %d", exit_code);
  return nb_proof_answer_new (NB_PROOF_RESULT_KILLED, -1, time, detail);
}

static void
communicated_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GSubprocess *process = G_SUBPROCESS (source);
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = g_subprocess_communicate_utf8_finish (process, async_result, &output, NULL, &error);

  /* The clock was first. */
  if (g_task_get_completed (task) || ((Try *) g_task_get_task_data (task))->timeout == 0)
    return;
  g_clear_handle_id (&((Try *) g_task_get_task_data (task))->timeout, g_source_remove);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      g_subprocess_force_exit (process);
      g_task_return_error_if_cancelled (task);
    }
  else if (!good)
    answer (task, NB_PROOF_RESULT_KILLED, error->message);
  else if (g_subprocess_get_if_signaled (process))
    answer (task, NB_PROOF_RESULT_KILLED, strsignal (g_subprocess_get_term_sig (process)));
  else
    {
      g_debug ("%s: exit %d, %s", NB_PROOF_PROGRAM, g_subprocess_get_exit_status (process), output);
      g_task_return_pointer (
        task,
        nb_program_prover_parse (g_subprocess_get_exit_status (process), output, g_get_real_time () / G_USEC_PER_SEC),
        (GDestroyNotify) nb_proof_answer_unref);
    }
}

static void
nb_program_prover_prove_async (NbProver *prover, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  NbProgramProver *self = NB_PROGRAM_PROVER (prover);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  Try *attempt;

  g_task_set_source_tag (task, nb_program_prover_prove_async);
  process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, self->program, NULL);
  if (process == NULL)
    {
      answer (task, NB_PROOF_RESULT_NOT_STARTED, error->message);
      return;
    }

  attempt = g_new0 (Try, 1);
  attempt->process = process;
  attempt->timeout = g_timeout_add (self->milliseconds, timeout_cb, task);
  g_task_set_task_data (task, attempt, try_free);
  g_subprocess_communicate_utf8_async (process, NULL, cancellable, communicated_cb, g_steal_pointer (&task));
}

static NbProofAnswer *
nb_program_prover_prove_finish (NbProver *prover, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
nb_program_prover_iface_init (NbProverInterface *iface)
{
  iface->prove_async = nb_program_prover_prove_async;
  iface->prove_finish = nb_program_prover_prove_finish;
}

static void
nb_program_prover_finalize (GObject *object)
{
  g_free (NB_PROGRAM_PROVER (object)->program);

  G_OBJECT_CLASS (nb_program_prover_parent_class)->finalize (object);
}

static void
nb_program_prover_class_init (NbProgramProverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_program_prover_finalize;
}

static void
nb_program_prover_init (NbProgramProver *self)
{
}

/**
 * nb_program_prover_new:
 * @program: (nullable): the program, or %NULL for the installed one
 * @milliseconds: after which it is killed, or 0 for the usual limit
 *
 * Returns: (transfer full): a prover
 */
NbProver *
nb_program_prover_new (const char *program, guint milliseconds)
{
  NbProgramProver *self = g_object_new (NB_TYPE_PROGRAM_PROVER, NULL);

  self->program = g_strdup (program != NULL ? program : NB_PROOF_PATH);
  self->milliseconds = milliseconds > 0 ? milliseconds : NB_PROOF_TIME_LIMIT * 1000;

  return NB_PROVER (self);
}
