/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which <cpu> gives a guest vmx or svm, on a host whose KVM has nested on. Whether it has is not a machine's affair:
 * nb_cpu_caps_get_host_nesting() tells. */

#include "config.h"

#include "nb-cpu-nesting.h"

#include <string.h>

static NbCpuVendor
vendor_of_features (const NbCpuConfig *config)
{
  gboolean vmx = nb_cpu_config_get_policy (config, "vmx") != NB_CPU_POLICY_NONE;
  gboolean svm = nb_cpu_config_get_policy (config, "svm") != NB_CPU_POLICY_NONE;

  if (vmx == svm)
    return NB_CPU_VENDOR_UNKNOWN;

  return vmx ? NB_CPU_VENDOR_INTEL : NB_CPU_VENDOR_AMD;
}

/**
 * nb_cpu_nesting_find_vendor:
 * @config: a machine's values
 * @caps: (nullable): what its hypervisor offers
 *
 * The host's processor decides, not the model that the guest sees. Where the capabilities do not tell, the machine's own
 * settings do: QEMU's software emulation has svm and no vmx on every host; then a feature or a vendor that is already
 * named.
 *
 * Returns: whose instructions the machine would need
 */
NbCpuVendor
nb_cpu_nesting_find_vendor (const NbCpuConfig *config, NbCpuCaps *caps)
{
  NbCpuVendor vendor = caps != NULL ? nb_cpu_caps_get_vendor (caps) : NB_CPU_VENDOR_UNKNOWN;

  if (!nb_cpu_config_is_x86 (config))
    return NB_CPU_VENDOR_UNKNOWN;
  if (vendor == NB_CPU_VENDOR_UNKNOWN && g_strcmp0 (config->type, "qemu") == 0)
    vendor = NB_CPU_VENDOR_AMD;
  if (vendor == NB_CPU_VENDOR_UNKNOWN)
    vendor = vendor_of_features (config);
  if (vendor == NB_CPU_VENDOR_UNKNOWN)
    vendor = nb_cpu_vendor_from_name (config->vendor);

  return vendor;
}

/**
 * nb_cpu_nesting_get:
 * @config: a machine's values
 * @vendor: whose the host's processor is
 *
 * Returns: what the machine says of vmx or svm; `optional` says neither on nor off
 */
NbCpuNesting
nb_cpu_nesting_get (const NbCpuConfig *config, NbCpuVendor vendor)
{
  const char *feature = nb_cpu_vendor_get_feature (vendor);

  switch (feature != NULL ? nb_cpu_config_get_policy (config, feature) : NB_CPU_POLICY_NONE)
    {
    case NB_CPU_POLICY_FORCE:
    case NB_CPU_POLICY_REQUIRE:
      return NB_CPU_NESTING_ON;
    case NB_CPU_POLICY_DISABLE:
    case NB_CPU_POLICY_FORBID:
      return NB_CPU_NESTING_OFF;
    case NB_CPU_POLICY_OPTIONAL:
    case NB_CPU_POLICY_NONE:
      return NB_CPU_NESTING_DEFAULT;
    }

  return NB_CPU_NESTING_DEFAULT;
}

/* Software emulation gives what a model contains, and everything it has with the maximum: svm, and never vmx. */
static NbTristate
get_emulated_default (const NbCpuConfig *config)
{
  g_autoptr (NbCpuMap) map = NULL;

  switch (config->mode)
    {
    case NB_CPU_MODE_MAXIMUM:
      return NB_TRISTATE_YES;
    case NB_CPU_MODE_CUSTOM:
    case NB_CPU_MODE_DEFAULT:
      map = nb_cpu_map_ref_installed (config->arch);
      return map != NULL ? nb_cpu_map_model_has (map, config->model != NULL ? config->model : "qemu64", "svm")
                         : NB_TRISTATE_UNKNOWN;
    case NB_CPU_MODE_HOST_PASSTHROUGH:
    case NB_CPU_MODE_HOST_MODEL:
      return NB_TRISTATE_UNKNOWN;
    }

  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_cpu_nesting_get_default:
 * @config: a machine's values
 * @vendor: whose the host's processor is
 *
 * QEMU turns svm off in every named model when KVM runs it, so on AMD host-model alone gives nothing; libvirt lists vmx
 * on its own for host-model on Intel.
 *
 * Source: QEMU's kvm_default_props[] in target/i386/kvm/kvm-cpu.c; runs with libvirt 9.0.
 *
 * Returns: whether the guest can run virtual machines where nothing is said of vmx or svm
 */
NbTristate
nb_cpu_nesting_get_default (const NbCpuConfig *config, NbCpuVendor vendor)
{
  if (nb_cpu_config_is_x86 (config) && g_strcmp0 (config->type, "qemu") == 0)
    return get_emulated_default (config);
  /* The machines of libvirt's test driver stand for real ones, in the demo. */
  if (!nb_cpu_config_is_x86 (config) ||
      (config->type != NULL && strcmp (config->type, "kvm") != 0 && strcmp (config->type, "test") != 0))
    return NB_TRISTATE_UNKNOWN;

  switch (config->mode)
    {
    case NB_CPU_MODE_HOST_PASSTHROUGH:
    case NB_CPU_MODE_MAXIMUM:
      return NB_TRISTATE_YES;
    case NB_CPU_MODE_HOST_MODEL:
      if (vendor == NB_CPU_VENDOR_UNKNOWN)
        return NB_TRISTATE_UNKNOWN;
      return vendor == NB_CPU_VENDOR_INTEL ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    case NB_CPU_MODE_CUSTOM:
    case NB_CPU_MODE_DEFAULT:
      return NB_TRISTATE_NO;
    }

  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_cpu_nesting_get_outcome:
 * @config: a machine's values
 * @vendor: whose the host's processor is
 *
 * Returns: whether the guest can run virtual machines, with what is said of vmx or svm
 */
NbTristate
nb_cpu_nesting_get_outcome (const NbCpuConfig *config, NbCpuVendor vendor)
{
  const char *feature = nb_cpu_vendor_get_feature (vendor);

  if (config->mode == NB_CPU_MODE_DEFAULT)
    return nb_cpu_nesting_get_default (config, vendor);
  if (feature != NULL && nb_cpu_config_get_policy (config, feature) == NB_CPU_POLICY_OPTIONAL)
    return NB_TRISTATE_YES;

  switch (nb_cpu_nesting_get (config, vendor))
    {
    case NB_CPU_NESTING_ON:
      return NB_TRISTATE_YES;
    case NB_CPU_NESTING_OFF:
      return NB_TRISTATE_NO;
    case NB_CPU_NESTING_DEFAULT:
      return nb_cpu_nesting_get_default (config, vendor);
    }

  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_cpu_nesting_infer:
 * @xml: (nullable): a domain XML
 * @vendor: whose processor it is
 *
 * What the guest gets by its XML. A running host-model's expansion is honest about vmx and svm; a host-passthrough's says
 * what was asked for. Neither is a proof.
 *
 * Returns: whether the guest has vmx or svm
 */
NbTristate
nb_cpu_nesting_infer (const char *xml, NbCpuVendor vendor)
{
  g_autoptr (NbCpuConfig) config = xml != NULL ? nb_cpu_config_new (xml, NULL) : NULL;

  return config != NULL ? nb_cpu_nesting_get_outcome (config, vendor) : NB_TRISTATE_UNKNOWN;
}
