/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-toast.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/**
 * nb_toast_show:
 * @widget: where something happened
 * @text: what happened; not markup
 *
 * Shows a toast in the overlay around @widget.
 */
void
nb_toast_show (GtkWidget *widget, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  AdwToast *toast;

  if (overlay == NULL)
    return;

  toast = adw_toast_new (escaped);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}

/* Whoever had the keyboard in a toast, where its button may have lost it already, gets it back where it was before. */
static void
dismissed_cb (GtkWidget *origin)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (origin, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root = gtk_widget_get_root (origin);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root == NULL || overlay == NULL ||
      (focus != NULL && (!gtk_widget_is_ancestor (focus, overlay) ||
                         gtk_widget_is_ancestor (focus, adw_toast_overlay_get_child (ADW_TOAST_OVERLAY (overlay))))))
    return;

  if (!gtk_widget_grab_focus (origin))
    gtk_widget_child_focus (origin, GTK_DIR_TAB_FORWARD);
}

/**
 * nb_toast_show_undo:
 * @widget: where something happened
 * @text: what happened; not markup
 * @action: the action that takes it back, without a parameter
 *
 * Shows a toast with an Undo button, long enough for who looks elsewhere.
 */
void
nb_toast_show_undo (GtkWidget *widget, const char *text, const char *action)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (overlay == NULL)
    return;

  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, action);
  adw_toast_set_timeout (toast, 15);
  if (gtk_root_get_focus (gtk_widget_get_root (widget)) != NULL)
    g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb),
                             gtk_root_get_focus (gtk_widget_get_root (widget)), G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), widget, G_CONNECT_SWAPPED);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}
