/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host.h"
#include "nb-machine-editor.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_PAGE (nb_machine_page_get_type ())

G_DECLARE_FINAL_TYPE (NbMachinePage, nb_machine_page, NB, MACHINE_PAGE, GtkWidget)

/* Signal "close": a person goes back to the list (what was not applied was asked about). */

GtkWidget *nb_machine_page_new         (NbMachine     *machine,
                                        NbHost        *host,
                                        GObject       *demo);
NbMachine *nb_machine_page_get_machine (NbMachinePage *self);
NbMachineEditor *
           nb_machine_page_get_editor (NbMachinePage *self);
gboolean   nb_machine_page_is_modified (NbMachinePage *self);
void       nb_machine_page_go_back     (NbMachinePage *self);
void       nb_machine_page_close_window (NbMachinePage *self);

G_END_DECLS
