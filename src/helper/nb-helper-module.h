/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libkmod.h>

#include "nb-protocol.h"

G_BEGIN_DECLS

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

struct kmod_ctx *nb_helper_kmod_new      (const char         *root_path);
gboolean  nb_helper_module_open           (NbHelperModule     *self,
                                           int                 root,
                                           const char         *root_path,
                                           const NbModuleInfo *info);
void      nb_helper_module_close          (NbHelperModule     *self);
char     *nb_helper_module_find_block     (NbHelperModule     *self);
int       nb_helper_module_rehearse       (NbHelperModule     *self,
                                           const char         *options);
int       nb_helper_module_remove         (NbHelperModule     *self);
int       nb_helper_module_insert_missing (NbHelperModule     *self);
int       nb_helper_module_insert         (NbHelperModule     *self,
                                           const char         *options);

G_END_DECLS
