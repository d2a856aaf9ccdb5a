/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"

G_BEGIN_DECLS

#define NB_TYPE_NESTING_GROUP (nb_nesting_group_get_type ())

G_DECLARE_FINAL_TYPE (NbNestingGroup, nb_nesting_group, NB, NESTING_GROUP, NbEditGroup)

G_END_DECLS
