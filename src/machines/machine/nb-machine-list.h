/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_LIST (nb_machine_list_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineList, nb_machine_list, NB, MACHINE_LIST, GObject)

/* A GListModel of NbMachine: the machines of all connections, live. Properties: connections (construct only), settled
 * (no connection is opening or being listed), mixed (machines of more than one connection are in it). */

NbMachineList *nb_machine_list_new        (GListModel    *connections);
NbMachine     *nb_machine_list_find       (NbMachineList *self,
                                           NbConnection  *connection,
                                           const char    *uuid);
gboolean       nb_machine_list_is_settled (NbMachineList *self);

G_END_DECLS
