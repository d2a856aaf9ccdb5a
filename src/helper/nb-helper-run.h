/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper-search.h"
#include "nb-protocol.h"

G_BEGIN_DECLS

NbExit nb_helper_run (int                 root,
                      const char         *root_path,
                      NbVerb              verb,
                      const NbModuleInfo *module,
                      NbHelperSearch     *search);

G_END_DECLS
