/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-prover.h"

G_BEGIN_DECLS

#define NB_TYPE_DEMO_PROVER (nb_demo_prover_get_type ())

G_DECLARE_FINAL_TYPE (NbDemoProver, nb_demo_prover, NB, DEMO_PROVER, GObject)

NbProver *nb_demo_prover_new (guint pace);

G_END_DECLS
