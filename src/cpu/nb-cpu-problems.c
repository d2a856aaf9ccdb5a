/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What libvirt would refuse, at once or, worse, only when the machine starts. */

#include "config.h"

#include "nb-cpu-words.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static char *
find_in_features (const NbCpuConfig *base, const NbCpuConfig *draft, NbCpuVendor vendor)
{
  const char *nesting = nb_cpu_vendor_get_feature (vendor);

  for (guint i = 0; i < draft->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);

      if (setting->policy == NB_CPU_POLICY_NONE)
        continue;

      /* What the machine had and the default cannot hold is named as a loss. */
      if (draft->mode == NB_CPU_MODE_DEFAULT)
        {
          if (base->mode != draft->mode && setting->policy == nb_cpu_config_get_policy (base, setting->name))
            continue;
          if (g_strcmp0 (setting->name, nesting) == 0)
            return g_strdup (_ ("Whether the machine runs virtual machines cannot be set with the hypervisor’s default "
                                "processor. Choose another processor."));
          return g_strdup_printf (_ ("Feature %s needs a processor: the hypervisor’s default takes no features."),
                                  setting->name);
        }

      for (guint j = 0; j < i; j++)
        {
          const NbCpuSetting *other = g_ptr_array_index (draft->features, j);

          if (other->policy != NB_CPU_POLICY_NONE && strcmp (other->name, setting->name) == 0)
            return g_strdup_printf (_ ("Feature %s is there twice."), setting->name);
        }
    }

  return NULL;
}

static char *
find_in_counts (const NbCpuConfig *base, const NbCpuConfig *draft, NbCpuCaps *caps)
{
  guint64 places = (guint64) draft->sockets * draft->dies;
  guint max = caps != NULL ? nb_cpu_caps_get_max_vcpus (caps) : 0;
  gboolean changed = base->vcpus_maximum != draft->vcpus_maximum;

  /* Sockets times dies fits 64 bits; beyond that it is more than any machine has. */
  for (guint i = 0; i < 3 && places <= G_MAXUINT32; i++)
    places *= i == 0 ? draft->clusters : i == 1 ? draft->cores : draft->threads;

  if (draft->has_topology && places != draft->vcpus_maximum)
    return g_strdup_printf (_ ("The topology has places for %" PRIu64 " virtual processors, the machine can "
                               "have %u. The two have to be the same."),
                            places, draft->vcpus_maximum);
  if (draft->vcpus_current > draft->vcpus_maximum)
    return g_strdup_printf (_ ("The machine cannot start with %u virtual processors, more than its maximum of %u."),
                            draft->vcpus_current, draft->vcpus_maximum);
  if (draft->listed_vcpus && (changed || base->vcpus_current != draft->vcpus_current))
    return g_strdup (_ ("This machine lists its virtual processors one by one. Their number cannot be changed here."));
  if (draft->numa_cpus > draft->vcpus_maximum)
    return g_strdup_printf (
      _ ("The NUMA cells of this machine name %u virtual processors, more than its maximum of %u."), draft->numa_cpus,
      draft->vcpus_maximum);
  if (changed && max > 0 && draft->vcpus_maximum > max)
    return g_strdup_printf (_ ("The hypervisor gives a machine of this type at most %u virtual processors, not %u."),
                            max, draft->vcpus_maximum);

  return NULL;
}

/* A blocker that the draft itself takes away blocks nothing. */
static char *
dup_blockers (const NbCpuModel *model, const NbCpuConfig *draft)
{
  g_autoptr (GStrvBuilder) left = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; model->blockers[i] != NULL; i++)
    {
      NbCpuPolicy policy = nb_cpu_config_get_policy (draft, model->blockers[i]);

      if (policy != NB_CPU_POLICY_DISABLE && policy != NB_CPU_POLICY_FORBID && policy != NB_CPU_POLICY_OPTIONAL)
        g_strv_builder_add (left, model->blockers[i]);
    }
  names = g_strv_builder_end (left);

  return g_strjoinv (", ", names);
}

static char *
find_in_model (const NbCpuConfig *draft, NbCpuCaps *caps)
{
  const NbCpuModel *model = nb_cpu_caps_find_model (caps, draft->model);
  g_autofree char *blockers = NULL;

  if (model == NULL)
    return g_strdup_printf (_ ("The hypervisor has no processor model “%s”."), draft->model);
  /* Software emulation starts with any model and leaves out what it cannot do. */
  if (model->usable != NB_TRISTATE_NO || g_strcmp0 (draft->type, "qemu") == 0)
    return NULL;

  blockers = dup_blockers (model, draft);
  if (*blockers != '\0')
    /* Translators: the second is a list of features, separated by commas. */
    return g_strdup_printf (_ ("The model “%s” cannot be used on this computer, which lacks: %s."), draft->model,
                            blockers);
  if (model->blockers[0] != NULL)
    return NULL;

  return g_strdup_printf (_ ("The model “%s” cannot be used on this computer."), draft->model);
}

static char *
find_in_names (const NbCpuConfig *base, const NbCpuConfig *draft, NbCpuCaps *caps)
{
  for (guint i = 0; i < draft->features->len && draft->mode != NB_CPU_MODE_DEFAULT; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);

      if (setting->policy != NB_CPU_POLICY_NONE && setting->policy != nb_cpu_config_get_policy (base, setting->name) &&
          nb_cpu_caps_knows_feature (caps, setting->name) == NB_TRISTATE_NO)
        return g_strdup_printf (_ ("libvirt knows no feature “%s”."), setting->name);
    }

  return NULL;
}

/**
 * nb_cpu_words_dup_problem:
 * @base: the original
 * @draft: what it is to become
 * @vendor: whose the host's processor is
 * @caps: (nullable): what the hypervisor offers; without it only what is wrong in itself is found
 *
 * What the person did not touch is held against them only where libvirt refuses the whole machine for it.
 *
 * Returns: (transfer full) (nullable): the first problem, in a sentence
 */
char *
nb_cpu_words_dup_problem (const NbCpuConfig *base, const NbCpuConfig *draft, NbCpuVendor vendor, NbCpuCaps *caps)
{
  gboolean changed = base->mode != draft->mode;
  char *problem;

  if (draft->mode == NB_CPU_MODE_CUSTOM && draft->model == NULL)
    return g_strdup (_ ("Choose a processor model."));
  if (caps != NULL && changed && !nb_cpu_caps_offers_mode (caps, draft->mode))
    return g_strdup_printf (_ ("The hypervisor does not offer this processor to this machine: %s."),
                            nb_cpu_words_get_mode (draft->mode));

  problem = find_in_features (base, draft, vendor);
  if (problem == NULL)
    problem = find_in_counts (base, draft, caps);
  if (problem == NULL && caps != NULL && draft->mode == NB_CPU_MODE_CUSTOM &&
      (changed || g_strcmp0 (base->model, draft->model) != 0))
    problem = find_in_model (draft, caps);
  if (problem == NULL && caps != NULL)
    problem = find_in_names (base, draft, caps);

  return problem;
}
