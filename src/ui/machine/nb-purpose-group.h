/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"
#include "nb-host.h"

G_BEGIN_DECLS

#define NB_TYPE_PURPOSE_GROUP (nb_purpose_group_get_type ())

G_DECLARE_FINAL_TYPE (NbPurposeGroup, nb_purpose_group, NB, PURPOSE_GROUP, NbEditGroup)

void nb_purpose_group_set_host (NbPurposeGroup *self,
                                NbHost         *host);

G_END_DECLS
