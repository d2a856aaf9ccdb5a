/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-progress-step.h"

G_BEGIN_DECLS

#define NB_TYPE_PROGRESS_ROW (nb_progress_row_get_type ())

G_DECLARE_FINAL_TYPE (NbProgressRow, nb_progress_row, NB, PROGRESS_ROW, GtkListBoxRow)

GtkWidget *nb_progress_row_new (NbProgressStep *step);

G_END_DECLS
