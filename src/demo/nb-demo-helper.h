/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"

G_BEGIN_DECLS

#define NB_TYPE_DEMO_HELPER (nb_demo_helper_get_type ())

G_DECLARE_FINAL_TYPE (NbDemoHelper, nb_demo_helper, NB, DEMO_HELPER, GObject)

NbHelper *nb_demo_helper_new (const char *root,
                              guint       pace);

G_END_DECLS
