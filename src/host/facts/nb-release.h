/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean nb_release_is_at_least (const char *release,
                                 int         major,
                                 int         minor);

G_END_DECLS
