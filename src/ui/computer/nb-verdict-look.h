/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-verdict.h"

G_BEGIN_DECLS

const char *nb_verdict_get_icon_name (NbVerdict verdict);
const char *nb_verdict_get_css_class (NbVerdict verdict);
const char *nb_remedy_get_label      (NbRemedy  remedy);
gboolean    nb_remedy_changes_host   (NbRemedy  remedy);

G_END_DECLS
