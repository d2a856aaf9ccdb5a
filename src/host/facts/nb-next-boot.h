/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"
#include "nb-modprobe.h"

G_BEGIN_DECLS

void nb_next_boot_decide (NbHostFacts *facts,
                          NbModprobe  *found,
                          const char  *root);

G_END_DECLS
