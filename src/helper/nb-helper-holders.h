/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint  nb_helper_holders_print       (int         root);
char  *nb_helper_holders_find_name   (const char *arguments,
                                      gsize       length);

G_END_DECLS
