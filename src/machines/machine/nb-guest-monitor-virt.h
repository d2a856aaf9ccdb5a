/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "nb-guest-monitor.h"

G_BEGIN_DECLS

gboolean nb_guest_monitor_ask (virDomainPtr     domain,
                               NbGuestMonitor  *self,
                               GError         **error);

G_END_DECLS
