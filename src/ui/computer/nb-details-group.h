/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-group.h"

G_BEGIN_DECLS

#define NB_TYPE_DETAILS_GROUP (nb_details_group_get_type ())

G_DECLARE_FINAL_TYPE (NbDetailsGroup, nb_details_group, NB, DETAILS_GROUP, NbHostGroup)


G_END_DECLS
