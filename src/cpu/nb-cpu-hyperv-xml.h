/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-xml.h"

G_BEGIN_DECLS

char **nb_cpu_hyperv_read (xmlNode *domain);

G_END_DECLS
