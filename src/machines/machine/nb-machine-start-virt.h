/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "nb-cpu-caps.h"
#include "nb-machine-config.h"

G_BEGIN_DECLS

/* Whether libvirt would start a machine, before anybody tries. Blocks: worker threads only. */

NbRefusal nb_machine_start_judge_emulator  (virConnectPtr           connect,
                                            const NbCpuConfig      *config,
                                            const GError           *error);
char     *nb_machine_start_judge           (virConnectPtr           connect,
                                            const NbMachineConfig  *read,
                                            const NbCpuConfig      *config);

G_END_DECLS
