/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"

G_BEGIN_DECLS

#define NB_TYPE_GUEST_GROUP (nb_guest_group_get_type ())

G_DECLARE_FINAL_TYPE (NbGuestGroup, nb_guest_group, NB, GUEST_GROUP, NbEditGroup)

G_END_DECLS
