/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-demo.h"
#include "nb-host-controller.h"
#include "nb-kvm-users.h"
#include "nb-machine-list.h"

G_BEGIN_DECLS

#define NB_TYPE_WINDOW (nb_window_get_type ())

G_DECLARE_FINAL_TYPE (NbWindow, nb_window, NB, WINDOW, AdwApplicationWindow)

NbWindow *nb_window_new       (GtkApplication   *application,
                               NbHostController *controller,
                               NbDemo           *demo,
                               NbMachineList    *machines,
                               NbKvmUsers       *users);
gboolean  nb_window_shows_machines (NbWindow    *self);
void      nb_window_tell      (NbWindow         *self,
                               const char       *text);

G_END_DECLS
