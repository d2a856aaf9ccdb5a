/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The values of an edit: what is asked and what is set. */

#include "config.h"

#include "nb-cpu-edit-private.h"

#include <string.h>

#include "nb-cpu-draft.h"
#include "nb-cpu-nesting.h"
#include "nb-text-diff.h"

/**
 * nb_cpu_edit_get_original:
 * @self: an edit
 *
 * Returns: (transfer none): the XML that it began with
 */
const char *
nb_cpu_edit_get_original (NbCpuEdit *self)
{
  return self->original;
}

/**
 * nb_cpu_edit_get_caps:
 * @self: an edit
 *
 * Returns: (transfer none) (nullable): what the hypervisor offers
 */
NbCpuCaps *
nb_cpu_edit_get_caps (NbCpuEdit *self)
{
  return self->caps;
}

/**
 * nb_cpu_edit_get_base:
 * @self: an edit
 *
 * Returns: (transfer none): the values that it began with
 */
const NbCpuConfig *
nb_cpu_edit_get_base (NbCpuEdit *self)
{
  return self->base;
}

/**
 * nb_cpu_edit_get_vendor:
 * @self: an edit
 *
 * Returns: whose the host's processor is
 */
NbCpuVendor
nb_cpu_edit_get_vendor (NbCpuEdit *self)
{
  return self->vendor;
}

/**
 * nb_cpu_edit_get_mode:
 * @self: an edit
 *
 * Returns: the mode
 */
NbCpuMode
nb_cpu_edit_get_mode (NbCpuEdit *self)
{
  return self->draft->mode;
}

/**
 * nb_cpu_edit_set_mode:
 * @self: an edit
 * @mode: a mode
 *
 * Sets it. What the mode cannot hold is named in the losses; it is back when the mode is.
 */
void
nb_cpu_edit_set_mode (NbCpuEdit *self, NbCpuMode mode)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (self->draft->mode == mode)
    return;

  draft = nb_cpu_config_copy (self->draft);
  draft->mode = mode;
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_model:
 * @self: an edit
 *
 * Returns: (transfer none) (nullable): the model; it counts only where the mode is custom
 */
const char *
nb_cpu_edit_get_model (NbCpuEdit *self)
{
  return self->draft->model;
}

/**
 * nb_cpu_edit_set_model:
 * @self: an edit
 * @model: (nullable): a model's name
 *
 * Sets it; the mode remains.
 */
void
nb_cpu_edit_set_model (NbCpuEdit *self, const char *model)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (g_strcmp0 (self->draft->model, model) == 0)
    return;

  draft = nb_cpu_config_copy (self->draft);
  g_free (draft->model);
  draft->model = g_strdup (model);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_nesting:
 * @self: an edit
 *
 * Returns: what the draft says of vmx or svm
 */
NbCpuNesting
nb_cpu_edit_get_nesting (NbCpuEdit *self)
{
  return self->nesting;
}

static NbCpuPolicy
get_nesting_policy (NbCpuNesting nesting)
{
  switch (nesting)
    {
    case NB_CPU_NESTING_DEFAULT:
      return NB_CPU_POLICY_NONE;
    case NB_CPU_NESTING_ON:
      return NB_CPU_POLICY_REQUIRE;
    case NB_CPU_NESTING_OFF:
      return NB_CPU_POLICY_DISABLE;
    }

  return NB_CPU_POLICY_NONE;
}

/**
 * nb_cpu_edit_set_nesting:
 * @self: an edit
 * @nesting: what to say of vmx or svm
 *
 * On and Off are written out whatever the mode, Default says nothing. Does nothing where nb_cpu_edit_get_can_nest() is
 * %FALSE, nor where it is so already in other words (`force`, `forbid`).
 */
void
nb_cpu_edit_set_nesting (NbCpuEdit *self, NbCpuNesting nesting)
{
  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (self->nesting != nesting && nb_cpu_edit_get_can_nest (self))
    nb_cpu_edit_set_policy (self, nb_cpu_vendor_get_feature (self->vendor), get_nesting_policy (nesting));
}

/**
 * nb_cpu_edit_get_nesting_result:
 * @self: an edit
 *
 * Returns: whether nesting Default lets the guest run virtual machines, on a host where nested is on
 */
NbTristate
nb_cpu_edit_get_nesting_result (NbCpuEdit *self)
{
  return self->nesting_result;
}

/**
 * nb_cpu_edit_get_can_nest:
 * @self: an edit
 *
 * Returns: whether nesting can be set: on x86, where it is known whose instructions it takes, and not with the
 *   hypervisor's default processor, which takes no features
 */
gboolean
nb_cpu_edit_get_can_nest (NbCpuEdit *self)
{
  return self->vendor != NB_CPU_VENDOR_UNKNOWN && nb_cpu_config_is_x86 (self->base) &&
         self->draft->mode != NB_CPU_MODE_DEFAULT;
}

/**
 * nb_cpu_edit_get_migratable:
 * @self: an edit
 *
 * Returns: the attribute `migratable`, as it will be
 */
NbTristate
nb_cpu_edit_get_migratable (NbCpuEdit *self)
{
  return nb_cpu_edit_find_migratable (self, self->draft);
}

/**
 * nb_cpu_edit_set_migratable:
 * @self: an edit
 * @migratable: the attribute `migratable`, unknown to leave it away
 *
 * Sets it; it counts where the mode is host-passthrough or maximum.
 */
void
nb_cpu_edit_set_migratable (NbCpuEdit *self, NbTristate migratable)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (nb_cpu_edit_get_migratable (self) == migratable)
    return;

  draft = nb_cpu_config_copy (self->draft);
  draft->migratable = migratable;
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_features:
 * @self: an edit
 *
 * Returns: (transfer none): a list of #NbCpuFeature, by name: all that libvirt is known to know, and all that the machine
 *   mentions
 */
GListModel *
nb_cpu_edit_get_features (NbCpuEdit *self)
{
  return G_LIST_MODEL (self->features);
}

/**
 * nb_cpu_edit_get_policy:
 * @self: an edit
 * @feature: a feature's name
 *
 * Returns: its policy
 */
NbCpuPolicy
nb_cpu_edit_get_policy (NbCpuEdit *self, const char *feature)
{
  return nb_cpu_config_get_policy (self->draft, feature);
}

/**
 * nb_cpu_edit_set_policy:
 * @self: an edit
 * @feature: a feature's name
 * @policy: its policy
 *
 * Sets it.
 */
void
nb_cpu_edit_set_policy (NbCpuEdit *self, const char *feature, NbCpuPolicy policy)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (nb_cpu_config_get_policy (self->draft, feature) == policy)
    return;

  draft = nb_cpu_config_copy (self->draft);
  nb_cpu_config_set_policy (draft, feature, policy);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_vcpus_maximum:
 * @self: an edit
 *
 * Returns: how many virtual processors the machine can have
 */
guint
nb_cpu_edit_get_vcpus_maximum (NbCpuEdit *self)
{
  return self->draft->vcpus_maximum;
}

/**
 * nb_cpu_edit_set_vcpus_maximum:
 * @self: an edit
 * @count: how many virtual processors the machine can have
 *
 * Sets it. A machine that starts with all of them goes on doing so, and none starts with more.
 */
void
nb_cpu_edit_set_vcpus_maximum (NbCpuEdit *self, guint count)
{
  g_object_set (self, "vcpus-maximum", count, NULL);
}

/**
 * nb_cpu_edit_get_vcpus_current:
 * @self: an edit
 *
 * Returns: how many virtual processors the machine starts with
 */
guint
nb_cpu_edit_get_vcpus_current (NbCpuEdit *self)
{
  return self->draft->vcpus_current;
}

/**
 * nb_cpu_edit_set_vcpus_current:
 * @self: an edit
 * @count: how many virtual processors the machine starts with
 *
 * Sets it.
 */
void
nb_cpu_edit_set_vcpus_current (NbCpuEdit *self, guint count)
{
  g_object_set (self, "vcpus-current", count, NULL);
}

/**
 * nb_cpu_edit_get_has_topology:
 * @self: an edit
 *
 * Returns: whether the topology is set by hand
 */
gboolean
nb_cpu_edit_get_has_topology (NbCpuEdit *self)
{
  return self->draft->has_topology;
}

/**
 * nb_cpu_edit_set_has_topology:
 * @self: an edit
 * @has_topology: whether the topology is set by hand
 *
 * Sets it. A new topology is one socket with a core for each virtual processor.
 */
void
nb_cpu_edit_set_has_topology (NbCpuEdit *self, gboolean has_topology)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (self->draft->has_topology == has_topology)
    return;

  draft = nb_cpu_config_copy (self->draft);
  nb_cpu_draft_set_topology (draft, self->base, has_topology);
  nb_cpu_draft_follow_threads (draft, self->caps);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_set_topology:
 * @self: an edit
 * @sockets: sockets
 * @dies: dies of a socket
 * @cores: cores of a die, or of a cluster where the machine has those
 * @threads: threads of a core
 *
 * Sets all four at once, by hand from now on.
 */
void
nb_cpu_edit_set_topology (NbCpuEdit *self, guint sockets, guint dies, guint cores, guint threads)
{
  NbCpuConfig *draft;

  g_return_if_fail (NB_IS_CPU_EDIT (self));
  g_return_if_fail (sockets > 0 && dies > 0 && cores > 0 && threads > 0);

  if (self->draft->has_topology && self->draft->sockets == sockets && self->draft->dies == dies &&
      self->draft->cores == cores && self->draft->threads == threads)
    return;

  draft = nb_cpu_config_copy (self->draft);
  draft->has_topology = TRUE;
  draft->sockets = sockets;
  draft->dies = dies;
  draft->cores = cores;
  draft->threads = threads;
  draft->made_topology = FALSE;
  nb_cpu_draft_follow_threads (draft, self->caps);
  nb_cpu_edit_take_draft (self, draft);
}

/**
 * nb_cpu_edit_get_modified:
 * @self: an edit
 *
 * Returns: whether the result is another XML than the original
 */
gboolean
nb_cpu_edit_get_modified (NbCpuEdit *self)
{
  return self->modified;
}

/**
 * nb_cpu_edit_get_valid:
 * @self: an edit
 *
 * Returns: whether there is no problem
 */
gboolean
nb_cpu_edit_get_valid (NbCpuEdit *self)
{
  return self->problem == NULL;
}

/**
 * nb_cpu_edit_get_problem:
 * @self: an edit
 *
 * Returns: (transfer none) (nullable): the first problem, in a sentence
 */
const char *
nb_cpu_edit_get_problem (NbCpuEdit *self)
{
  return self->problem;
}

/**
 * nb_cpu_edit_get_result:
 * @self: an edit
 *
 * Returns: (transfer none): the XML as it is to become
 */
const char *
nb_cpu_edit_get_result (NbCpuEdit *self)
{
  return self->result;
}

/**
 * nb_cpu_edit_get_changes:
 * @self: an edit
 *
 * Returns: (transfer none) (array zero-terminated=1): what changes, a sentence each
 */
const char *const *
nb_cpu_edit_get_changes (NbCpuEdit *self)
{
  return (const char *const *) self->changes;
}

/**
 * nb_cpu_edit_get_losses:
 * @self: an edit
 *
 * Returns: (transfer none) (array zero-terminated=1): what the new mode cannot keep, a sentence each
 */
const char *const *
nb_cpu_edit_get_losses (NbCpuEdit *self)
{
  return (const char *const *) self->losses;
}

/**
 * nb_cpu_edit_get_hints:
 * @self: an edit
 *
 * Returns: (transfer none) (array zero-terminated=1): what a person would want to know of the draft, a sentence each
 */
const char *const *
nb_cpu_edit_get_hints (NbCpuEdit *self)
{
  return (const char *const *) self->hints;
}

/**
 * nb_cpu_edit_dup_difference:
 * @self: an edit
 *
 * Returns: (transfer full): how result and original differ, in unified format
 */
char *
nb_cpu_edit_dup_difference (NbCpuEdit *self)
{
  return nb_text_diff (self->original, self->result);
}

/**
 * nb_cpu_edit_revert:
 * @self: an edit
 *
 * Makes the draft what the machine has.
 */
void
nb_cpu_edit_revert (NbCpuEdit *self)
{
  g_return_if_fail (NB_IS_CPU_EDIT (self));

  nb_cpu_edit_take_draft (self, nb_cpu_config_copy (self->base));
}
