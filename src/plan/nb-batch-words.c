/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Several machines in numbers: what will change, and how it went. */

#include "config.h"

#include "nb-batch-words.h"

#include <glib/gi18n-lib.h>

/* One sentence for each kind of machine there is. */
char *
nb_batch_words_dup_forecast (guint n_changes, guint n_same, guint n_left_out, guint n_running)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;

  {
    /* Translators: %u is a number of virtual machines, here and below */
    g_autofree char *changes =
      g_strdup_printf (ngettext ("%u machine will change.", "%u machines will change.", n_changes), n_changes);

    g_strv_builder_add (to, changes);
  }
  if (n_same > 0)
    {
      g_autofree char *same =
        g_strdup_printf (ngettext ("%u machine needs no change.", "%u machines need no change.", n_same), n_same);

      g_strv_builder_add (to, same);
    }
  if (n_left_out > 0)
    {
      g_autofree char *left_out =
        g_strdup_printf (ngettext ("%u machine is left out.", "%u machines are left out.", n_left_out), n_left_out);

      g_strv_builder_add (to, left_out);
    }
  if (n_running > 0)
    {
      g_autofree char *running = g_strdup_printf (
        ngettext ("%u of them is running. Shut it down and start it again to use the change.",
                  "%u of them are running. Shut them down and start them again to use the change.", n_running),
        n_running);

      g_strv_builder_add (to, running);
    }
  sentences = g_strv_builder_end (to);

  return g_strjoinv ("\n", sentences);
}

char *
nb_batch_words_dup_outcome (gboolean undone, guint n_done, guint n_failed)
{
  g_autofree char *done =
    undone ? g_strdup_printf (ngettext ("%u machine is as before.", "%u machines are as before.", n_done), n_done)
           : g_strdup_printf (ngettext ("%u machine was changed.", "%u machines were changed.", n_done), n_done);
  g_autofree char *failed = NULL;

  if (n_failed == 0)
    return g_steal_pointer (&done);

  failed =
    g_strdup_printf (ngettext ("%u machine was not changed.", "%u machines were not changed.", n_failed), n_failed);

  return g_strjoin ("\n", done, failed, NULL);
}
