/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-plan-outline.h"

G_BEGIN_DECLS

const char *nb_plan_obstacle_get_text (NbPlanObstacle  obstacle);
const char *nb_plan_words_get_end     (NbPlanGoal      goal,
                                       NbPlanWhen      when,
                                       NbTristate      proof);

G_END_DECLS
