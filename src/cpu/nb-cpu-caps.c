/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-caps.h"

#include <string.h>

#include "nb-xml.h"

struct _NbCpuCaps
{
  GObject parent_instance;

  char *arch;
  char *machine;
  char *emulator;
  char *domain_type;
  guint max_vcpus;
  NbCpuMap *map;

  gboolean offered[NB_CPU_MODE_CUSTOM + 1];
  gboolean migratable[NB_CPU_MODE_CUSTOM + 1];
  char *host_model;
  char *host_vendor;
  GPtrArray *host_features; /* NbCpuSetting */
  GHashTable *expanded;     /* a set; NULL where nobody asked */
  GPtrArray *models;        /* NbCpuModel */
  char **hyperv;            /* enlightenments; NULL where libvirt does not tell */
};

G_DEFINE_FINAL_TYPE (NbCpuCaps, nb_cpu_caps, G_TYPE_OBJECT)

/* What guards against the known flaws of processors, where the host has it. virt-manager offers the same. */
static const char *const mitigations[] = {
  "spec-ctrl",          "stibp",     "ibrs",           "ibpb",     "ssbd",     "virt-ssbd",
  "amd-ssbd",           "amd-stibp", "amd-no-ssb",     "md-clear", "rdctl-no", "ibrs-all",
  "skip-l1dfl-vmentry", "mds-no",    "pschange-mc-no", "taa-no",   NULL,
};

static void
model_free (NbCpuModel *model)
{
  g_free (model->name);
  g_free (model->vendor);
  g_strfreev (model->blockers);
  g_free (model);
}

static void
setting_free (NbCpuSetting *setting)
{
  g_free (setting->name);
  g_free (setting);
}

static void
read_host_model (NbCpuCaps *self, xmlNode *mode)
{
  self->host_model = nb_xml_dup_text (nb_xml_get_child (mode, "model"));
  self->host_vendor = nb_xml_dup_text (nb_xml_get_child (mode, "vendor"));

  for (xmlNode *node = nb_xml_get_child (mode, "feature"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");
      g_autofree char *word = nb_xml_dup_attribute (node, "policy");
      NbCpuSetting *setting;
      NbCpuPolicy policy;

      if (name == NULL || !nb_cpu_policy_from_name (word, &policy))
        continue;
      setting = g_new0 (NbCpuSetting, 1);
      setting->name = g_steal_pointer (&name);
      setting->policy = policy;
      setting->ordinal = -1;
      g_ptr_array_add (self->host_features, setting);
    }
}

/* <blockers model='NAME'> stands beside the models, since libvirt 10.3. */
static char **
read_blockers (xmlNode *mode, const char *model)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (xmlNode *node = nb_xml_get_child (mode, "blockers"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *of = nb_xml_dup_attribute (node, "model");

      if (g_strcmp0 (of, model) != 0)
        continue;
      for (xmlNode *feature = nb_xml_get_child (node, "feature"); feature != NULL; feature = nb_xml_get_next (feature))
        {
          g_autofree char *name = nb_xml_dup_attribute (feature, "name");

          if (name != NULL)
            g_strv_builder_add (names, name);
        }
    }

  return g_strv_builder_end (names);
}

static void
read_models (NbCpuCaps *self, xmlNode *mode)
{
  for (xmlNode *node = nb_xml_get_child (mode, "model"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_text (node);
      g_autofree char *usable = nb_xml_dup_attribute (node, "usable");
      g_autofree char *deprecated = nb_xml_dup_attribute (node, "deprecated");
      NbCpuModel *model;

      if (name == NULL)
        continue;
      model = g_new0 (NbCpuModel, 1);
      model->vendor = nb_xml_dup_attribute (node, "vendor");
      if (g_strcmp0 (model->vendor, "unknown") == 0)
        g_clear_pointer (&model->vendor, g_free);
      model->usable = g_strcmp0 (usable, "yes") == 0  ? NB_TRISTATE_YES
                      : g_strcmp0 (usable, "no") == 0 ? NB_TRISTATE_NO
                                                      : NB_TRISTATE_UNKNOWN;
      model->deprecated = g_strcmp0 (deprecated, "yes") == 0;
      model->blockers = read_blockers (mode, name);
      model->name = g_steal_pointer (&name);
      g_ptr_array_add (self->models, model);
    }
}

/* <enum name='hostPassthroughMigratable'> or 'maximumMigratable' holds <value>on</value>. */
static gboolean
has_migratable (xmlNode *mode)
{
  for (xmlNode *node = nb_xml_get_child (mode, "enum"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");

      if (name == NULL || !g_str_has_suffix (name, "Migratable"))
        continue;
      for (xmlNode *value = nb_xml_get_child (node, "value"); value != NULL; value = nb_xml_get_next (value))
        {
          g_autofree char *text = nb_xml_dup_text (value);

          if (g_strcmp0 (text, "on") == 0)
            return TRUE;
        }
    }

  return FALSE;
}

static void
read_modes (NbCpuCaps *self, xmlNode *cpu)
{
  self->offered[NB_CPU_MODE_DEFAULT] = TRUE;

  for (xmlNode *node = nb_xml_get_child (cpu, "mode"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");
      g_autofree char *supported = nb_xml_dup_attribute (node, "supported");

      for (int mode = NB_CPU_MODE_HOST_PASSTHROUGH; mode <= NB_CPU_MODE_CUSTOM; mode++)
        if (g_strcmp0 (nb_cpu_mode_get_name (mode), name) == 0)
          {
            self->offered[mode] = g_strcmp0 (supported, "yes") == 0;
            self->migratable[mode] = has_migratable (node);
          }
      if (g_strcmp0 (name, "host-model") == 0)
        read_host_model (self, node);
      else if (g_strcmp0 (name, "custom") == 0)
        read_models (self, node);
    }
}

/* <features><hyperv supported='yes'><enum name='features'><value>relaxed</value>, since libvirt 9.0. */
static char **
read_hyperv (xmlNode *root)
{
  g_autoptr (GStrvBuilder) names = NULL;
  xmlNode *hyperv = nb_xml_get_child (nb_xml_get_child (root, "features"), "hyperv");

  if (hyperv == NULL)
    return NULL;

  names = g_strv_builder_new ();
  for (xmlNode *node = nb_xml_get_child (hyperv, "enum"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");

      if (g_strcmp0 (name, "features") != 0)
        continue;
      for (xmlNode *value = nb_xml_get_child (node, "value"); value != NULL; value = nb_xml_get_next (value))
        {
          g_autofree char *text = nb_xml_dup_text (value);

          if (text != NULL)
            g_strv_builder_add (names, text);
        }
    }

  return g_strv_builder_end (names);
}

static gboolean
read_expanded (NbCpuCaps *self, const char *text, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (text, "cpu", error);

  if (document == NULL)
    return FALSE;

  self->expanded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (xmlNode *node = nb_xml_get_child (xmlDocGetRootElement (document), "feature"); node != NULL;
       node = nb_xml_get_next (node))
    {
      g_autofree char *word = nb_xml_dup_attribute (node, "policy");
      char *name = nb_xml_dup_attribute (node, "name");

      if (name != NULL && (word == NULL || strcmp (word, "require") == 0 || strcmp (word, "force") == 0))
        g_hash_table_add (self->expanded, name);
      else
        g_free (name);
    }

  return TRUE;
}

/**
 * nb_cpu_caps_new:
 * @domain_capabilities: what virConnectGetDomainCapabilities() gave for the machine's own emulator, architecture,
 *   machine type and virtualization type
 * @expanded: (nullable): the host's processor with all its features, `<cpu>`: what virConnectBaselineHypervisorCPU()
 *   with VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES made of the host-model
 * @map: (nullable): what libvirt knows of processors
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Without @expanded and @map some answers are unknown, none is wrong.
 *
 * Returns: (transfer full) (nullable): the capabilities
 */
NbCpuCaps *
nb_cpu_caps_new (const char *domain_capabilities, const char *expanded, NbCpuMap *map, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (domain_capabilities, "domainCapabilities", error);
  g_autoptr (NbCpuCaps) self = NULL;
  g_autofree char *max = NULL;
  xmlNode *root;

  if (document == NULL)
    return NULL;

  self = g_object_new (NB_TYPE_CPU_CAPS, NULL);
  root = xmlDocGetRootElement (document);
  self->map = map != NULL ? g_object_ref (map) : NULL;
  self->arch = nb_xml_dup_text (nb_xml_get_child (root, "arch"));
  self->machine = nb_xml_dup_text (nb_xml_get_child (root, "machine"));
  self->emulator = nb_xml_dup_text (nb_xml_get_child (root, "path"));
  self->domain_type = nb_xml_dup_text (nb_xml_get_child (root, "domain"));
  max = nb_xml_dup_attribute (nb_xml_get_child (root, "vcpu"), "max");
  self->max_vcpus = max != NULL ? (guint) MIN (g_ascii_strtoull (max, NULL, 10), G_MAXINT) : 0;
  read_modes (self, nb_xml_get_child (root, "cpu"));
  self->hyperv = read_hyperv (root);

  if (expanded != NULL && !read_expanded (self, expanded, error))
    return NULL;

  return g_steal_pointer (&self);
}

static void
nb_cpu_caps_finalize (GObject *object)
{
  NbCpuCaps *self = NB_CPU_CAPS (object);

  g_free (self->arch);
  g_free (self->machine);
  g_free (self->emulator);
  g_free (self->domain_type);
  g_clear_object (&self->map);
  g_free (self->host_model);
  g_free (self->host_vendor);
  g_ptr_array_unref (self->host_features);
  g_clear_pointer (&self->expanded, g_hash_table_unref);
  g_ptr_array_unref (self->models);
  g_strfreev (self->hyperv);

  G_OBJECT_CLASS (nb_cpu_caps_parent_class)->finalize (object);
}

static void
nb_cpu_caps_class_init (NbCpuCapsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_cpu_caps_finalize;
}

static void
nb_cpu_caps_init (NbCpuCaps *self)
{
  self->host_features = g_ptr_array_new_with_free_func ((GDestroyNotify) setting_free);
  self->models = g_ptr_array_new_with_free_func ((GDestroyNotify) model_free);
}

/**
 * nb_cpu_caps_get_arch:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the architecture
 */
const char *
nb_cpu_caps_get_arch (NbCpuCaps *self)
{
  return self->arch;
}

/**
 * nb_cpu_caps_get_machine:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the machine type
 */
const char *
nb_cpu_caps_get_machine (NbCpuCaps *self)
{
  return self->machine;
}

/**
 * nb_cpu_caps_get_emulator:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the emulator's path
 */
const char *
nb_cpu_caps_get_emulator (NbCpuCaps *self)
{
  return self->emulator;
}

/**
 * nb_cpu_caps_get_domain_type:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the virtualization type, `kvm` or `qemu`
 */
const char *
nb_cpu_caps_get_domain_type (NbCpuCaps *self)
{
  return self->domain_type;
}

/**
 * nb_cpu_caps_get_max_vcpus:
 * @self: capabilities
 *
 * Returns: how many virtual processors the hypervisor can give, 0 where it does not say
 */
guint
nb_cpu_caps_get_max_vcpus (NbCpuCaps *self)
{
  return self->max_vcpus;
}

/**
 * nb_cpu_caps_get_map:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the CPU map
 */
NbCpuMap *
nb_cpu_caps_get_map (NbCpuCaps *self)
{
  return self->map;
}

/**
 * nb_cpu_caps_offers_mode:
 * @self: capabilities
 * @mode: a mode
 *
 * Returns: whether a machine can start with it
 */
gboolean
nb_cpu_caps_offers_mode (NbCpuCaps *self, NbCpuMode mode)
{
  g_return_val_if_fail ((gsize) mode < G_N_ELEMENTS (self->offered), FALSE);

  return self->offered[mode];
}

/**
 * nb_cpu_caps_offers_migratable:
 * @self: capabilities
 * @mode: a mode
 *
 * Returns: whether the attribute `migratable` may be `on` with it
 */
gboolean
nb_cpu_caps_offers_migratable (NbCpuCaps *self, NbCpuMode mode)
{
  g_return_val_if_fail ((gsize) mode < G_N_ELEMENTS (self->migratable), FALSE);

  return self->migratable[mode];
}

/**
 * nb_cpu_caps_get_vendor:
 * @self: capabilities
 *
 * Returns: whose processor the host has, as this hypervisor sees it: software emulation is an AMD everywhere
 */
NbCpuVendor
nb_cpu_caps_get_vendor (NbCpuCaps *self)
{
  return nb_cpu_vendor_from_name (self->host_vendor);
}

/**
 * nb_cpu_caps_get_host_model:
 * @self: capabilities
 *
 * Returns: (transfer none) (nullable): the model that host-model starts with
 */
const char *
nb_cpu_caps_get_host_model (NbCpuCaps *self)
{
  return self->host_model;
}

/**
 * nb_cpu_caps_get_host_features:
 * @self: capabilities
 *
 * Returns: (transfer none) (element-type NbCpuSetting): what host-model adds to its model and takes away
 */
GPtrArray *
nb_cpu_caps_get_host_features (NbCpuCaps *self)
{
  return self->host_features;
}

/**
 * nb_cpu_caps_get_models:
 * @self: capabilities
 *
 * Returns: (transfer none) (element-type NbCpuModel): the named models, in libvirt's order
 */
GPtrArray *
nb_cpu_caps_get_models (NbCpuCaps *self)
{
  return self->models;
}

/**
 * nb_cpu_caps_offers_hyperv:
 * @self: capabilities
 * @name: an enlightenment of Hyper-V
 *
 * Returns: whether the emulator has it; taken for granted where libvirt does not tell
 */
gboolean
nb_cpu_caps_offers_hyperv (NbCpuCaps *self, const char *name)
{
  return self->hyperv == NULL || g_strv_contains ((const char *const *) self->hyperv, name);
}

/**
 * nb_cpu_caps_find_model:
 * @self: capabilities
 * @name: a model's name
 *
 * Returns: (transfer none) (nullable): the model, %NULL where the hypervisor does not have it
 */
const NbCpuModel *
nb_cpu_caps_find_model (NbCpuCaps *self, const char *name)
{
  for (guint i = 0; i < self->models->len; i++)
    {
      const NbCpuModel *model = g_ptr_array_index (self->models, i);

      if (strcmp (model->name, name) == 0)
        return model;
    }

  return NULL;
}

/**
 * nb_cpu_caps_host_has:
 * @self: capabilities
 * @feature: a feature's name
 *
 * The expanded processor knows; else what host-model says of the feature; else what its model contains.
 *
 * Returns: whether the host offers the feature to machines
 */
NbTristate
nb_cpu_caps_host_has (NbCpuCaps *self, const char *feature)
{
  if (self->expanded != NULL)
    return g_hash_table_contains (self->expanded, feature) ? NB_TRISTATE_YES : NB_TRISTATE_NO;

  for (guint i = 0; i < self->host_features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (self->host_features, i);

      if (strcmp (setting->name, feature) == 0)
        return setting->policy == NB_CPU_POLICY_DISABLE || setting->policy == NB_CPU_POLICY_FORBID ? NB_TRISTATE_NO
                                                                                                   : NB_TRISTATE_YES;
    }

  if (self->map == NULL || self->host_model == NULL)
    return NB_TRISTATE_UNKNOWN;

  return nb_cpu_map_model_has (self->map, self->host_model, feature);
}

/**
 * nb_cpu_caps_get_host_nesting:
 * @self: capabilities
 *
 * Returns: whether the host offers vmx or svm to machines now: no on a host where nested is off
 */
NbTristate
nb_cpu_caps_get_host_nesting (NbCpuCaps *self)
{
  const char *feature = nb_cpu_vendor_get_feature (nb_cpu_caps_get_vendor (self));

  return feature != NULL ? nb_cpu_caps_host_has (self, feature) : NB_TRISTATE_UNKNOWN;
}

/**
 * nb_cpu_caps_knows_feature:
 * @self: capabilities
 * @feature: a feature's name
 *
 * libvirt defines a machine with a name that it has never heard of, and refuses to start it.
 *
 * Returns: whether libvirt knows the name, unknown without a CPU map
 */
NbTristate
nb_cpu_caps_knows_feature (NbCpuCaps *self, const char *feature)
{
  if (nb_cpu_caps_host_has (self, feature) == NB_TRISTATE_YES)
    return NB_TRISTATE_YES;
  if (self->map == NULL)
    return NB_TRISTATE_UNKNOWN;

  return nb_cpu_map_has_feature (self->map, feature) ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}

/**
 * nb_cpu_caps_dup_features:
 * @self: capabilities
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of all features that can be offered
 */
char **
nb_cpu_caps_dup_features (NbCpuCaps *self)
{
  g_autoptr (GStrvBuilder) names = NULL;

  if (self->map != NULL)
    return nb_cpu_map_dup_features (self->map);

  names = g_strv_builder_new ();
  for (guint i = 0; i < self->host_features->len; i++)
    g_strv_builder_add (names, ((NbCpuSetting *) g_ptr_array_index (self->host_features, i))->name);

  return g_strv_builder_end (names);
}

/**
 * nb_cpu_caps_dup_mitigations:
 * @self: capabilities
 *
 * Returns: (transfer full) (array zero-terminated=1): the features against known flaws that the host has
 */
char **
nb_cpu_caps_dup_mitigations (NbCpuCaps *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; mitigations[i] != NULL; i++)
    if (nb_cpu_caps_host_has (self, mitigations[i]) == NB_TRISTATE_YES)
      g_strv_builder_add (names, mitigations[i]);

  return g_strv_builder_end (names);
}
