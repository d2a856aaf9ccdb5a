/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>


G_BEGIN_DECLS

#define NB_TYPE_COMMAND_ROW (nb_command_row_get_type ())

G_DECLARE_FINAL_TYPE (NbCommandRow, nb_command_row, NB, COMMAND_ROW, AdwActionRow)

GtkWidget *nb_command_row_new (const char *command);

G_END_DECLS
