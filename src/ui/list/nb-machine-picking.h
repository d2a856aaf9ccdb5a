/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-machine-selection.h"

G_BEGIN_DECLS

void nb_machine_picking_attach (GtkListView        *list,
                                NbMachineSelection *selection);

G_END_DECLS
