/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* libvirt's lists of processors, "0-3,^2,5". Pure, any thread. */

guint  nb_cpu_set_get_end (const char *set);
char  *nb_cpu_set_dup_cut (const char *set,
                           guint       first,
                           guint       end);

G_END_DECLS
