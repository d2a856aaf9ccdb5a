/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbHelperSearch:
 * @go: a byte sets the search off; closed, it never takes place
 * @done: tells how many were found, and that the search is over
 *
 * The search for who holds KVM, in a process that may look into all others and change nothing; who asks for it may change
 * modules and looks into none.
 */
typedef struct {
  int go;
  int done;
} NbHelperSearch;

gboolean nb_helper_search_start (NbHelperSearch *self,
                                 int             root);
int      nb_helper_search_run   (NbHelperSearch *self);

G_END_DECLS
