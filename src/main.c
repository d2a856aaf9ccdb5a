/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <libintl.h>
#include <locale.h>

#include "nb-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (NbApplication) application = NULL;
  const char *localedir = g_getenv ("NESTBOX_LOCALEDIR");

  setlocale (LC_ALL, "");
  /* A build that is not installed has its translations elsewhere. */
  bindtextdomain (GETTEXT_PACKAGE, localedir != NULL ? localedir : NB_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = nb_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
