/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-cpu-config-xml.h"
#include "nb-cpu-hyperv-xml.h"
#include "nb-cpu-override-xml.h"
#include "nb-cpu-set.h"
#include "nb-cpu-tune-xml.h"

static const char *const modes[] = {
  [NB_CPU_MODE_HOST_PASSTHROUGH] = "host-passthrough",
  [NB_CPU_MODE_HOST_MODEL] = "host-model",
  [NB_CPU_MODE_MAXIMUM] = "maximum",
  [NB_CPU_MODE_CUSTOM] = "custom",
};

static const char *const policies[] = {
  [NB_CPU_POLICY_FORCE] = "force",     [NB_CPU_POLICY_REQUIRE] = "require", [NB_CPU_POLICY_OPTIONAL] = "optional",
  [NB_CPU_POLICY_DISABLE] = "disable", [NB_CPU_POLICY_FORBID] = "forbid",
};

/**
 * nb_cpu_mode_get_name:
 * @mode: a mode
 *
 * Returns: (transfer none) (nullable): libvirt's word, %NULL for %NB_CPU_MODE_DEFAULT, which has none
 */
const char *
nb_cpu_mode_get_name (NbCpuMode mode)
{
  g_return_val_if_fail ((gsize) mode < G_N_ELEMENTS (modes), NULL);

  return modes[mode];
}

/**
 * nb_cpu_policy_get_name:
 * @policy: a policy
 *
 * Returns: (transfer none) (nullable): libvirt's word, %NULL for %NB_CPU_POLICY_NONE
 */
const char *
nb_cpu_policy_get_name (NbCpuPolicy policy)
{
  g_return_val_if_fail ((gsize) policy < G_N_ELEMENTS (policies), NULL);

  return policies[policy];
}

/**
 * nb_cpu_policy_from_name:
 * @name: (nullable): libvirt's word; where the attribute is missing, libvirt takes `require`
 * @policy: (out): the policy
 *
 * Returns: whether libvirt has this word
 */
gboolean
nb_cpu_policy_from_name (const char *name, NbCpuPolicy *policy)
{
  if (name == NULL)
    {
      *policy = NB_CPU_POLICY_REQUIRE;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
    if (g_strcmp0 (policies[i], name) == 0)
      {
        *policy = (NbCpuPolicy) i;
        return TRUE;
      }

  return FALSE;
}

/**
 * nb_cpu_vendor_get_feature:
 * @vendor: a vendor
 *
 * Returns: (transfer none) (nullable): the feature that lets a guest run virtual machines
 */
const char *
nb_cpu_vendor_get_feature (NbCpuVendor vendor)
{
  switch (vendor)
    {
    case NB_CPU_VENDOR_INTEL:
      return "vmx";
    case NB_CPU_VENDOR_AMD:
      return "svm";
    case NB_CPU_VENDOR_UNKNOWN:
      return NULL;
    }

  return NULL;
}

/**
 * nb_cpu_vendor_from_name:
 * @name: (nullable): a vendor as libvirt's CPU map calls it, in any case
 *
 * Returns: whose instructions its processors have
 */
NbCpuVendor
nb_cpu_vendor_from_name (const char *name)
{
  if (name == NULL)
    return NB_CPU_VENDOR_UNKNOWN;
  if (g_ascii_strcasecmp (name, "Intel") == 0)
    return NB_CPU_VENDOR_INTEL;
  if (g_ascii_strcasecmp (name, "AMD") == 0 || g_ascii_strcasecmp (name, "Hygon") == 0)
    return NB_CPU_VENDOR_AMD;

  return NB_CPU_VENDOR_UNKNOWN;
}

static void
setting_free (NbCpuSetting *setting)
{
  g_free (setting->name);
  g_free (setting);
}

static void
add_setting (GPtrArray *features, const char *name, NbCpuPolicy policy, int ordinal)
{
  NbCpuSetting *setting = g_new0 (NbCpuSetting, 1);

  setting->name = g_strdup (name);
  setting->policy = policy;
  setting->ordinal = ordinal;
  g_ptr_array_add (features, setting);
}

static gboolean
parse_count (const char *text, guint missing, guint *count)
{
  guint64 number;

  if (text == NULL)
    {
      *count = missing;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT, &number, NULL))
    return FALSE;
  *count = (guint) number;

  return TRUE;
}

static gboolean
read_count (xmlNode *node, const char *name, guint missing, guint *count, GError **error)
{
  g_autofree char *text = nb_xml_dup_attribute (node, name);

  if (parse_count (text, missing, count))
    return TRUE;

  g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND,
               /* Translators: <%s %s="%s"> is a piece of XML: element, attribute, value. */
               _ ("<%s %s=\"%s\"> has to be a whole number of at least 1."), (const char *) node->name, name, text);

  return FALSE;
}

static gboolean
read_vcpus (NbCpuConfig *self, xmlNode *domain, GError **error)
{
  xmlNode *vcpu = nb_xml_get_child (domain, "vcpu");
  g_autofree char *text = nb_xml_dup_text (vcpu);

  /* libvirt, too, takes a missing or an empty <vcpu> as one. */
  if (!parse_count (text, 1, &self->vcpus_maximum))
    {
      g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND,
                   _ ("The number of virtual processors, “%s”, has to be a whole number of at least 1."), text);
      return FALSE;
    }
  self->vcpu_ordinal = nb_xml_get_ordinal (vcpu);
  self->listed_vcpus = nb_xml_get_child (domain, "vcpus") != NULL;

  if (vcpu == NULL)
    self->vcpus_current = self->vcpus_maximum;
  else if (!read_count (vcpu, "current", self->vcpus_maximum, &self->vcpus_current, error))
    return FALSE;

  return TRUE;
}

static gboolean
read_mode (NbCpuConfig *self, xmlNode *cpu, GError **error)
{
  g_autofree char *name = nb_xml_dup_attribute (cpu, "mode");

  if (name == NULL || strcmp (name, "custom") == 0)
    {
      self->mode = self->model != NULL ? NB_CPU_MODE_CUSTOM : NB_CPU_MODE_DEFAULT;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_strcmp0 (modes[i], name) == 0)
      {
        self->mode = (NbCpuMode) i;
        return TRUE;
      }

  g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND, _ ("“%s” is no processor mode that Nestbox knows."), name);

  return FALSE;
}

static gboolean
read_features (NbCpuConfig *self, xmlNode *cpu, GError **error)
{
  for (xmlNode *node = nb_xml_get_child (cpu, "feature"); node != NULL; node = nb_xml_get_next (node))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");
      g_autofree char *word = nb_xml_dup_attribute (node, "policy");
      NbCpuPolicy policy;

      if (name == NULL || *name == '\0')
        {
          g_set_error_literal (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND,
                               _ ("A feature of the processor has no name."));
          return FALSE;
        }
      if (!nb_cpu_policy_from_name (word, &policy))
        {
          g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND,
                       /* Translators: the first is a word that should be require or disable, the second a feature. */
                       _ ("“%s” is no policy of a feature (%s)."), word, name);
          return FALSE;
        }
      add_setting (self->features, name, policy, nb_xml_get_ordinal (node));
    }

  return TRUE;
}

static gboolean
read_topology (NbCpuConfig *self, xmlNode *topology, GError **error)
{
  self->sockets = self->dies = self->clusters = self->cores = self->threads = 1;
  if (topology == NULL)
    return TRUE;

  self->has_topology = TRUE;

  return read_count (topology, "sockets", 1, &self->sockets, error) &&
         read_count (topology, "dies", 1, &self->dies, error) &&
         read_count (topology, "clusters", 1, &self->clusters, error) &&
         read_count (topology, "cores", 1, &self->cores, error) &&
         read_count (topology, "threads", 1, &self->threads, error);
}

static void
read_numa (NbCpuConfig *self, xmlNode *numa)
{
  for (xmlNode *cell = nb_xml_get_child (numa, "cell"); cell != NULL; cell = nb_xml_get_next (cell))
    {
      g_autofree char *cpus = nb_xml_dup_attribute (cell, "cpus");

      if (cpus != NULL)
        self->numa_cpus = MAX (self->numa_cpus, nb_cpu_set_get_end (cpus));
    }
}

static gboolean
read_cpu (NbCpuConfig *self, xmlNode *cpu, GError **error)
{
  xmlNode *model = nb_xml_get_child (cpu, "model");
  g_autofree char *migratable = nb_xml_dup_attribute (cpu, "migratable");

  self->cpu_ordinal = nb_xml_get_ordinal (cpu);
  self->model = nb_xml_dup_text (model);
  self->check = nb_xml_dup_attribute (cpu, "check");
  self->match = nb_xml_dup_attribute (cpu, "match");
  self->fallback = nb_xml_dup_attribute (model, "fallback");
  self->deprecated_features = nb_xml_dup_attribute (cpu, "deprecated_features");
  self->vendor_id = nb_xml_dup_attribute (model, "vendor_id");
  self->vendor = nb_xml_dup_text (nb_xml_get_child (cpu, "vendor"));
  self->cache_mode = nb_xml_dup_attribute (nb_xml_get_child (cpu, "cache"), "mode");
  self->migratable = g_strcmp0 (migratable, "on") == 0    ? NB_TRISTATE_YES
                     : g_strcmp0 (migratable, "off") == 0 ? NB_TRISTATE_NO
                                                          : NB_TRISTATE_UNKNOWN;
  read_numa (self, nb_xml_get_child (cpu, "numa"));

  return read_mode (self, cpu, error) && read_features (self, cpu, error) &&
         read_topology (self, nb_xml_get_child (cpu, "topology"), error);
}

/**
 * nb_cpu_config_new_from_domain:
 * @domain: a `<domain>` element
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Reads what libvirt reads, and refuses what libvirt would never have stored: a mode or a policy without meaning, a
 * count that is none.
 *
 * Source: libvirt's virCPUDefParseXML() and virDomainDefVcpuParse().
 *
 * Returns: (transfer full) (nullable): the values
 */
NbCpuConfig *
nb_cpu_config_new_from_domain (xmlNode *domain, GError **error)
{
  g_autoptr (NbCpuConfig) self = g_new0 (NbCpuConfig, 1);
  xmlNode *type = nb_xml_get_child (nb_xml_get_child (domain, "os"), "type");

  self->features = g_ptr_array_new_with_free_func ((GDestroyNotify) setting_free);
  self->type = nb_xml_dup_attribute (domain, "type");
  self->arch = nb_xml_dup_attribute (type, "arch");
  self->machine = nb_xml_dup_attribute (type, "machine");
  self->emulator = nb_xml_dup_text (nb_xml_get_child (nb_xml_get_child (domain, "devices"), "emulator"));
  self->pinned = nb_cpu_tune_dup_vcpus (domain, "vcpupin", "vcpu");
  self->scheduled = nb_cpu_tune_dup_vcpus (domain, "vcpusched", "vcpus");
  self->hyperv = nb_cpu_hyperv_read (domain);
  self->override = nb_cpu_override_find (domain);
  self->seal = nb_cpu_override_find_seal (domain);

  if (!read_vcpus (self, domain, error) || !read_cpu (self, nb_xml_get_child (domain, "cpu"), error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * nb_cpu_config_new:
 * @xml: a domain XML
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Returns: (transfer full) (nullable): what nb_cpu_config_new_from_domain() reads from it
 */
NbCpuConfig *
nb_cpu_config_new (const char *xml, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (xml, "domain", error);

  return document != NULL ? nb_cpu_config_new_from_domain (xmlDocGetRootElement (document), error) : NULL;
}

/**
 * nb_cpu_config_copy:
 * @self: a config
 *
 * Returns: (transfer full): one like it
 */
NbCpuConfig *
nb_cpu_config_copy (const NbCpuConfig *self)
{
  NbCpuConfig *copy = g_memdup2 (self, sizeof *self);

  copy->features = g_ptr_array_new_with_free_func ((GDestroyNotify) setting_free);
  for (guint i = 0; i < self->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (self->features, i);

      add_setting (copy->features, setting->name, setting->policy, setting->ordinal);
    }
  copy->model = g_strdup (self->model);
  copy->check = g_strdup (self->check);
  copy->match = g_strdup (self->match);
  copy->fallback = g_strdup (self->fallback);
  copy->vendor = g_strdup (self->vendor);
  copy->deprecated_features = g_strdup (self->deprecated_features);
  copy->vendor_id = g_strdup (self->vendor_id);
  copy->cache_mode = g_strdup (self->cache_mode);
  copy->type = g_strdup (self->type);
  copy->arch = g_strdup (self->arch);
  copy->machine = g_strdup (self->machine);
  copy->emulator = g_strdup (self->emulator);
  copy->pinned = g_strdup (self->pinned);
  copy->scheduled = g_strdup (self->scheduled);
  copy->hyperv = g_strdupv (self->hyperv);
  copy->override = g_strdup (self->override);
  copy->seal = g_strdup (self->seal);

  return copy;
}

/**
 * nb_cpu_config_free:
 * @self: (transfer full): a config
 *
 * Frees it.
 */
void
nb_cpu_config_free (NbCpuConfig *self)
{
  g_ptr_array_unref (self->features);
  g_free (self->model);
  g_free (self->check);
  g_free (self->match);
  g_free (self->fallback);
  g_free (self->vendor);
  g_free (self->deprecated_features);
  g_free (self->vendor_id);
  g_free (self->cache_mode);
  g_free (self->type);
  g_free (self->arch);
  g_free (self->machine);
  g_free (self->emulator);
  g_free (self->pinned);
  g_free (self->scheduled);
  g_strfreev (self->hyperv);
  g_free (self->override);
  g_free (self->seal);
  g_free (self);
}

/**
 * nb_cpu_config_get_policy:
 * @self: a config
 * @feature: a feature's name
 *
 * Returns: its policy
 */
NbCpuPolicy
nb_cpu_config_get_policy (const NbCpuConfig *self, const char *feature)
{
  for (guint i = 0; i < self->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (self->features, i);

      if (strcmp (setting->name, feature) == 0)
        return setting->policy;
    }

  return NB_CPU_POLICY_NONE;
}

/**
 * nb_cpu_config_set_policy:
 * @self: a config
 * @feature: a feature's name
 * @policy: its new policy
 *
 * Sets it where the feature stands, or adds it as the last. Where it stands twice, the first remains. What the original
 * has keeps its place even without a policy, so that it comes back there.
 */
void
nb_cpu_config_set_policy (NbCpuConfig *self, const char *feature, NbCpuPolicy policy)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->features->len; i++)
    {
      NbCpuSetting *setting = g_ptr_array_index (self->features, i);

      if (strcmp (setting->name, feature) != 0)
        continue;
      setting->policy = found ? NB_CPU_POLICY_NONE : policy;
      if (setting->policy == NB_CPU_POLICY_NONE && setting->ordinal < 0)
        g_ptr_array_remove_index (self->features, i--);
      found = TRUE;
    }

  if (!found && policy != NB_CPU_POLICY_NONE)
    add_setting (self->features, feature, policy, -1);
}

/**
 * nb_cpu_config_takes_features:
 * @self: a config
 *
 * Returns: whether libvirt accepts features here: not without a model
 */
gboolean
nb_cpu_config_takes_features (const NbCpuConfig *self)
{
  return self->mode != NB_CPU_MODE_DEFAULT && (self->mode != NB_CPU_MODE_CUSTOM || self->model != NULL);
}

/**
 * nb_cpu_config_is_x86:
 * @self: a config
 *
 * Returns: whether the machine is a PC, 32 or 64 bits; only there are vmx, svm and `migratable`
 */
gboolean
nb_cpu_config_is_x86 (const NbCpuConfig *self)
{
  return self->arch == NULL || strcmp (self->arch, "x86_64") == 0 || strcmp (self->arch, "i686") == 0;
}
