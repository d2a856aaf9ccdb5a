/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_DRAFT (nb_step_draft_get_type ())

G_DECLARE_FINAL_TYPE (NbStepDraft, nb_step_draft, NB, STEP_DRAFT, NbPlanStep)

NbPlanStep *nb_step_draft_new (NbMachineEditor *editor,
                           GHashTable      *refused,
                           gboolean         read,
                           const char      *reason);

G_END_DECLS
