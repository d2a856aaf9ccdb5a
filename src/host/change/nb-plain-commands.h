/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

char **nb_plain_commands_dup (NbVerb verb, const char *module);

G_END_DECLS
