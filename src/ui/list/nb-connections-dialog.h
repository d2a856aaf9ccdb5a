/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-connection-book.h"

G_BEGIN_DECLS

#define NB_TYPE_CONNECTIONS_DIALOG (nb_connections_dialog_get_type ())

G_DECLARE_FINAL_TYPE (NbConnectionsDialog, nb_connections_dialog, NB, CONNECTIONS_DIALOG, AdwWindow)

void nb_connections_dialog_present (GtkWindow        *parent,
                                    NbConnectionBook *book,
                                    gboolean          sandboxed);

G_END_DECLS
