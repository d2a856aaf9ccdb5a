/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-connection-host.h"
#include "nb-connection-problem.h"
#include "nb-stand-in.h"

G_BEGIN_DECLS

/**
 * NbConnectionState:
 * @NB_CONNECTION_CLOSED: not open, and nothing is wrong (a session that nobody uses)
 * @NB_CONNECTION_OPENING: being opened, in a worker thread
 * @NB_CONNECTION_OPEN: open for reading and writing
 * @NB_CONNECTION_READ_ONLY: open for reading; nb_connection_upgrade_async() asks for more
 * @NB_CONNECTION_FAILED: not open; the problem says why
 */
typedef enum {
  NB_CONNECTION_CLOSED,
  NB_CONNECTION_OPENING,
  NB_CONNECTION_OPEN,
  NB_CONNECTION_READ_ONLY,
  NB_CONNECTION_FAILED,
} NbConnectionState;

#define NB_TYPE_CONNECTION (nb_connection_get_type ())

G_DECLARE_FINAL_TYPE (NbConnection, nb_connection, NB, CONNECTION, GObject)

/* Properties: uri and stand_in (construct only); state, problem, message, hint, detail, local (read only).
 * Signals: domain-event (const char *uuid, int event, int detail), in the main thread. */

NbConnection           *nb_connection_new            (const char           *uri,
                                                      NbStandIn         *stand_in);
const char             *nb_connection_get_uri        (NbConnection         *self);
NbStandIn           *nb_connection_get_stand_in (NbConnection         *self);
NbConnectionState       nb_connection_get_state      (NbConnection         *self);
NbConnectionProblem     nb_connection_get_problem    (NbConnection         *self);
const char             *nb_connection_get_message    (NbConnection         *self);
const char             *nb_connection_get_hint       (NbConnection         *self);
const char             *nb_connection_get_detail     (NbConnection         *self);
char                   *nb_connection_dup_command    (NbConnection         *self);
const NbConnectionHost *nb_connection_get_host       (NbConnection         *self);
gboolean                nb_connection_is_local       (NbConnection         *self);
gboolean                nb_connection_has_kvm        (NbConnection         *self);
gboolean                nb_connection_is_usable      (NbConnection         *self);
char                   *nb_connection_dup_title      (NbConnection         *self);

void                    nb_connection_open           (NbConnection         *self);
void                    nb_connection_close          (NbConnection         *self);
void                    nb_connection_reconnect      (NbConnection         *self);
void                    nb_connection_upgrade_async  (NbConnection         *self,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              data);
gboolean                nb_connection_upgrade_finish (NbConnection         *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);

/* For this room and its tests only. */
void                    nb_connection_run            (NbConnection         *self,
                                                      GTask                *task,
                                                      GTaskThreadFunc       func);
guint                   nb_connection_get_generation (NbConnection         *self);
void                    nb_connection_say_changed    (NbConnection         *self,
                                                      const char           *uuid);
void                    nb_connection_set_keepalive  (NbConnection         *self,
                                                      guint                 seconds);

G_END_DECLS
