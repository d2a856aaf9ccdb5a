/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define NB_TYPE_ADAPTIVE_TITLE (nb_adaptive_title_get_type ())

G_DECLARE_FINAL_TYPE (NbAdaptiveTitle, nb_adaptive_title, NB, ADAPTIVE_TITLE, GtkWidget)

/* Properties: wide and narrow (GtkWidget, set from .ui files), is-narrow (gboolean, read-only). */

gboolean nb_adaptive_title_get_is_narrow (NbAdaptiveTitle *self);

G_END_DECLS
