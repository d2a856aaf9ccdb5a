/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define NB_TYPE_VALIDATE_WINDOW (nb_validate_window_get_type ())

G_DECLARE_FINAL_TYPE (NbValidateWindow, nb_validate_window, NB, VALIDATE_WINDOW, AdwWindow)

gboolean nb_validate_window_is_available (void);
void     nb_validate_window_show         (GtkWindow *parent);

G_END_DECLS
