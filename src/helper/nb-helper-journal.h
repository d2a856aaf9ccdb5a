/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

#define NB_HELPER_JOURNAL_PATH "run/nestbox.lock"

/**
 * NbHelperRecord:
 * @verb: what was asked
 * @module: its module
 * @touches_file: our file may have been changed: it must become what it was
 * @had_file: it was there; its old self is then kept beside it (see nb-helper-config.c)
 * @reloading: the module was about to be removed or is already: it must be loaded again
 * @live: what nested was
 *
 * What a run that has begun to change something leaves in the lock file, so that the next one can put it right.
 */
typedef struct {
  NbVerb verb;
  const NbModuleInfo *module;
  gboolean touches_file;
  gboolean had_file;
  gboolean reloading;
  NbTristate live;
} NbHelperRecord;

int      nb_helper_journal_open       (int                   root,
                                       int                  *journal);
gboolean nb_helper_journal_is_due     (int                   root);
gboolean nb_helper_journal_read       (int                   journal,
                                       NbHelperRecord       *record);
int      nb_helper_journal_write      (int                   journal,
                                       const NbHelperRecord *record);
int      nb_helper_journal_clear      (int                   journal);

G_END_DECLS
