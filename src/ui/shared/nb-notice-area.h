/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define NB_TYPE_NOTICE_AREA (nb_notice_area_get_type ())

G_DECLARE_FINAL_TYPE (NbNoticeArea, nb_notice_area, NB, NOTICE_AREA, GtkWidget)

/* Its children in a .ui file are NbNotices. */

G_END_DECLS
