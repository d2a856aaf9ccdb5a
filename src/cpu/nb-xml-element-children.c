/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The child elements of an NbXmlElement. They are counted as libxml2's tree counts them: elements only, from 0. */

#include "config.h"

#include "nb-xml-element-private.h"

#include <string.h>

static NbXmlPiece *
get_piece (NbXmlElement *self, guint index)
{
  return g_ptr_array_index (self->pieces, index);
}

/* Where among the pieces a child stands; behind the last piece where there is none. */
static guint
find_piece (NbXmlElement *self, guint child)
{
  for (guint i = 0; i < self->pieces->len; i++)
    if (get_piece (self, i)->name != NULL && child-- == 0)
      return i;

  return self->pieces->len;
}

/**
 * nb_xml_element_get_n_children:
 * @self: an element
 *
 * Returns: how many child elements it has
 */
guint
nb_xml_element_get_n_children (NbXmlElement *self)
{
  guint n = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    n += get_piece (self, i)->name != NULL ? 1 : 0;

  return n;
}

/**
 * nb_xml_element_get_child_name:
 * @self: an element
 * @child: which child
 *
 * Returns: (transfer none): its name, with the prefix that it is written with
 */
const char *
nb_xml_element_get_child_name (NbXmlElement *self, guint child)
{
  return get_piece (self, find_piece (self, child))->name;
}

/**
 * nb_xml_element_find_child:
 * @self: an element
 * @name: a name
 *
 * Returns: the first child of that name, or -1
 */
int
nb_xml_element_find_child (NbXmlElement *self, const char *name)
{
  guint n = nb_xml_element_get_n_children (self);

  for (guint i = 0; i < n; i++)
    if (strcmp (nb_xml_element_get_child_name (self, i), name) == 0)
      return (int) i;

  return -1;
}

/**
 * nb_xml_element_dup_child:
 * @self: an element
 * @child: which child
 *
 * Returns: (transfer full): its text, from `<` to `>`
 */
char *
nb_xml_element_dup_child (NbXmlElement *self, guint child)
{
  return g_strdup (get_piece (self, find_piece (self, child))->text);
}

/* White space with something behind it. */
static gboolean
is_inner_space (NbXmlElement *self, guint index)
{
  return index + 1 < self->pieces->len && nb_xml_piece_is_space (get_piece (self, index));
}

/* The white space that puts the piece on a line of its own, "\n    "; empty where it has none. */
static char *
dup_indent (NbXmlElement *self, guint index)
{
  const char *space;
  const char *line;

  if (index == 0 || index > self->pieces->len || !nb_xml_piece_is_space (get_piece (self, index - 1)))
    return g_strdup ("");

  space = get_piece (self, index - 1)->text;
  line = strrchr (space, '\n');
  if (line == NULL)
    return g_strdup ("");

  return g_strdup (line > space && line[-1] == '\r' ? line - 1 : line);
}

/**
 * nb_xml_element_dup_child_indent:
 * @self: an element
 * @child: which child
 *
 * Returns: (transfer full): the end of line and the white space before it, or an empty string where it stands on the
 *   line of what is before it
 */
char *
nb_xml_element_dup_child_indent (NbXmlElement *self, guint child)
{
  return dup_indent (self, find_piece (self, child));
}

/**
 * nb_xml_element_replace_child:
 * @self: an element
 * @child: which child
 * @text: the new child, one element
 *
 * Puts @text where the child was.
 */
void
nb_xml_element_replace_child (NbXmlElement *self, guint child, const char *text)
{
  NbXmlPiece *piece = get_piece (self, find_piece (self, child));

  g_free (piece->text);
  piece->text = g_strdup (text);
}

/**
 * nb_xml_element_remove_child:
 * @self: an element
 * @child: which child
 *
 * Takes it away, with its line. What is left empty becomes an empty tag, as libvirt writes it.
 */
void
nb_xml_element_remove_child (NbXmlElement *self, guint child)
{
  guint index = find_piece (self, child);

  g_ptr_array_remove_index (self->pieces, index);
  if (is_inner_space (self, index))
    g_ptr_array_remove_index (self->pieces, index);
  else if (index > 0 && nb_xml_piece_is_space (get_piece (self, index - 1)))
    g_ptr_array_remove_index (self->pieces, index - 1);

  if (!nb_xml_element_has_content (self))
    nb_xml_element_set_text (self, NULL);
}

/* One step deeper than @indent, in the hand that wrote it: a tab, or as many spaces as one step has. */
static char *
indent_deeper (const char *indent)
{
  const char *start;

  if (*indent == '\0')
    return g_strdup ("");

  start = indent + strspn (indent, "\r\n");

  return g_strconcat (indent, *start == '\t' ? "\t" : "  ", NULL);
}

/**
 * nb_xml_element_insert_child:
 * @self: an element
 * @child: where: what has this number now comes behind it
 * @text: the new child, one element
 * @own_indent: the white space before @self's own start tag, for an element that has no children to learn from
 *
 * Puts @text in, on a line of its own where the others have one.
 */
void
nb_xml_element_insert_child (NbXmlElement *self, guint child, const char *text, const char *own_indent)
{
  guint n = nb_xml_element_get_n_children (self);
  g_autofree char *name = g_strndup (text + 1, strcspn (text + 1, " \t\r\n/>"));
  g_autofree char *indent = NULL;
  guint index;

  if (n > 0)
    indent = nb_xml_element_dup_child_indent (self, 0);
  else
    indent = indent_deeper (own_indent);

  if (child > 0 && child <= n)
    index = find_piece (self, child - 1) + 1;
  else
    index = 0;

  /* Only an element without children may still have to get its end tag on a line of its own. */
  if (n == 0 && !nb_xml_element_has_content (self))
    {
      nb_xml_element_set_text (self, NULL);
      nb_xml_element_open (self);
      if (*own_indent != '\0')
        g_ptr_array_add (self->pieces, nb_xml_piece_new (NULL, own_indent, -1));
      index = 0;
    }

  /* Where another follows, take its place on its line: what the one before was followed by stays the same. */
  if (is_inner_space (self, index))
    {
      g_free (indent);
      indent = dup_indent (self, ++index);
      if (*indent != '\0')
        g_ptr_array_insert (self->pieces, (int) index, nb_xml_piece_new (NULL, indent, -1));
      g_ptr_array_insert (self->pieces, (int) index, nb_xml_piece_new (name, text, -1));
      return;
    }

  g_ptr_array_insert (self->pieces, (int) index, nb_xml_piece_new (name, text, -1));
  if (*indent != '\0')
    g_ptr_array_insert (self->pieces, (int) index, nb_xml_piece_new (NULL, indent, -1));
}
