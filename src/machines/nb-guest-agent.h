/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

void       nb_machine_read_cpuinfo_async  (NbMachine            *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              data);
char      *nb_machine_read_cpuinfo_finish (NbMachine            *self,
                                           GAsyncResult         *result,
                                           GError              **error);
gboolean   nb_guest_cpuinfo_can_nest      (const char           *cpuinfo);

G_END_DECLS
