/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-xml.h"

G_BEGIN_DECLS

/* The virtual processors that a child of <cputune> names, all of that name together. */
char *nb_cpu_tune_dup_vcpus (xmlNode    *domain,
                             const char *child,
                             const char *attribute);

G_END_DECLS
