/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every change makes a new draft and hands it to nb_cpu_edit_take_draft(), which alone works out what follows and what to notify.
 * The draft keeps what its mode cannot hold; the effective config, from which the XML is written, does not. */

#include "config.h"

#include "nb-cpu-edit-private.h"

#include <string.h>

#include "nb-cpu-draft.h"
#include "nb-cpu-hyperv.h"
#include "nb-cpu-nesting.h"
#include "nb-cpu-words.h"
#include "nb-cpu-writer.h"
#include "nb-cpu-enums.h"
#include "nb-text-diff.h"
#include "nb-xml.h"

G_DEFINE_FINAL_TYPE (NbCpuEdit, nb_cpu_edit, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MODE,
  PROP_MODEL,
  PROP_NESTING,
  PROP_VCPUS_MAXIMUM,
  PROP_VCPUS_CURRENT,
  PROP_HAS_TOPOLOGY,
  PROP_SOCKETS,
  PROP_DIES,
  PROP_CLUSTERS,
  PROP_CORES,
  PROP_THREADS,
  PROP_MIGRATABLE,
  PROP_VENDOR,
  PROP_NESTING_RESULT,
  PROP_CAN_NEST,
  PROP_FEATURES,
  PROP_MODIFIED,
  PROP_VALID,
  PROP_PROBLEM,
  PROP_RESULT,
  PROP_CHANGES,
  PROP_LOSSES,
  PROP_HINTS,
  PROP_ENLIGHTEN,
  PROP_CACHE_PASSTHROUGH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct
{
  guint id;
  const char *name;
  gsize offset;
} counts[] = {
  { PROP_VCPUS_MAXIMUM, "vcpus-maximum", G_STRUCT_OFFSET (NbCpuConfig, vcpus_maximum) },
  { PROP_VCPUS_CURRENT, "vcpus-current", G_STRUCT_OFFSET (NbCpuConfig, vcpus_current) },
  { PROP_SOCKETS, "sockets", G_STRUCT_OFFSET (NbCpuConfig, sockets) },
  { PROP_DIES, "dies", G_STRUCT_OFFSET (NbCpuConfig, dies) },
  { PROP_CLUSTERS, "clusters", G_STRUCT_OFFSET (NbCpuConfig, clusters) },
  { PROP_CORES, "cores", G_STRUCT_OFFSET (NbCpuConfig, cores) },
  { PROP_THREADS, "threads", G_STRUCT_OFFSET (NbCpuConfig, threads) },
};

#define COUNT(config, i) (G_STRUCT_MEMBER (guint, (config), counts[i].offset))

NbTristate
nb_cpu_edit_find_migratable (NbCpuEdit *self, const NbCpuConfig *draft)
{
  return nb_cpu_draft_get_migratable (draft, self->base, self->caps);
}

static int
compare_features (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (nb_cpu_feature_get_name ((NbCpuFeature *) a), nb_cpu_feature_get_name ((NbCpuFeature *) b));
}

static gboolean
has_row (NbCpuEdit *self, const char *name)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->features));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (NbCpuFeature) feature = g_list_model_get_item (G_LIST_MODEL (self->features), i);

      if (strcmp (nb_cpu_feature_get_name (feature), name) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
on_policy (NbCpuFeature *feature, GParamSpec *pspec, NbCpuEdit *self)
{
  if (!self->syncing)
    nb_cpu_edit_set_policy (self, nb_cpu_feature_get_name (feature), nb_cpu_feature_get_policy (feature));
}

static void
add_row (NbCpuEdit *self, const char *name)
{
  g_autoptr (NbCpuFeature) feature = NULL;

  if (has_row (self, name))
    return;

  feature = nb_cpu_feature_new (name, nb_cpu_config_get_policy (self->base, name),
                                self->caps != NULL ? nb_cpu_caps_host_has (self->caps, name) : NB_TRISTATE_UNKNOWN);
  g_signal_connect_object (feature, "notify::policy", G_CALLBACK (on_policy), self, 0);
  g_list_store_insert_sorted (self->features, feature, compare_features, NULL);
}

/* Rows for all that the draft names; the rows of what libvirt offers are there from the start and stay. */
static void
sync_features (NbCpuEdit *self)
{
  GListModel *rows = G_LIST_MODEL (self->features);

  self->syncing = TRUE;
  for (guint i = 0; i < self->draft->features->len; i++)
    add_row (self, ((NbCpuSetting *) g_ptr_array_index (self->draft->features, i))->name);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (NbCpuFeature) feature = g_list_model_get_item (rows, i);
      const char *name = nb_cpu_feature_get_name (feature);

      nb_cpu_feature_set_policy (feature, nb_cpu_config_get_policy (self->draft, name));
    }
  self->syncing = FALSE;
}

static void
notify_if (NbCpuEdit *self, guint id, gboolean differs)
{
  if (differs)
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

/* Takes over @text; tells whether it is another one. */
static gboolean
replace_text (char **place, char *text)
{
  gboolean differs = g_strcmp0 (*place, text) != 0;

  g_free (*place);
  *place = text;

  return differs;
}

static gboolean
replace_texts (char ***place, char **texts)
{
  gboolean differs = *place == NULL || !g_strv_equal ((const char *const *) *place, (const char *const *) texts);

  g_strfreev (*place);
  *place = texts;

  return differs;
}

/* What is written turns a doubled feature, which libvirt refuses, into one; what is not written stays as it is. */
static char *
write_result (NbCpuEdit *self, NbCpuConfig *effective, const char *const *enlightenments)
{
  char *result = nb_cpu_writer_write (self->original, self->base, effective, enlightenments);

  if (strcmp (result, self->original) == 0)
    return result;

  g_free (result);
  nb_cpu_draft_drop_doubles (effective);

  return nb_cpu_writer_write (self->original, self->base, effective, enlightenments);
}

/* Works out all that follows from base and draft. */
static void
update (NbCpuEdit *self)
{
  g_autoptr (NbCpuConfig) effective = nb_cpu_config_copy (self->draft);
  g_auto (GStrv) enlightenments =
    self->draft->enlighten ? nb_cpu_hyperv_dup_missing (self->base, self->caps, self->vendor) : NULL;
  const char *const *turned_on = (const char *const *) enlightenments;
  NbCpuNesting nesting = NB_CPU_NESTING_DEFAULT;
  NbTristate nesting_result = nb_cpu_nesting_get_default (self->draft, self->vendor);
  gboolean was_valid = self->problem == NULL;
  gboolean was_modified = self->modified;

  if (self->draft->mode != NB_CPU_MODE_DEFAULT)
    nesting = nb_cpu_nesting_get (self->draft, self->vendor);
  effective->migratable = nb_cpu_edit_find_migratable (self, self->draft);
  notify_if (self, PROP_RESULT, replace_text (&self->result, write_result (self, effective, turned_on)));
  self->modified = strcmp (self->result, self->original) != 0;
  notify_if (self, PROP_MODIFIED, was_modified != self->modified);
  notify_if (self, PROP_CHANGES,
             replace_texts (&self->changes, nb_cpu_words_dup_changes (self->base, effective, self->vendor, turned_on)));
  notify_if (self, PROP_LOSSES, replace_texts (&self->losses, nb_cpu_words_dup_losses (self->base, effective)));
  notify_if (self, PROP_HINTS,
             replace_texts (&self->hints, nb_cpu_words_dup_hints (effective, self->vendor, self->caps)));
  notify_if (self, PROP_PROBLEM,
             replace_text (&self->problem, nb_cpu_words_dup_problem (self->base, effective, self->vendor, self->caps)));
  notify_if (self, PROP_VALID, was_valid != (self->problem == NULL));
  notify_if (self, PROP_NESTING, self->nesting != nesting);
  notify_if (self, PROP_NESTING_RESULT, self->nesting_result != nesting_result);
  self->nesting = nesting;
  self->nesting_result = nesting_result;
}

/* Makes @draft, (transfer full), the draft. Notifications are held back until all is whole again. */
void
nb_cpu_edit_take_draft (NbCpuEdit *self, NbCpuConfig *draft)
{
  g_autoptr (NbCpuConfig) old = self->draft;
  gboolean could_nest = nb_cpu_edit_get_can_nest (self);
  NbTristate old_migratable = nb_cpu_edit_find_migratable (self, old);

  g_object_freeze_notify (G_OBJECT (self));
  self->draft = draft;
  notify_if (self, PROP_MODE, old->mode != draft->mode);
  notify_if (self, PROP_MODEL, g_strcmp0 (old->model, draft->model) != 0);
  notify_if (self, PROP_CAN_NEST, could_nest != nb_cpu_edit_get_can_nest (self));
  notify_if (self, PROP_HAS_TOPOLOGY, old->has_topology != draft->has_topology);
  notify_if (self, PROP_MIGRATABLE, old_migratable != nb_cpu_edit_find_migratable (self, draft));
  notify_if (self, PROP_ENLIGHTEN, old->enlighten != draft->enlighten);
  notify_if (self, PROP_CACHE_PASSTHROUGH, g_strcmp0 (old->cache_mode, draft->cache_mode) != 0);
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    notify_if (self, counts[i].id, COUNT (old, i) != COUNT (draft, i));
  update (self);
  sync_features (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_count (NbCpuEdit *self, gsize i, guint count)
{
  NbCpuConfig *draft;

  if (COUNT (self->draft, i) == count)
    return;

  draft = nb_cpu_config_copy (self->draft);
  if (counts[i].id == PROP_VCPUS_MAXIMUM)
    nb_cpu_draft_set_vcpus (draft, self->base, count);
  else
    COUNT (draft, i) = count;
  if (counts[i].id != PROP_VCPUS_CURRENT)
    nb_cpu_draft_follow_threads (draft, self->caps);
  nb_cpu_edit_take_draft (self, draft);
}

static gsize
find_count (guint id)
{
  gsize i = 0;

  while (counts[i].id != id)
    i++;

  return i;
}

static void
nb_cpu_edit_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbCpuEdit *self = NB_CPU_EDIT (object);

  switch (id)
    {
    case PROP_MODE:
      g_value_set_enum (value, self->draft->mode);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->draft->model);
      break;
    case PROP_NESTING:
      g_value_set_enum (value, self->nesting);
      break;
    case PROP_VCPUS_MAXIMUM:
    case PROP_VCPUS_CURRENT:
    case PROP_SOCKETS:
    case PROP_DIES:
    case PROP_CLUSTERS:
    case PROP_CORES:
    case PROP_THREADS:
      g_value_set_uint (value, COUNT (self->draft, find_count (id)));
      break;
    case PROP_HAS_TOPOLOGY:
      g_value_set_boolean (value, self->draft->has_topology);
      break;
    case PROP_MIGRATABLE:
      g_value_set_int (value, nb_cpu_edit_find_migratable (self, self->draft));
      break;
    case PROP_VENDOR:
      g_value_set_enum (value, self->vendor);
      break;
    case PROP_NESTING_RESULT:
      g_value_set_int (value, self->nesting_result);
      break;
    case PROP_CAN_NEST:
      g_value_set_boolean (value, nb_cpu_edit_get_can_nest (self));
      break;
    case PROP_FEATURES:
      g_value_set_object (value, self->features);
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, self->modified);
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->problem == NULL);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_RESULT:
      g_value_set_string (value, self->result);
      break;
    case PROP_CHANGES:
      g_value_set_boxed (value, self->changes);
      break;
    case PROP_LOSSES:
      g_value_set_boxed (value, self->losses);
      break;
    case PROP_HINTS:
      g_value_set_boxed (value, self->hints);
      break;
    case PROP_ENLIGHTEN:
      g_value_set_boolean (value, self->draft->enlighten);
      break;
    case PROP_CACHE_PASSTHROUGH:
      g_value_set_boolean (value, nb_cpu_edit_get_cache_passthrough (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_cpu_edit_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  NbCpuEdit *self = NB_CPU_EDIT (object);

  switch (id)
    {
    case PROP_MODE:
      nb_cpu_edit_set_mode (self, g_value_get_enum (value));
      break;
    case PROP_MODEL:
      nb_cpu_edit_set_model (self, g_value_get_string (value));
      break;
    case PROP_NESTING:
      nb_cpu_edit_set_nesting (self, g_value_get_enum (value));
      break;
    case PROP_VCPUS_MAXIMUM:
    case PROP_VCPUS_CURRENT:
    case PROP_SOCKETS:
    case PROP_DIES:
    case PROP_CLUSTERS:
    case PROP_CORES:
    case PROP_THREADS:
      set_count (self, find_count (id), g_value_get_uint (value));
      break;
    case PROP_HAS_TOPOLOGY:
      nb_cpu_edit_set_has_topology (self, g_value_get_boolean (value));
      break;
    case PROP_MIGRATABLE:
      nb_cpu_edit_set_migratable (self, g_value_get_int (value));
      break;
    case PROP_VENDOR:
      nb_cpu_edit_set_vendor (self, g_value_get_enum (value));
      break;
    case PROP_ENLIGHTEN:
      nb_cpu_edit_set_enlighten (self, g_value_get_boolean (value));
      break;
    case PROP_CACHE_PASSTHROUGH:
      nb_cpu_edit_set_cache_passthrough (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_cpu_edit_finalize (GObject *object)
{
  NbCpuEdit *self = NB_CPU_EDIT (object);

  g_free (self->original);
  g_clear_object (&self->caps);
  g_clear_pointer (&self->base, nb_cpu_config_free);
  g_clear_pointer (&self->draft, nb_cpu_config_free);
  g_clear_object (&self->features);
  g_free (self->problem);
  g_free (self->result);
  g_strfreev (self->changes);
  g_strfreev (self->losses);
  g_strfreev (self->hints);

  G_OBJECT_CLASS (nb_cpu_edit_parent_class)->finalize (object);
}

static void
nb_cpu_edit_class_init (NbCpuEditClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = nb_cpu_edit_get_property;
  object_class->set_property = nb_cpu_edit_set_property;
  object_class->finalize = nb_cpu_edit_finalize;

  properties[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, NB_TYPE_CPU_MODE, NB_CPU_MODE_DEFAULT, writable);
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, writable);
  properties[PROP_NESTING] =
    g_param_spec_enum ("nesting", NULL, NULL, NB_TYPE_CPU_NESTING, NB_CPU_NESTING_DEFAULT, writable);
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    properties[counts[i].id] = g_param_spec_uint (counts[i].name, NULL, NULL, 1, G_MAXINT, 1, writable);
  properties[PROP_HAS_TOPOLOGY] = g_param_spec_boolean ("has-topology", NULL, NULL, FALSE, writable);
  properties[PROP_MIGRATABLE] =
    g_param_spec_int ("migratable", NULL, NULL, NB_TRISTATE_UNKNOWN, NB_TRISTATE_YES, NB_TRISTATE_UNKNOWN, writable);
  properties[PROP_VENDOR] =
    g_param_spec_enum ("vendor", NULL, NULL, NB_TYPE_CPU_VENDOR, NB_CPU_VENDOR_UNKNOWN, writable);
  properties[PROP_NESTING_RESULT] = g_param_spec_int ("nesting-result", NULL, NULL, NB_TRISTATE_UNKNOWN,
                                                      NB_TRISTATE_YES, NB_TRISTATE_UNKNOWN, readable);
  properties[PROP_CAN_NEST] = g_param_spec_boolean ("can-nest", NULL, NULL, FALSE, readable);
  properties[PROP_FEATURES] = g_param_spec_object ("features", NULL, NULL, G_TYPE_LIST_MODEL, readable);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, readable);
  properties[PROP_VALID] = g_param_spec_boolean ("valid", NULL, NULL, TRUE, readable);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, readable);
  properties[PROP_RESULT] = g_param_spec_string ("result", NULL, NULL, NULL, readable);
  properties[PROP_CHANGES] = g_param_spec_boxed ("changes", NULL, NULL, G_TYPE_STRV, readable);
  properties[PROP_HINTS] = g_param_spec_boxed ("hints", NULL, NULL, G_TYPE_STRV, readable);
  properties[PROP_ENLIGHTEN] = g_param_spec_boolean ("enlighten", NULL, NULL, FALSE, writable);
  properties[PROP_CACHE_PASSTHROUGH] = g_param_spec_boolean ("cache-passthrough", NULL, NULL, FALSE, writable);
  properties[PROP_LOSSES] = g_param_spec_boxed ("losses", NULL, NULL, G_TYPE_STRV, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_cpu_edit_init (NbCpuEdit *self)
{
  self->features = g_list_store_new (NB_TYPE_CPU_FEATURE);
}

static void
add_known_rows (NbCpuEdit *self)
{
  g_auto (GStrv) names = nb_cpu_caps_dup_features (self->caps);

  for (guint i = 0; names[i] != NULL; i++)
    add_row (self, names[i]);
}

/**
 * nb_cpu_edit_new:
 * @xml: a domain's stored XML, read with INACTIVE and SECURE
 * @caps: (nullable): what its hypervisor offers; without it names are not checked
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Returns: (transfer full) (nullable): an edit that changes nothing yet
 */
NbCpuEdit *
nb_cpu_edit_new (const char *xml, NbCpuCaps *caps, GError **error)
{
  g_autoptr (NbCpuEdit) self = NULL;
  g_autoptr (NbCpuConfig) base = nb_cpu_config_new (xml, error);

  if (base == NULL)
    return NULL;

  self = g_object_new (NB_TYPE_CPU_EDIT, NULL);
  self->original = g_strdup (xml);
  self->caps = caps != NULL ? g_object_ref (caps) : NULL;
  self->draft = nb_cpu_config_copy (base);
  self->base = g_steal_pointer (&base);
  self->vendor = nb_cpu_nesting_find_vendor (self->base, caps);
  if (caps != NULL)
    add_known_rows (self);
  nb_cpu_edit_take_draft (self, nb_cpu_config_copy (self->base));

  return g_steal_pointer (&self);
}

/**
 * nb_cpu_edit_set_vendor:
 * @self: an edit
 * @vendor: whose the host's processor is
 *
 * Sets it, for who knows better than the capabilities and the machine's own settings.
 */
void
nb_cpu_edit_set_vendor (NbCpuEdit *self, NbCpuVendor vendor)
{
  gboolean could_nest = nb_cpu_edit_get_can_nest (self);

  g_return_if_fail (NB_IS_CPU_EDIT (self));

  if (self->vendor == vendor)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  self->vendor = vendor;
  notify_if (self, PROP_VENDOR, TRUE);
  notify_if (self, PROP_CAN_NEST, could_nest != nb_cpu_edit_get_can_nest (self));
  update (self);
  g_object_thaw_notify (G_OBJECT (self));
}
