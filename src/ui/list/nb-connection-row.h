/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-connection-book.h"

G_BEGIN_DECLS

#define NB_TYPE_CONNECTION_ROW (nb_connection_row_get_type ())

G_DECLARE_FINAL_TYPE (NbConnectionRow, nb_connection_row, NB, CONNECTION_ROW, AdwActionRow)

GtkWidget *nb_connection_row_new (NbConnectionBook *book,
                                  const char       *uri);

G_END_DECLS
