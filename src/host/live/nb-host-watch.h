/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_HOST_WATCH (nb_host_watch_get_type ())

G_DECLARE_FINAL_TYPE (NbHostWatch, nb_host_watch, NB, HOST_WATCH, GObject)

/* Signal "changed": something that the facts are read from has changed. Several changes at a time make one signal. */
NbHostWatch *nb_host_watch_new     (const char *root);

G_END_DECLS
