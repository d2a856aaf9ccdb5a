/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-options.h"

G_BEGIN_DECLS

typedef enum {
  NB_DECIDER_UNKNOWN,
  NB_DECIDER_DEFAULT,
  NB_DECIDER_FILE,
  NB_DECIDER_COMMAND_LINE,
} NbDecider;

/* In which way a line decides. */
typedef enum {
  NB_WHY_VALUE,     /* it gives the parameter a value */
  NB_WHY_REFUSED,   /* it gives some parameter a value that the kernel refuses: the module does not load */
  NB_WHY_BLACKLIST, /* it keeps the module from loading, by itself (`blacklist`) or at all (`module_blacklist=`) */
  NB_WHY_INSTALL,   /* it runs a command in place of loading */
} NbWhy;

/**
 * NbConfigLine:
 * @kind: where it stands: in a file, or on the kernel's command line; unknown where only libkmod could tell
 * @why: in which way it matters
 * @file: (nullable): the file as seen from /, fit to be shown
 * @path: (nullable): its path under the root, as it is
 * @line: its line, from 1, or 0
 * @module: which module it names
 * @text: as it stands: `nested=1`, `kvm-intel.nested=N`, `install kvm_intel /bin/true`
 * @name: (nullable): for a parameter, its name
 * @value: (nullable): and its value; for an `install` line its command
 * @install: for an `install` line, what its command does
 * @is_later: whether our own file can't win against it: the file sorts after ours, or it is the command line
 * @is_own: whether it stands in our own file
 * @for_init: whether it stands behind `--` on the command line, where the kernel does not look, but libkmod does
 * @blocks_now: whether the helper would not load the module now either
 *
 * A line of the configuration that has a say in what KVM does.
 */
typedef struct {
  NbDecider kind;
  NbWhy why;
  char *file;
  char *path;
  guint line;
  char *module;
  char *text;
  char *name;
  char *value;
  NbInstall install;
  gboolean is_later;
  gboolean is_own;
  gboolean for_init;
  gboolean blocks_now;
} NbConfigLine;

NbConfigLine *nb_config_line_new         (NbDecider           kind,
                                          const char         *path,
                                          guint               line,
                                          const char         *module,
                                          const char         *text);
NbConfigLine *nb_config_line_copy        (const NbConfigLine *line);
gboolean      nb_config_line_equal       (const NbConfigLine *a,
                                          const NbConfigLine *b);
void          nb_config_line_free        (NbConfigLine       *line);
GPtrArray    *nb_config_line_new_list    (void);
gboolean      nb_config_line_equal_lists (GPtrArray          *a,
                                          GPtrArray          *b);
char         *nb_config_line_dup_shown   (const char         *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbConfigLine, nb_config_line_free)

G_END_DECLS
