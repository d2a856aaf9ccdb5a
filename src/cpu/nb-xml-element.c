/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tree would write the whole document anew, with its own quotes and its own ideas of white space. Here an element is
 * cut into pieces whose concatenation is the text, so that what is not touched cannot change. */

#include "config.h"

#include "nb-xml-element-private.h"

#include <string.h>

static void
attribute_free (NbXmlAttribute *attribute)
{
  g_free (attribute->lead);
  g_free (attribute->name);
  g_free (attribute->mid);
  g_free (attribute->value);
  g_free (attribute);
}

static void
piece_free (NbXmlPiece *piece)
{
  g_free (piece->name);
  g_free (piece->text);
  g_free (piece);
}

/* With a @length below zero, all of @text. */
NbXmlPiece *
nb_xml_piece_new (const char *name, const char *text, gssize length)
{
  NbXmlPiece *piece = g_new0 (NbXmlPiece, 1);

  piece->name = g_strdup (name);
  piece->text = length < 0 ? g_strdup (text) : g_strndup (text, length);

  return piece;
}

gboolean
nb_xml_piece_is_space (const NbXmlPiece *piece)
{
  return piece->name == NULL && piece->text[strspn (piece->text, " \t\r\n")] == '\0';
}

/* Each skipper stops at the text's end at the latest: whatever comes in, nothing is read beyond it. */

static const char *
skip_until (const char *p, const char *end)
{
  const char *found = strstr (p, end);

  return found != NULL ? found + strlen (end) : p + strlen (p);
}

static const char *
skip_space (const char *p)
{
  return p + strspn (p, " \t\r\n");
}

static const char *
skip_name (const char *p)
{
  return p + strcspn (p, " \t\r\n=/><");
}

/* From a '<' to behind its '>', which in an attribute's value does not count. */
static const char *
skip_tag (const char *p)
{
  char quote = '\0';

  for (; *p != '\0'; p++)
    if (quote != '\0')
      {
        if (*p == quote)
          quote = '\0';
      }
    else if (*p == '"' || *p == '\'')
      quote = *p;
    else if (*p == '>')
      return p + 1;

  return p;
}

/* Comments, CDATA and processing instructions; NULL where none begins. */
static const char *
skip_other (const char *p)
{
  if (g_str_has_prefix (p, "<!--"))
    return skip_until (p + strlen ("<!--"), "-->");
  if (g_str_has_prefix (p, "<![CDATA["))
    return skip_until (p, "]]>");
  if (g_str_has_prefix (p, "<?"))
    return skip_until (p, "?>");

  return NULL;
}

/* From an element's '<' to behind its end tag. */
static const char *
skip_element (const char *p)
{
  guint depth = 0;

  do
    {
      const char *other = skip_other (p);
      const char *end;

      if (other != NULL)
        {
          p = other;
          continue;
        }
      if (*p != '<')
        {
          p += strcspn (p, "<");
          continue;
        }

      end = skip_tag (p);
      if (p[1] == '/')
        depth -= depth > 0 ? 1 : 0;
      else if (end - p < 2 || end[-2] != '/')
        depth++;
      p = end;
    }
  while (depth > 0 && *p != '\0');

  return p;
}

static const char *
read_attributes (NbXmlElement *self, const char *p)
{
  while (TRUE)
    {
      const char *name = skip_space (p);
      const char *name_end = skip_name (name);
      const char *value = name_end + strcspn (name_end, "'\"");
      const char *value_end;
      NbXmlAttribute *attribute;

      if (name == name_end || *value == '\0')
        {
          self->space = g_strndup (p, name - p);
          return name;
        }

      value_end = strchr (value + 1, *value);
      if (value_end == NULL)
        value_end = value + strlen (value);
      attribute = g_new0 (NbXmlAttribute, 1);
      attribute->lead = g_strndup (p, name - p);
      attribute->name = g_strndup (name, name_end - name);
      attribute->mid = g_strndup (name_end, value + 1 - name_end);
      attribute->value = g_strndup (value + 1, value_end - value - 1);
      g_ptr_array_add (self->attributes, attribute);
      p = *value_end != '\0' ? value_end + 1 : value_end;
    }
}

static const char *
read_content (NbXmlElement *self, const char *p)
{
  while (*p != '\0' && !g_str_has_prefix (p, "</"))
    {
      const char *end = skip_other (p);

      if (end != NULL)
        {
          g_ptr_array_add (self->pieces, nb_xml_piece_new (NULL, p, end - p));
        }
      else if (*p == '<')
        {
          g_autofree char *name = g_strndup (p + 1, skip_name (p + 1) - p - 1);

          end = skip_element (p);
          g_ptr_array_add (self->pieces, nb_xml_piece_new (name, p, end - p));
        }
      else
        {
          end = p + strcspn (p, "<");
          g_ptr_array_add (self->pieces, nb_xml_piece_new (NULL, p, end - p));
        }
      p = end;
    }

  return p;
}

/**
 * nb_xml_element_new:
 * @text: a well-formed document without a document type declaration, or one element
 *
 * Returns: (transfer full): the outermost element; what stands before and after it is kept
 */
NbXmlElement *
nb_xml_element_new (const char *text)
{
  NbXmlElement *self = g_new0 (NbXmlElement, 1);
  const char *p = text + strcspn (text, "<");
  const char *next;

  self->attributes = g_ptr_array_new_with_free_func ((GDestroyNotify) attribute_free);
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) piece_free);

  while ((next = skip_other (p)) != NULL)
    p = next + strcspn (next, "<");
  self->head = g_strndup (text, p - text);

  if (*p == '<')
    p++;
  next = skip_name (p);
  self->name = g_strndup (p, next - p);
  p = read_attributes (self, next);
  self->quote = '\'';
  if (self->attributes->len > 0)
    {
      NbXmlAttribute *first = g_ptr_array_index (self->attributes, 0);

      self->quote = first->mid[strlen (first->mid) - 1];
    }

  self->empty = *p == '/';
  p = skip_until (p, ">");
  if (self->empty)
    {
      self->close = g_strdup ("");
    }
  else
    {
      p = read_content (self, p);
      next = skip_tag (p);
      self->close = g_strndup (p, next - p);
      p = next;
    }
  self->tail = g_strdup (p);

  return self;
}

/**
 * nb_xml_element_new_empty:
 * @name: the element's name
 * @quote: the quote for its attributes
 *
 * Returns: (transfer full): `<name/>`
 */
NbXmlElement *
nb_xml_element_new_empty (const char *name, char quote)
{
  g_autofree char *text = g_strdup_printf ("<%s/>", name);
  NbXmlElement *self = nb_xml_element_new (text);

  self->quote = quote;

  return self;
}

/**
 * nb_xml_element_free:
 * @self: (transfer full): an element
 *
 * Frees it.
 */
void
nb_xml_element_free (NbXmlElement *self)
{
  g_free (self->head);
  g_free (self->name);
  g_ptr_array_unref (self->attributes);
  g_free (self->space);
  g_ptr_array_unref (self->pieces);
  g_free (self->close);
  g_free (self->tail);
  g_free (self);
}

/**
 * nb_xml_element_to_string:
 * @self: an element
 *
 * Returns: (transfer full): the text
 */
char *
nb_xml_element_to_string (NbXmlElement *self)
{
  GString *out = g_string_new (self->head);

  g_string_append_c (out, '<');
  g_string_append (out, self->name);
  for (guint i = 0; i < self->attributes->len; i++)
    {
      NbXmlAttribute *attribute = g_ptr_array_index (self->attributes, i);

      g_string_append (out, attribute->lead);
      g_string_append (out, attribute->name);
      g_string_append (out, attribute->mid);
      g_string_append (out, attribute->value);
      g_string_append_c (out, attribute->mid[strlen (attribute->mid) - 1]);
    }
  g_string_append (out, self->space);
  g_string_append (out, self->empty ? "/>" : ">");
  for (guint i = 0; i < self->pieces->len; i++)
    g_string_append (out, ((NbXmlPiece *) g_ptr_array_index (self->pieces, i))->text);
  g_string_append (out, self->close);
  g_string_append (out, self->tail);

  return g_string_free (out, FALSE);
}

/**
 * nb_xml_element_get_quote:
 * @self: an element
 *
 * Returns: the quote that its attributes stand in; libvirt's `'` where it has none
 */
char
nb_xml_element_get_quote (NbXmlElement *self)
{
  return self->quote;
}

/**
 * nb_xml_element_has_content:
 * @self: an element
 *
 * Returns: whether there is more between the tags than white space
 */
gboolean
nb_xml_element_has_content (NbXmlElement *self)
{
  for (guint i = 0; i < self->pieces->len; i++)
    if (!nb_xml_piece_is_space (g_ptr_array_index (self->pieces, i)))
      return TRUE;

  return FALSE;
}

/**
 * nb_xml_element_has_attributes:
 * @self: an element
 *
 * Returns: whether it has any
 */
gboolean
nb_xml_element_has_attributes (NbXmlElement *self)
{
  return self->attributes->len > 0;
}

/**
 * nb_xml_element_set_attribute:
 * @self: an element
 * @name: an attribute
 * @value: (nullable): its value, or %NULL to take it away
 *
 * Changes it in its place; a new one is the last.
 */
void
nb_xml_element_set_attribute (NbXmlElement *self, const char *name, const char *value)
{
  g_autofree char *escaped = value != NULL ? g_markup_escape_text (value, -1) : NULL;
  NbXmlAttribute *attribute;

  for (guint i = 0; i < self->attributes->len; i++)
    {
      attribute = g_ptr_array_index (self->attributes, i);
      if (strcmp (attribute->name, name) != 0)
        continue;
      if (escaped == NULL)
        {
          g_ptr_array_remove_index (self->attributes, i);
          return;
        }
      g_free (attribute->value);
      attribute->value = g_steal_pointer (&escaped);
      return;
    }

  if (escaped == NULL)
    return;

  attribute = g_new0 (NbXmlAttribute, 1);
  attribute->lead = g_strdup (" ");
  attribute->name = g_strdup (name);
  attribute->mid = g_strdup_printf ("=%c", self->quote);
  attribute->value = g_steal_pointer (&escaped);
  g_ptr_array_add (self->attributes, attribute);
}

/* An element with content needs an end tag. */
void
nb_xml_element_open (NbXmlElement *self)
{
  if (!self->empty)
    return;

  self->empty = FALSE;
  g_free (self->close);
  self->close = g_strdup_printf ("</%s>", self->name);
  g_free (self->space);
  self->space = g_strdup ("");
}

/**
 * nb_xml_element_set_text:
 * @self: an element
 * @text: (nullable): what is to stand between its tags, beside comments
 *
 * Sets it; with %NULL the element becomes an empty tag.
 */
void
nb_xml_element_set_text (NbXmlElement *self, const char *text)
{
  g_autofree char *escaped = NULL;
  guint at = self->pieces->len;

  for (guint i = self->pieces->len; i-- > 0;)
    {
      NbXmlPiece *piece = g_ptr_array_index (self->pieces, i);

      if (text != NULL && (g_str_has_prefix (piece->text, "<!--") || g_str_has_prefix (piece->text, "<?")))
        continue;
      g_ptr_array_remove_index (self->pieces, i);
      at = i;
    }

  if (text == NULL)
    {
      self->empty = TRUE;
      g_free (self->close);
      self->close = g_strdup ("");
      return;
    }

  nb_xml_element_open (self);
  escaped = g_markup_escape_text (text, -1);
  g_ptr_array_insert (self->pieces, (int) MIN (at, self->pieces->len), nb_xml_piece_new (NULL, escaped, -1));
}
