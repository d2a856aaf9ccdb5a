/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper-record.h"

G_BEGIN_DECLS

/* Our file in modprobe.d. Its old self is kept under a second name until the end, so that going back is a rename, which
 * needs no space on the disk. */
typedef struct {
  int directory;     /* /etc/modprobe.d */
  gboolean had_file; /* whether our file was there when it was opened */
} NbHelperConfig;

int      nb_helper_config_open (NbHelperConfig *self, int root, gboolean make);
void     nb_helper_config_close (NbHelperConfig *self);
int      nb_helper_config_read (NbHelperConfig *self, char **text);
int      nb_helper_config_set (NbHelperConfig *self, const char *text, NbHelperRecord *record);
int      nb_helper_config_restore (NbHelperConfig *self, const NbHelperRecord *record, gboolean *restored);
int      nb_helper_config_commit (NbHelperConfig *self);
int      nb_helper_config_clean (NbHelperConfig *self);
gboolean nb_helper_config_read_record (NbHelperConfig *self, NbHelperRecord *record);

char *nb_helper_config_format (const char *old, const NbModuleInfo *module, const char *parameter, NbTristate value);

G_END_DECLS
