/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-handle-virt.h"

#include "nb-virt.h"

/* So many questions without an answer, and the other side is gone. */
#define KEEPALIVE_COUNT 3

struct _NbHandle
{
  GVirConnection *connection;
  int event_id;
  gboolean watches_close;
};

/* What a callback knows: it may come late, from another thread, when the owner is gone or has another handle. */
typedef struct
{
  GWeakRef owner;
  guint generation;
  NbHandleEventFunc event;
  NbHandleClosedFunc closed;
} Link;

static Link *
link_new (GObject *owner, guint generation, NbHandleEventFunc event, NbHandleClosedFunc closed)
{
  Link *link = g_new0 (Link, 1);

  g_weak_ref_init (&link->owner, owner);
  link->generation = generation;
  link->event = event;
  link->closed = closed;
  return link;
}

static void
link_free (void *data)
{
  Link *link = data;

  g_weak_ref_clear (&link->owner);
  g_free (link);
}

/* libvirt's event timer runs in GLib's default context: this is the main thread. */
static int
on_lifecycle (virConnectPtr connect, virDomainPtr domain, int event, int detail, void *data)
{
  Link *link = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&link->owner);
  char uuid[VIR_UUID_STRING_BUFLEN];

  if (owner != NULL && virDomainGetUUIDString (domain, uuid) == 0)
    link->event (owner, link->generation, uuid, event, detail);
  return 0;
}

static gboolean
say_closed (gpointer data)
{
  Link *link = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&link->owner);

  if (owner != NULL)
    link->closed (owner, link->generation);
  return G_SOURCE_REMOVE;
}

/* Called in whichever thread noticed. */
static void
on_close (virConnectPtr connect, int reason, void *data)
{
  Link *link = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&link->owner);

  if (owner != NULL && reason != VIR_CONNECT_CLOSE_REASON_CLIENT)
    g_idle_add_full (G_PRIORITY_DEFAULT, say_closed, link_new (owner, link->generation, link->event, link->closed),
                     link_free);
}

/**
 * nb_handle_new:
 * @connection: (transfer full): an open connection
 * @keepalive: after how many seconds of silence to ask whether the other side is still there; 0 for a connection to this
 *   computer, where that would wake an idle app for nothing
 * @owner: whom to tell; not kept alive
 * @generation: handed back to the callbacks, so that @owner can tell an old handle's news from the present one's
 * @event: called in the main thread for every lifecycle event of a domain
 * @closed: called in the main thread when the other side went away
 *
 * Worker threads only.
 *
 * Returns: (transfer full): the handle; free with nb_handle_free_in_thread()
 */
NbHandle *
nb_handle_new (GVirConnection *connection,
               guint keepalive,
               GObject *owner,
               guint generation,
               NbHandleEventFunc event,
               NbHandleClosedFunc closed)
{
  NbHandle *self = g_new0 (NbHandle, 1);
  virConnectPtr connect = nb_virt_get_connect (connection);
  Link *link = link_new (owner, generation, event, closed);

  self->connection = connection;
  self->event_id = virConnectDomainEventRegisterAny (connect, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                     VIR_DOMAIN_EVENT_CALLBACK (on_lifecycle), link, link_free);
  if (self->event_id < 0)
    link_free (link);

  /* The test driver lives in this process and has nothing to close; libvirt says yes all the same, and loses the link. */
  if (g_strcmp0 (virConnectGetType (connect), "QEMU") == 0)
    {
      link = link_new (owner, generation, event, closed);
      self->watches_close = virConnectRegisterCloseCallback (connect, on_close, link, link_free) == 0;
      if (!self->watches_close)
        link_free (link);
    }

  if (keepalive > 0)
    virConnectSetKeepAlive (connect, (int) keepalive, KEEPALIVE_COUNT);
  return self;
}

/**
 * nb_handle_dup_connection:
 * @self: a handle
 *
 * Returns: (transfer full): its connection; let it go in a worker thread
 */
GVirConnection *
nb_handle_dup_connection (NbHandle *self)
{
  return g_object_ref (self->connection);
}

static void
free_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbHandle *self = data;
  virConnectPtr connect;

  nb_virt_enter ();
  connect = nb_virt_get_connect (self->connection);
  if (self->watches_close)
    virConnectUnregisterCloseCallback (connect, on_close);
  if (self->event_id >= 0)
    virConnectDomainEventDeregisterAny (connect, self->event_id);
  g_object_unref (self->connection);
  nb_virt_leave ();
  g_free (self);
  g_task_return_boolean (task, TRUE);
}

/**
 * nb_handle_free_in_thread:
 * @self: (transfer full): a handle
 *
 * Takes the callbacks off and closes, in a thread of its own, which a stuck daemon may hold for long.
 */
void
nb_handle_free_in_thread (NbHandle *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, free_thread);
}
