/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

char *nb_helper_where (int         root,
                       const char *kind,
                       const char *module,
                       const char *word,
                       guint      *line);

G_END_DECLS
