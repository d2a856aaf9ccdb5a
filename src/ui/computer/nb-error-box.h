/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-host-controller.h"

G_BEGIN_DECLS

#define NB_TYPE_ERROR_BOX (nb_error_box_get_type ())

G_DECLARE_FINAL_TYPE (NbErrorBox, nb_error_box, NB, ERROR_BOX, GtkWidget)

/* Property: controller (NbHostController): shows its error, if any. */

G_END_DECLS
