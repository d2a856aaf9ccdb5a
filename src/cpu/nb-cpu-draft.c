/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-cpu-draft.h"

#include <string.h>

#include "nb-cpu-writer.h"

static void
fill_topology (NbCpuConfig *draft, guint cores, guint threads)
{
  draft->sockets = draft->dies = draft->clusters = 1;
  draft->cores = cores;
  draft->threads = threads;
}

/* Keeps as much of the shape as the count allows. */
static void
follow_count (NbCpuConfig *draft)
{
  const guint64 others = (guint64) draft->sockets * draft->dies * draft->clusters * draft->threads;
  const guint count = draft->vcpus_maximum;

  if (others > 0 && others <= count && count % others == 0)
    draft->cores = (guint) (count / others);
  else if (draft->threads > 0 && count % draft->threads == 0)
    fill_topology (draft, count / draft->threads, draft->threads);
  else
    fill_topology (draft, count, 1);
}

/**
 * nb_cpu_draft_set_vcpus:
 * @draft: a draft
 * @base: what it began as
 * @count: how many virtual processors the machine is to have at most
 *
 * Who starts with all of them goes on doing so; nobody starts with more than all. A topology follows. Without one, more virtual
 * processors become cores, unless a person said that there is to be none: libvirt would make sockets of them, and Windows uses
 * two at most.
 */
void
nb_cpu_draft_set_vcpus (NbCpuConfig *draft, const NbCpuConfig *base, guint count)
{
  if (draft->vcpus_current == draft->vcpus_maximum || draft->vcpus_current > count)
    draft->vcpus_current = count;
  draft->vcpus_maximum = count;

  if (draft->made_topology && count <= base->vcpus_maximum)
    {
      draft->made_topology = draft->has_topology = FALSE;
    }
  else if (draft->has_topology)
    {
      follow_count (draft);
    }
  else if (count > base->vcpus_maximum && !draft->no_topology && !draft->listed_vcpus && nb_cpu_config_is_x86 (draft))
    {
      draft->made_topology = draft->has_topology = TRUE;
      fill_topology (draft, count, 1);
    }
}

/**
 * nb_cpu_draft_set_topology:
 * @draft: a draft
 * @base: what it began as
 * @has_topology: whether there is to be one
 *
 * A person's word on it. A new one is one socket with a core for each virtual processor.
 */
void
nb_cpu_draft_set_topology (NbCpuConfig *draft, const NbCpuConfig *base, gboolean has_topology)
{
  draft->has_topology = has_topology;
  draft->made_topology = FALSE;
  draft->no_topology = !has_topology;
  if (has_topology && base->has_topology)
    {
      draft->sockets = base->sockets;
      draft->dies = base->dies;
      draft->clusters = base->clusters;
      draft->cores = base->cores;
      draft->threads = base->threads;
      if (draft->vcpus_maximum != base->vcpus_maximum)
        follow_count (draft);
    }
  else if (has_topology)
    {
      fill_topology (draft, draft->vcpus_maximum, 1);
    }
}

/**
 * nb_cpu_draft_lacks_topoext:
 * @draft: a draft
 * @caps: (nullable): what its hypervisor offers
 *
 * AMD's processors tell a guest of the threads of a core only with the feature topoext, which no mode but host-model has by
 * itself.
 *
 * Returns: whether the guest would see no threads for want of it
 */
gboolean
nb_cpu_draft_lacks_topoext (const NbCpuConfig *draft, NbCpuCaps *caps)
{
  return draft->has_topology && draft->threads > 1 && caps != NULL && g_strcmp0 (draft->type, "kvm") == 0 &&
         nb_cpu_caps_get_vendor (caps) == NB_CPU_VENDOR_AMD && draft->mode != NB_CPU_MODE_HOST_MODEL &&
         nb_cpu_config_takes_features (draft) && nb_cpu_config_get_policy (draft, "topoext") == NB_CPU_POLICY_NONE &&
         nb_cpu_caps_host_has (caps, "topoext") == NB_TRISTATE_YES;
}

/**
 * nb_cpu_draft_follow_threads:
 * @draft: a draft whose topology a person changed
 * @caps: (nullable): what its hypervisor offers
 *
 * Requires topoext where nb_cpu_draft_lacks_topoext(), and takes back what was required for threads that are gone.
 */
void
nb_cpu_draft_follow_threads (NbCpuConfig *draft, NbCpuCaps *caps)
{
  if (nb_cpu_draft_lacks_topoext (draft, caps))
    {
      nb_cpu_config_set_policy (draft, "topoext", NB_CPU_POLICY_REQUIRE);
      draft->made_topoext = TRUE;
    }
  else if (draft->made_topoext && (!draft->has_topology || draft->threads == 1))
    {
      nb_cpu_config_set_policy (draft, "topoext", NB_CPU_POLICY_NONE);
      draft->made_topoext = FALSE;
    }
}

/**
 * nb_cpu_draft_drop_doubles:
 * @draft: a draft
 *
 * Of a feature that stands twice, which libvirt refuses, the first remains.
 */
void
nb_cpu_draft_drop_doubles (NbCpuConfig *draft)
{
  for (guint i = 0; i < draft->features->len; i++)
    {
      const NbCpuSetting *first = g_ptr_array_index (draft->features, i);

      for (guint j = i + 1; j < draft->features->len && first->policy != NB_CPU_POLICY_NONE; j++)
        {
          NbCpuSetting *second = g_ptr_array_index (draft->features, j);

          if (strcmp (first->name, second->name) == 0)
            second->policy = NB_CPU_POLICY_NONE;
        }
    }
}

/**
 * nb_cpu_draft_drop_features:
 * @draft: a draft
 *
 * Takes away all that is said of features.
 */
void
nb_cpu_draft_drop_features (NbCpuConfig *draft)
{
  for (guint i = draft->features->len; i-- > 0;)
    {
      NbCpuSetting *setting = g_ptr_array_index (draft->features, i);

      if (setting->ordinal < 0)
        g_ptr_array_remove_index (draft->features, i);
      else
        setting->policy = NB_CPU_POLICY_NONE;
    }
}

/**
 * nb_cpu_draft_get_migratable:
 * @draft: a draft
 * @base: what it began as
 * @caps: (nullable): what its hypervisor offers
 *
 * Returns: what `migratable` comes to: libvirt puts it where a mode that takes it is new and nobody says otherwise
 */
NbTristate
nb_cpu_draft_get_migratable (const NbCpuConfig *draft, const NbCpuConfig *base, NbCpuCaps *caps)
{
  if (!nb_cpu_mode_takes_migratable (draft->mode))
    return NB_TRISTATE_UNKNOWN;
  if (draft->mode == base->mode || draft->migratable != NB_TRISTATE_UNKNOWN)
    return draft->migratable;
  if (!nb_cpu_config_is_x86 (draft) || (caps != NULL && !nb_cpu_caps_offers_migratable (caps, draft->mode)))
    return NB_TRISTATE_UNKNOWN;

  return NB_TRISTATE_YES;
}
