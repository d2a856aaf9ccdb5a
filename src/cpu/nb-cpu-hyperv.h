/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"
#include "nb-xml-element.h"

G_BEGIN_DECLS

/* Hyper-V's enlightenments, as a Windows guest with a hypervisor of its own wants them. Pure, any thread. */

char    **nb_cpu_hyperv_dup_missing   (const NbCpuConfig  *config,
                                       NbCpuCaps          *caps,
                                       NbCpuVendor         vendor);
char    **nb_cpu_hyperv_dup_unoffered (const NbCpuConfig  *config,
                                       NbCpuCaps          *caps,
                                       NbCpuVendor         vendor);
void      nb_cpu_hyperv_write         (NbXmlElement       *domain,
                                       const char *const  *names);

G_END_DECLS
