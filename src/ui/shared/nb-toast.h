/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void nb_toast_show         (GtkWidget  *widget,
                            const char *text);
void nb_toast_show_undo    (GtkWidget  *widget,
                            const char *text,
                            const char *action);
void nb_toast_dismiss_undo (GtkWidget  *widget);

G_END_DECLS
