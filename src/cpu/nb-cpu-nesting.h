/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

NbCpuVendor  nb_cpu_nesting_find_vendor (const NbCpuConfig *config,
                                         NbCpuCaps         *caps);
NbCpuNesting nb_cpu_nesting_get         (const NbCpuConfig *config,
                                         NbCpuVendor        vendor);
NbTristate   nb_cpu_nesting_get_default (const NbCpuConfig *config,
                                         NbCpuVendor        vendor);
NbTristate   nb_cpu_nesting_get_outcome (const NbCpuConfig *config,
                                         NbCpuVendor        vendor);
NbTristate   nb_cpu_nesting_infer       (const char        *xml,
                                         NbCpuVendor        vendor);

G_END_DECLS
