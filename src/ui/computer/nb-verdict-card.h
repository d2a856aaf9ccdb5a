/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-group.h"

G_BEGIN_DECLS

#define NB_TYPE_VERDICT_CARD (nb_verdict_card_get_type ())

G_DECLARE_FINAL_TYPE (NbVerdictCard, nb_verdict_card, NB, VERDICT_CARD, NbHostGroup)

G_END_DECLS
