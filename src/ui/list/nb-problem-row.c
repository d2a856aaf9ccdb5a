/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A connection that does not work: which one, why, and the one thing to do. It goes away by itself. */

#include "config.h"

#include "nb-problem-row.h"

#include <glib/gi18n-lib.h>

#include "nb-toast.h"

static void
try_again_cb (GtkButton *button, gpointer data)
{
  nb_connection_reconnect (NB_CONNECTION (data));
}

static void
copy_cb (GtkWidget *button, gpointer data)
{
  g_autofree char *command = nb_connection_dup_command (NB_CONNECTION (data));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), command);
  nb_toast_show (button, _ ("Command copied"));
}

static void
style (GtkWidget *button)
{
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
}

/* While it is there, one problem may become another. */
static void
update (AdwActionRow *row, GParamSpec *pspec, NbConnection *connection)
{
  GtkWidget *copy = g_object_get_data (G_OBJECT (row), "copy");
  const char *message = nb_connection_get_message (connection);
  const char *hint = nb_connection_get_hint (connection);
  g_autofree char *command = nb_connection_dup_command (connection);
  g_autofree char *subtitle = hint != NULL ? g_strdup_printf ("%s\n%s", message, hint) : g_strdup (message);

  adw_action_row_set_subtitle (row, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), nb_connection_get_detail (connection));
  gtk_widget_set_visible (copy, command != NULL);
  gtk_widget_set_tooltip_text (copy, command);
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
  g_autofree char *title = nb_connection_dup_title (connection);
  GtkWidget *button;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);

  /* Not in words: two buttons in words leave no room at 360 pixels. */
  button = gtk_button_new_from_icon_name ("nb-copy-symbolic");
  style (button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Copy Command"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_cb), connection, 0);
  adw_action_row_add_suffix (row, button);
  g_object_set_data (G_OBJECT (row), "copy", button);
  button = gtk_button_new_with_mnemonic (_ ("_Try Again"));
  style (button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (try_again_cb), connection, 0);
  adw_action_row_add_suffix (row, button);

  g_signal_connect_object (connection, "notify::problem", G_CALLBACK (update), row, G_CONNECT_SWAPPED);
  update (row, NULL, connection);

  return GTK_WIDGET (row);
}
