/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

/* What libvirt took when a machine was defined, and refuses when it starts. vmx and svm, whichever the host's processor has, are
 * no part of it: whether the host gives them is its own question. Pure, any thread. */

char       *nb_cpu_start_dup_problem   (const NbCpuConfig  *config,
                                        NbCpuCaps          *caps);
char      **nb_cpu_start_dup_lacking   (const NbCpuConfig  *config,
                                        NbCpuCaps          *caps);
char       *nb_cpu_start_dup_lack      (const char *const  *lacking);
const char *nb_cpu_start_find_foreign  (const NbCpuConfig  *config,
                                        NbCpuVendor         vendor);
char       *nb_cpu_start_dup_plain     (const char         *xml,
                                        const NbCpuConfig  *config,
                                        NbCpuCaps          *caps);

G_END_DECLS
