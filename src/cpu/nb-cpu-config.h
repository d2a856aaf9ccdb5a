/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-options.h"

G_BEGIN_DECLS

/**
 * NbCpuMode:
 * @NB_CPU_MODE_DEFAULT: no `<cpu>`, or one that names neither mode nor model: the hypervisor chooses
 * @NB_CPU_MODE_HOST_PASSTHROUGH: the host's processor itself
 * @NB_CPU_MODE_HOST_MODEL: the named model that comes closest to it
 * @NB_CPU_MODE_MAXIMUM: all that the hypervisor can give
 * @NB_CPU_MODE_CUSTOM: a named model
 */
typedef enum {
  NB_CPU_MODE_DEFAULT,
  NB_CPU_MODE_HOST_PASSTHROUGH,
  NB_CPU_MODE_HOST_MODEL,
  NB_CPU_MODE_MAXIMUM,
  NB_CPU_MODE_CUSTOM,
} NbCpuMode;

/**
 * NbCpuPolicy:
 *
 * libvirt's five policies of a feature, after the one for a feature that is not mentioned.
 */
typedef enum {
  NB_CPU_POLICY_NONE,
  NB_CPU_POLICY_FORCE,
  NB_CPU_POLICY_REQUIRE,
  NB_CPU_POLICY_OPTIONAL,
  NB_CPU_POLICY_DISABLE,
  NB_CPU_POLICY_FORBID,
} NbCpuPolicy;

/**
 * NbCpuNesting:
 * @NB_CPU_NESTING_DEFAULT: vmx or svm is not mentioned: what the mode gives
 * @NB_CPU_NESTING_ON: it is required
 * @NB_CPU_NESTING_OFF: it is taken away
 */
typedef enum {
  NB_CPU_NESTING_DEFAULT,
  NB_CPU_NESTING_ON,
  NB_CPU_NESTING_OFF,
} NbCpuNesting;

/**
 * NbCpuVendor:
 *
 * Whose instructions run virtual machines: Intel's vmx or AMD's svm (Hygon's processors have AMD's).
 */
typedef enum {
  NB_CPU_VENDOR_UNKNOWN,
  NB_CPU_VENDOR_INTEL,
  NB_CPU_VENDOR_AMD,
} NbCpuVendor;

/**
 * NbCpuSetting:
 * @name: a feature's name
 * @policy: its policy; %NB_CPU_POLICY_NONE for one that the original has and the draft has not
 * @ordinal: which child element of the original `<cpu>` it is, or -1 for a new one
 */
typedef struct {
  char *name;
  NbCpuPolicy policy;
  int ordinal;
} NbCpuSetting;

/**
 * NbCpuConfig:
 * @mode: the mode
 * @model: (nullable): the model's name; a draft keeps it where the mode has none, so that coming back finds it
 * @features: (element-type NbCpuSetting): in the order of the XML; a draft keeps them, too
 * @vcpus_maximum: at least 1
 * @vcpus_current: how many of them the machine starts with
 * @has_topology: whether `<topology>` is there; the numbers below count only then
 * @enlighten: of a draft: the missing enlightenments of Hyper-V, and what they need, are to be turned on
 * @made_topology: of a draft: the topology was made for more virtual processors
 * @no_topology: of a draft: a person wants none
 * @made_topoext: of a draft: topoext is required for threads that a person wants
 * @cache_mode: (nullable): `passthrough` where the guest sees the host's caches
 * @migratable: the attribute, unknown where it is not there
 * @cpu_ordinal: which child element of the domain `<cpu>` is, or -1; from here on all is read and kept, not edited
 * @vcpu_ordinal: the same of `<vcpu>`
 * @numa_cpus: how many virtual processors the NUMA cells name, 0 where none do
 * @listed_vcpus: whether `<vcpus>` lists them one by one, so that their counts stand in two places
 * @pinned: (nullable): the virtual processors that are pinned, "0-3,5"
 * @scheduled: (nullable): the virtual processors that have a scheduler of their own
 * @hyperv: (array zero-terminated=1): the enlightenments of Hyper-V that are on: nb_cpu_hyperv_read()
 * @type: (nullable): the domain's type, `kvm`
 * @override: (nullable): QEMU's own argument that decides over `<cpu>`: nb_cpu_override_find()
 * @seal: (nullable): what keeps the guest's memory from the host, `sev`
 *
 * What is edited of a machine, as values.
 */
typedef struct {
  NbCpuMode mode;
  char *model;
  GPtrArray *features;
  guint vcpus_maximum;
  guint vcpus_current;
  gboolean has_topology;
  guint sockets;
  guint dies;
  guint clusters;
  guint cores;
  guint threads;
  NbTristate migratable;
  gboolean enlighten;
  gboolean made_topology;
  gboolean no_topology;
  gboolean made_topoext;
  char *cache_mode;

  int cpu_ordinal;
  int vcpu_ordinal;
  char *check;
  char *match;
  char *fallback;
  char *vendor;
  char *vendor_id;
  char *deprecated_features;
  guint numa_cpus;
  gboolean listed_vcpus;
  char *pinned;
  char *scheduled;
  char **hyperv;
  char *type;
  char *arch;
  char *machine;
  char *emulator;
  char *override;
  char *seal;
} NbCpuConfig;

NbCpuConfig  *nb_cpu_config_new              (const char        *xml,
                                              GError           **error);
NbCpuConfig  *nb_cpu_config_copy             (const NbCpuConfig *self);
void          nb_cpu_config_free             (NbCpuConfig       *self);

NbCpuPolicy   nb_cpu_config_get_policy       (const NbCpuConfig *self,
                                              const char        *feature);
void          nb_cpu_config_set_policy       (NbCpuConfig       *self,
                                              const char        *feature,
                                              NbCpuPolicy        policy);
gboolean      nb_cpu_config_takes_features   (const NbCpuConfig *self);
gboolean      nb_cpu_config_is_x86           (const NbCpuConfig *self);

const char   *nb_cpu_mode_get_name           (NbCpuMode          mode);
const char   *nb_cpu_policy_get_name         (NbCpuPolicy        policy);
gboolean      nb_cpu_policy_from_name        (const char        *name,
                                              NbCpuPolicy       *policy);
const char   *nb_cpu_vendor_get_feature      (NbCpuVendor        vendor);
NbCpuVendor   nb_cpu_vendor_from_name        (const char        *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbCpuConfig, nb_cpu_config_free)

G_END_DECLS
