/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"

G_BEGIN_DECLS

#define NB_TYPE_PROCESSOR_GROUP (nb_processor_group_get_type ())

G_DECLARE_FINAL_TYPE (NbProcessorGroup, nb_processor_group, NB, PROCESSOR_GROUP, NbEditGroup)

G_END_DECLS
