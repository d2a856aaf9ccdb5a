/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application's own client of the helper, driven by lines on its standard input:
 *
 *   run ACTION VERB MODULE   carries it out
 *   cancel                   cancels what is under way
 *
 * What happens is told on standard output: can-cancel, step NAME, line TEXT, done ok, done DOMAIN CODE TEXT. */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

#include "nb-pkexec-helper.h"

static GMainLoop *loop;
static GCancellable *cancellable;

static void
step_cb (NbHelper *helper, int step, gpointer data)
{
  g_print ("step %s\n", nb_step_get_name ((NbStep) step));
}

static void
state_cb (NbHelper *helper, GParamSpec *pspec, gpointer data)
{
  g_print ("running=%d can-cancel=%d\n", nb_helper_get_running (helper), nb_helper_get_can_cancel (helper));
}

static void
done_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (nb_helper_run_finish (NB_HELPER (object), async_result, &result, &error))
    g_print ("done ok live=%d next-boot=%d\n", result->result->live, result->result->next_boot);
  else
    g_print ("done %s %d exit=%d %s\n", g_quark_to_string (error->domain), error->code, result->exit, error->message);
}

static void
read_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  NbHelper *helper = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (object), async_result, NULL, NULL);
  g_auto (GStrv) words = g_strsplit (line != NULL ? line : "", " ", -1);
  NbVerb verb;

  if (line == NULL)
    {
      g_main_loop_quit (loop);
      return;
    }

  if (g_strv_length (words) == 4 && nb_verb_from_arguments (words[1], words[2], &verb))
    {
      g_clear_object (&cancellable);
      cancellable = g_cancellable_new ();
      nb_helper_run_async (helper, verb, words[3], cancellable, done_cb, NULL);
    }
  else if (g_strcmp0 (words[0], "cancel") == 0)
    {
      g_cancellable_cancel (cancellable);
    }

  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (object), G_PRIORITY_DEFAULT, NULL, read_cb, helper);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  g_autoptr (NbHelper) helper = nb_pkexec_helper_new (NULL, argv[1]);

  setvbuf (stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (helper, "step", G_CALLBACK (step_cb), NULL);
  g_signal_connect (helper, "notify::can-cancel", G_CALLBACK (state_cb), NULL);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, read_cb, helper);
  g_main_loop_run (loop);
  g_clear_object (&cancellable);
  g_main_loop_unref (loop);

  return 0;
}
