/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"

G_BEGIN_DECLS

#define NB_TYPE_SANDBOX_HELPER (nb_sandbox_helper_get_type ())

G_DECLARE_FINAL_TYPE (NbSandboxHelper, nb_sandbox_helper, NB, SANDBOX_HELPER, GObject)

NbHelper *nb_sandbox_helper_new (const char         *info_path,
                                 const char *const  *spawn,
                                 const char         *program,
                                 const char         *loader);

G_END_DECLS
