/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection.h"

G_BEGIN_DECLS

#define NB_CONNECTION_SYSTEM  "qemu:///system"
#define NB_CONNECTION_SESSION "qemu:///session"

#define NB_TYPE_CONNECTION_BOOK (nb_connection_book_get_type ())

G_DECLARE_FINAL_TYPE (NbConnectionBook, nb_connection_book, NB, CONNECTION_BOOK, GObject)

NbConnectionBook *nb_connection_book_new             (GSettings         *settings);
NbConnectionBook *nb_connection_book_new_fixed       (GListStore        *connections);
GListModel       *nb_connection_book_get_connections (NbConnectionBook  *self);
gboolean          nb_connection_book_is_fixed        (NbConnectionBook  *self);
void              nb_connection_book_open            (NbConnectionBook  *self);
NbConnection     *nb_connection_book_find            (NbConnectionBook  *self,
                                                      const char        *uri);
gboolean          nb_connection_book_add             (NbConnectionBook  *self,
                                                      const char        *address,
                                                      GError           **error);
gboolean          nb_connection_book_add_computer    (NbConnectionBook  *self,
                                                      const char        *computer,
                                                      GError           **error);
void              nb_connection_book_remove          (NbConnectionBook  *self,
                                                      const char        *uri);

G_END_DECLS
