/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

/* What it takes to ask libvirt whether it would start a machine, and what often is in the way. Pure, any thread. */

const char *nb_cpu_start_find_foreign  (const NbCpuConfig  *config,
                                        NbCpuVendor         vendor);
gboolean    nb_cpu_start_is_exact    (const NbCpuConfig  *config);
char       *nb_cpu_start_dup_plain     (const char         *xml,
                                        const NbCpuConfig  *config,
                                        NbCpuCaps          *caps);

G_END_DECLS
