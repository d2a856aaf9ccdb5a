/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"

G_BEGIN_DECLS

void nb_outer_read (NbHostFacts *facts,
                    const char  *root);

G_END_DECLS
