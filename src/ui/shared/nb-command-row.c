/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-command-row.h"

#include <glib/gi18n-lib.h>

#include "nb-toast.h"

/**
 * NbCommandRow:
 *
 * A command for a terminal, with a button that copies it.
 */
struct _NbCommandRow
{
  AdwActionRow parent_instance;
};

G_DEFINE_FINAL_TYPE (NbCommandRow, nb_command_row, ADW_TYPE_ACTION_ROW)

static void
copy_cb (NbCommandRow *self)
{
  const char *command = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  nb_toast_show (GTK_WIDGET (self), _ ("Command copied"));
}

static void
nb_command_row_class_init (NbCommandRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-command-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
nb_command_row_init (NbCommandRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_command_row_new:
 * @command: one command line
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
nb_command_row_new (const char *command)
{
  return g_object_new (NB_TYPE_COMMAND_ROW, "title", command, NULL);
}
