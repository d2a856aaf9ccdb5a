/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-list.h"
#include "nb-report.h"

G_BEGIN_DECLS

/* Above host and machines: the machines' part of nestbox --report. */

/* How long a report waits for libvirt. */
#define NB_MACHINES_REPORT_SECONDS 10

void     nb_machines_report_wait_async  (NbMachineList       *machines,
                                         guint                seconds,
                                         GAsyncReadyCallback  callback,
                                         gpointer             data);
gboolean nb_machines_report_wait_finish (NbMachineList       *machines,
                                         GAsyncResult        *result);
void     nb_machines_report_add         (NbReport            *report,
                                         NbVerdict            host,
                                         GListModel          *connections,
                                         NbMachineList       *machines);

G_END_DECLS
