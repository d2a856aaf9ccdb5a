/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-cpu-start.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-cpu-nesting.h"
#include "nb-cpu-words.h"
#include "nb-cpu-writer.h"

/* Software emulation leaves out what it cannot do, and an exact copy has whatever there is: neither is compared. */
static gboolean
is_compared (const NbCpuConfig *config)
{
  return g_strcmp0 (config->type, "kvm") == 0 && g_strcmp0 (config->check, "none") != 0 &&
         (config->mode == NB_CPU_MODE_HOST_MODEL || config->mode == NB_CPU_MODE_CUSTOM);
}

static const char *
get_own_feature (const NbCpuConfig *config, NbCpuCaps *caps)
{
  return nb_cpu_vendor_get_feature (nb_cpu_nesting_find_vendor (config, caps));
}

static char *
find_unknown_name (const NbCpuConfig *config, NbCpuCaps *caps)
{
  for (guint i = 0; i < config->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (config->features, i);

      if (nb_cpu_caps_knows_feature (caps, setting->name) == NB_TRISTATE_NO)
        return g_strdup_printf (_ ("libvirt knows no feature “%s”."), setting->name);
    }

  return NULL;
}

/* Without a list of what the model lacks, a feature that the machine takes out of it may be all of that. */
static gboolean
may_be_mended (const NbCpuConfig *config, const NbCpuModel *model)
{
  for (guint i = 0; i < config->features->len && model->blockers[0] == NULL; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (config->features, i);

      if (setting->policy != NB_CPU_POLICY_REQUIRE && setting->policy != NB_CPU_POLICY_FORCE)
        return TRUE;
    }

  return FALSE;
}

static char *
find_in_model (const NbCpuConfig *config, NbCpuCaps *caps)
{
  const NbCpuModel *model = nb_cpu_caps_find_model (caps, config->model);
  NbCpuMap *map = nb_cpu_caps_get_map (caps);

  /* A model that libvirt knows and the hypervisor does not is replaced by one that comes close, unless that is forbidden. */
  if (model == NULL && map != NULL && g_strcmp0 (config->fallback, "forbid") != 0 &&
      nb_cpu_map_model_has (map, config->model, "fpu") != NB_TRISTATE_UNKNOWN)
    return NULL;
  if (model != NULL && (!is_compared (config) || may_be_mended (config, model)))
    return NULL;

  return nb_cpu_words_dup_model_problem (config, caps);
}

/**
 * nb_cpu_start_dup_lacking:
 * @config: a machine's values
 * @caps: what its hypervisor offers
 *
 * libvirt also takes what only the processor itself has, which no hypervisor offers: the names are to be compared with that.
 *
 * Returns: (transfer full) (array zero-terminated=1): the features that the machine requires and the hypervisor does not offer
 */
char **
nb_cpu_start_dup_lacking (const NbCpuConfig *config, NbCpuCaps *caps)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const char *own = get_own_feature (config, caps);

  for (guint i = 0; i < config->features->len && is_compared (config); i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (config->features, i);

      if (setting->policy == NB_CPU_POLICY_REQUIRE && g_strcmp0 (setting->name, own) != 0 &&
          nb_cpu_caps_host_has (caps, setting->name) == NB_TRISTATE_NO)
        g_strv_builder_add (names, setting->name);
    }

  return g_strv_builder_end (names);
}

/**
 * nb_cpu_start_dup_lack:
 * @lacking: (array zero-terminated=1): names of features
 *
 * Returns: (transfer full): that the computer lacks them, in a sentence
 */
char *
nb_cpu_start_dup_lack (const char *const *lacking)
{
  g_autofree char *names = g_strjoinv (", ", (char **) lacking);

  /* Translators: %s is a list of features, separated by commas. */
  return g_strdup_printf (_ ("The machine requires what this computer’s processor does not have: %s."), names);
}

/**
 * nb_cpu_start_dup_problem:
 * @config: a machine's values
 * @caps: what its hypervisor offers
 *
 * For who cannot ask libvirt itself. What nb_cpu_start_dup_lacking() finds is not among it.
 *
 * Source: libvirt's qemuProcessUpdateGuestCPU(); runs with libvirt 9.0.
 *
 * Returns: (transfer full) (nullable): why libvirt would not start the machine, in a sentence
 */
char *
nb_cpu_start_dup_problem (const NbCpuConfig *config, NbCpuCaps *caps)
{
  const NbCpuVendor vendor = nb_cpu_vendor_from_name (config->vendor);
  const char *own = get_own_feature (config, caps);
  char *problem = NULL;

  if (!nb_cpu_caps_offers_mode (caps, config->mode))
    return g_strdup_printf (_ ("The hypervisor does not offer this processor to this machine: %s."),
                            nb_cpu_words_get_mode (config->mode));

  problem = find_unknown_name (config, caps);
  if (problem == NULL && config->mode == NB_CPU_MODE_CUSTOM)
    problem = find_in_model (config, caps);
  if (problem != NULL || !is_compared (config))
    return problem;

  if (vendor != NB_CPU_VENDOR_UNKNOWN && nb_cpu_caps_get_vendor (caps) != NB_CPU_VENDOR_UNKNOWN &&
      vendor != nb_cpu_caps_get_vendor (caps))
    return g_strdup_printf (_ ("The machine is bound to computers with a processor of %s."), config->vendor);
  for (guint i = 0; i < config->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (config->features, i);

      if (setting->policy == NB_CPU_POLICY_FORBID && g_strcmp0 (setting->name, own) != 0 &&
          nb_cpu_caps_host_has (caps, setting->name) == NB_TRISTATE_YES)
        return g_strdup_printf (_ ("The machine must not start where the processor has feature %s, as this computer’s has."),
                                setting->name);
    }

  return NULL;
}

static gboolean
is_of (const char *feature, NbCpuVendor vendor)
{
  static const char *const amds[] = {
    "svm",        "npt",           "nrip-save",    "lbrv",  "svm-lock",        "tsc-scale", "vmcb-clean",    "flushbyasid",
    "pfthreshold", "decodeassists", "pause-filter", "avic", "v-vmsave-vmload", "vgif",      "svme-addr-chk", NULL,
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
 * nb_cpu_start_dup_plain:
 * @xml: a domain's XML
 * @config: what was read from it
 * @caps: (nullable): what its hypervisor offers
 *
 * Returns: (transfer full): @xml without a word on vmx or svm, whichever the host's processor has
 */
char *
nb_cpu_start_dup_plain (const char *xml, const NbCpuConfig *config, NbCpuCaps *caps)
{
  g_autoptr (NbCpuConfig) plain = nb_cpu_config_copy (config);
  const char *own = get_own_feature (config, caps);

  if (own != NULL)
    nb_cpu_config_set_policy (plain, own, NB_CPU_POLICY_NONE);

  return nb_cpu_writer_write (xml, config, plain);
}
