/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"

G_BEGIN_DECLS

char       *nb_cpu_writer_write          (const char        *source,
                                          const NbCpuConfig *base,
                                          const NbCpuConfig *draft,
                                          const char *const *enlightenments);
char       *nb_cpu_writer_put            (const char        *source,
                                          const char        *cpu,
                                          const char        *vcpu,
                                          GError           **error);
gboolean    nb_cpu_writer_keeps_cache    (const NbCpuConfig *base,
                                          const NbCpuConfig *draft);
gboolean    nb_cpu_mode_takes_migratable (NbCpuMode          mode);

G_END_DECLS
