/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"
#include "nb-host.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_CARD (nb_machine_card_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineCard, nb_machine_card, NB, MACHINE_CARD, NbEditGroup)

/* Properties: host (NbHost). */

G_END_DECLS
