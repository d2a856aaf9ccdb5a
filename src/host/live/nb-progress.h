/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-progress-step.h"

G_BEGIN_DECLS

/* The steps of one change: a list store of NbProgressStep. */
void nb_progress_start   (GListStore *steps,
                          NbVerb      verb,
                          gboolean    proof);
void nb_progress_advance (GListStore *steps,
                          int         step);

G_END_DECLS
