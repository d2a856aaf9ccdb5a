/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-toast.h"

#include <adwaita.h>

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

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (escaped));
}
