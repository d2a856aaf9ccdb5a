/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-history.h"
#include "nb-machine.h"

G_BEGIN_DECLS

/* The processors that a machine had before, read and written in worker threads. */

void       nb_machine_versions_add_async   (NbMachine            *machine,
                                            const char           *xml,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
gboolean   nb_machine_versions_add_finish  (NbMachine            *machine,
                                            GAsyncResult         *result,
                                            GError              **error);
void       nb_machine_versions_list_async  (NbMachine            *machine,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              data);
GPtrArray *nb_machine_versions_list_finish (NbMachine            *machine,
                                            GAsyncResult         *result,
                                            GError              **error);

G_END_DECLS
