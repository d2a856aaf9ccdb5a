/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libvirt-gobject/libvirt-gobject.h>

G_BEGIN_DECLS

/* One open connection with what hangs on it. libvirt's callbacks keep a reference on the connection: they must be
 * taken off, or it never closes. Taking off and closing talk to the daemon: worker threads only. */

typedef struct _NbHandle NbHandle;

typedef void (*NbHandleEventFunc) (GObject    *owner,
                                   guint       generation,
                                   const char *uuid,
                                   int         event,
                                   int         detail);
typedef void (*NbHandleClosedFunc) (GObject   *owner,
                                    guint      generation);

NbHandle       *nb_handle_new            (GVirConnection     *connection,
                                          guint               keepalive,
                                          GObject            *owner,
                                          guint               generation,
                                          NbHandleEventFunc   event,
                                          NbHandleClosedFunc  closed);
GVirConnection *nb_handle_dup_connection (NbHandle           *self);
void            nb_handle_free_in_thread (NbHandle           *self);

G_END_DECLS
