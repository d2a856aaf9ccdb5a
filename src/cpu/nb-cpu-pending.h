/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

/**
 * NbCpuPending:
 * @NB_CPU_PENDING_UNKNOWN: it cannot be told from what could be read
 * @NB_CPU_PENDING_SAME: the machine runs with what is configured
 * @NB_CPU_PENDING_DIFFERS: what is configured comes at the next start
 */
typedef enum {
  NB_CPU_PENDING_UNKNOWN,
  NB_CPU_PENDING_SAME,
  NB_CPU_PENDING_DIFFERS,
} NbCpuPending;

NbCpuPending nb_cpu_pending_compare (const char   *live,
                                     const char   *stored,
                                     const char   *expanded,
                                     NbCpuCaps    *caps,
                                     char       ***sentences,
                                     GError      **error);

G_END_DECLS
