/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application's own client of the helper, for a run inside the sandbox: client ACTION VERB MODULE. */

#include "config.h"

#include <gio/gio.h>

#include "nb-sandbox-helper.h"

static void
done_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (nb_helper_run_finish (NB_HELPER (object), async_result, &result, &error))
    g_print ("done ok live=%d next-boot=%d\n", result->result->live, result->result->next_boot);
  else
    g_print ("done %s %d exit=%d %s | %s\n", g_quark_to_string (error->domain), error->code, result->exit,
             error->message, result->detail != NULL ? result->detail : "");
  g_main_loop_quit (data);
}

int
main (int argc, char *argv[])
{
  g_autoptr (NbHelper) helper = nb_sandbox_helper_new (NULL, NULL, "/app/libexec/nestbox-helper", NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_auto (GStrv) command = NULL;
  g_autofree char *typed = NULL;
  NbVerb verb;

  if (argc != 4 || !nb_verb_from_arguments (argv[1], argv[2], &verb))
    return 2;

  command = nb_helper_dup_command (helper, verb, argv[3]);
  typed = g_strjoinv (" ", command);
  g_print ("command %s\n", typed);
  nb_helper_run_async (helper, verb, argv[3], NULL, done_cb, loop);
  g_main_loop_run (loop);

  return 0;
}
