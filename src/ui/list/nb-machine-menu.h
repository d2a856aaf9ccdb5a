/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-machine-row.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_MENU (nb_machine_menu_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineMenu, nb_machine_menu, NB, MACHINE_MENU, GObject)

/* The menu of a row in a list of machines. Disposed by its owner, before the page goes. */

NbMachineMenu *nb_machine_menu_new   (GtkWidget     *page,
                                      GtkListView   *list,
                                      GMenuModel    *model);
void           nb_machine_menu_popup (NbMachineMenu *self,
                                      NbMachineRow  *row,
                                      GtkWidget     *at);

G_END_DECLS
