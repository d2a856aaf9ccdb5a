/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a domain's XML and two sets of values to the new XML. Only <cpu> and <vcpu> are touched, what <cputune> says of virtual
 * processors that go, and the enlightenments that are asked for; of them only what differs. What is written follows what libvirt itself stores, so that reading back shows no difference. */

#include "config.h"

#include "nb-cpu-writer.h"

#include <string.h>

#include "nb-cpu-hyperv.h"
#include "nb-cpu-tune.h"
#include "nb-xml-element.h"
#include "nb-xml.h"

/* The order in which libvirt writes: virCPUDefFormatBuf() and virDomainDefFormat(). Only what comes before <cpu> is
 * listed of the domain: an element that is not known here comes after it. */
static const char *const cpu_order[] = {
  "arch",     "model", "vendor",      "microcode", "signature", "counter",
  "topology", "cache", "maxphysaddr", "feature",   "numa",      NULL,
};
static const char *const before_vcpu[] = {
  "name",   "uuid",          "genid",     "title",   "description",   "metadata", "maxMemory",
  "memory", "currentMemory", "blkiotune", "memtune", "memoryBacking", NULL,
};
static const char *const before_cpu[] = {
  "vcpu",     "vcpus",    "iothreads", "iothreadids",  "defaultiothread", "cputune",
  "numatune", "resource", "sysinfo",   "fibrechannel", "bootloader",      "bootloader_args",
  "os",       "idmap",    "features",  NULL,
};

static int
find_rank (const char *name)
{
  for (int i = 0; cpu_order[i] != NULL; i++)
    if (strcmp (cpu_order[i], name) == 0)
      return i;

  return -1;
}

/* Behind the last of what belongs before it. */
static guint
find_place (NbXmlElement *cpu, const char *name)
{
  int rank = find_rank (name);
  guint n = nb_xml_element_get_n_children (cpu);
  guint place = 0;

  for (guint i = 0; i < n; i++)
    {
      int other = find_rank (nb_xml_element_get_child_name (cpu, i));

      if (other >= 0 && other <= rank)
        place = i + 1;
    }

  return place;
}

static void
insert (NbXmlElement *cpu, const char *indent, const char *name, NbXmlElement *child)
{
  g_autofree char *text = nb_xml_element_to_string (child);

  nb_xml_element_insert_child (cpu, find_place (cpu, name), text, indent);
}

static void
remove_named (NbXmlElement *cpu, const char *name)
{
  int child = nb_xml_element_find_child (cpu, name);

  if (child >= 0)
    nb_xml_element_remove_child (cpu, (guint) child);
}

/**
 * nb_cpu_mode_takes_migratable:
 * @mode: a mode
 *
 * Returns: whether libvirt accepts the attribute `migratable` with it
 */
gboolean
nb_cpu_mode_takes_migratable (NbCpuMode mode)
{
  return mode == NB_CPU_MODE_HOST_PASSTHROUGH || mode == NB_CPU_MODE_MAXIMUM;
}

/**
 * nb_cpu_writer_keeps_cache:
 * @base: the original
 * @draft: what it is to become
 *
 * Returns: whether `<cache>` remains: showing the host's own caches is refused with a named model
 */
gboolean
nb_cpu_writer_keeps_cache (const NbCpuConfig *base, const NbCpuConfig *draft)
{
  return base->mode == draft->mode || g_strcmp0 (base->cache_mode, "passthrough") != 0 ||
         nb_cpu_mode_takes_migratable (draft->mode);
}

static NbCpuPolicy
get_base_policy (const NbCpuConfig *base, int ordinal)
{
  for (guint i = 0; i < base->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (base->features, i);

      if (setting->ordinal == ordinal)
        return setting->policy;
    }

  return NB_CPU_POLICY_NONE;
}

/* From the last to the first, so that the ordinals stay true. */
static void
write_old_features (NbXmlElement *cpu, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  for (guint i = draft->features->len; i-- > 0;)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);
      guint child = (guint) setting->ordinal;

      if (setting->ordinal < 0)
        continue;

      if (setting->policy == NB_CPU_POLICY_NONE || draft->mode == NB_CPU_MODE_DEFAULT)
        {
          /* A feature without a model is libvirt's to refuse, as long as nobody touched it. */
          if (base->mode != draft->mode || setting->policy == NB_CPU_POLICY_NONE)
            nb_xml_element_remove_child (cpu, child);
        }
      else if (setting->policy != get_base_policy (base, setting->ordinal))
        {
          g_autofree char *old = nb_xml_element_dup_child (cpu, child);
          g_autoptr (NbXmlElement) feature = nb_xml_element_new (old);
          g_autofree char *text = NULL;

          nb_xml_element_set_attribute (feature, "policy", nb_cpu_policy_get_name (setting->policy));
          text = nb_xml_element_to_string (feature);
          nb_xml_element_replace_child (cpu, child, text);
        }
    }
}

static void
write_new_features (NbXmlElement *cpu, const char *indent, const NbCpuConfig *draft)
{
  if (draft->mode == NB_CPU_MODE_DEFAULT)
    return;

  for (guint i = 0; i < draft->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);
      g_autoptr (NbXmlElement) feature = NULL;

      if (setting->ordinal >= 0)
        continue;

      feature = nb_xml_element_new_empty ("feature", nb_xml_element_get_quote (cpu));
      nb_xml_element_set_attribute (feature, "policy", nb_cpu_policy_get_name (setting->policy));
      nb_xml_element_set_attribute (feature, "name", setting->name);
      insert (cpu, indent, "feature", feature);
    }
}

static void
edit_model (NbXmlElement *cpu, const char *indent, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  int child = nb_xml_element_find_child (cpu, "model");
  g_autofree char *old = child >= 0 ? nb_xml_element_dup_child (cpu, (guint) child) : NULL;
  g_autoptr (NbXmlElement) model = NULL;
  g_autofree char *text = NULL;

  if (old == NULL && draft->mode != NB_CPU_MODE_CUSTOM)
    return;

  if (old != NULL)
    model = nb_xml_element_new (old);
  else
    model = nb_xml_element_new_empty ("model", nb_xml_element_get_quote (cpu));

  if (draft->mode == NB_CPU_MODE_CUSTOM)
    {
      if (base->fallback == NULL)
        nb_xml_element_set_attribute (model, "fallback", "allow");
      nb_xml_element_set_text (model, draft->model);
    }
  else if (draft->mode == NB_CPU_MODE_HOST_MODEL && base->vendor_id != NULL)
    {
      nb_xml_element_set_attribute (model, "fallback", NULL);
      nb_xml_element_set_text (model, NULL);
    }
  else
    {
      nb_xml_element_remove_child (cpu, (guint) child);
      return;
    }

  text = nb_xml_element_to_string (model);
  if (child >= 0)
    nb_xml_element_replace_child (cpu, (guint) child, text);
  else
    insert (cpu, indent, "model", model);
}

static void
write_model (NbXmlElement *cpu, const char *indent, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  if (base->mode == draft->mode && (draft->mode != NB_CPU_MODE_CUSTOM || g_strcmp0 (base->model, draft->model) == 0))
    return;

  edit_model (cpu, indent, base, draft);
  if (draft->mode != NB_CPU_MODE_CUSTOM)
    remove_named (cpu, "vendor");
}

static void
set_count (NbXmlElement *element, const char *name, guint count)
{
  g_autofree char *text = g_strdup_printf ("%u", count);

  nb_xml_element_set_attribute (element, name, text);
}

/* Dies and clusters are not written where they are 1 and nobody wrote them: older libvirts do not know them. */
static void
write_topology (NbXmlElement *cpu, const char *indent, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  int child = nb_xml_element_find_child (cpu, "topology");
  g_autofree char *old = child >= 0 ? nb_xml_element_dup_child (cpu, (guint) child) : NULL;
  g_autoptr (NbXmlElement) topology = NULL;
  g_autofree char *text = NULL;

  if (!draft->has_topology)
    {
      if (base->has_topology)
        remove_named (cpu, "topology");
      return;
    }

  if (old != NULL)
    topology = nb_xml_element_new (old);
  else
    topology = nb_xml_element_new_empty ("topology", nb_xml_element_get_quote (cpu));

  if (old == NULL || draft->sockets != base->sockets)
    set_count (topology, "sockets", draft->sockets);
  if (old == NULL || draft->dies != base->dies)
    set_count (topology, "dies", draft->dies);
  if (draft->clusters != base->clusters)
    set_count (topology, "clusters", draft->clusters);
  if (old == NULL || draft->cores != base->cores)
    set_count (topology, "cores", draft->cores);
  if (old == NULL || draft->threads != base->threads)
    set_count (topology, "threads", draft->threads);

  if (old == NULL)
    {
      insert (cpu, indent, "topology", topology);
      return;
    }
  text = nb_xml_element_to_string (topology);
  nb_xml_element_replace_child (cpu, (guint) child, text);
}

/* What libvirt puts where nobody says; a stale `none` on a named model would mean that nothing is verified. */
static const char *
get_check (const NbCpuConfig *draft)
{
  switch (draft->mode)
    {
    case NB_CPU_MODE_DEFAULT:
      return NULL;
    case NB_CPU_MODE_HOST_PASSTHROUGH:
    case NB_CPU_MODE_MAXIMUM:
      return "none";
    case NB_CPU_MODE_HOST_MODEL:
      return "partial";
    case NB_CPU_MODE_CUSTOM:
      /* Software emulation is not compared with the host's processor. */
      return g_strcmp0 (draft->type, "qemu") == 0 ? "none" : "partial";
    }

  return NULL;
}

static gboolean
same_features (const NbCpuConfig *base, const NbCpuConfig *draft)
{
  for (guint i = 0; i < draft->features->len; i++)
    {
      const NbCpuSetting *setting = g_ptr_array_index (draft->features, i);

      if (setting->policy != nb_cpu_config_get_policy (base, setting->name))
        return FALSE;
    }

  return TRUE;
}

static void
write_attributes (NbXmlElement *cpu, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  const char *migratable = draft->migratable == NB_TRISTATE_YES  ? "on"
                           : draft->migratable == NB_TRISTATE_NO ? "off"
                                                                 : NULL;

  if (base->mode == draft->mode)
    {
      if (base->migratable != draft->migratable && nb_cpu_mode_takes_migratable (draft->mode))
        nb_xml_element_set_attribute (cpu, "migratable", migratable);
      /* `full` vouches for one expanded model; libvirt itself would not write it for another. */
      if ((g_strcmp0 (base->model, draft->model) != 0 || !same_features (base, draft)) &&
          g_strcmp0 (base->check, "full") == 0)
        nb_xml_element_set_attribute (cpu, "check", get_check (draft));
      return;
    }

  nb_xml_element_set_attribute (cpu, "match", NULL);
  nb_xml_element_set_attribute (cpu, "check", NULL);
  nb_xml_element_set_attribute (cpu, "migratable", NULL);
  /* It belongs to host-model. */
  nb_xml_element_set_attribute (cpu, "deprecated_features", NULL);
  nb_xml_element_set_attribute (cpu, "mode", nb_cpu_mode_get_name (draft->mode));
  if (draft->mode == NB_CPU_MODE_CUSTOM)
    nb_xml_element_set_attribute (cpu, "match", "exact");
  nb_xml_element_set_attribute (cpu, "check", get_check (draft));
  if (nb_cpu_mode_takes_migratable (draft->mode))
    nb_xml_element_set_attribute (cpu, "migratable", migratable);
}

static gboolean
is_before (const char *name, gboolean cpu)
{
  return g_strv_contains (before_vcpu, name) || (cpu && g_strv_contains (before_cpu, name));
}

/* <cpu> or <vcpu>, where libvirt would put it. */
static void
insert_into_domain (NbXmlElement *domain, gboolean cpu, const char *text)
{
  guint n = nb_xml_element_get_n_children (domain);
  guint place = 0;

  for (guint i = 0; i < n; i++)
    if (is_before (nb_xml_element_get_child_name (domain, i), cpu))
      place = i + 1;

  nb_xml_element_insert_child (domain, place, text, "");
}

/* With the host's caches there is no level to name. */
static void
write_cache (NbXmlElement *cpu, const char *indent, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  g_autoptr (NbXmlElement) cache = NULL;

  if (!nb_cpu_writer_keeps_cache (base, draft))
    {
      remove_named (cpu, "cache");
      return;
    }
  if (g_strcmp0 (base->cache_mode, draft->cache_mode) == 0 || !nb_cpu_mode_takes_migratable (draft->mode))
    return;

  remove_named (cpu, "cache");
  if (draft->cache_mode == NULL)
    return;
  cache = nb_xml_element_new_empty ("cache", nb_xml_element_get_quote (cpu));
  nb_xml_element_set_attribute (cache, "mode", draft->cache_mode);
  insert (cpu, indent, "cache", cache);
}

static void
write_cpu (NbXmlElement *domain, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  gboolean present = base->cpu_ordinal >= 0;
  guint child = present ? (guint) base->cpu_ordinal : 0;
  g_autofree char *old = present ? nb_xml_element_dup_child (domain, child) : NULL;
  g_autofree char *indent = nb_xml_element_dup_child_indent (domain, child);
  g_autofree char *text = NULL;
  g_autoptr (NbXmlElement) cpu = NULL;

  if (present)
    cpu = nb_xml_element_new (old);
  else
    cpu = nb_xml_element_new_empty ("cpu", nb_xml_element_get_quote (domain));

  write_old_features (cpu, base, draft);
  write_model (cpu, indent, base, draft);
  write_cache (cpu, indent, base, draft);
  write_topology (cpu, indent, base, draft);
  write_new_features (cpu, indent, draft);
  write_attributes (cpu, base, draft);

  text = nb_xml_element_to_string (cpu);
  if (g_strcmp0 (text, old) == 0)
    return;

  if (nb_xml_element_has_content (cpu) || nb_xml_element_has_attributes (cpu))
    {
      if (present)
        nb_xml_element_replace_child (domain, child, text);
      else
        insert_into_domain (domain, TRUE, text);
    }
  else if (present)
    {
      nb_xml_element_remove_child (domain, child);
    }
}

static void
write_vcpu (NbXmlElement *domain, const NbCpuConfig *base, const NbCpuConfig *draft)
{
  gboolean present = base->vcpu_ordinal >= 0;
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autofree char *count = g_strdup_printf ("%u", draft->vcpus_maximum);
  g_autoptr (NbXmlElement) vcpu = NULL;

  if (base->vcpus_maximum == draft->vcpus_maximum && base->vcpus_current == draft->vcpus_current)
    return;

  old = present ? nb_xml_element_dup_child (domain, (guint) base->vcpu_ordinal) : NULL;
  if (present)
    vcpu = nb_xml_element_new (old);
  else
    vcpu = nb_xml_element_new_empty ("vcpu", nb_xml_element_get_quote (domain));

  if (base->vcpus_maximum != draft->vcpus_maximum)
    nb_xml_element_set_text (vcpu, count);
  if (draft->vcpus_current == draft->vcpus_maximum)
    nb_xml_element_set_attribute (vcpu, "current", NULL);
  else
    set_count (vcpu, "current", draft->vcpus_current);

  text = nb_xml_element_to_string (vcpu);
  if (present)
    nb_xml_element_replace_child (domain, (guint) base->vcpu_ordinal, text);
  else
    insert_into_domain (domain, FALSE, text);
}

/**
 * nb_cpu_writer_write:
 * @source: a domain's XML, which nb_xml_parse() has found well-formed
 * @base: what nb_cpu_config_new_from_domain() read from it
 * @draft: what it is to become: a changed copy of @base
 * @enlightenments: (nullable): what nb_cpu_hyperv_dup_missing() lists, to be turned on
 *
 * What the draft's mode cannot hold is left out: a model, features without a model, `migratable`.
 *
 * Returns: (transfer full): the new XML; @source byte for byte where nothing differs
 */
char *
nb_cpu_writer_write (const char *source,
                     const NbCpuConfig *base,
                     const NbCpuConfig *draft,
                     const char *const *enlightenments)
{
  g_autoptr (NbXmlElement) domain = nb_xml_element_new (source);

  /* Changing in place moves nothing, putting in or taking out does: the ordinals are true up to then. */
  if (base->vcpu_ordinal >= 0)
    write_vcpu (domain, base, draft);
  write_cpu (domain, base, draft);
  if (base->vcpu_ordinal < 0)
    write_vcpu (domain, base, draft);
  if (draft->vcpus_maximum < base->vcpus_maximum)
    nb_cpu_tune_trim (domain, draft->vcpus_maximum);
  if (enlightenments != NULL)
    nb_cpu_hyperv_write (domain, enlightenments);

  return nb_xml_element_to_string (domain);
}

static void
put (NbXmlElement *domain, int ordinal, gboolean cpu, const char *text)
{
  if (ordinal >= 0 && text != NULL)
    nb_xml_element_replace_child (domain, (guint) ordinal, text);
  else if (ordinal >= 0)
    nb_xml_element_remove_child (domain, (guint) ordinal);
  else if (text != NULL)
    insert_into_domain (domain, cpu, text);
}

/**
 * nb_cpu_writer_put:
 * @source: a domain's XML
 * @cpu: (nullable): a `<cpu>` element, %NULL for none
 * @vcpu: (nullable): a `<vcpu>` element, %NULL for none
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Returns: (transfer full) (nullable): @source with these two instead of its own
 */
char *
nb_cpu_writer_put (const char *source, const char *cpu, const char *vcpu, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (source, "domain", error);
  g_autoptr (NbXmlElement) domain = NULL;
  int cpu_ordinal;
  int vcpu_ordinal;

  if (document == NULL)
    return NULL;

  cpu_ordinal = nb_xml_get_ordinal (nb_xml_get_child (xmlDocGetRootElement (document), "cpu"));
  vcpu_ordinal = nb_xml_get_ordinal (nb_xml_get_child (xmlDocGetRootElement (document), "vcpu"));
  domain = nb_xml_element_new (source);
  /* The one that stands later goes first, so that the other's number stays true. */
  if (cpu_ordinal >= vcpu_ordinal)
    {
      put (domain, cpu_ordinal, TRUE, cpu);
      put (domain, vcpu_ordinal, FALSE, vcpu);
    }
  else
    {
      put (domain, vcpu_ordinal, FALSE, vcpu);
      put (domain, cpu_ordinal, TRUE, cpu);
    }

  return nb_xml_element_to_string (domain);
}
