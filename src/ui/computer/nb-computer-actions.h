/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-host-controller.h"
#include "nb-kvm-users.h"

G_BEGIN_DECLS

#define NB_TYPE_COMPUTER_ACTIONS (nb_computer_actions_get_type ())

G_DECLARE_FINAL_TYPE (NbComputerActions, nb_computer_actions, NB, COMPUTER_ACTIONS, GSimpleActionGroup)

NbComputerActions *nb_computer_actions_new (NbHostController *controller,
                                            NbKvmUsers       *users,
                                            GtkWindow        *window);

G_END_DECLS
