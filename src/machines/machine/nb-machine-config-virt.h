/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-config.h"
#include "nb-virt.h"

G_BEGIN_DECLS

NbMachineConfig *nb_machine_config_read (GVirDomain    *domain,
                                         NbStandIn     *stand_in,
                                         NbReadWhat     what,
                                         GError       **error);

G_END_DECLS
