/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The processors that a machine had before. */

#include "config.h"

#include "nb-versions-dialog.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "nb-machine-versions.h"

/* What a row brings back. */
typedef struct
{
  NbMachineEditor *editor;
  char *xml;
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  g_object_unref (choice->editor);
  g_free (choice->xml);
  g_free (choice);
}

static void
bring_back_cb (GtkWidget *button, gpointer data)
{
  Choice *choice = data;
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (button));

  nb_machine_editor_store_async (choice->editor, choice->xml, NULL, NULL);
  gtk_window_close (window);
}

static GtkWidget *
create_row (NbMachineEditor *editor, const NbCpuVersion *version)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (editor);
  g_autofree char *xml = nb_cpu_version_apply (version, config->inactive, NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (version->time);
  g_autofree char *title = time != NULL ? g_date_time_format (time, "%c") : NULL;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button;
  Choice *choice;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), version->cpu != NULL ? version->cpu : _ ("No processor was set."));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 6);
  if (xml == NULL)
    return row;

  choice = g_new0 (Choice, 1);
  choice->editor = g_object_ref (editor);
  choice->xml = g_steal_pointer (&xml);
  button = gtk_button_new_with_mnemonic (_ ("_Bring Back"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_data (button, "clicked", G_CALLBACK (bring_back_cb), choice, choice_free, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  return row;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkBuilder) builder = data;
  NbMachineEditor *editor = g_object_get_data (G_OBJECT (builder), "editor");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) versions = nb_machine_versions_list_finish (NB_MACHINE (source), result, &error);
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (gtk_builder_get_object (builder, "versions"));

  if (error != NULL)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), error->message);
      adw_preferences_group_add (group, row);
    }
  for (guint i = 0; versions != NULL && i < versions->len; i++)
    adw_preferences_group_add (group, create_row (editor, g_ptr_array_index (versions, i)));
  if (error != NULL || (versions != NULL && versions->len > 0))
    gtk_stack_set_visible_child_name (GTK_STACK (gtk_builder_get_object (builder, "stack")), "list");
}

/**
 * nb_versions_dialog_present:
 * @parent: the window
 * @editor: an opened machine
 *
 * Shows the earlier versions of its processor; one of them can be brought back.
 */
void
nb_versions_dialog_present (GtkWindow *parent, NbMachineEditor *editor)
{
  GtkBuilder *builder = gtk_builder_new_from_resource ("/io/github/nestbox/Nestbox/nb-versions-dialog.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
  g_object_set_data_full (G_OBJECT (builder), "editor", g_object_ref (editor), g_object_unref);
  nb_machine_versions_list_async (nb_machine_editor_get_machine (editor), NULL, listed_cb, builder);
}
