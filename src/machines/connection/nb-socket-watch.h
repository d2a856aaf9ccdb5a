/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_SOCKET_WATCH (nb_socket_watch_get_type ())

G_DECLARE_FINAL_TYPE (NbSocketWatch, nb_socket_watch, NB, SOCKET_WATCH, GObject)

/* Signals: changed (the socket, or a folder on the way to it, appeared, vanished or got other permissions). */

NbSocketWatch *nb_socket_watch_new (const char *path);

G_END_DECLS
