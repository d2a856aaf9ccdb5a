/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"

G_BEGIN_DECLS

char **nb_plain_commands_dup         (NbVerb        verb,
                                      const char   *module);
char **nb_plain_commands_dup_own     (NbHelper     *helper,
                                      NbVerb        verb,
                                      const char   *module);
char **nb_plain_commands_dup_instead (NbHelper     *helper,
                                      NbVerb        verb,
                                      const char   *module,
                                      const GError *error);

G_END_DECLS
