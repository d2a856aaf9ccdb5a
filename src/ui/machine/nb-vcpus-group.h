/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"

G_BEGIN_DECLS

#define NB_TYPE_VCPUS_GROUP (nb_vcpus_group_get_type ())

G_DECLARE_FINAL_TYPE (NbVcpusGroup, nb_vcpus_group, NB, VCPUS_GROUP, NbEditGroup)

G_END_DECLS
