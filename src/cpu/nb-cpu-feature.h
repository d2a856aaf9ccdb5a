/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"

G_BEGIN_DECLS

#define NB_TYPE_CPU_FEATURE (nb_cpu_feature_get_type ())

G_DECLARE_FINAL_TYPE (NbCpuFeature, nb_cpu_feature, NB, CPU_FEATURE, GObject)

/* One row of an edit's features. Properties: name, host-has (an NbTristate), policy (NbCpuPolicy; setting it changes the
 * edit), base-policy (what the machine has so far). What a feature means is the view's to say, by its name. */

NbCpuFeature *nb_cpu_feature_new             (const char   *name,
                                              NbCpuPolicy   base_policy,
                                              NbTristate    host_has);
const char   *nb_cpu_feature_get_name        (NbCpuFeature *self);
NbCpuPolicy   nb_cpu_feature_get_base_policy (NbCpuFeature *self);
NbTristate    nb_cpu_feature_get_host_has    (NbCpuFeature *self);
NbCpuPolicy   nb_cpu_feature_get_policy      (NbCpuFeature *self);
void          nb_cpu_feature_set_policy      (NbCpuFeature *self,
                                              NbCpuPolicy   policy);

G_END_DECLS
