/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-virt.h"

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
  gvir_init (NULL, NULL);
  gvir_event_register ();
  return NULL;
}

/**
 * nb_virt_init:
 *
 * Makes libvirt's events arrive in GLib's default main context, and its errors in GLib's debug log instead of on stderr. Called by whoever opens the first connection; further
 * calls do nothing.
 *
 * libvirt-glib gives this event loop, and no more: its connection objects lose libvirt's error codes, hide the flags
 * that we need on every read, and keep a configuration object for each machine.
 */
void
nb_virt_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_once, NULL);
}
