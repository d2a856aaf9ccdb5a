/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection that does not work: which one, why, and the one thing to do. It goes away by itself. */

#include "config.h"

#include "nb-problem-row.h"

#include <glib/gi18n-lib.h>

#include "nb-toast.h"

static void
try_again_cb (GtkButton *button, gpointer data)
{
  nb_connection_open (NB_CONNECTION (data));
}

static void
copy_cb (GtkWidget *button, gpointer data)
{
  const char *command = nb_connection_problem_get_command (nb_connection_get_problem (NB_CONNECTION (data)));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), command);
  nb_toast_show (button, _ ("Command copied"));
}

static GtkWidget *
new_button (const char *label, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");

  return button;
}

/**
 * nb_problem_row_new:
 * @connection: a connection that failed
 *
 * Returns: (transfer floating): a row of a boxed list
 */
GtkWidget *
nb_problem_row_new (NbConnection *connection)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());
  const char *hint = nb_connection_get_hint (connection);
  const char *command = nb_connection_problem_get_command (nb_connection_get_problem (connection));
  g_autofree char *title = nb_connection_dup_title (connection);
  g_autofree char *subtitle = NULL;
  GtkWidget *button;

  subtitle = hint != NULL ? g_strdup_printf ("%s\n%s", nb_connection_get_message (connection), hint)
                          : g_strdup (nb_connection_get_message (connection));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), nb_connection_get_detail (connection));

  if (command != NULL)
    {
      button = new_button (_ ("_Copy Command"), command);
      g_signal_connect_object (button, "clicked", G_CALLBACK (copy_cb), connection, 0);
      adw_action_row_add_suffix (row, button);
    }
  button = new_button (_ ("_Try Again"), NULL);
  g_signal_connect_object (button, "clicked", G_CALLBACK (try_again_cb), connection, 0);
  adw_action_row_add_suffix (row, button);

  return GTK_WIDGET (row);
}
