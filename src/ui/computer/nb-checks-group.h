/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-group.h"

G_BEGIN_DECLS

#define NB_TYPE_CHECKS_GROUP (nb_checks_group_get_type ())

G_DECLARE_FINAL_TYPE (NbChecksGroup, nb_checks_group, NB, CHECKS_GROUP, NbHostGroup)


G_END_DECLS
