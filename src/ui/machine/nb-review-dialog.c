/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Apply would change, in sentences, and the XML for who wants it. */

#include "config.h"

#include "nb-review-dialog.h"

#include <adwaita.h>

#include "nb-machine-inference.h"

static void
add_sentence (AdwPreferencesGroup *group, const char *sentence)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_preferences_group_add (group, row);
}

static void
fill (GtkBuilder *builder, const char *name, const char *const *sentences)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (gtk_builder_get_object (builder, name));

  gtk_widget_set_visible (GTK_WIDGET (group), sentences != NULL && sentences[0] != NULL);
  for (guint i = 0; sentences != NULL && sentences[i] != NULL; i++)
    add_sentence (group, sentences[i]);
}

static void
apply_cb (GtkWidget *button, gpointer data)
{
  nb_machine_editor_apply_async (NB_MACHINE_EDITOR (data), NULL, NULL);
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (button)));
}

static void
revert_cb (GtkWidget *button, gpointer data)
{
  nb_machine_editor_revert (NB_MACHINE_EDITOR (data));
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (button)));
}

/**
 * nb_review_dialog_present:
 * @parent: the window
 * @editor: an opened machine with unapplied changes
 *
 * Shows what is to change, with Apply and Revert.
 */
void
nb_review_dialog_present (GtkWindow *parent, NbMachineEditor *editor)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/nestbox/Nestbox/nb-review-dialog.ui");
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  GtkWidget *apply = GTK_WIDGET (gtk_builder_get_object (builder, "apply"));
  GtkWidget *revert = GTK_WIDGET (gtk_builder_get_object (builder, "revert"));
  g_autofree char *difference = nb_cpu_edit_dup_difference (edit);
  g_auto (GStrv) risks =
    nb_machine_dup_risks (nb_machine_editor_get_machine (editor), nb_machine_editor_get_config (editor));

  fill (builder, "changes", nb_cpu_edit_get_changes (edit));
  fill (builder, "losses", nb_cpu_edit_get_losses (edit));
  fill (builder, "risks", (const char *const *) risks);
  gtk_label_set_label (GTK_LABEL (gtk_builder_get_object (builder, "difference")), difference);
  gtk_widget_set_sensitive (apply, nb_cpu_edit_get_valid (edit) && nb_machine_editor_get_locked (editor) == NULL);
  gtk_widget_set_tooltip_text (apply, nb_cpu_edit_get_problem (edit));

  g_signal_connect_object (apply, "clicked", G_CALLBACK (apply_cb), editor, 0);
  g_signal_connect_object (revert, "clicked", G_CALLBACK (revert_cb), editor, 0);
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
