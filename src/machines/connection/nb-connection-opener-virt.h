/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libvirt-gobject/libvirt-gobject.h>

#include "nb-connection-problem.h"

G_BEGIN_DECLS

/**
 * NbOpened:
 * @connection: (nullable): the open connection, or %NULL
 * @writable: whether it may change things
 * @problem: why there is no @connection; none where a session has nothing to be opened for
 * @detail: (nullable): libvirt's own sentence
 * @cancelled: the person dismissed a password dialog
 *
 * The answer of nb_connection_opener_open().
 */
typedef struct
{
  GVirConnection *connection;
  gboolean writable;
  gboolean cancelled;
  NbConnectionProblem problem;
  char *detail;
} NbOpened;

typedef enum {
  NB_OPEN_SILENTLY,
  NB_OPEN_WRITABLE,
} NbOpenMode;

NbOpened *nb_connection_opener_open    (const char *uri,
                                        NbOpenMode  mode);
gboolean  nb_connection_opener_is_idle (const char *uri);
void      nb_opened_free               (NbOpened   *opened);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbOpened, nb_opened_free)

G_END_DECLS
