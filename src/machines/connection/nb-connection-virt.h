/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection.h"
#include "nb-virt.h"

G_BEGIN_DECLS

GVirConnection *nb_connection_dup_handle (NbConnection  *self,
                                          GError       **error);

G_END_DECLS
