/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-check.h"

G_BEGIN_DECLS

GtkWidget  *nb_check_row_new        (NbCheck *check);
const char *nb_level_get_icon_name  (NbLevel  level);
const char *nb_level_get_css_class  (NbLevel  level);
const char *nb_level_get_name       (NbLevel  level);

G_END_DECLS
