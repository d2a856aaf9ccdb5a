/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-edit-group.h"

G_BEGIN_DECLS

#define NB_TYPE_MACHINE_NOTICES (nb_machine_notices_get_type ())

G_DECLARE_FINAL_TYPE (NbMachineNotices, nb_machine_notices, NB, MACHINE_NOTICES, NbEditGroup)

G_END_DECLS
