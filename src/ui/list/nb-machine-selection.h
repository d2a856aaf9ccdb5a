/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-list.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_SELECTION (nb_machine_selection_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineSelection, nb_machine_selection, NB, MACHINE_SELECTION, GObject)

/* The machines that are to be set at once. Properties: active (whether machines are being selected; ending that forgets
 * them), count (read only; notified at every change). */

NbMachineSelection *nb_machine_selection_new          (void);
gboolean            nb_machine_selection_get_active   (NbMachineSelection *self);
void                nb_machine_selection_set_active   (NbMachineSelection *self,
                                                       gboolean            active);
guint               nb_machine_selection_get_count    (NbMachineSelection *self);
gboolean            nb_machine_selection_contains     (NbMachineSelection *self,
                                                       NbMachine          *machine);
void                nb_machine_selection_toggle       (NbMachineSelection *self,
                                                       NbMachine          *machine);
void                nb_machine_selection_add_all      (NbMachineSelection *self,
                                                       GListModel         *machines);
void                nb_machine_selection_keep_only    (NbMachineSelection *self,
                                                       GListModel         *machines);
GPtrArray          *nb_machine_selection_dup_machines (NbMachineSelection *self,
                                                       GListModel         *order);

G_END_DECLS
