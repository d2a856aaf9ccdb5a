/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"
#include "nb-cpu-map.h"

G_BEGIN_DECLS

/**
 * NbCpuModel:
 * @name: its name
 * @vendor: (nullable): whose it is, %NULL where libvirt does not say
 * @usable: whether it can be used on this computer
 * @deprecated: whether its use is discouraged
 * @blockers: (array zero-terminated=1): the features that it lacks for being usable; empty where libvirt tells none
 *
 * A named model as the domain capabilities offer it.
 */
typedef struct {
  char *name;
  char *vendor;
  NbTristate usable;
  gboolean deprecated;
  char **blockers;
} NbCpuModel;

#define NB_TYPE_CPU_CAPS (nb_cpu_caps_get_type ())

G_DECLARE_FINAL_TYPE (NbCpuCaps, nb_cpu_caps, NB, CPU_CAPS, GObject)

/* The domain capabilities of one emulator, architecture, machine type and virtualization type, as far as they are about
 * processors. Immutable, so any thread may read it. */

NbCpuCaps        *nb_cpu_caps_new                (const char  *domain_capabilities,
                                                  const char  *expanded,
                                                  NbCpuMap    *map,
                                                  GError     **error);
const char       *nb_cpu_caps_get_arch           (NbCpuCaps   *self);
const char       *nb_cpu_caps_get_machine        (NbCpuCaps   *self);
const char       *nb_cpu_caps_get_emulator       (NbCpuCaps   *self);
const char       *nb_cpu_caps_get_domain_type    (NbCpuCaps   *self);
guint             nb_cpu_caps_get_max_vcpus      (NbCpuCaps   *self);
NbCpuMap         *nb_cpu_caps_get_map            (NbCpuCaps   *self);

gboolean          nb_cpu_caps_offers_mode        (NbCpuCaps   *self,
                                                  NbCpuMode    mode);
gboolean          nb_cpu_caps_offers_migratable  (NbCpuCaps   *self,
                                                  NbCpuMode    mode);
NbCpuVendor       nb_cpu_caps_get_vendor         (NbCpuCaps   *self);
const char       *nb_cpu_caps_get_host_model     (NbCpuCaps   *self);
GPtrArray        *nb_cpu_caps_get_host_features  (NbCpuCaps   *self);

gboolean          nb_cpu_caps_offers_hyperv      (NbCpuCaps   *self,
                                                  const char  *name);
GPtrArray        *nb_cpu_caps_get_models         (NbCpuCaps   *self);
const NbCpuModel *nb_cpu_caps_find_model         (NbCpuCaps   *self,
                                                  const char  *name);
NbTristate        nb_cpu_caps_host_has           (NbCpuCaps   *self,
                                                  const char  *feature);
NbTristate        nb_cpu_caps_get_host_nesting   (NbCpuCaps   *self);
NbTristate        nb_cpu_caps_knows_feature      (NbCpuCaps   *self,
                                                  const char  *feature);
char            **nb_cpu_caps_dup_features       (NbCpuCaps   *self);
char            **nb_cpu_caps_dup_mitigations    (NbCpuCaps   *self);

G_END_DECLS
