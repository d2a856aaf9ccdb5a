/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host.h"
#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_CPU (nb_step_cpu_get_type ())

G_DECLARE_FINAL_TYPE (NbStepCpu, nb_step_cpu, NB, STEP_CPU, NbPlanStep)

NbPlanStep *nb_step_cpu_new      (NbMachineEditor *editor,
                              NbHost          *host,
                              gboolean         later);
NbPlanStep *nb_step_cpu_new_undo (NbMachineEditor *editor);

G_END_DECLS
