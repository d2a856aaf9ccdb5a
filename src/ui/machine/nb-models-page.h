/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-cpu-edit.h"

G_BEGIN_DECLS

#define NB_TYPE_MODELS_PAGE (nb_models_page_get_type ())

G_DECLARE_FINAL_TYPE (NbModelsPage, nb_models_page, NB, MODELS_PAGE, GtkWidget)

/* Signal "close": a person goes back. */

GtkWidget *nb_models_page_new (NbCpuEdit *edit);

G_END_DECLS
