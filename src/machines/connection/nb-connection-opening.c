/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-opening.h"

#include "nb-virt.h"

typedef struct
{
  char *uri;
  guint keepalive;
  NbOpenMode mode;
  guint generation;
  NbHandleEventFunc event;
  NbHandleClosedFunc closed;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_free (attempt->uri);
  g_free (attempt);
}

/* Of this computer there is a better answer than libvirt's. */
static void
read_host (NbOpening *opening, GVirConnection *connection, gboolean remote)
{
  g_autofree char *capabilities = remote ? virConnectGetCapabilities (nb_virt_get_connect (connection)) : NULL;

  nb_connection_host_read (&opening->host, capabilities);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Attempt *attempt = data;
  g_autoptr (NbOpened) opened = NULL;
  NbOpening *opening = g_new0 (NbOpening, 1);

  nb_virt_enter ();
  opened = nb_connection_opener_open (attempt->uri, attempt->mode);
  opening->generation = attempt->generation;
  opening->writable = opened->writable;
  opening->cancelled = opened->cancelled;
  opening->problem = opened->problem;
  opening->detail = g_steal_pointer (&opened->detail);
  if (opened->connection != NULL)
    {
      read_host (opening, opened->connection, attempt->keepalive > 0);
      opening->handle = nb_handle_new (g_steal_pointer (&opened->connection), attempt->keepalive, source,
                                       attempt->generation, attempt->event, attempt->closed);
    }
  nb_virt_leave ();
  g_task_return_pointer (task, opening, (GDestroyNotify) nb_opening_free);
}

/**
 * nb_connection_opening_start:
 * @owner: the connection
 * @uri: its URI
 * @keepalive: see nb_handle_new(); 0 for a connection to this computer
 * @mode: whether anybody may be asked
 * @generation: the attempt's number, which @event and @closed get back
 * @event: see nb_handle_new()
 * @closed: see nb_handle_new()
 * @callback: called in the main thread when it is open or failed
 * @data: for @callback
 *
 * In a thread of its own, not in the connection's worker: a password dialog or a stuck daemon must not hold up the jobs
 * of a connection that is open for reading.
 */
void
nb_connection_opening_start (GObject *owner,
                             const char *uri,
                             guint keepalive,
                             NbOpenMode mode,
                             guint generation,
                             NbHandleEventFunc event,
                             NbHandleClosedFunc closed,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (owner, NULL, callback, data);
  Attempt *attempt = g_new0 (Attempt, 1);

  nb_virt_init ();
  attempt->uri = g_strdup (uri);
  attempt->keepalive = keepalive;
  attempt->mode = mode;
  attempt->generation = generation;
  attempt->event = event;
  attempt->closed = closed;
  g_task_set_source_tag (task, nb_connection_opening_start);
  g_task_set_task_data (task, attempt, attempt_free);
  g_task_run_in_thread (task, open_thread);
}

/**
 * nb_connection_opening_finish:
 * @result: what the callback got
 *
 * Returns: (transfer full): how it ended; freeing it closes what nobody took
 */
NbOpening *
nb_connection_opening_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
nb_opening_free (NbOpening *opening)
{
  g_clear_pointer (&opening->handle, nb_handle_free_in_thread);
  g_free (opening->detail);
  g_free (opening);
}
