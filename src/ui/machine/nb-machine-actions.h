/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-machine-editor.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_ACTIONS (nb_machine_actions_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineActions, nb_machine_actions, NB, MACHINE_ACTIONS, GSimpleActionGroup)

/* Properties: reason (null, or why Apply is not enabled though something was changed).
 * Signals: back, advanced: the page's own business. */

NbMachineActions *nb_machine_actions_new        (NbMachineEditor  *editor,
                                                 GtkWidget        *page);
NbMachineEditor  *nb_machine_actions_get_editor (NbMachineActions *self);

G_END_DECLS
