/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libkmod.h>

#include "nb-protocol.h"

G_BEGIN_DECLS

/**
 * NbHelperMerged:
 * @options: what modprobe would pass to the module
 * @next_boot: what nested will be after a restart
 * @blacklisted: the module does not load by itself
 * @by_command_line: the kernel command line says what nested will be
 *
 * The system's configuration as a whole, as libkmod merges it at this moment.
 */
typedef struct {
  char *options;
  NbTristate next_boot;
  gboolean blacklisted;
  gboolean by_command_line;
} NbHelperMerged;

/**
 * NbHelperModule:
 * @root: the root directory
 * @info: which module
 * @kmod: libkmod's context, from before our file was changed: good for the module's file, not for its options
 * @handle: libkmod's module
 * @dependencies: what it needs, in the order of loading
 *
 * The module's file, and what loads and removes it.
 */
typedef struct {
  int root;
  const NbModuleInfo *info;
  struct kmod_ctx *kmod;
  struct kmod_module *handle;
  struct kmod_list *dependencies;
} NbHelperModule;

gboolean  nb_helper_merged_read        (NbHelperMerged     *merged,
                                        int                 root,
                                        const char         *root_path,
                                        const NbModuleInfo *info);
void      nb_helper_merged_clear       (NbHelperMerged     *merged);

char     *nb_helper_options_add_nested (const char         *options,
                                        NbTristate          value);

gboolean  nb_helper_module_open        (NbHelperModule     *self,
                                        int                 root,
                                        const char         *root_path,
                                        const NbModuleInfo *info);
void      nb_helper_module_close       (NbHelperModule     *self);
char     *nb_helper_module_find_block  (NbHelperModule     *self);
int       nb_helper_module_rehearse    (NbHelperModule     *self,
                                        const char         *options);
int       nb_helper_module_remove      (NbHelperModule     *self);
int       nb_helper_module_insert      (NbHelperModule     *self,
                                        const char         *options);

G_END_DECLS
