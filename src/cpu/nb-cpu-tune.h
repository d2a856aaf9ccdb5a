/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"
#include "nb-xml-element.h"

G_BEGIN_DECLS

void   nb_cpu_tune_trim       (NbXmlElement      *domain,
                               guint              vcpus);
char **nb_cpu_tune_dup_losses (const NbCpuConfig *base,
                               const NbCpuConfig *draft);

G_END_DECLS
