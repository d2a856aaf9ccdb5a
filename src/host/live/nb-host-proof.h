/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"
#include "nb-prover.h"

G_BEGIN_DECLS

#define NB_TYPE_HOST_PROOF (nb_host_proof_get_type ())

G_DECLARE_FINAL_TYPE (NbHostProof, nb_host_proof, NB, HOST_PROOF, GObject)

/* Signals: started, ended (a try was; the next facts are to be read). */

NbHostProof *nb_host_proof_new         (void);
void         nb_host_proof_set_prover  (NbHostProof *self,
                                        NbProver    *prover);
gboolean     nb_host_proof_has_prover  (NbHostProof *self);
void         nb_host_proof_take        (NbHostProof *self,
                                        NbHostFacts *facts);
gboolean     nb_host_proof_is_due      (NbHostProof *self);
gboolean     nb_host_proof_is_possible (NbHostProof *self);
gboolean     nb_host_proof_is_running  (NbHostProof *self);
void         nb_host_proof_start       (NbHostProof *self);
void         nb_host_proof_forget      (NbHostProof *self);

G_END_DECLS
