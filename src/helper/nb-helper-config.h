/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

/**
 * NbHelperConfig:
 * @directory: /etc/modprobe.d
 * @had_file: whether our file was there when it was opened
 *
 * Our file in modprobe.d. Its old self is kept under a second name until nb_helper_config_clean(), so that going back
 * is a rename, which needs no space on the disk.
 */
typedef struct {
  int directory;
  gboolean had_file;
} NbHelperConfig;

int   nb_helper_config_open           (NbHelperConfig     *self,
                                       int                 root,
                                       gboolean            make);
void  nb_helper_config_close          (NbHelperConfig     *self);
int   nb_helper_config_set            (NbHelperConfig     *self,
                                       const NbModuleInfo *module,
                                       NbTristate          value);
int   nb_helper_config_remove         (NbHelperConfig     *self);
int   nb_helper_config_restore        (NbHelperConfig     *self);
int   nb_helper_config_clean          (NbHelperConfig     *self);
char *nb_helper_config_format         (const char         *old,
                                       const NbModuleInfo *module,
                                       NbTristate          value);

G_END_DECLS
