/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-prover.h"

G_BEGIN_DECLS

#define NB_TYPE_PROGRAM_PROVER (nb_program_prover_get_type ())

G_DECLARE_FINAL_TYPE (NbProgramProver, nb_program_prover, NB, PROGRAM_PROVER, GObject)

NbProver      *nb_program_prover_new   (const char *program,
                                        guint       milliseconds);
NbProofAnswer *nb_program_prover_parse (int         exit_code,
                                        const char *output,
                                        gint64      time);

G_END_DECLS
