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

/* What may be changed of other elements: children of that name, and of these only those that an attribute marks. */
static const struct
{
  const char *parent;
  const char *name;
  const char *attribute;
  const char *value;
  const char *after[4]; /* where @parent goes */
} inner[] = {
  { "cputune", "vcpupin", NULL, NULL, { "vcpus", "vcpu", NULL } },
  { "cputune", "vcpusched", NULL, NULL, { "vcpus", "vcpu", NULL } },
  { "features", "hyperv", NULL, NULL, { "os", "vcpu", NULL } },
  { "clock", "timer", "name", "hypervclock", { "cpu", "features", NULL } },
};

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

static gboolean
is_inner (gsize i, xmlNode *node)
{
  g_autofree char *value = NULL;

  if (!nb_xml_is (node, inner[i].name))
    return FALSE;
  if (inner[i].attribute == NULL)
    return TRUE;
  value = nb_xml_dup_attribute (node, inner[i].attribute);

  return g_strcmp0 (value, inner[i].value) == 0;
}

static gboolean
is_inner_text (gsize i, const char *text)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (text, inner[i].name, NULL);

  return document != NULL && is_inner (i, xmlDocGetRootElement (document));
}

/* Takes the children of @parent that may be changed out of it; they come as texts. */
static GPtrArray *
cut_inner (NbXmlElement *parent, gsize i)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint child = nb_xml_element_get_n_children (parent); child-- > 0;)
    {
      g_autofree char *text = NULL;

      if (strcmp (nb_xml_element_get_child_name (parent, child), inner[i].name) != 0)
        continue;
      text = nb_xml_element_dup_child (parent, child);
      if (!is_inner_text (i, text))
        continue;
      nb_xml_element_remove_child (parent, child);
      g_ptr_array_insert (texts, 0, g_steal_pointer (&text));
    }

  return texts;
}

static gboolean
same_texts (GPtrArray *a, GPtrArray *b)
{
  for (guint i = 0; i < a->len && a->len == b->len; i++)
    if (strcmp (g_ptr_array_index (a, i), g_ptr_array_index (b, i)) != 0)
      return FALSE;

  return a->len == b->len;
}

static NbXmlElement *
open_child (NbXmlElement *root, int child)
{
  g_autofree char *text = child >= 0 ? nb_xml_element_dup_child (root, (guint) child) : NULL;

  return text != NULL ? nb_xml_element_new (text) : NULL;
}

static void
graft_inner (NbXmlElement *target, NbXmlElement *source, gsize i)
{
  int place = nb_xml_element_find_child (target, inner[i].parent);
  g_autoptr (NbXmlElement) parent = open_child (target, place);
  g_autoptr (NbXmlElement) from = open_child (source, nb_xml_element_find_child (source, inner[i].parent));
  g_autoptr (GPtrArray) old = parent != NULL ? cut_inner (parent, i) : g_ptr_array_new ();
  g_autoptr (GPtrArray) new = from != NULL ? cut_inner (from, i) : g_ptr_array_new ();
  g_autofree char *indent = NULL;
  g_autofree char *text = NULL;

  if (same_texts (old, new))
    return;
  if (parent == NULL)
    {
      g_autofree char *empty = NULL;

      place = find_place (target, inner[i].after);
      parent = nb_xml_element_new_empty (inner[i].parent, nb_xml_element_get_quote (target));
      empty = nb_xml_element_to_string (parent);
      nb_xml_element_insert_child (target, (guint) place, empty, "");
    }

  indent = nb_xml_element_dup_child_indent (target, (guint) place);
  for (guint j = 0; j < new->len; j++)
    nb_xml_element_insert_child (parent, nb_xml_element_get_n_children (parent), g_ptr_array_index (new, j), indent);
  text = nb_xml_element_to_string (parent);
  if (new->len == 0 && !nb_xml_element_has_content (parent) && !nb_xml_element_has_attributes (parent))
    nb_xml_element_remove_child (target, (guint) place);
  else
    nb_xml_element_replace_child (target, (guint) place, text);
}

/**
 * nb_machine_xml_graft:
 * @onto: a whole domain XML, as it is now
 * @from: a whole domain XML, as it was edited
 * @error: why one of them is not a domain XML
 *
 * Returns: (transfer full) (nullable): @onto with what nb-machine-xml.h names of @from; every other byte is @onto's
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
  for (gsize i = 0; i < G_N_ELEMENTS (inner); i++)
    graft_inner (target, source, i);

  return nb_xml_element_to_string (target);
}

/**
 * nb_machine_xml_dup_parts:
 * @xml: a whole domain XML
 * @error: why it is none
 *
 * Returns: (transfer full) (nullable): a `<domain>` with what nb-machine-xml.h names and nothing else, for nb_machine_xml_graft()
 */
char *
nb_machine_xml_dup_parts (const char *xml, GError **error)
{
  return nb_machine_xml_graft ("<domain></domain>", xml, error);
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

/* A <cpu> of which only the shape is wanted gets the model that libvirt would take. */
static gboolean
names_no_processor (xmlNode *cpu)
{
  g_autofree char *mode = nb_xml_dup_attribute (cpu, "mode");

  return nb_xml_is (cpu, "cpu") && nb_xml_get_child (cpu, "model") == NULL &&
         (mode == NULL || strcmp (mode, "custom") == 0);
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
  if (comparison == COMPARE_WANTED && names_no_processor (a) && child_b != NULL && nb_xml_is (child_b, "model"))
    child_b = next_element (child_b->next);
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

static xmlNode *
next_inner (gsize i, xmlNode *node)
{
  while (node != NULL && !is_inner (i, node))
    node = node->next;
  return node;
}

static gboolean
same_inner (xmlNode *a, xmlNode *b, gsize i, Comparison comparison)
{
  xmlNode *parent_a = nb_xml_get_child (a, inner[i].parent);
  xmlNode *parent_b = nb_xml_get_child (b, inner[i].parent);
  xmlNode *node_a = next_inner (i, parent_a != NULL ? parent_a->children : NULL);
  xmlNode *node_b = next_inner (i, parent_b != NULL ? parent_b->children : NULL);

  while (node_a != NULL && node_b != NULL)
    {
      if (!same_node (node_a, node_b, comparison))
        return FALSE;
      node_a = next_inner (i, node_a->next);
      node_b = next_inner (i, node_b->next);
    }
  return node_a == NULL && node_b == NULL;
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
  for (gsize i = 0; i < G_N_ELEMENTS (inner); i++)
    if (!same_inner (xmlDocGetRootElement (doc_a), xmlDocGetRootElement (doc_b), i, comparison))
      return FALSE;
  return TRUE;
}

/**
 * nb_machine_xml_same:
 * @a: a whole domain XML
 * @b: another
 *
 * Returns: whether they have the same of what nb-machine-xml.h names
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
