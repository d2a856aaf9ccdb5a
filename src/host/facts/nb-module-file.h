/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbModuleFile:
 * @has_directory: whether the running kernel's folder of modules is there
 * @has_other_kernel: whether another kernel's is
 * @is_built_in: whether modules.builtin names the module
 * @path: (nullable): its file under the root, where it exists
 * @dependencies: names of the modules that it needs, %NULL-terminated; empty where that is not known
 */
typedef struct {
  gboolean has_directory;
  gboolean has_other_kernel;
  gboolean is_built_in;
  char *path;
  char **dependencies;
} NbModuleFile;

NbModuleFile *nb_module_file_find (const char   *root,
                                   const char   *release,
                                   const char   *module);
void          nb_module_file_free (NbModuleFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbModuleFile, nb_module_file_free)

G_END_DECLS
