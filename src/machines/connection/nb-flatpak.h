/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NB_FLATPAK_INFO "/.flatpak-info"

gboolean nb_flatpak_is_inside    (void);
gboolean nb_flatpak_grants       (const char        *info_path,
                                  const char        *filesystem);
gboolean nb_flatpak_has_machines (const char *const *spawn);
void     nb_flatpak_start_daemon (const char *const *spawn);

G_END_DECLS
