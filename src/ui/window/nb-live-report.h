/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host.h"
#include "nb-machine-list.h"

G_BEGIN_DECLS

void  nb_live_report_async  (NbHost               *host,
                             NbMachineList        *machines,
                             gboolean              demo,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
char *nb_live_report_finish (GAsyncResult         *result,
                             GError              **error);

G_END_DECLS
