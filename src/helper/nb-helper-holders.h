/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbHelperPlace:
 * @pid: the process that is being looked at, 0 before the first one
 * @holds: it is known to hold KVM, and not yet told
 * @n_holders: how many were told
 *
 * Where a search is, in memory that it shares with who watches over it.
 */
typedef struct {
  gint64 pid;
  gboolean holds;
  guint n_holders;
} NbHelperPlace;

void  nb_helper_holders_tell      (int            root,
                                   gint64         pid,
                                   const char    *machine);
void  nb_helper_holders_look      (int            root,
                                   gint64         after,
                                   NbHelperPlace *place);
char *nb_helper_holders_find_name (const char    *arguments,
                                   gsize          length);

G_END_DECLS
