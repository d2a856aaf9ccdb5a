/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-group.h"
#include "nb-kvm-users.h"

G_BEGIN_DECLS

#define NB_TYPE_HOLDERS_GROUP (nb_holders_group_get_type ())

G_DECLARE_FINAL_TYPE (NbHoldersGroup, nb_holders_group, NB, HOLDERS_GROUP, NbHostGroup)

/* Property: users (NbKvmUsers). */

G_END_DECLS
