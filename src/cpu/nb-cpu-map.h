/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-options.h"

G_BEGIN_DECLS

#define NB_TYPE_CPU_MAP (nb_cpu_map_get_type ())

G_DECLARE_FINAL_TYPE (NbCpuMap, nb_cpu_map, NB, CPU_MAP, GObject)

/* What libvirt knows of processors: the names of features, and what the models consist of. Immutable. */

NbCpuMap   *nb_cpu_map_new_from_directory (const char  *directory,
                                           const char  *arch,
                                           GError     **error);
NbCpuMap   *nb_cpu_map_ref_installed      (const char  *arch);
NbCpuMap   *nb_cpu_map_new_from_names     (const char *const *features);
gboolean    nb_cpu_map_has_feature        (NbCpuMap    *self,
                                           const char  *name);
char      **nb_cpu_map_dup_features       (NbCpuMap    *self);
NbTristate  nb_cpu_map_model_has          (NbCpuMap    *self,
                                           const char  *model,
                                           const char  *feature);

G_END_DECLS
