/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"

G_BEGIN_DECLS

#define NB_TYPE_PKEXEC_HELPER (nb_pkexec_helper_get_type ())

G_DECLARE_FINAL_TYPE (NbPkexecHelper, nb_pkexec_helper, NB, PKEXEC_HELPER, GObject)

NbHelper *nb_pkexec_helper_new        (const char         *pkexec,
                                       const char         *program);
NbHelper *nb_pkexec_helper_new_prefix (const char *const  *prefix);

G_END_DECLS
