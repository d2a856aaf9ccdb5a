/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-plan.h"

G_BEGIN_DECLS

#define NB_TYPE_PLAN_DIALOG (nb_plan_dialog_get_type ())

G_DECLARE_FINAL_TYPE (NbPlanDialog, nb_plan_dialog, NB, PLAN_DIALOG, AdwWindow)

void nb_plan_dialog_present (GtkWindow *parent,
                             NbPlan    *plan);

G_END_DECLS
