/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-caps.h"

G_BEGIN_DECLS

/* The rules of a draft, on values. Pure, any thread. */

void        nb_cpu_draft_set_vcpus      (NbCpuConfig        *draft,
                                         const NbCpuConfig  *base,
                                         guint               count);
void        nb_cpu_draft_set_topology   (NbCpuConfig        *draft,
                                         const NbCpuConfig  *base,
                                         gboolean            has_topology);
void        nb_cpu_draft_follow_threads (NbCpuConfig        *draft,
                                         NbCpuCaps          *caps);
void        nb_cpu_draft_drop_doubles   (NbCpuConfig        *draft);
void        nb_cpu_draft_drop_features  (NbCpuConfig        *draft);
NbTristate  nb_cpu_draft_get_migratable (const NbCpuConfig  *draft,
                                         const NbCpuConfig  *base,
                                         NbCpuCaps          *caps);
gboolean    nb_cpu_draft_lacks_topoext  (const NbCpuConfig  *draft,
                                         NbCpuCaps          *caps);

G_END_DECLS
