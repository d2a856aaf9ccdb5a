/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

const char  *nb_cpu_words_get_mode        (NbCpuMode          mode);
char       **nb_cpu_words_dup_changes     (const NbCpuConfig *base,
                                           const NbCpuConfig *draft,
                                           NbCpuVendor        vendor,
                                           const char *const *enlightenments);
char       **nb_cpu_words_dup_hints       (const NbCpuConfig *draft,
                                           NbCpuVendor        vendor,
                                           NbCpuCaps         *caps);
char       **nb_cpu_words_dup_losses      (const NbCpuConfig *base,
                                           const NbCpuConfig *draft);
char        *nb_cpu_words_dup_problem     (const NbCpuConfig *base,
                                           const NbCpuConfig *draft,
                                           NbCpuVendor        vendor,
                                           NbCpuCaps         *caps);

G_END_DECLS
