/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-xml.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-xml-element.h"
#include "nb-xml.h"

/* What may be changed, and behind which element it goes where the machine has none of it yet. */
static const struct
{
  const char *name;
  const char *after[5];
} parts[] = {
  { "vcpu", { "currentMemory", "memory", "name", NULL } },
  { "vcpus", { "vcpu", NULL } },
  { "cpu", { "features", "os", "vcpus", "vcpu", NULL } },
};

typedef enum
{
  COMPARE_EXACTLY,
  COMPARE_WANTED, /* the second may have more attributes: libvirt fills in what was left out */
} Comparison;

static int
find_place (NbXmlElement *root, const char *const *after)
{
  for (guint i = 0; after[i] != NULL; i++)
    {
      const int child = nb_xml_element_find_child (root, after[i]);

      if (child >= 0)
        return child + 1;
    }
  return (int) nb_xml_element_get_n_children (root);
}

/**
 * nb_machine_xml_graft:
 * @onto: a whole domain XML, as it is now
 * @from: a whole domain XML, as it was edited
 * @error: why one of them is not a domain XML
 *
 * Returns: (transfer full) (nullable): @onto with the `<cpu>`, `<vcpu>` and `<vcpus>` of @from; every other byte is
 *   @onto's
 */
char *
nb_machine_xml_graft (const char *onto, const char *from, GError **error)
{
  g_autoptr (xmlDoc) onto_doc = nb_xml_parse (onto, "domain", error);
  g_autoptr (xmlDoc) from_doc = onto_doc != NULL ? nb_xml_parse (from, "domain", error) : NULL;
  g_autoptr (NbXmlElement) target = NULL;
  g_autoptr (NbXmlElement) source = NULL;

  if (from_doc == NULL)
    return NULL;
  target = nb_xml_element_new (onto);
  source = nb_xml_element_new (from);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const int old = nb_xml_element_find_child (target, parts[i].name);
      const int new = nb_xml_element_find_child (source, parts[i].name);
      g_autofree char *text = new >= 0 ? nb_xml_element_dup_child (source, (guint) new) : NULL;

      if (text == NULL && old >= 0)
        nb_xml_element_remove_child (target, (guint) old);
      else if (text != NULL && old >= 0)
        nb_xml_element_replace_child (target, (guint) old, text);
      else if (text != NULL)
        nb_xml_element_insert_child (target, (guint) find_place (target, parts[i].after), text, "");
    }
  return nb_xml_element_to_string (target);
}

static gboolean
same_attributes (xmlNode *a, xmlNode *b)
{
  for (xmlAttr *attribute = a->properties; attribute != NULL; attribute = attribute->next)
    {
      g_autofree char *mine = nb_xml_dup_attribute (a, (const char *) attribute->name);
      g_autofree char *other = nb_xml_dup_attribute (b, (const char *) attribute->name);

      if (g_strcmp0 (mine, other) != 0)
        return FALSE;
    }
  return TRUE;
}

static xmlNode *
next_element (xmlNode *node)
{
  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->next;
  return node;
}

static gboolean
same_text (xmlNode *a, xmlNode *b)
{
  g_autofree char *mine = nb_xml_dup_text (a);
  g_autofree char *other = nb_xml_dup_text (b);

  return g_strcmp0 (mine != NULL ? g_strstrip (mine) : NULL, other != NULL ? g_strstrip (other) : NULL) == 0;
}

/* Comments and white space between elements mean nothing here: libvirt drops them. */
static gboolean
same_node (xmlNode *a, xmlNode *b, Comparison comparison)
{
  xmlNode *child_a = next_element (a->children);
  xmlNode *child_b = next_element (b->children);

  if (strcmp ((const char *) a->name, (const char *) b->name) != 0 || !same_attributes (a, b) ||
      (comparison == COMPARE_EXACTLY && !same_attributes (b, a)))
    return FALSE;
  if (child_a == NULL && child_b == NULL)
    return same_text (a, b);
  while (child_a != NULL && child_b != NULL)
    {
      if (!same_node (child_a, child_b, comparison))
        return FALSE;
      child_a = next_element (child_a->next);
      child_b = next_element (child_b->next);
    }
  return child_a == NULL && child_b == NULL;
}

static gboolean
compare (const char *a, const char *b, Comparison comparison)
{
  g_autoptr (xmlDoc) doc_a = nb_xml_parse (a, "domain", NULL);
  g_autoptr (xmlDoc) doc_b = nb_xml_parse (b, "domain", NULL);

  if (doc_a == NULL || doc_b == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      xmlNode *node_a = nb_xml_get_child (xmlDocGetRootElement (doc_a), parts[i].name);
      xmlNode *node_b = nb_xml_get_child (xmlDocGetRootElement (doc_b), parts[i].name);

      /* Where no <cpu> is wanted, QEMU's driver writes down the one that it would take. */
      if (node_a == NULL && comparison == COMPARE_WANTED)
        continue;
      if ((node_a == NULL) != (node_b == NULL) || (node_a != NULL && !same_node (node_a, node_b, comparison)))
        return FALSE;
    }
  return TRUE;
}

/**
 * nb_machine_xml_same:
 * @a: a whole domain XML
 * @b: another
 *
 * Returns: whether they have the same `<cpu>`, `<vcpu>` and `<vcpus>`
 */
gboolean
nb_machine_xml_same (const char *a, const char *b)
{
  return compare (a, b, COMPARE_EXACTLY);
}

/**
 * nb_machine_xml_stored:
 * @wanted: the domain XML that was defined
 * @stored: the domain XML that was read back
 *
 * Returns: whether what was wanted is there; attributes that libvirt filled in do not count
 */
gboolean
nb_machine_xml_stored (const char *wanted, const char *stored)
{
  return compare (wanted, stored, COMPARE_WANTED);
}
