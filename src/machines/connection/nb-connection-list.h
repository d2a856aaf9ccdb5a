/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection.h"

G_BEGIN_DECLS

/* The connections are a plain GListStore of NbConnection: this makes the first ones. */

GListStore   *nb_connection_list_new    (const char *const *uris,
                                         NbStandIn      *stand_in);
void          nb_connection_list_open   (GListModel        *connections);
NbConnection *nb_connection_list_find   (GListModel        *connections,
                                         const char        *uri);

G_END_DECLS
