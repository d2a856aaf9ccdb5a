/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-cpu-start.h"

#include <string.h>

#include "nb-cpu-nesting.h"
#include "nb-cpu-writer.h"

static gboolean
is_of (const char *feature, NbCpuVendor vendor)
{
  static const char *const amds[] = {
    "svm",           "npt",         "nrip-save",     "lbrv",         "svm-lock", "tsc-scale",       "vmcb-clean",
    "flushbyasid",   "pfthreshold", "decodeassists", "pause-filter", "avic",     "v-vmsave-vmload", "vgif",
    "svme-addr-chk", NULL,
  };

  switch (vendor)
    {
    case NB_CPU_VENDOR_INTEL:
      return strcmp (feature, "vmx") == 0 || g_str_has_prefix (feature, "vmx-");
    case NB_CPU_VENDOR_AMD:
      return g_strv_contains (amds, feature);
    case NB_CPU_VENDOR_UNKNOWN:
      return FALSE;
    }

  return FALSE;
}

/**
 * nb_cpu_start_find_foreign:
 * @config: a machine's values
 * @vendor: whose the host's processor is
 *
 * Recipes for the one are often copied to the other.
 *
 * Returns: (transfer none) (nullable): a feature for running virtual machines that is required and that only processors of the
 *   other vendor have
 */
const char *
nb_cpu_start_find_foreign (const NbCpuConfig *config, NbCpuVendor vendor)
{
  const NbCpuVendor other = vendor == NB_CPU_VENDOR_INTEL ? NB_CPU_VENDOR_AMD
                            : vendor == NB_CPU_VENDOR_AMD ? NB_CPU_VENDOR_INTEL
                                                          : NB_CPU_VENDOR_UNKNOWN;

  for (guint i = 0; i < config->features->len && config->mode != NB_CPU_MODE_DEFAULT; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (config->features, i);

      if ((setting->policy == NB_CPU_POLICY_REQUIRE || setting->policy == NB_CPU_POLICY_FORCE) &&
          is_of (setting->name, other))
        return setting->name;
    }

  return NULL;
}

/**
 * nb_cpu_start_is_exact:
 * @config: a machine's values
 *
 * QEMU adds the feature `hypervisor` to every processor of KVM's. With check='full' libvirt ends a machine that has more than
 * was asked for, right after it started it.
 *
 * Source: runs with libvirt 9.0.
 *
 * Returns: whether the machine asks for a processor that no hypervisor gives
 */
gboolean
nb_cpu_start_is_exact (const NbCpuConfig *config)
{
  return g_strcmp0 (config->type, "kvm") == 0 && config->mode == NB_CPU_MODE_CUSTOM &&
         g_strcmp0 (config->check, "full") == 0 &&
         nb_cpu_config_get_policy (config, "hypervisor") == NB_CPU_POLICY_NONE;
}

/**
 * nb_cpu_start_dup_plain:
 * @xml: a domain's XML
 * @config: what was read from it
 * @caps: (nullable): what its hypervisor offers
 *
 * Whether the host gives vmx or svm is a question of its own, apart from whether the machine starts.
 *
 * Returns: (transfer full): @xml without a word on the one of the two that the host's processor has
 */
char *
nb_cpu_start_dup_plain (const char *xml, const NbCpuConfig *config, NbCpuCaps *caps)
{
  g_autoptr (NbCpuConfig) base = nb_cpu_config_copy (config);
  g_autoptr (NbCpuConfig) plain = nb_cpu_config_copy (config);
  const char *own = nb_cpu_vendor_get_feature (nb_cpu_nesting_find_vendor (config, caps));

  if (own != NULL)
    nb_cpu_config_set_policy (plain, own, NB_CPU_POLICY_NONE);

  /* How libvirt checks the processor stays as it is, which a person's change of features may end. */
  g_clear_pointer (&base->check, g_free);

  return nb_cpu_writer_write (xml, base, plain, NULL);
}
