/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-options.h"

G_BEGIN_DECLS

/**
 * NbModprobe:
 *
 * What the files of modprobe.d and the kernel command line say of one module. Paths are as seen from /.
 *
 * @nested: the last `nested=` of all options, in libkmod's own merged answer
 * @file: (nullable): the file with the last `nested=` of all files
 * @line: its line, from 1
 * @file_time: when that file was changed, seconds since 1970
 * @from_files: the value there
 * @later: whether that file sorts after our own
 * @from_command_line: the last `MODULE.nested=` of the kernel command line
 * @own: what our own drop-in says
 * @install_file: (nullable): an `install` line for the module or for kvm, which it needs
 * @install_line: its line
 * @blacklist_file: (nullable): a `blacklist` line for the module
 * @blacklist_line: its line
 * @blacklisted_by_command_line: `modprobe.blacklist=` names it
 * @blocked_by_command_line: `module_blacklist=` names it, or kvm
 * @error: (nullable): why the answer can't be known, translated
 */
typedef struct {
  NbTristate nested;
  char *file;
  guint line;
  gint64 file_time;
  NbTristate from_files;
  gboolean later;
  NbTristate from_command_line;
  NbTristate own;
  char *install_file;
  guint install_line;
  char *blacklist_file;
  guint blacklist_line;
  gboolean blacklisted_by_command_line;
  gboolean blocked_by_command_line;
  char *error;
} NbModprobe;

const char *const *nb_modprobe_get_directories (void);
GPtrArray         *nb_modprobe_list_files      (const char *root,
                                                gboolean    dangling_hides,
                                                char      **error_text);
NbModprobe        *nb_modprobe_read            (const char *root,
                                                const char *module);
NbModprobe        *nb_modprobe_new_unknown     (void);
void               nb_modprobe_free            (NbModprobe *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbModprobe, nb_modprobe_free)

G_END_DECLS
