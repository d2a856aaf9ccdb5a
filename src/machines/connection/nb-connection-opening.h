/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-connection-handle-virt.h"
#include "nb-connection-host.h"
#include "nb-connection-opener-virt.h"

G_BEGIN_DECLS

/**
 * NbOpening:
 * @generation: which attempt it was
 * @handle: (nullable): what was opened
 * @host: what it says of the computer that it runs on, where that is another one
 * @writable: whether it may change things
 * @cancelled: the person dismissed a password dialog
 * @problem: why there is no @handle; none where a session has nothing to be opened for
 * @detail: (nullable): libvirt's own sentence
 *
 * How an attempt at opening ended.
 */
typedef struct
{
  guint generation;
  NbHandle *handle;
  NbConnectionHost host;
  gboolean writable;
  gboolean cancelled;
  NbConnectionProblem problem;
  char *detail;
} NbOpening;

void       nb_connection_opening_start  (GObject              *owner,
                                         const char           *uri,
                                         guint                 keepalive,
                                         NbOpenMode            mode,
                                         guint                 generation,
                                         NbHandleEventFunc     event,
                                         NbHandleClosedFunc    closed,
                                         GAsyncReadyCallback   callback,
                                         gpointer              data);
NbOpening *nb_connection_opening_finish (GAsyncResult         *result);
void       nb_opening_free              (NbOpening            *opening);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbOpening, nb_opening_free)

G_END_DECLS
