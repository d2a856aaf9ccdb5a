/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

#define NB_HELPER_LOCK_PATH   "run/nestbox.lock"
#define NB_HELPER_RECORD_SIZE 256
#define NB_HELPER_BOOT_SIZE   37
#define NB_HELPER_HASH_SIZE   65

/* What a run leaves before it changes anything, so that the next one can put right what was left undone: beside our file, or
 * in the lock file where our file is not touched. */
typedef struct {
  NbVerb verb; /* what was asked, */
  const NbModuleInfo *module;
  NbTristate live;                /* what the parameter was; unknown: it is not touched, or the module was not loaded */
  char boot[NB_HELPER_BOOT_SIZE]; /* the kernel's boot id: after a restart @live counts for nothing */
  gboolean touches_file;          /* our file was about to be changed; */
  gboolean had_file;              /* it was there, and its old self is kept beside it; */
  gboolean has_file;              /* it is there after the change, with this inode, size and SHA-256 */
  guint64 inode;
  guint64 size;
  char hash[NB_HELPER_HASH_SIZE];
} NbHelperRecord;

char    *nb_helper_record_format (const NbHelperRecord *self);
gboolean nb_helper_record_parse (NbHelperRecord *self, const char *text);
int      nb_helper_record_write (const NbHelperRecord *self, int fd);
gboolean nb_helper_record_read (NbHelperRecord *self, int fd);
gboolean nb_helper_record_is_boot (const NbHelperRecord *self, int root);
void     nb_helper_record_set_boot (NbHelperRecord *self, int root);

int      nb_helper_lock_open (int root, int *lock);
gboolean nb_helper_lock_is_marked (int root);

G_END_DECLS
