/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-virt.h"

#include <libvirt-glib/libvirt-glib.h>

static gpointer
init_once (gpointer data)
{
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
