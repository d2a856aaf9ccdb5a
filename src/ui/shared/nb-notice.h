/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define NB_TYPE_NOTICE (nb_notice_get_type ())

G_DECLARE_FINAL_TYPE (NbNotice, nb_notice, NB, NOTICE, GtkWidget)

/* Properties: title, text, urgent (it takes the keyboard where nothing can be announced), label and action-name of its button,
 * other-label and other-action-name of a second one. It is hidden until something is shown. */

void nb_notice_show     (NbNotice   *self,
                         const char *title,
                         const char *text);
void nb_notice_hide     (NbNotice   *self);
void nb_notice_set_text (NbNotice   *self,
                         const char *text);

G_END_DECLS
