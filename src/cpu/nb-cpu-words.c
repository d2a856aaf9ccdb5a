/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an edit changes, and what its mode cannot keep, in sentences. */

#include "config.h"

#include "nb-cpu-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-cpu-draft.h"
#include "nb-cpu-hyperv.h"
#include "nb-cpu-start.h"
#include "nb-cpu-tune.h"
#include "nb-cpu-writer.h"

/**
 * nb_cpu_words_get_mode:
 * @mode: a mode
 *
 * Returns: (transfer none): what people call it
 */
const char *
nb_cpu_words_get_mode (NbCpuMode mode)
{
  switch (mode)
    {
    case NB_CPU_MODE_DEFAULT:
      return _ ("hypervisor default");
    case NB_CPU_MODE_HOST_PASSTHROUGH:
      return _ ("copy of the host CPU, exact (host-passthrough)");
    case NB_CPU_MODE_HOST_MODEL:
      return _ ("copy of the host CPU, closest model (host-model)");
    case NB_CPU_MODE_MAXIMUM:
      return _ ("everything the hypervisor offers (maximum)");
    case NB_CPU_MODE_CUSTOM:
      return _ ("named model (custom)");
    }

  return "";
}

static void add_format (GStrvBuilder *to, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_format (GStrvBuilder *to, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strv_builder_add (to, text);
}

static void
add_mode (GStrvBuilder *to, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  if (base->mode != draft->mode)
    {
      if (draft->mode == NB_CPU_MODE_CUSTOM && draft->model != NULL)
        /* Translators: the first is a model's name like EPYC, the second what the processor was before, as “hypervisor
         * default”. */
        add_format (to, _ ("Processor changes from %2$s to the model “%1$s”."), draft->model,
                    nb_cpu_words_get_mode (base->mode));
      else if (base->mode == NB_CPU_MODE_CUSTOM && base->model != NULL)
        /* Translators: the first is what the processor becomes, as “hypervisor default”, the second a model's name. */
        add_format (to, _ ("Processor changes from the model “%2$s” to %1$s."), nb_cpu_words_get_mode (draft->mode),
                    base->model);
      else
        /* Translators: both are kinds of processor, as “hypervisor default”. */
        add_format (to, _ ("Processor changes from %2$s to %1$s."), nb_cpu_words_get_mode (draft->mode),
                    nb_cpu_words_get_mode (base->mode));
    }
  else if (draft->mode == NB_CPU_MODE_CUSTOM && g_strcmp0 (base->model, draft->model) != 0)
    {
      add_format (to, _ ("Processor changes from the model “%2$s” to the model “%1$s”."), draft->model, base->model);
    }
}

static void
add_nesting (GStrvBuilder *to, const char *feature, NbCpuPolicy policy)
{
  switch (policy)
    {
    case NB_CPU_POLICY_FORCE:
    case NB_CPU_POLICY_REQUIRE:
      add_format (to, _ ("Turns nesting on (requires %s)."), feature);
      break;
    case NB_CPU_POLICY_DISABLE:
    case NB_CPU_POLICY_FORBID:
      add_format (to, _ ("Turns nesting off (disables %s)."), feature);
      break;
    case NB_CPU_POLICY_OPTIONAL:
      add_format (to, _ ("Turns nesting on where the host offers %s."), feature);
      break;
    case NB_CPU_POLICY_NONE:
      add_format (to, _ ("Leaves nesting to the processor (%s is no longer mentioned)."), feature);
      break;
    }
}

static void
add_feature (GStrvBuilder *to, const char *feature, NbCpuPolicy policy)
{
  switch (policy)
    {
    case NB_CPU_POLICY_FORCE:
      add_format (to, _ ("Feature %s: shown to the guest whether or not the host has it (force)."), feature);
      break;
    case NB_CPU_POLICY_REQUIRE:
      add_format (to, _ ("Feature %s: given to the guest; without it the machine does not start (require)."), feature);
      break;
    case NB_CPU_POLICY_OPTIONAL:
      add_format (to, _ ("Feature %s: given to the guest where the host has it (optional)."), feature);
      break;
    case NB_CPU_POLICY_DISABLE:
      add_format (to, _ ("Feature %s: hidden from the guest (disable)."), feature);
      break;
    case NB_CPU_POLICY_FORBID:
      add_format (to, _ ("Feature %s: where the host has it, the machine does not start (forbid)."), feature);
      break;
    case NB_CPU_POLICY_NONE:
      add_format (to, _ ("Feature %s: no longer mentioned."), feature);
      break;
    }
}

static void
add_features (GStrvBuilder *to, const NbCpuConfig *base, const NbCpuConfig *draft, NbCpuVendor vendor)
{
  const char *nesting = nb_cpu_vendor_get_feature (vendor);

  for (guint i = 0; i < draft->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);
      NbCpuPolicy policy = nb_cpu_config_get_policy (draft, setting->name);

      if (policy == nb_cpu_config_get_policy (base, setting->name))
        continue;
      if (g_strcmp0 (setting->name, nesting) == 0)
        add_nesting (to, setting->name, policy);
      else
        add_feature (to, setting->name, policy);
    }
}

static void
add_topology (GStrvBuilder *to, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  if (!draft->has_topology)
    {
      if (base->has_topology)
        g_strv_builder_add (to, _ ("The topology is left to the hypervisor: one socket for each virtual processor."));
    }
  else if (!base->has_topology || draft->sockets != base->sockets || draft->dies != base->dies ||
           draft->clusters != base->clusters || draft->cores != base->cores || draft->threads != base->threads)
    {
      if (draft->clusters > 1 || base->clusters > 1)
        add_format (to, _ ("Topology: sockets: %u, dies: %u, clusters: %u, cores: %u, threads: %u."), draft->sockets,
                    draft->dies, draft->clusters, draft->cores, draft->threads);
      else
        add_format (to, _ ("Topology: sockets: %u, dies: %u, cores: %u, threads: %u."), draft->sockets, draft->dies,
                    draft->cores, draft->threads);
    }
}

static void
add_cache (GStrvBuilder *to, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  if (!nb_cpu_mode_takes_migratable (draft->mode) || g_strcmp0 (base->cache_mode, draft->cache_mode) == 0)
    return;
  if (draft->cache_mode != NULL)
    g_strv_builder_add (to, _ ("The guest sees the host’s caches."));
  else
    g_strv_builder_add (to, _ ("Which caches the guest sees is left to the hypervisor."));
}

/**
 * nb_cpu_words_dup_changes:
 * @base: the original
 * @draft: what it becomes
 * @vendor: whose the host's processor is
 * @enlightenments: (nullable): those of Hyper-V that are turned on
 *
 * Returns: (transfer full) (array zero-terminated=1): what changes, a sentence each
 */
char **
nb_cpu_words_dup_changes (const NbCpuConfig *base,
                          const NbCpuConfig *draft,
                          NbCpuVendor vendor,
                          const char *const *enlightenments)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();

  add_mode (to, base, draft);
  if (draft->mode != NB_CPU_MODE_DEFAULT)
    add_features (to, base, draft, vendor);
  if (base->vcpus_maximum != draft->vcpus_maximum)
    add_format (to,
                ngettext ("The machine can have %u virtual processor; so far: %u.",
                          "The machine can have %u virtual processors; so far: %u.", draft->vcpus_maximum),
                draft->vcpus_maximum, base->vcpus_maximum);
  if (base->vcpus_current != draft->vcpus_current)
    add_format (to,
                ngettext ("It starts with %u of them; so far: %u.", "It starts with %u of them; so far: %u.",
                          draft->vcpus_current),
                draft->vcpus_current, base->vcpus_current);
  add_topology (to, base, draft);
  add_cache (to, base, draft);
  if (enlightenments != NULL && enlightenments[0] != NULL)
    {
      g_autofree char *names = g_strjoinv (", ", (char **) enlightenments);

      /* Translators: %s is a list of technical names, separated by commas. */
      add_format (to, _ ("What Windows’ own hypervisor needs is turned on (Hyper-V enlightenments): %s."), names);
    }
  if (base->mode == draft->mode && base->migratable != draft->migratable)
    {
      if (draft->migratable == NB_TRISTATE_YES)
        g_strv_builder_add (to,
                            _ ("Features that cannot move to another host are hidden from the guest (migratable)."));
      else if (draft->migratable == NB_TRISTATE_NO)
        g_strv_builder_add (to, _ ("The guest gets features that cannot move to another host, too (not migratable)."));
      else
        g_strv_builder_add (to, _ ("Whether the machine can move to another host is left to libvirt."));
    }

  return g_strv_builder_end (to);
}

/**
 * nb_cpu_words_dup_losses:
 * @base: the original
 * @draft: what it becomes
 *
 * Returns: (transfer full) (array zero-terminated=1): what the person had set and the new mode cannot keep, a sentence
 *   each
 */
char **
nb_cpu_words_dup_losses (const NbCpuConfig *base, const NbCpuConfig *draft)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  g_auto (GStrv) tuning = nb_cpu_tune_dup_losses (base, draft);

  g_strv_builder_addv (to, (const char **) tuning);
  if (base->mode == draft->mode)
    return g_strv_builder_end (to);

  if (base->deprecated_features != NULL)
    g_strv_builder_add (to,
                        _ ("What was said of features that are deprecated is lost: only a copy of the closest model "
                           "takes it (deprecated_features)."));
  if (base->mode == NB_CPU_MODE_CUSTOM && base->vendor != NULL)
    add_format (to, _ ("The machine is no longer bound to hosts with a processor of %s."), base->vendor);
  if (base->vendor_id != NULL && draft->mode != NB_CPU_MODE_CUSTOM && draft->mode != NB_CPU_MODE_HOST_MODEL)
    add_format (to, _ ("The guest no longer sees the vendor “%s”, but the host’s."), base->vendor_id);
  if (base->mode == NB_CPU_MODE_CUSTOM && base->match != NULL && strcmp (base->match, "exact") != 0)
    add_format (to, _ ("How the host is compared with the model (“%s”) is lost."), base->match);
  if (!nb_cpu_writer_keeps_cache (base, draft))
    g_strv_builder_add (to, _ ("The guest no longer sees the host’s caches: that needs an exact copy or the maximum."));
  if (nb_cpu_mode_takes_migratable (base->mode) && !nb_cpu_mode_takes_migratable (draft->mode) &&
      base->migratable == NB_TRISTATE_NO)
    g_strv_builder_add (to, _ ("The guest loses the features that cannot move to another host: only an exact copy and "
                               "the maximum have them."));
  if (draft->mode == NB_CPU_MODE_DEFAULT)
    for (guint i = 0; i < base->features->len; i++)
      {
        const NbCpuSetting *setting = g_ptr_array_index (base->features, i);

        add_format (to, _ ("The setting of feature %s (%s) is lost: the hypervisor’s default takes none."),
                    setting->name, nb_cpu_policy_get_name (setting->policy));
      }

  return g_strv_builder_end (to);
}

/**
 * nb_cpu_words_dup_hints:
 * @draft: what a machine has or is to have
 * @vendor: whose the host's processor is
 * @caps: (nullable): what the hypervisor offers
 *
 * Returns: (transfer full) (array zero-terminated=1): what a person would want to know of it, a sentence each
 */
char **
nb_cpu_words_dup_hints (const NbCpuConfig *draft, NbCpuVendor vendor, NbCpuCaps *caps)
{
  g_autoptr (GStrvBuilder) to = g_strv_builder_new ();
  const char *foreign = nb_cpu_start_find_foreign (draft, vendor);

  if (draft->override != NULL)
    /* Translators: %s is an argument of QEMU with its value, as “-cpu host,-svm”. */
    add_format (
      to,
      _ ("This machine has an argument for QEMU of its own, “%s”, which decides over its processor. Changes here "
         "have no effect."),
      draft->override);
  if (foreign != NULL && vendor == NB_CPU_VENDOR_INTEL)
    add_format (to,
                _ ("The machine requires feature %s, which only processors of AMD have. This computer’s is Intel’s."),
                foreign);
  else if (foreign != NULL)
    add_format (to,
                _ ("The machine requires feature %s, which only processors of Intel have. This computer’s is AMD’s."),
                foreign);
  if (nb_cpu_draft_lacks_topoext (draft, caps))
    g_strv_builder_add (to,
                        _ ("The guest does not see the threads of a core: with AMD that takes the feature topoext."));
  if (draft->enlighten)
    {
      g_auto (GStrv) unoffered = nb_cpu_hyperv_dup_unoffered (draft, caps, vendor);
      g_autofree char *names = g_strjoinv (", ", unoffered);

      if (*names != '\0')
        /* Translators: %s is a list of technical names, separated by commas. */
        add_format (to, _ ("The emulator does not offer these Hyper-V enlightenments: %s."), names);
    }

  return g_strv_builder_end (to);
}
