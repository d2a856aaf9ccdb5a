/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The search for who holds KVM, in a process that may look into all others and change nothing; who asks for it may change
 * modules and looks into none. */
typedef struct {
  int go;   /* a byte sets the search off; closed, it never takes place */
  int done; /* tells how many were found, and that the search is over */
} NbHelperSearch;

gboolean nb_helper_search_start (NbHelperSearch *self, int root);
int      nb_helper_search_run (NbHelperSearch *self);

/* Where a search is, in memory that it shares with who watches over it. */
typedef struct {
  gint64 pid;      /* the process that is being looked at, 0 before the first one */
  gboolean holds;  /* it is known to hold KVM, and not yet told */
  guint n_holders; /* how many were told */
} NbHelperPlace;

void  nb_helper_holders_tell (int root, gint64 pid, const char *machine);
void  nb_helper_holders_look (int root, gint64 after, NbHelperPlace *place);
char *nb_helper_holders_find_name (const char *arguments, gsize length);

G_END_DECLS
