/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-editor.h"
#include "nb-host.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_START (nb_step_start_get_type ())

G_DECLARE_FINAL_TYPE (NbStepStart, nb_step_start, NB, STEP_START, NbPlanStep)

NbPlanStep *nb_step_start_new      (GPtrArray       *machines,
                                GPtrArray       *candidates,
                                NbMachine       *except,
                                NbMachine       *only,
                                GPtrArray       *stopped);
NbPlanStep *nb_step_start_new_boot (NbMachineEditor *editor,
                                NbHost          *host,
                                GPtrArray       *stopped);
GPtrArray *nb_step_start_filter (GPtrArray      *candidates,
                                NbMachine       *except,
                                NbMachine       *only);

G_END_DECLS
