/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-list.h"
#include "nb-report.h"

G_BEGIN_DECLS

/* Above host and machines: the machines' part of nestbox --report. */

gboolean nb_machines_report_wait (NbMachineList *machines,
                                  guint          seconds);
void     nb_machines_report_add  (NbReport      *report,
                                  NbVerdict      host,
                                  GListModel    *connections,
                                  NbMachineList *machines);

G_END_DECLS
