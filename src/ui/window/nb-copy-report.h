/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host.h"
#include "nb-machine-list.h"
#include "nb-window.h"

G_BEGIN_DECLS

void nb_copy_report (NbWindow      *window,
                     NbHost        *host,
                     NbMachineList *machines,
                     gboolean       demo);

G_END_DECLS
