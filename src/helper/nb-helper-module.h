/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libkmod.h>

#include "nb-protocol.h"

G_BEGIN_DECLS

/* The system's configuration as a whole, as libkmod merges it at this moment. */
typedef struct {
  char *options;           /* what modprobe would pass to the module */
  NbTristate next_boot;    /* what the parameter will be after a restart; off where the module will not load */
  gboolean blacklisted;    /* the module does not load by itself */
  gboolean by_command_line; /* the kernel command line says what the parameter will be */
  char *refused;           /* the first word that the kernel refuses, or NULL, */
  char *refused_of;        /* and whose: the module's, or that of one which it needs */
  char *foreign;           /* the first such word that is not about the parameter, or NULL */
  char *foreign_of;
  char *install_of;        /* a module for which a command runs that does not simply load it, or NULL */
} NbHelperMerged;

gboolean nb_helper_merged_read (NbHelperMerged *self, int root, const NbModuleInfo *info, const char *parameter);
void     nb_helper_merged_clear (NbHelperMerged *self);
char    *nb_helper_options_with (const char *options, const char *parameter, NbTristate value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NbHelperMerged, nb_helper_merged_clear)

/* The module's file, and what loads and removes it. */
typedef struct {
  int root;
  const NbModuleInfo *info;
  struct kmod_ctx *kmod; /* from before our file was changed: good for the module's file, not for its options */
  struct kmod_module *handle;
  struct kmod_list *dependencies; /* in the order of loading */
} NbHelperModule;

gboolean nb_helper_module_open (NbHelperModule *self, int root, const NbModuleInfo *info);
void     nb_helper_module_close (NbHelperModule *self);
char    *nb_helper_module_find_block (NbHelperModule *self);
int      nb_helper_module_rehearse (NbHelperModule *self, const char *options);
int      nb_helper_module_remove (NbHelperModule *self);
int      nb_helper_module_insert_missing (NbHelperModule *self);
int      nb_helper_module_insert (NbHelperModule *self, const char *options);

G_END_DECLS
