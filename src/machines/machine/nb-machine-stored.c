/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-stored.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nb-machine-error.h"
#include "nb-xml.h"

/* How deep a difference is named: “devices/disk” says enough. */
#define MAX_DEPTH 2

/* What Nestbox changes itself, at any depth that it has: nb_machine_xml_stored() compares these. */
static const char *const own[] = {
  "vcpu", "vcpus", "cpu", "cputune/vcpupin", "cputune/vcpusched", "features/hyperv", NULL,
};

static const char *
copy_until (GString *out, const char *p, const char *end)
{
  const char *found = strstr (p, end);
  const char *stop = found != NULL ? found + strlen (end) : p + strlen (p);

  g_string_append_len (out, p, stop - p);
  return stop;
}

static void
append_character (GString *out, char c, gboolean in_value)
{
  if (c == '\r' || (in_value && (c == '\n' || c == '\t')))
    g_string_append_printf (out, "&#%d;", c);
  else
    g_string_append_c (out, c);
}

static const char *
copy_tag (GString *out, const char *p)
{
  char quote = 0;

  for (; *p != '\0' && (quote != 0 || *p != '>'); p++)
    {
      if (quote != 0)
        append_character (out, *p, TRUE);
      else
        g_string_append_c (out, *p);
      if (quote == 0 && (*p == '"' || *p == '\''))
        quote = *p;
      else if (*p == quote)
        quote = 0;
    }
  return p;
}

/**
 * nb_machine_stored_escape:
 * @xml: a domain XML as libvirt printed it
 *
 * libvirt prints newline and tab inside attributes, and carriage return in text, as they are. Whoever parses that gets spaces
 * and newlines, as XML demands: libvirt too, when its own text is stored again.
 *
 * Returns: (transfer full): the same with those as character references
 */
char *
nb_machine_stored_escape (const char *xml)
{
  GString *out = g_string_sized_new (strlen (xml) + 64);
  const char *p = xml;

  while (*p != '\0')
    {
      if (g_str_has_prefix (p, "<!--"))
        p = copy_until (out, p, "-->");
      else if (g_str_has_prefix (p, "<![CDATA["))
        p = copy_until (out, p, "]]>");
      else if (g_str_has_prefix (p, "<?"))
        p = copy_until (out, p, "?>");
      else if (*p == '<')
        p = copy_tag (out, p);
      else
        append_character (out, *p++, FALSE);
    }
  return g_string_free (out, FALSE);
}

static char *
dup_name (xmlNode *node)
{
  if (node->ns != NULL && node->ns->prefix != NULL)
    return g_strconcat ((const char *) node->ns->prefix, ":", (const char *) node->name, NULL);
  return g_strdup ((const char *) node->name);
}

static char *
dup_path (const char *folder, const char *name)
{
  return *folder != '\0' ? g_strconcat (folder, "/", name, NULL) : g_strdup (name);
}

/* What is compared elsewhere. */
static gboolean
is_skipped (xmlNode *node, const char *path)
{
  if (g_strv_contains (own, path))
    return TRUE;
  if (g_str_equal (path, "clock/timer"))
    {
      g_autofree char *name = nb_xml_dup_attribute (node, "name");

      return g_strcmp0 (name, "hypervclock") == 0;
    }
  return FALSE;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_attributes (GString *out, xmlNode *node)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
    {
      xmlChar *value = xmlNodeListGetString (node->doc, attribute->children, 1);
      const char *space = attribute->ns != NULL ? (const char *) attribute->ns->href : "";

      g_ptr_array_add (texts, g_strdup_printf ("\001%s\002%s\003%s", space, (const char *) attribute->name,
                                               value != NULL ? (const char *) value : ""));
      xmlFree (value);
    }
  g_ptr_array_sort (texts, compare_strings);
  for (guint i = 0; i < texts->len; i++)
    g_string_append (out, texts->pdata[i]);
}

static gboolean
has_elements (xmlNode *node)
{
  return xmlFirstElementChild (node) != NULL;
}

/* An element as a text that is the same whenever it means the same: the order of attributes, and the white space between
 * elements, mean nothing. The control characters can't be in XML. */
static void
append_canonical (GString *out, xmlNode *node, const char *path)
{
  g_string_append_printf (out, "\004%s\002%s", node->ns != NULL ? (const char *) node->ns->href : "",
                          (const char *) node->name);
  append_attributes (out, node);
  g_string_append_c (out, '\005');
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      if (child->type == XML_ELEMENT_NODE)
        {
          g_autofree char *name = dup_name (child);
          g_autofree char *child_path = dup_path (path, name);

          if (!is_skipped (child, child_path))
            append_canonical (out, child, child_path);
        }
      else if (child->content != NULL && (!has_elements (node) || !xmlIsBlankNode (child)))
        g_string_append (out, (const char *) child->content);
    }
  g_string_append_c (out, '\006');
}

/* The children of one name, in their order, as one canonical text. */
typedef struct
{
  char *name;
  GString *text;
  xmlNode *only; /* null where there are several */
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->name);
  g_string_free (group->text, TRUE);
  g_free (group);
}

static Group *
find_group (GPtrArray *groups, const char *name)
{
  for (guint i = 0; i < groups->len; i++)
    if (g_str_equal (((Group *) groups->pdata[i])->name, name))
      return groups->pdata[i];
  return NULL;
}

/* An element of which only what is skipped is left counts as not there. */
static gboolean
is_hollow (xmlNode *node, const char *path)
{
  if (node->properties != NULL || !has_elements (node))
    return FALSE;
  for (xmlNode *child = xmlFirstElementChild (node); child != NULL; child = xmlNextElementSibling (child))
    {
      g_autofree char *name = dup_name (child);
      g_autofree char *child_path = dup_path (path, name);

      if (!is_skipped (child, child_path))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
group_children (xmlNode *parent, const char *folder)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);

  for (xmlNode *child = xmlFirstElementChild (parent); child != NULL; child = xmlNextElementSibling (child))
    {
      g_autofree char *name = dup_name (child);
      g_autofree char *path = dup_path (folder, name);
      Group *group;

      if (is_skipped (child, path) || is_hollow (child, path))
        continue;
      group = find_group (groups, name);
      if (group == NULL)
        {
          group = g_new0 (Group, 1);
          group->name = g_strdup (name);
          group->text = g_string_new (NULL);
          group->only = child;
          g_ptr_array_add (groups, group);
        }
      else
        group->only = NULL;
      append_canonical (group->text, child, path);
    }
  return groups;
}

static gboolean
same_head (xmlNode *a, xmlNode *b)
{
  g_autoptr (GString) mine = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);

  append_attributes (mine, a);
  append_attributes (other, b);
  return g_string_equal (mine, other) && has_elements (a) == has_elements (b);
}

static void
find_differences (xmlNode *a, xmlNode *b, const char *folder, guint depth, GStrvBuilder *differences)
{
  g_autoptr (GPtrArray) mine = group_children (a, folder);
  g_autoptr (GPtrArray) others = group_children (b, folder);

  for (guint i = 0; i < mine->len; i++)
    {
      const Group *group = mine->pdata[i];
      const Group *other = find_group (others, group->name);
      g_autofree char *path = dup_path (folder, group->name);

      if (other != NULL && g_string_equal (group->text, other->text))
        continue;
      if (other != NULL && group->only != NULL && other->only != NULL && depth < MAX_DEPTH &&
          same_head (group->only, other->only) && has_elements (group->only))
        find_differences (group->only, other->only, path, depth + 1, differences);
      else
        g_strv_builder_add (differences, path);
    }
  for (guint i = 0; i < others->len; i++)
    {
      const Group *other = others->pdata[i];
      g_autofree char *path = dup_path (folder, other->name);

      if (find_group (mine, other->name) == NULL)
        g_strv_builder_add (differences, path);
    }
}

/**
 * nb_machine_stored_compare:
 * @sent: the domain XML that was defined
 * @stored: the domain XML that is stored, as libvirt prints it
 *
 * Compares all but what Nestbox changes itself, which nb_machine_xml_stored() judges.
 *
 * Returns: (transfer full) (nullable): the names of the elements that differ, `devices/disk` for one; %NULL where all is the
 *   same
 */
char **
nb_machine_stored_compare (const char *sent, const char *stored)
{
  g_autofree char *mine = nb_machine_stored_escape (sent);
  g_autofree char *others = nb_machine_stored_escape (stored);
  g_autoptr (xmlDoc) a = nb_xml_parse (mine, "domain", NULL);
  g_autoptr (xmlDoc) b = nb_xml_parse (others, "domain", NULL);
  g_autoptr (GStrvBuilder) differences = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  if (a == NULL || b == NULL)
    g_strv_builder_add (differences, "domain");
  else
    {
      xmlNode *root = xmlDocGetRootElement (a);

      if (!same_head (root, xmlDocGetRootElement (b)))
        g_strv_builder_add (differences, "domain");
      find_differences (root, xmlDocGetRootElement (b), "", 1, differences);
    }
  names = g_strv_builder_end (differences);
  return names[0] != NULL ? g_steal_pointer (&names) : NULL;
}

/**
 * nb_machine_stored_has_uuid:
 * @xml: a domain XML that is to be defined
 * @uuid: the machine that it is for
 * @error: why it is not for that one
 *
 * Returns: whether defining @xml changes that machine, and makes no other
 */
gboolean
nb_machine_stored_has_uuid (const char *xml, const char *uuid, GError **error)
{
  g_autoptr (xmlDoc) document = nb_xml_parse (xml, "domain", error);
  g_autofree char *text = NULL;

  if (document == NULL)
    return FALSE;
  text = nb_xml_dup_text (nb_xml_get_child (xmlDocGetRootElement (document), "uuid"));
  if (text != NULL && g_ascii_strcasecmp (g_strstrip (text), uuid) == 0)
    return TRUE;
  g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID,
                       _ ("This configuration belongs to another virtual machine. Nothing was changed."));
  return FALSE;
}
