/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"

G_BEGIN_DECLS

char *nb_proof_dup_round_trip (const NbProofAnswer *answer);
char *nb_proof_dup_sentence   (const NbProofAnswer *answer);
char *nb_proof_dup_row        (const NbProofAnswer *answer);
char *nb_proof_dup_failure    (const NbHostFacts   *facts);
char *nb_proof_dup_command    (const NbHostFacts   *facts);

G_END_DECLS
