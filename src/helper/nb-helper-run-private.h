/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper-config.h"
#include "nb-helper-journal.h"
#include "nb-helper-module.h"
#include "nb-helper-run.h"
#include "nb-helper-sysfs.h"

G_BEGIN_DECLS

/**
 * NbHelperRun:
 * @root: the root directory
 * @root_path: its path
 * @verb: what to do
 * @info: its row of the table
 * @module: with which module
 * @journal: the lock file
 * @record: what the journal says of this run
 * @config: our file
 * @config_errno: why it could not be opened
 * @loader: what loads and removes the module
 * @state: how the module stood before the run
 * @live: what nested was before the run
 * @file: how our file stands
 * @options: what the module would have been loaded with before the run
 * @parameters: what its parameters were
 * @load_error: the errno with which the kernel refused to load it, or 0
 * @error: the first failure: what followed from it is in the exit code and the warnings
 *
 * One run: nb-helper-run.c goes forward, nb-helper-undo.c goes back.
 */
typedef struct {
  int root;
  const char *root_path;
  NbVerb verb;
  const NbVerbInfo *info;
  const NbModuleInfo *module;

  int journal;
  NbHelperRecord record;
  NbHelperConfig config;
  int config_errno;
  NbHelperModule loader;

  NbModuleLoad state;
  NbTristate live;
  NbConfig file;
  char *options;
  GHashTable *parameters;
  int load_error;
  char *error;
} NbHelperRun;

NbExit   nb_helper_run_fail       (NbHelperRun    *self,
                                   NbExit          code,
                                   const char     *format,
                                   ...) G_GNUC_PRINTF (3, 4);
gboolean nb_helper_run_load_again (NbHelperRun    *self,
                                   NbHelperModule *loader,
                                   const char     *options,
                                   NbTristate      value);
NbExit   nb_helper_run_roll_back  (NbHelperRun    *self,
                                   NbExit          code);
NbExit   nb_helper_run_repair     (NbHelperRun    *self);

G_END_DECLS
