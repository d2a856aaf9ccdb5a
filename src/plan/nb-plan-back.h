/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-plan-parts.h"

G_BEGIN_DECLS

gboolean   nb_plan_back_is_possible (const NbPlanParts *parts,
                                     GPtrArray         *earlier,
                                     GListModel        *steps);
GPtrArray *nb_plan_back_dup_stops   (const NbPlanParts *parts,
                                     GPtrArray         *earlier,
                                     GListModel        *steps);
GPtrArray *nb_plan_back_decide      (const NbPlanParts *parts,
                                     GPtrArray         *earlier,
                                     GListModel        *steps,
                                     GPtrArray         *stops,
                                     NbPlanOutline     *outline);

G_END_DECLS
