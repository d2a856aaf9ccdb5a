/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper-config.h"
#include "nb-helper-merged.h"
#include "nb-helper-module.h"
#include "nb-helper-run.h"
#include "nb-helper-sysfs.h"

G_BEGIN_DECLS

#define NB_HELPER_N_TRIES 4

/**
 * NbHelperRun:
 * @root: the root directory
 * @root_path: its path
 * @verb: what to do
 * @info: its row of the table
 * @module: with which module
 * @parameter: what is switched of it, `nested` or `ignore_msrs`
 * @is_writable: a loaded module takes a new value by sysfs, without being loaded anew
 * @search: for who holds KVM
 * @lock: the lock file
 * @record: what the next run would find of this one
 * @config: our file
 * @config_errno: why it could not be opened
 * @loader: what loads and removes the module
 * @state: how the module stood before the run
 * @live: what the parameter was before the run
 * @file: how our file stands
 * @options: what the module would have been loaded with before the run
 * @parameters: what its parameters were
 * @load_error: the errno with which the kernel refused to load it, or 0
 * @changed_live: the module was about to be switched or is already
 * @rolled_back: something was changed and put back
 * @error: the first failure: what followed from it is in the exit code and the warnings
 *
 * One run: nb-helper-run.c goes forward, nb-helper-undo.c goes back, nb-helper-tell.c says how it ended.
 */
typedef struct {
  int root;
  const char *root_path;
  NbVerb verb;
  const NbVerbInfo *info;
  const NbModuleInfo *module;
  const char *parameter;
  gboolean is_writable;
  NbHelperSearch *search;

  int lock;
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
  gboolean changed_live;
  gboolean rolled_back;
  char *error;
} NbHelperRun;

NbExit   nb_helper_run_fail       (NbHelperRun           *self,
                                   NbExit                 code,
                                   const char            *format,
                                   ...) G_GNUC_PRINTF (3, 4);
gboolean nb_helper_run_load_again (NbHelperModule        *loader,
                                   char *const            tries[NB_HELPER_N_TRIES]);
void     nb_helper_run_make_tries (const char            *options,
                                   const char            *parameter,
                                   NbTristate             value,
                                   char                  *tries[NB_HELPER_N_TRIES]);
NbExit   nb_helper_run_roll_back  (NbHelperRun           *self,
                                   NbExit                 code);
NbExit   nb_helper_run_repair     (NbHelperRun           *self);
void     nb_helper_run_tell       (NbHelperRun           *self,
                                   NbExit                 code);
void     nb_helper_run_warn_of    (NbHelperRun           *self,
                                   const char            *warning,
                                   const char            *module,
                                   const char            *word);

G_END_DECLS
