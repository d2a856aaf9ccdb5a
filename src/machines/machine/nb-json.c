/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-json.h"

#include <string.h>

/* A guest of 512 processors answers with some 150 kB, five levels deep. json-glib's parser takes a stack frame for each level. */
#define MAX_BYTES (1024 * 1024)
#define MAX_DEPTH 32

static gboolean
is_too_deep (const char *text)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (in_string && *p == '\\' && p[1] != '\0')
        p++;
      else if (*p == '"')
        in_string = !in_string;
      else if (!in_string && (*p == '[' || *p == '{') && ++depth > MAX_DEPTH)
        return TRUE;
      else if (!in_string && (*p == ']' || *p == '}') && depth > 0)
        depth--;
    }
  return FALSE;
}

/**
 * nb_json_parse:
 * @text: what somebody answered
 *
 * Looks at size, depth and UTF-8 before any parser does.
 *
 * Returns: (transfer full) (nullable): it as a tree, or %NULL where it is none
 */
JsonNode *
nb_json_parse (const char *text)
{
  const gsize length = strnlen (text, MAX_BYTES + 1);

  if (length > MAX_BYTES || !g_utf8_validate (text, (gssize) length, NULL) || is_too_deep (text))
    return NULL;
  return json_from_string (text, NULL);
}

/**
 * nb_json_get_member:
 * @object: (nullable): any node
 * @name: a member's name
 *
 * Returns: (nullable): that member, where @object is an object that has it
 */
JsonNode *
nb_json_get_member (JsonNode *object, const char *name)
{
  if (object == NULL || !JSON_NODE_HOLDS_OBJECT (object))
    return NULL;
  return json_object_get_member (json_node_get_object (object), name);
}

guint
nb_json_get_length (JsonNode *array)
{
  if (array == NULL || !JSON_NODE_HOLDS_ARRAY (array))
    return 0;
  return json_array_get_length (json_node_get_array (array));
}

JsonNode *
nb_json_get_element (JsonNode *array, guint position)
{
  if (position >= nb_json_get_length (array))
    return NULL;
  return json_array_get_element (json_node_get_array (array), position);
}

static gboolean
is_a (JsonNode *node, GType type)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

const char *
nb_json_get_string (JsonNode *node)
{
  return is_a (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;
}

gboolean
nb_json_get_int (JsonNode *node, gint64 *value)
{
  if (!is_a (node, G_TYPE_INT64))
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

gboolean
nb_json_get_boolean (JsonNode *node, gboolean otherwise)
{
  return is_a (node, G_TYPE_BOOLEAN) ? json_node_get_boolean (node) : otherwise;
}
