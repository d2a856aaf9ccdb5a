/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-host.h"
#include "nb-machine-selection.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_ROW (nb_machine_row_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineRow, nb_machine_row, NB, MACHINE_ROW, GtkWidget)

/* Properties: machine (NbMachine), host (NbHost), selection (NbMachineSelection), tells-connection (whether it says where
 * the machine is). Signals: menu (GtkWidget: its button). */

NbMachine    *nb_machine_row_get_machine  (NbMachineRow *self);
NbMachineRow *nb_machine_row_find_at      (GtkWidget    *list,
                                           double        x,
                                           double        y);
NbMachineRow *nb_machine_row_find_focused (GtkWidget    *list);

G_END_DECLS
