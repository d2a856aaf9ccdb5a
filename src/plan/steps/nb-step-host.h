/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-controller.h"
#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_HOST (nb_step_host_get_type ())

G_DECLARE_FINAL_TYPE (NbStepHost, nb_step_host, NB, STEP_HOST, NbPlanStep)

NbPlanStep *nb_step_host_new      (NbHostController *controller,
                               NbVerb            verb,
                               NbMachineEditor  *editor);
NbPlanStep *nb_step_host_new_undo (NbHostController *controller);

G_END_DECLS
