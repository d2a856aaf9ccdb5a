/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-protocol.h"

G_BEGIN_DECLS

typedef enum {
  NB_MODULE_ABSENT,
  NB_MODULE_LIVE,
  NB_MODULE_CHANGING,  /* just being loaded or unloaded, by somebody else */
  NB_MODULE_BUILT_IN,
} NbModuleLoad;

int          nb_helper_read_fd (int fd, gsize limit, char **text, gsize *length);
char        *nb_helper_read_file (int root, const char *path, gsize *length);
NbModuleLoad nb_helper_sysfs_get_state (int root, const char *module);
gboolean     nb_helper_is_kept_out (int root, const char *module);
int          nb_helper_sysfs_get_refcnt (int root, const char *module);
NbTristate   nb_helper_sysfs_get (int root, const char *module, const char *parameter);
int          nb_helper_sysfs_set (int root, const char *module, const char *parameter, NbTristate value);
GHashTable  *nb_helper_sysfs_dup_parameters (int root, const char *module);
void         nb_helper_sysfs_compare (int root, const char *module, GHashTable *before);
NbTristate   nb_helper_kvm_get_nested (int root, const char *module);
const char  *nb_helper_find_note (const char *file, gsize size, gsize *length);
gboolean     nb_helper_is_same_build (int root, const char *module, const char *path);
char        *nb_helper_where (int root, const char *kind, const char *module, const char *word, guint *line);
void         nb_helper_settle (void);

G_END_DECLS
