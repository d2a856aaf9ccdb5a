/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

/**
 * NbHelperMerged:
 * @options: what modprobe would pass to the module
 * @next_boot: what the parameter will be after a restart; off where the module will not load
 * @blacklisted: the module does not load by itself
 * @by_command_line: the kernel command line says what the parameter will be
 * @refused: (nullable): the first word that the kernel refuses, for @refused_of, the module or one that it needs
 * @foreign: (nullable): the first such word that is not about the parameter, for @foreign_of
 * @install_of: (nullable): a module for which a command runs that does not simply load it
 *
 * The system's configuration as a whole, as libkmod merges it at this moment.
 */
typedef struct {
  char *options;
  NbTristate next_boot;
  gboolean blacklisted;
  gboolean by_command_line;
  char *refused;
  char *refused_of;
  char *foreign;
  char *foreign_of;
  char *install_of;
} NbHelperMerged;

gboolean nb_helper_merged_read  (NbHelperMerged     *self,
                                 int                 root,
                                 const char         *root_path,
                                 const NbModuleInfo *info,
                                 const char         *parameter);
void     nb_helper_merged_clear (NbHelperMerged     *self);
char    *nb_helper_options_with (const char         *options,
                                 const char         *parameter,
                                 NbTristate          value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NbHelperMerged, nb_helper_merged_clear)

G_END_DECLS
