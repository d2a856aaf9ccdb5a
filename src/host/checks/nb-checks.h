/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-check.h"
#include "nb-host-facts.h"

G_BEGIN_DECLS

GPtrArray         *nb_checks_run         (const char        *root,
                                          const NbHostFacts *facts);
const char *const *nb_checks_get_watched (void);

G_END_DECLS
