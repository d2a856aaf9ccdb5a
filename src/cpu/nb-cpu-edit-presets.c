/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What sets several values of an edit at once, or one that has a meaning of its own. */

#include "config.h"

#include "nb-cpu-edit-private.h"

#include <string.h>

#include "nb-cpu-draft.h"
#include "nb-cpu-hyperv.h"
#include "nb-cpu-start.h"
#include "nb-cpu-writer.h"

/**
 * nb_cpu_edit_dup_mitigations:
 * @self: an edit
 *
 * Returns: (transfer full) (array zero-terminated=1): the features against known flaws of processors that the host has
 *   and the draft does not mention
 */
char **
nb_cpu_edit_dup_mitigations (NbCpuEdit *self)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  g_auto (GStrv) names = self->caps != NULL ? nb_cpu_caps_dup_mitigations (self->caps) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (nb_cpu_config_get_policy (self->draft, names[i]) == NB_CPU_POLICY_NONE)
      g_strv_builder_add (missing, names[i]);

  return g_strv_builder_end (missing);
}

/**
 * nb_cpu_edit_add_mitigations:
 * @self: an edit
 *
 * Requires what nb_cpu_edit_dup_mitigations() lists.
 */
void
nb_cpu_edit_add_mitigations (NbCpuEdit *self)
{
  g_auto (GStrv) missing = nb_cpu_edit_dup_mitigations (self);
  NbCpuConfig *draft;

  if (missing[0] == NULL)
    return;

  draft = nb_cpu_config_copy (self->draft);
  for (guint i = 0; missing[i] != NULL; i++)
    nb_cpu_config_set_policy (draft, missing[i], NB_CPU_POLICY_REQUIRE);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_foreign:
 * @self: an edit
 *
 * Returns: (transfer none) (nullable): a feature of the draft that only processors of the other vendor have
 */
const char *
nb_cpu_edit_get_foreign (NbCpuEdit *self)
{
  return nb_cpu_start_find_foreign (self->draft, self->vendor);
}

/**
 * nb_cpu_edit_drop_foreign:
 * @self: an edit
 *
 * Takes out all that nb_cpu_edit_get_foreign() finds.
 */
void
nb_cpu_edit_drop_foreign (NbCpuEdit *self)
{
  NbCpuConfig *draft;
  const char *foreign;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (nb_cpu_edit_get_foreign (self) == NULL)
    return;

  draft = nb_cpu_config_copy (self->draft);
  while ((foreign = nb_cpu_start_find_foreign (draft, self->vendor)) != NULL)
    {
      g_autofree char *name = g_strdup (foreign);

      nb_cpu_config_set_policy (draft, name, NB_CPU_POLICY_NONE);
    }
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_copy_clean:
 * @self: an edit
 * @mode: a copy of the host's processor
 *
 * Starts from a copy without any feature that was set; what else the processor has stays.
 */
void
nb_cpu_edit_copy_clean (NbCpuEdit *self, NbCpuMode mode)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  draft = nb_cpu_config_copy (self->draft);
  draft->mode = mode;
  nb_cpu_draft_drop_features (draft);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_has_features:
 * @self: an edit
 *
 * Returns: whether the draft says anything of features
 */
gboolean
nb_cpu_edit_has_features (NbCpuEdit *self)
{
  for (guint i = 0; i < self->draft->features->len; i++)
    if (((const NbCpuSetting *) g_ptr_array_index (self->draft->features, i))->policy != NB_CPU_POLICY_NONE)
      return TRUE;

  return FALSE;
}

/**
 * nb_cpu_edit_dup_enlightenments:
 * @self: an edit
 *
 * Returns: (transfer full) (array zero-terminated=1): what nb_cpu_edit_set_enlighten() would turn on
 */
char **
nb_cpu_edit_dup_enlightenments (NbCpuEdit *self)
{
  return nb_cpu_hyperv_dup_missing (self->base, self->caps, self->vendor);
}

/**
 * nb_cpu_edit_set_enlighten:
 * @self: an edit
 * @enlighten: whether to turn on what a hypervisor in a Windows guest needs
 *
 * Sets it: enlightenments of Hyper-V that are missing and offered, and the timer that they need.
 */
void
nb_cpu_edit_set_enlighten (NbCpuEdit *self, gboolean enlighten)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (self->draft->enlighten == enlighten)
    return;

  draft = nb_cpu_config_copy (self->draft);
  draft->enlighten = enlighten;
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_enlighten:
 * @self: an edit
 *
 * Returns: whether nb_cpu_edit_set_enlighten() was asked for
 */
gboolean
nb_cpu_edit_get_enlighten (NbCpuEdit *self)
{
  return self->draft->enlighten;
}

/**
 * nb_cpu_edit_get_cache_passthrough:
 * @self: an edit
 *
 * Returns: whether the guest is to see the host's caches
 */
gboolean
nb_cpu_edit_get_cache_passthrough (NbCpuEdit *self)
{
  return nb_cpu_mode_takes_migratable (self->draft->mode) && g_strcmp0 (self->draft->cache_mode, "passthrough") == 0;
}

/**
 * nb_cpu_edit_set_cache_passthrough:
 * @self: an edit whose mode is host-passthrough or maximum: libvirt takes it with no other
 * @passthrough: whether the guest is to see the host's caches
 *
 * Sets it.
 */
void
nb_cpu_edit_set_cache_passthrough (NbCpuEdit *self, gboolean passthrough)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (nb_cpu_edit_get_cache_passthrough (self) == passthrough || !nb_cpu_mode_takes_migratable (self->draft->mode))
    return;

  draft = nb_cpu_config_copy (self->draft);
  g_free (draft->cache_mode);
  draft->cache_mode = g_strdup (passthrough ? "passthrough" : NULL);
  nb_cpu_edit_take_draft (self, draft);
}
