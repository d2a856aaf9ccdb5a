/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-toast.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "nb-compat.h"

/* Of a window: its one toast with an Undo button. */
#define UNDO_TOAST "nb-undo-toast"

static AdwToastOverlay *
get_overlay (GtkWidget *widget)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  return child != NULL && ADW_IS_TOAST_OVERLAY (child)
           ? ADW_TOAST_OVERLAY (child)
           : (AdwToastOverlay *) gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
}

static AdwToast *
new_toast (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);

  return toast;
}

/**
 * nb_toast_show:
 * @widget: where something happened, or a page with an overlay of its own
 * @text: what happened; not markup
 *
 * Shows a toast in the overlay around @widget.
 */
void
nb_toast_show (GtkWidget *widget, const char *text)
{
  AdwToastOverlay *overlay = get_overlay (widget);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (overlay, new_toast (text));
}

/* Whoever had the keyboard in a toast, where its button may have lost it already, gets it back where it was before. */
static void
dismissed_cb (GtkWidget *origin)
{
  AdwToastOverlay *overlay = get_overlay (origin);
  GtkRoot *root = gtk_widget_get_root (origin);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root == NULL || overlay == NULL ||
      (focus != NULL && (!gtk_widget_is_ancestor (focus, GTK_WIDGET (overlay)) ||
                         gtk_widget_is_ancestor (focus, adw_toast_overlay_get_child (overlay)))))
    return;

  if (!gtk_widget_grab_focus (origin))
    gtk_widget_child_focus (origin, GTK_DIR_TAB_FORWARD);
}

/* A newer one may stand in its place by now. */
static void
forget_cb (AdwToast *toast, GObject *window)
{
  if (g_object_get_data (window, UNDO_TOAST) == toast)
    g_object_set_data (window, UNDO_TOAST, NULL);
}

/**
 * nb_toast_show_undo:
 * @widget: where something happened, or a page with an overlay of its own
 * @text: what happened; not markup
 * @action: the action that takes it back, without a parameter
 *
 * Shows a toast with an Undo button, long enough for who looks elsewhere. It replaces the window's last one, for which it is
 * too late; and it does not appear under a dialog, which has its own way back.
 */
void
nb_toast_show_undo (GtkWidget *widget, const char *text, const char *action)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  AdwToastOverlay *overlay = get_overlay (widget);
  AdwToast *toast;

  if (overlay == NULL || root == NULL)
    return;
  nb_toast_dismiss_undo (widget);
  if (nb_compat_has_dialog (GTK_WINDOW (root)))
    return;

  toast = new_toast (text);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, action);
  adw_toast_set_timeout (toast, 15);
  if (gtk_root_get_focus (root) != NULL)
    g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), gtk_root_get_focus (root),
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (forget_cb), root, 0);
  g_object_set_data_full (G_OBJECT (root), UNDO_TOAST, g_object_ref (toast), g_object_unref);
  adw_toast_overlay_add_toast (overlay, toast);
}

/**
 * nb_toast_dismiss_undo:
 * @widget: something in the window
 *
 * Takes away the window's toast with an Undo button, if there is one: what it tells of is no longer the last that happened.
 */
void
nb_toast_dismiss_undo (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  AdwToast *last = root != NULL ? g_object_get_data (G_OBJECT (root), UNDO_TOAST) : NULL;

  if (last != NULL)
    {
      g_autoptr (AdwToast) toast = g_object_ref (last);

      adw_toast_dismiss (toast);
    }
}
