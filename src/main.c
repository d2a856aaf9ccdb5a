/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <libintl.h>
#include <locale.h>

#include "nb-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (NbApplication) application = NULL;
  const char *localedir = g_getenv ("NESTBOX_LOCALEDIR");

  /* libkmod complains on stderr of lines that it can't read, before one can tell it not to; we say it on the page. Whoever
   * wants to see it sets the variable. Here there are no threads yet. */
  g_setenv ("KMOD_LOG", "0", FALSE);

  setlocale (LC_ALL, "");
  /* A build that is not installed has its translations elsewhere. */
  bindtextdomain (GETTEXT_PACKAGE, localedir != NULL ? localedir : NB_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = nb_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
