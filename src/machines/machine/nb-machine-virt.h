/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"
#include "nb-virt.h"

G_BEGIN_DECLS

GVirDomain *nb_machine_look_up (NbMachine  *self,
                                GError    **error);

G_END_DECLS
