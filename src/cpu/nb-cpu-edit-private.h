/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-edit.h"

G_BEGIN_DECLS

/* What nb-cpu-edit.c and nb-cpu-edit-values.c share, and nobody else sees. */

struct _NbCpuEdit {
  GObject parent_instance;

  char *original;
  NbCpuCaps *caps;
  NbCpuConfig *base;
  NbCpuConfig *draft;
  NbCpuVendor vendor;
  GListStore *features;
  gboolean syncing; /* the features' rows follow the draft: what they notify is no wish */

  NbCpuNesting nesting;
  NbTristate nesting_result;
  gboolean modified;
  char *problem;
  char *result;
  char **changes;
  char **losses;
  char **hints;
};

void       nb_cpu_edit_take_draft      (NbCpuEdit         *self,
                                        NbCpuConfig       *draft);
NbTristate nb_cpu_edit_find_migratable (NbCpuEdit         *self,
                                        const NbCpuConfig *draft);

G_END_DECLS
