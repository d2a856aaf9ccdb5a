/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_PLAN_ROW (nb_plan_row_get_type ())

G_DECLARE_FINAL_TYPE (NbPlanRow, nb_plan_row, NB, PLAN_ROW, AdwExpanderRow)

GtkWidget *nb_plan_row_new (NbPlanStep *step);

G_END_DECLS
