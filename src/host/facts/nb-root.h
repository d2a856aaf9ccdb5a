/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-options.h"

G_BEGIN_DECLS

/* Small files under a root that is an argument: "/" for this computer, a folder for a fixture or the demo. */

gboolean   nb_root_is_real         (const char *root);
char      *nb_root_build           (const char *root,
                                    const char *path);
char      *nb_root_read            (const char *root,
                                    const char *path,
                                    gsize       limit,
                                    gsize      *length,
                                    int        *error_number);
char      *nb_root_read_line       (const char *root,
                                    const char *path);
NbTristate nb_root_read_tristate   (const char *root,
                                    const char *path);
gboolean   nb_root_exists          (const char *root,
                                    const char *path);
gboolean   nb_root_is_directory    (const char *root,
                                    const char *path);

G_END_DECLS
