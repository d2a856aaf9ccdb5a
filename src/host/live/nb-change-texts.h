/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"
#include "nb-host-facts.h"

G_BEGIN_DECLS

const char *nb_change_get_error_title (NbVerb                verb,
                                       gboolean              undoing);
const char *nb_change_get_success     (NbVerb                verb,
                                       gboolean              undoing,
                                       const NbHostFacts    *facts);
char       *nb_change_dup_warnings    (const NbHelperResult *result);

G_END_DECLS
