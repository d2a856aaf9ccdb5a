/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/* libvirt's counted pointers as owned locals. Closing a connection talks to the daemon: in worker threads only. */

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

#define nb_auto_connect __attribute__ ((cleanup (nb_virt_clear_connect))) virConnectPtr
#define nb_auto_domain  __attribute__ ((cleanup (nb_virt_clear_domain))) virDomainPtr

void nb_virt_init  (void);
void nb_virt_enter (void);
void nb_virt_leave (void);

G_END_DECLS
