/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-group.h"

G_BEGIN_DECLS

#define NB_TYPE_COMPUTER_NOTICES (nb_computer_notices_get_type ())

G_DECLARE_FINAL_TYPE (NbComputerNotices, nb_computer_notices, NB, COMPUTER_NOTICES, NbHostGroup)

G_END_DECLS
