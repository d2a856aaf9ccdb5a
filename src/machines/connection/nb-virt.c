/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libvirt through libvirt-glib's objects, and what has to stay raw. Every job gets a GVirConnection or a GVirDomain.
 *
 * through the objects                         | how
 * --------------------------------------------+------------------------------------------------------------------------
 * storing a change                            | gvir_config_domain_new_from_xml(), gvir_domain_set_config()
 * start, resume, shut down, force off         | the synchronous gvir_domain_*(), in our worker
 * whether it is persistent                    | gvir_domain_get_persistent(); FALSE with libvirt's code 42: it is gone
 * the hypervisor's name                       | gvir_connection_get_hypervisor_name()
 *
 * raw, on the handle behind the objects       | why
 * --------------------------------------------+------------------------------------------------------------------------
 * opening                                     | gvir_connection_open() registers a callback that holds the object without a
 *                                             | reference (a drop in a worker while the main loop runs crashes: see
 *                                             | tests/machines/connection/test-gvir-race.c), and answers start and stop events
 *                                             | with a call to the daemon in the main thread
 * loss of the connection                      | a lost one is a new object; gvir_connection_is_open() and the last unref block
 *                                             | while the daemon hangs, so that both belong in workers
 * close callback, keepalive, lifecycle events | the objects lack the first two; their signals warn at a rename, and tell
 *                                             | nothing of a killed daemon
 * listing, looking up                         | gvir_connection_fetch_domains() loses the error and knows no state; the look-up by
 *                                             | UUID is raw and its result wrapped
 * reading a domain's XML                      | gvir_domain_get_config() writes " for ', and people review the differences
 * the <cpu>                                   | GVirConfigDomainCpu reads maximum as custom, knows no migratable, check, cache,
 *                                             | numa, dies; set_cpu (get_cpu ()) uses freed memory. See room cpu
 * capabilities, baseline, statistics, agent,  | the objects lack them
 * monitor, managed save, snapshots            |
 * every *_async()                             | they take GLib's shared threads, and have no error code in the callback
 *
 * What the objects demand: libvirt's error code is virGetLastErrorCode()'s, in the same thread, for theirs is always 0, and
 * virConnectClose() and virDomainFree() reset it: a handle is taken out before the call that may fail. gconfig gets only text
 * that nb_xml_parse() took ("" is a segmentation fault). gvir_domain_set_config() with another UUID makes that machine and
 * fails then: the UUID is compared before. */

#include "config.h"

#include "nb-virt.h"

#include <signal.h>

#include <libvirt-glib/libvirt-glib.h>
#include <stdlib.h>

/* How long the program's end waits for threads. One that a stuck daemon holds is left behind, asleep in libvirt. */
#define END_SECONDS 2

static GMutex mutex;
static GCond changed;
static guint n_working;
static gboolean ending;

/* exit() takes libraries apart (libssh's, libxml2's and our resources are gone then) without asking who still uses them. */
static void
end (void)
{
  const gint64 deadline = g_get_monotonic_time () + END_SECONDS * G_TIME_SPAN_SECOND;

  g_mutex_lock (&mutex);
  ending = TRUE;
  while (n_working > 0 && g_cond_wait_until (&changed, &mutex, deadline))
    ;
  g_mutex_unlock (&mutex);
}

/**
 * nb_virt_enter:
 *
 * A thread begins to work with libvirt or with XML. Does not return any more once the program ends.
 */
void
nb_virt_enter (void)
{
  g_mutex_lock (&mutex);
  while (ending)
    g_cond_wait (&changed, &mutex);
  n_working++;
  g_mutex_unlock (&mutex);
}

/**
 * nb_virt_leave:
 *
 * It is done.
 */
void
nb_virt_leave (void)
{
  g_mutex_lock (&mutex);
  n_working--;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&mutex);
}

static gpointer
init_once (gpointer data)
{
  atexit (end);
  /* libvirt writes to a daemon that may be gone. */
  signal (SIGPIPE, SIG_IGN);
  gvir_init_object (NULL, NULL);
  gvir_event_register ();
  return NULL;
}

/**
 * nb_virt_init:
 *
 * Makes libvirt's events arrive in GLib's default main context, and its errors in GLib's debug log instead of on stderr.
 * Called by whoever opens the first connection; further calls do nothing.
 */
void
nb_virt_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_once, NULL);
}

/**
 * nb_virt_wrap_connection:
 * @uri: what it was opened with
 * @connect: (transfer full): an open connection
 *
 * Returns: (transfer full): libvirt-glib's object of it; the last reference goes in a worker thread
 */
GVirConnection *
nb_virt_wrap_connection (const char *uri, virConnectPtr connect)
{
  GVirConnection *connection = g_object_new (GVIR_TYPE_CONNECTION, "uri", uri, "handle", connect, NULL);

  virConnectClose (connect);
  return connection;
}

/**
 * nb_virt_wrap_domain:
 * @domain: (transfer full): a domain
 *
 * Returns: (transfer full): libvirt-glib's object of it, which keeps its connection open; the last reference goes in a
 *   worker thread
 */
GVirDomain *
nb_virt_wrap_domain (virDomainPtr domain)
{
  GVirDomain *wrapped = g_object_new (GVIR_TYPE_DOMAIN, "handle", domain, NULL);

  virDomainFree (domain);
  return wrapped;
}

/**
 * nb_virt_get_connect:
 * @connection: a connection
 *
 * Resets libvirt's error of this thread, so it is called before what may fail.
 *
 * Returns: (transfer none): the handle behind it
 */
virConnectPtr
nb_virt_get_connect (GVirConnection *connection)
{
  virConnectPtr connect = NULL;

  g_object_get (connection, "handle", &connect, NULL);
  virConnectClose (connect);
  return connect;
}

/**
 * nb_virt_get_domain:
 * @domain: a domain
 *
 * Resets libvirt's error of this thread, so it is called before what may fail.
 *
 * Returns: (transfer none): the handle behind it
 */
virDomainPtr
nb_virt_get_domain (GVirDomain *domain)
{
  virDomainPtr handle = NULL;

  g_object_get (domain, "handle", &handle, NULL);
  virDomainFree (handle);
  return handle;
}
