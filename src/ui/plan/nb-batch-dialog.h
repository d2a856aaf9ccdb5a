/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-batch.h"

G_BEGIN_DECLS

#define NB_TYPE_BATCH_DIALOG (nb_batch_dialog_get_type ())

G_DECLARE_FINAL_TYPE (NbBatchDialog, nb_batch_dialog, NB, BATCH_DIALOG, AdwWindow)

void nb_batch_dialog_present (GtkWindow *parent,
                              NbBatch   *batch);

G_END_DECLS
