/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "nb-host-facts.h"
#include "nb-verdict.h"

G_BEGIN_DECLS

/**
 * NbReport:
 *
 * What this computer and its virtual machines are like, for bug reports and scripts. The JSON form is a contract
 * (`man nestbox`): keys are added, never renamed.
 */
typedef struct _NbReport NbReport;

NbReport  *nb_report_new          (const char        *root,
                                   const NbHostFacts *facts,
                                   gboolean           demo,
                                   gboolean           include_names);
void       nb_report_set_machines (NbReport          *self,
                                   JsonArray         *connections,
                                   JsonArray         *machines);
gboolean   nb_report_has_names    (NbReport          *self);
char      *nb_report_dup_name     (NbReport          *self,
                                   const char        *kind,
                                   const char        *name);
char      *nb_report_to_json      (NbReport          *self);
char      *nb_report_to_text      (NbReport          *self);
int        nb_report_get_exit     (NbReport          *self);
void       nb_report_free         (NbReport          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbReport, nb_report_free)

G_END_DECLS
