/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libvirt-gobject/libvirt-gobject.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/* libvirt's counted pointers and libvirt-glib's objects as owned locals. The last one closes the connection, which talks to
 * the daemon: in worker threads only. libvirt-glib has no g_autoptr; these are names of our own, for it may get one. */

static inline void
nb_virt_clear_connect (virConnectPtr *handle)
{
  if (*handle != NULL)
    virConnectClose (*handle);
  *handle = NULL;
}

static inline void
nb_virt_clear_domain (virDomainPtr *domain)
{
  if (*domain != NULL)
    virDomainFree (*domain);
  *domain = NULL;
}

static inline void
nb_virt_clear_string (char **string)
{
  free (*string);
  *string = NULL;
}

static inline void
nb_virt_clear_gvir_connection (GVirConnection **connection)
{
  g_clear_object (connection);
}

static inline void
nb_virt_clear_gvir_domain (GVirDomain **domain)
{
  g_clear_object (domain);
}

#define nb_auto_connect         __attribute__ ((cleanup (nb_virt_clear_connect))) virConnectPtr
#define nb_auto_domain          __attribute__ ((cleanup (nb_virt_clear_domain))) virDomainPtr
#define nb_auto_gvir_connection __attribute__ ((cleanup (nb_virt_clear_gvir_connection))) GVirConnection *
#define nb_auto_gvir_domain     __attribute__ ((cleanup (nb_virt_clear_gvir_domain))) GVirDomain *

void            nb_virt_init            (void);
void            nb_virt_enter           (void);
void            nb_virt_leave           (void);

GVirConnection *nb_virt_wrap_connection (const char     *uri,
                                         virConnectPtr   connect);
GVirDomain     *nb_virt_wrap_domain     (virDomainPtr    domain);
virConnectPtr   nb_virt_get_connect     (GVirConnection *connection);
virDomainPtr    nb_virt_get_domain      (GVirDomain     *domain);

G_END_DECLS
