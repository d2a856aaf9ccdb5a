/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-kvm-users.h"
#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_STOP (nb_step_stop_get_type ())

G_DECLARE_FINAL_TYPE (NbStepStop, nb_step_stop, NB, STEP_STOP, NbPlanStep)

NbPlanStep *nb_step_stop_new         (GPtrArray       *machines,
                                  NbKvmUsers      *users,
                                  GPtrArray       *stopped,
                                  guint            patience,
                                  guint            pace);
NbPlanStep *nb_step_stop_new_restart (NbMachineEditor *editor,
                                  NbHost          *host,
                                  GPtrArray       *stopped,
                                  guint            patience);

G_END_DECLS
