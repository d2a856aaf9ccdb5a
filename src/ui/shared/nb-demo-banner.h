/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-demo.h"

G_BEGIN_DECLS

#define NB_TYPE_DEMO_BANNER (nb_demo_banner_get_type ())

G_DECLARE_FINAL_TYPE (NbDemoBanner, nb_demo_banner, NB, DEMO_BANNER, GtkWidget)

/* Property: demo (NbDemo, nullable): without one there is no banner. */

G_END_DECLS
