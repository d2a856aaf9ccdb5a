/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-config-line.h"

G_BEGIN_DECLS

/**
 * NbModprobe:
 * @options: (element-type NbConfigLine): the parameters of the modules that were asked for, each word a line, in the
 *   order in which modprobe hands them to the kernel: the files, then the command line
 * @installs: (element-type NbConfigLine): their `install` lines, the one that counts for each module, the command as value
 * @blacklists: (element-type NbConfigLine): lines that keep them from loading by themselves: `blacklist`,
 *   `modprobe.blacklist=`
 * @bans: (element-type NbConfigLine): `module_blacklist=`, with which the kernel does not load them at all
 * @error: (nullable): why the answer can't be known, translated
 *
 * What the files of modprobe.d and the kernel command line say of a module and of those that it needs.
 */
typedef struct {
  GPtrArray *options;
  GPtrArray *installs;
  GPtrArray *blacklists;
  GPtrArray *bans;
  char *error;
} NbModprobe;

const char *const *nb_modprobe_get_directories (void);
GPtrArray         *nb_modprobe_list_files      (const char        *root,
                                                gboolean           dangling_hides,
                                                char             **error_text);
NbModprobe        *nb_modprobe_read            (const char        *root,
                                                const char *const *modules);
NbModprobe        *nb_modprobe_new_unknown     (void);
void               nb_modprobe_free            (NbModprobe        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbModprobe, nb_modprobe_free)

G_END_DECLS
