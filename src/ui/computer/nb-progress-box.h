/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-host-controller.h"

G_BEGIN_DECLS

#define NB_TYPE_PROGRESS_BOX (nb_progress_box_get_type ())

G_DECLARE_FINAL_TYPE (NbProgressBox, nb_progress_box, NB, PROGRESS_BOX, GtkWidget)

/* Property: controller (NbHostController): shows the steps of the change under way. */

G_END_DECLS
