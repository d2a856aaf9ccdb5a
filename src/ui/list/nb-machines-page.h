/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host.h"
#include "nb-machine-list.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINES_PAGE (nb_machines_page_get_type ())

G_DECLARE_FINAL_TYPE (NbMachinesPage, nb_machines_page, NB, MACHINES_PAGE, GtkWidget)

/* Properties: host (NbHost), connections (GListModel of NbConnection), machines (NbMachineList). Signal "open"
 * (NbMachine): a person chose a machine. */

void nb_machines_page_search (NbMachinesPage *self);

G_END_DECLS
