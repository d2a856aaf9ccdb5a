/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper-config.h"
#include "nb-helper-holders.h"
#include "nb-helper-module.h"
#include "nb-helper-sysfs.h"

G_BEGIN_DECLS

/* One run: nb-helper-run.c goes forward, nb-helper-undo.c goes back, nb-helper-tell.c says how it ended. */
typedef struct {
  int root; /* the root directory */
  NbVerb verb;
  const NbVerbInfo *info; /* its row of the table */
  const NbModuleInfo *module;
  const char *parameter; /* what is switched of it, `nested` or `ignore_msrs` */
  gboolean is_writable;  /* a loaded module takes a new value by sysfs, without being loaded anew */
  NbHelperSearch *search;

  int lock;
  NbHelperRecord record; /* what the next run would find of this one */
  NbHelperConfig config;
  int config_errno; /* why our file could not be opened */
  NbHelperModule loader;

  NbModuleLoad state;     /* how the module stood before the run */
  NbTristate live;        /* what the parameter was */
  char *options;          /* what the module would have been loaded with */
  GHashTable *parameters; /* what its parameters were */
  NbConfig file;          /* how our file stands */
  int load_error;         /* the errno with which the kernel refused to load the module, or 0 */
  gboolean changed_live;  /* the module was about to be switched or is already */
  gboolean rolled_back;   /* something was changed and put back */
  char *error;            /* the first failure: what followed from it is in the exit code and the warnings */
} NbHelperRun;

NbExit nb_helper_run (int root, NbVerb verb, const NbModuleInfo *module, NbHelperSearch *search);

NbExit   nb_helper_run_fail (NbHelperRun *self, NbExit code, const char *format, ...) G_GNUC_PRINTF (3, 4);
NbExit   nb_helper_run_look (NbHelperRun *self);
NbExit   nb_helper_run_check (NbHelperRun *self);
gboolean nb_helper_run_switches_live (NbHelperRun *self);
char   **nb_helper_run_dup_tries (const char *options, const char *parameter, NbTristate value);
gboolean nb_helper_run_load_again (NbHelperModule *loader, char *const *tries);
NbExit   nb_helper_run_roll_back (NbHelperRun *self, NbExit code);
NbExit   nb_helper_run_repair (NbHelperRun *self);
void     nb_helper_run_tell (NbHelperRun *self, NbExit code);
void     nb_helper_run_warn_of (NbHelperRun *self, const char *warning, const char *module, const char *word);

G_END_DECLS
