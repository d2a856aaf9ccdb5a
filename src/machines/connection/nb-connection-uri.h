/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection-problem.h"

G_BEGIN_DECLS

/* What can be told of a connection's URI by reading it: libvirt hands what it does not understand to whatever daemon it
 * finds, so nothing unread gets there. */

NbConnectionProblem nb_connection_uri_check           (const char *uri);
gboolean            nb_connection_uri_is_local        (const char *uri);
gboolean            nb_connection_uri_is_qemu         (const char *uri);
gboolean            nb_connection_uri_is_ssh          (const char *uri);
char               *nb_connection_uri_new_ssh         (const char *computer);
char               *nb_connection_uri_dup_key         (const char *uri);
char               *nb_connection_uri_dup_quiet       (const char *uri);
char               *nb_connection_uri_dup_computer    (const char *uri);
char               *nb_connection_uri_dup_ssh_words   (const char *uri);
char               *nb_connection_uri_dup_known_host  (const char *uri);
char              **nb_connection_uri_dup_sockets     (const char *uri);
gboolean            nb_connection_uri_is_session      (const char *uri);

G_END_DECLS
