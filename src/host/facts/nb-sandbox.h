/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes  *nb_sandbox_run             (const char *const  *prefix,
                                     const char *const  *command,
                                     GBytes             *input,
                                     gboolean            strict,
                                     GError            **error);
char    *nb_sandbox_copy_settings   (const char *const  *prefix,
                                     const char         *from,
                                     GError            **error);
gint64   nb_sandbox_get_ctime       (const char *const  *prefix,
                                     const char         *file);
void     nb_sandbox_remove_settings (const char         *copy);

G_END_DECLS
