/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-group.h"

G_BEGIN_DECLS

#define NB_TYPE_NEXT_BOOT_GROUP (nb_next_boot_group_get_type ())

G_DECLARE_FINAL_TYPE (NbNextBootGroup, nb_next_boot_group, NB, NEXT_BOOT_GROUP, NbHostGroup)


G_END_DECLS
