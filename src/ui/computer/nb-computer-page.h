/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-controller.h"
#include "nb-kvm-users.h"

G_BEGIN_DECLS

#define NB_TYPE_COMPUTER_PAGE (nb_computer_page_get_type ())

G_DECLARE_FINAL_TYPE (NbComputerPage, nb_computer_page, NB, COMPUTER_PAGE, GtkWidget)

/* Properties: controller (NbHostController), users (NbKvmUsers). */

G_END_DECLS
