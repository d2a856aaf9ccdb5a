/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-report.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdlib.h>

static gboolean
print_report (const char *root, gboolean json, gboolean include_names, int *status)
{
  g_autoptr (NbHostFacts) facts = NULL;
  g_autoptr (NbReport) report = NULL;
  g_autofree char *text = NULL;

  if (!g_file_test (root, G_FILE_TEST_IS_DIR))
    {
      /* Translators: %s is a path that was given with --root */
      g_printerr (_ ("nestbox: %s is not a folder\n"), root);
      return FALSE;
    }

  facts = nb_host_facts_read (root, 0);
  report = nb_report_new (root, facts, FALSE, include_names);
  text = json ? nb_report_to_json (report) : nb_report_to_text (report);
  g_print ("%s", text);
  *status = nb_report_get_exit (report);

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *root = NULL;
  gboolean report = FALSE;
  gboolean json = FALSE;
  gboolean include_names = FALSE;
  int status = EXIT_FAILURE;
  const GOptionEntry entries[] = {
    { "report", 0, 0, G_OPTION_ARG_NONE, &report, N_ ("Print what this computer is like, and exit"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print the report as JSON"), NULL },
    { "include-names", 0, 0, G_OPTION_ARG_NONE, &include_names, N_ ("Tell names in the report"), NULL },
    { "root", 0, 0, G_OPTION_ARG_FILENAME, &root, N_ ("Read the computer from a folder"), N_ ("DIR") },
    { NULL },
  };

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, NB_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("nestbox: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (!report)
    {
      g_printerr ("nestbox: %s\n", _ ("only --report works so far"));
      return EXIT_FAILURE;
    }
  if (!print_report (root != NULL ? root : "/", json, include_names, &status))
    return EXIT_FAILURE;

  return status;
}
