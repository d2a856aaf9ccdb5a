/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "nb-machine-editor.h"

G_BEGIN_DECLS

void nb_review_dialog_present (GtkWindow       *parent,
                               NbMachineEditor *editor);

G_END_DECLS
