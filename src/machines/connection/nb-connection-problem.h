/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * NbConnectionProblem:
 * @NB_CONNECTION_PROBLEM_NONE: no problem
 * @NB_CONNECTION_PROBLEM_NOT_INSTALLED: libvirt's client knows the driver, but no daemon's socket was ever there
 * @NB_CONNECTION_PROBLEM_NOT_RUNNING: a socket is there, nobody listens
 * @NB_CONNECTION_PROBLEM_NOT_IN_GROUP: the socket's permissions keep this user out
 * @NB_CONNECTION_PROBLEM_REFUSED: polkit or the daemon's own access rules said no
 * @NB_CONNECTION_PROBLEM_SANDBOX: the permission to see the socket was taken away from the Flatpak
 * @NB_CONNECTION_PROBLEM_GONE: it was open, and the daemon went away
 * @NB_CONNECTION_PROBLEM_NO_ANSWER: something listens and does not answer; the opening goes on
 * @NB_CONNECTION_PROBLEM_UNSUPPORTED: not QEMU
 * @NB_CONNECTION_PROBLEM_BAD_URI: libvirt cannot make sense of the URI
 * @NB_CONNECTION_PROBLEM_NO_HOST: the other computer cannot be reached
 * @NB_CONNECTION_PROBLEM_AUTH: the other computer wants a proof of identity that could not be given
 * @NB_CONNECTION_PROBLEM_LOST: it was open, and the way to the other computer or its daemon went away
 * @NB_CONNECTION_PROBLEM_SILENT: the other computer does not answer; the opening goes on
 * @NB_CONNECTION_PROBLEM_UNKNOWN_KEY: ssh does not know the other computer's key
 * @NB_CONNECTION_PROBLEM_CHANGED_KEY: ssh knows another key of the other computer
 * @NB_CONNECTION_PROBLEM_NO_KEY: there is no SSH agent, or it has no key
 * @NB_CONNECTION_PROBLEM_KEY_REFUSED: the other computer does not accept the agent's keys
 * @NB_CONNECTION_PROBLEM_NO_SSH: the program ssh is missing
 * @NB_CONNECTION_PROBLEM_NO_DAEMON: ssh got in, and found no libvirt that answers
 * @NB_CONNECTION_PROBLEM_OTHER: libvirt's own sentence is all there is
 *
 * Why a connection is not open, in the terms of the one thing to do about it.
 */
typedef enum {
  NB_CONNECTION_PROBLEM_NONE,
  NB_CONNECTION_PROBLEM_NOT_INSTALLED,
  NB_CONNECTION_PROBLEM_NOT_RUNNING,
  NB_CONNECTION_PROBLEM_NOT_IN_GROUP,
  NB_CONNECTION_PROBLEM_REFUSED,
  NB_CONNECTION_PROBLEM_SANDBOX,
  NB_CONNECTION_PROBLEM_GONE,
  NB_CONNECTION_PROBLEM_NO_ANSWER,
  NB_CONNECTION_PROBLEM_UNSUPPORTED,
  NB_CONNECTION_PROBLEM_BAD_URI,
  NB_CONNECTION_PROBLEM_NO_HOST,
  NB_CONNECTION_PROBLEM_AUTH,
  NB_CONNECTION_PROBLEM_LOST,
  NB_CONNECTION_PROBLEM_SILENT,
  NB_CONNECTION_PROBLEM_UNKNOWN_KEY,
  NB_CONNECTION_PROBLEM_CHANGED_KEY,
  NB_CONNECTION_PROBLEM_NO_KEY,
  NB_CONNECTION_PROBLEM_KEY_REFUSED,
  NB_CONNECTION_PROBLEM_NO_SSH,
  NB_CONNECTION_PROBLEM_NO_DAEMON,
  NB_CONNECTION_PROBLEM_OTHER,
} NbConnectionProblem;

NbConnectionProblem nb_connection_problem_from_libvirt (int                  domain,
                                                        int                  code,
                                                        int                  system_errno,
                                                        gboolean             local);
NbConnectionProblem nb_connection_problem_from_ssh     (const char          *message);
const char         *nb_connection_problem_get_sentence (NbConnectionProblem  problem);
const char         *nb_connection_problem_get_hint     (NbConnectionProblem  problem);
char               *nb_connection_problem_dup_command  (NbConnectionProblem  problem,
                                                        const char          *uri);

G_END_DECLS
