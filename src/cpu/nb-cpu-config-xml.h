/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"
#include "nb-xml.h"

G_BEGIN_DECLS

/* For those who read more of the same document. */
NbCpuConfig *nb_cpu_config_new_from_domain (xmlNode  *domain,
                                            GError  **error);

G_END_DECLS
