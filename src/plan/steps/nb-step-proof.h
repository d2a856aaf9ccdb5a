/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-guest-agent.h"
#include "nb-machine.h"
#include "nb-step.h"

G_BEGIN_DECLS

#define NB_TYPE_STEP_PROOF (nb_step_proof_get_type ())

G_DECLARE_FINAL_TYPE (NbStepProof, nb_step_proof, NB, STEP_PROOF, NbPlanStep)

NbPlanStep *nb_step_proof_new (NbMachine *machine,
                           gboolean   booted,
                           guint      pace);

G_END_DECLS
