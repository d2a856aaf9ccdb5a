/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Source: QEMU's docs/system/i386/hyperv.rst. stimer needs synic, vpindex and the clock; a hypervisor in the guest needs direct
 * timers; evmcs is Intel's, and needs vapic. */

#include "config.h"

#include "nb-cpu-hyperv.h"

#include <string.h>

#include "nb-cpu-hyperv-xml.h"

/* The names that stand for what is no element of <hyperv>. */
#define PASSTHROUGH "passthrough"
#define CLOCK       "hypervclock"
#define DIRECT      "stimer-direct"

/* In libvirt's order. */
static const struct
{
  const char *name;
  const char *attribute;
  const char *value;
} wanted[] = {
  { "relaxed", NULL, NULL }, { "vapic", NULL, NULL },       { "spinlocks", "retries", "8191" },
  { "vpindex", NULL, NULL }, { "runtime", NULL, NULL },     { "synic", NULL, NULL },
  { "stimer", NULL, NULL },  { "frequencies", NULL, NULL }, { "evmcs", NULL, NULL },
};

static gboolean
is_on (xmlNode *node)
{
  g_autofree char *state = node != NULL ? nb_xml_dup_attribute (node, "state") : NULL;

  return g_strcmp0 (state, "on") == 0;
}

static gboolean
is_hyperv_clock (xmlNode *timer)
{
  g_autofree char *name = nb_xml_dup_attribute (timer, "name");

  return g_strcmp0 (name, "hypervclock") == 0;
}

/**
 * nb_cpu_hyperv_read:
 * @domain: a `<domain>` element
 *
 * Returns: (transfer full) (array zero-terminated=1): the enlightenments that are on; `passthrough` for all, and
 *   `stimer-direct` and `hypervclock` for what is no element of `<hyperv>`
 */
char **
nb_cpu_hyperv_read (xmlNode *domain)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  xmlNode *hyperv = nb_xml_get_child (nb_xml_get_child (domain, "features"), "hyperv");
  xmlNode *timer = nb_xml_get_child (nb_xml_get_child (domain, "clock"), "timer");
  g_autofree char *mode = hyperv != NULL ? nb_xml_dup_attribute (hyperv, "mode") : NULL;

  if (g_strcmp0 (mode, PASSTHROUGH) == 0)
    g_strv_builder_add (names, PASSTHROUGH);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (is_on (nb_xml_get_child (hyperv, wanted[i].name)))
      g_strv_builder_add (names, wanted[i].name);
  if (is_on (nb_xml_get_child (nb_xml_get_child (hyperv, "stimer"), "direct")))
    g_strv_builder_add (names, DIRECT);
  for (; timer != NULL; timer = nb_xml_get_next (timer))
    {
      g_autofree char *present = nb_xml_dup_attribute (timer, "present");

      if (is_hyperv_clock (timer) && g_strcmp0 (present, "yes") == 0)
        g_strv_builder_add (names, CLOCK);
    }

  return g_strv_builder_end (names);
}

static gboolean
has (const NbCpuConfig *config, const char *name)
{
  return config->hyperv != NULL && g_strv_contains ((const char *const *) config->hyperv, name);
}

static gboolean
is_wanted (const NbCpuConfig *config, const char *name, NbCpuVendor vendor)
{
  if (has (config, PASSTHROUGH) || has (config, name))
    return FALSE;

  return strcmp (name, "evmcs") != 0 || (vendor == NB_CPU_VENDOR_INTEL && config->override == NULL);
}

/* What is no element of <hyperv> comes with stimer. */
static gboolean
is_offered (NbCpuCaps *caps, const char *name)
{
  if (strcmp (name, CLOCK) == 0)
    return TRUE;

  return caps == NULL || nb_cpu_caps_offers_hyperv (caps, strcmp (name, DIRECT) == 0 ? "stimer" : name);
}

static char **
find (const NbCpuConfig *config, NbCpuCaps *caps, NbCpuVendor vendor, gboolean offered)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  static const char *const more[] = { DIRECT, CLOCK };

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (is_wanted (config, wanted[i].name, vendor) && is_offered (caps, wanted[i].name) == offered)
      g_strv_builder_add (names, wanted[i].name);
  for (gsize i = 0; i < G_N_ELEMENTS (more); i++)
    if (is_wanted (config, more[i], vendor) && is_offered (caps, more[i]) && is_offered (caps, "stimer") && offered)
      g_strv_builder_add (names, more[i]);

  return g_strv_builder_end (names);
}

/**
 * nb_cpu_hyperv_dup_missing:
 * @config: a machine's values
 * @caps: (nullable): what its hypervisor offers
 * @vendor: whose the host's processor is
 *
 * Returns: (transfer full) (array zero-terminated=1): what nb_cpu_hyperv_write() would have to write
 */
char **
nb_cpu_hyperv_dup_missing (const NbCpuConfig *config, NbCpuCaps *caps, NbCpuVendor vendor)
{
  return find (config, caps, vendor, TRUE);
}

/**
 * nb_cpu_hyperv_dup_unoffered:
 * @config: a machine's values
 * @caps: (nullable): what its hypervisor offers
 * @vendor: whose the host's processor is
 *
 * Returns: (transfer full) (array zero-terminated=1): what is missing and cannot be given
 */
char **
nb_cpu_hyperv_dup_unoffered (const NbCpuConfig *config, NbCpuCaps *caps, NbCpuVendor vendor)
{
  return find (config, caps, vendor, FALSE);
}

/* @text of the child that is to be on, made of @old or anew. */
static char *
turn_on (const char *old, gsize i, gboolean direct, char quote, const char *indent)
{
  g_autoptr (NbXmlElement) element = NULL;

  if (old != NULL)
    element = nb_xml_element_new (old);
  else
    element = nb_xml_element_new_empty (wanted[i].name, quote);
  nb_xml_element_set_attribute (element, "state", "on");
  if (old == NULL && wanted[i].attribute != NULL)
    nb_xml_element_set_attribute (element, wanted[i].attribute, wanted[i].value);
  if (direct)
    {
      g_autoptr (NbXmlElement) child = nb_xml_element_new_empty ("direct", quote);
      const int place = nb_xml_element_find_child (element, "direct");
      g_autofree char *text = NULL;

      nb_xml_element_set_attribute (child, "state", "on");
      text = nb_xml_element_to_string (child);
      if (place >= 0)
        nb_xml_element_replace_child (element, (guint) place, text);
      else
        nb_xml_element_insert_child (element, 0, text, indent);
    }

  return nb_xml_element_to_string (element);
}

/* Behind the last of what libvirt writes before it. */
static guint
find_place (NbXmlElement *hyperv, gsize rank)
{
  guint place = 0;

  for (guint i = 0; i < nb_xml_element_get_n_children (hyperv); i++)
    for (gsize j = 0; j < rank; j++)
      if (strcmp (nb_xml_element_get_child_name (hyperv, i), wanted[j].name) == 0)
        place = i + 1;

  return place;
}

static void
write_enlightenments (NbXmlElement *hyperv, const char *indent, const char *const *names)
{
  const gboolean direct = g_strv_contains (names, DIRECT);

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const gboolean with_direct = direct && strcmp (wanted[i].name, "stimer") == 0;
      const int child = nb_xml_element_find_child (hyperv, wanted[i].name);
      g_autofree char *old = child >= 0 ? nb_xml_element_dup_child (hyperv, (guint) child) : NULL;
      g_autofree char *inner = NULL;
      g_autofree char *text = NULL;

      if (!with_direct && !g_strv_contains (names, wanted[i].name))
        continue;
      inner = *indent != '\0' ? g_strconcat (indent, "  ", NULL) : g_strdup ("");
      text = turn_on (old, i, with_direct, nb_xml_element_get_quote (hyperv), inner);
      if (child >= 0)
        nb_xml_element_replace_child (hyperv, (guint) child, text);
      else
        nb_xml_element_insert_child (hyperv, find_place (hyperv, i), text, indent);
    }
}

static void
write_clock (NbXmlElement *clock, const char *indent)
{
  g_autoptr (NbXmlElement) timer = nb_xml_element_new_empty ("timer", nb_xml_element_get_quote (clock));
  guint n = nb_xml_element_get_n_children (clock);
  g_autofree char *text = NULL;

  nb_xml_element_set_attribute (timer, "name", CLOCK);
  nb_xml_element_set_attribute (timer, "present", "yes");
  text = nb_xml_element_to_string (timer);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *old = nb_xml_element_dup_child (clock, i);
      g_autoptr (xmlDoc) document = nb_xml_parse (old, "timer", NULL);

      if (document != NULL && is_hyperv_clock (xmlDocGetRootElement (document)))
        {
          nb_xml_element_replace_child (clock, i, text);
          return;
        }
    }
  nb_xml_element_insert_child (clock, n, text, indent);
}

/* The child @name of @parent, which is put behind @after where there is none yet. */
static guint
need_child (NbXmlElement *parent, const char *name, const char *const *after, const char *indent)
{
  int child = nb_xml_element_find_child (parent, name);
  int place = -1;
  g_autoptr (NbXmlElement) element = NULL;
  g_autofree char *text = NULL;

  if (child >= 0)
    return (guint) child;

  for (guint i = 0; after[i] != NULL && place < 0; i++)
    place = nb_xml_element_find_child (parent, after[i]);
  element = nb_xml_element_new_empty (name, nb_xml_element_get_quote (parent));
  text = nb_xml_element_to_string (element);
  nb_xml_element_insert_child (parent, (guint) (place + 1), text, indent);

  return (guint) (place + 1);
}

/**
 * nb_cpu_hyperv_write:
 * @domain: a `<domain>`
 * @names: (array zero-terminated=1): what nb_cpu_hyperv_dup_missing() lists
 *
 * Turns them on.
 */
void
nb_cpu_hyperv_write (NbXmlElement *domain, const char *const *names)
{
  static const char *const after_os[] = { "os", "vcpu", NULL };
  static const char *const after_features[] = { "cpu", "features", NULL };
  static const char *const after_apic[] = { "apic", "acpi", NULL };

  if (names[0] != NULL && strcmp (names[0], CLOCK) != 0)
    {
      const guint place = need_child (domain, "features", after_os, "");
      g_autofree char *indent = nb_xml_element_dup_child_indent (domain, place);
      g_autofree char *old = nb_xml_element_dup_child (domain, place);
      g_autoptr (NbXmlElement) features = nb_xml_element_new (old);
      const gboolean has_hyperv = nb_xml_element_find_child (features, "hyperv") >= 0;
      const guint inner = need_child (features, "hyperv", after_apic, indent);
      g_autofree char *inner_indent = nb_xml_element_dup_child_indent (features, inner);
      g_autofree char *inner_old = nb_xml_element_dup_child (features, inner);
      g_autoptr (NbXmlElement) hyperv = nb_xml_element_new (inner_old);
      g_autofree char *inner_new = NULL;
      g_autofree char *new = NULL;

      if (!has_hyperv)
        nb_xml_element_set_attribute (hyperv, "mode", "custom");
      write_enlightenments (hyperv, inner_indent, names);
      inner_new = nb_xml_element_to_string (hyperv);
      nb_xml_element_replace_child (features, inner, inner_new);
      new = nb_xml_element_to_string (features);
      nb_xml_element_replace_child (domain, place, new);
    }
  if (g_strv_contains (names, CLOCK))
    {
      const guint place = need_child (domain, "clock", after_features, "");
      g_autofree char *indent = nb_xml_element_dup_child_indent (domain, place);
      g_autofree char *old = nb_xml_element_dup_child (domain, place);
      g_autoptr (NbXmlElement) clock = nb_xml_element_new (old);
      g_autofree char *new = NULL;

      write_clock (clock, indent);
      new = nb_xml_element_to_string (clock);
      nb_xml_element_replace_child (domain, place, new);
    }
}
