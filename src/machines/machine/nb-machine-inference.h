/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"
#include "nb-machine-config.h"
#include "nb-machine.h"

G_BEGIN_DECLS

/* What follows from what was read of a machine. Pure: any thread, but for what takes the machine itself. */

char     **nb_machine_dup_differences (const NbMachineConfig  *config,
                                       NbCpuCaps              *caps);
char     **nb_machine_dup_risks       (NbMachine              *machine,
                                       const NbMachineConfig  *config);
char      *nb_machine_dup_public_xml  (const NbMachineConfig  *config);
char      *nb_machine_join_names     (GPtrArray              *machines);

G_END_DECLS
