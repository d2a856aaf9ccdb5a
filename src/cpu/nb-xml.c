/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading XML that comes from elsewhere, with libxml2 kept on a short lead. */

#include "config.h"

#include "nb-xml.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <string.h>

G_DEFINE_QUARK (nb - xml - error - quark, nb_xml_error)

/* libxml2 can say where and what; one line of it is enough. */
static void
set_malformed (GError **error, xmlParserCtxt *context)
{
  const xmlError *last = xmlCtxtGetLastError (context);
  g_autofree char *said = g_strdup (last != NULL && last->message != NULL ? last->message : "");

  g_strdelimit (g_strstrip (said), "\n", ' ');
  g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_MALFORMED,
               /* Translators: %d is a line's number, %s what the XML library says in English. */
               _ ("This is not well-formed XML: line %d: %s"), last != NULL ? last->line : 0, said);
}

/* Before the first element only: in a comment or CDATA the same letters mean nothing. */
static gboolean
has_declaration (const char *p)
{
  p += strcspn (p, "<");
  while (g_str_has_prefix (p, "<?") || g_str_has_prefix (p, "<!--"))
    {
      p = strstr (p, p[1] == '?' ? "?>" : "-->");
      if (p == NULL)
        return FALSE;
      p += strcspn (p, "<");
    }

  return g_str_has_prefix (p, "<!");
}

/**
 * nb_xml_parse:
 * @text: XML in UTF-8
 * @root_name: (nullable): how the outermost element has to be called, without a namespace
 * @error: return location of an error of %NB_XML_ERROR
 *
 * Nothing is fetched and no entity is expanded: whatever brings a document type declaration is refused before libxml2
 * sees it. libvirt never writes one.
 *
 * Returns: (transfer full): the tree
 */
xmlDoc *
nb_xml_parse (const char *text, const char *root_name, GError **error)
{
  g_autoptr (xmlDoc) document = NULL;
  xmlParserCtxt *context;
  xmlNode *root;
  gsize length = strlen (text);

  if (length > G_MAXINT || !g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error_literal (error, NB_XML_ERROR, NB_XML_ERROR_MALFORMED, _ ("This XML is not in UTF-8."));
      return NULL;
    }
  if (has_declaration (text))
    {
      g_set_error_literal (error, NB_XML_ERROR, NB_XML_ERROR_REFUSED,
                           _ ("This XML has a document type declaration, which no virtual machine needs."));
      return NULL;
    }

  context = xmlNewParserCtxt ();
  document = xmlCtxtReadMemory (context, text, (int) length, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (document == NULL)
    set_malformed (error, context);
  xmlFreeParserCtxt (context);
  if (document == NULL)
    return NULL;

  if (document->encoding != NULL && g_ascii_strcasecmp ((const char *) document->encoding, "UTF-8") != 0 &&
      g_ascii_strcasecmp ((const char *) document->encoding, "US-ASCII") != 0)
    {
      g_set_error_literal (error, NB_XML_ERROR, NB_XML_ERROR_MALFORMED, _ ("This XML is not in UTF-8."));
      return NULL;
    }

  root = xmlDocGetRootElement (document);
  if (root_name != NULL && !nb_xml_is (root, root_name))
    {
      g_set_error (error, NB_XML_ERROR, NB_XML_ERROR_WRONG_KIND,
                   _ ("The outermost element of this XML is <%s>, not <%s>."), (const char *) root->name, root_name);
      return NULL;
    }

  return g_steal_pointer (&document);
}

/**
 * nb_xml_is:
 * @node: (nullable): a node
 * @name: a name
 *
 * Returns: whether @node is an element of that name and of no namespace, which is how libvirt reads its own
 */
gboolean
nb_xml_is (xmlNode *node, const char *name)
{
  return node != NULL && node->type == XML_ELEMENT_NODE && node->ns == NULL &&
         strcmp ((const char *) node->name, name) == 0;
}

/**
 * nb_xml_get_child:
 * @parent: (nullable): an element
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the first child element of that name; libvirt, too, reads only the first
 */
xmlNode *
nb_xml_get_child (xmlNode *parent, const char *name)
{
  for (xmlNode *node = parent != NULL ? parent->children : NULL; node != NULL; node = node->next)
    if (nb_xml_is (node, name))
      return node;

  return NULL;
}

/**
 * nb_xml_get_next:
 * @node: an element
 *
 * Returns: (transfer none) (nullable): the next sibling element of the same name
 */
xmlNode *
nb_xml_get_next (xmlNode *node)
{
  const char *name = (const char *) node->name;

  for (node = node->next; node != NULL; node = node->next)
    if (nb_xml_is (node, name))
      return node;

  return NULL;
}

/**
 * nb_xml_get_ordinal:
 * @node: (nullable): an element
 *
 * Returns: how many sibling elements stand before it, or -1
 */
int
nb_xml_get_ordinal (xmlNode *node)
{
  int n = -1;

  for (; node != NULL; node = node->prev)
    if (node->type == XML_ELEMENT_NODE)
      n++;

  return n;
}

/**
 * nb_xml_dup_attribute:
 * @node: (nullable): an element
 * @name: an attribute's name
 *
 * Returns: (transfer full) (nullable): its value
 */
char *
nb_xml_dup_attribute (xmlNode *node, const char *name)
{
  xmlChar *value = node != NULL ? xmlGetNoNsProp (node, (const xmlChar *) name) : NULL;
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);

  return copy;
}

/**
 * nb_xml_dup_text:
 * @node: (nullable): an element
 *
 * Returns: (transfer full) (nullable): its text without the white space around it, or %NULL where there is none
 */
char *
nb_xml_dup_text (xmlNode *node)
{
  xmlChar *value = node != NULL ? xmlNodeGetContent (node) : NULL;
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  if (copy != NULL && *g_strstrip (copy) == '\0')
    g_clear_pointer (&copy, g_free);

  return copy;
}
