/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-cpu-feature.h"

G_BEGIN_DECLS

#define NB_TYPE_FEATURE_ROW (nb_feature_row_get_type ())

G_DECLARE_FINAL_TYPE (NbFeatureRow, nb_feature_row, NB, FEATURE_ROW, GtkWidget)

/* Properties: feature (NbCpuFeature). */

G_END_DECLS
