/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-config-line.h"

#include "nb-protocol.h"

#include <string.h>

#define OWN_FILE NB_PROTOCOL_DROP_IN_DIRECTORY "/" NB_PROTOCOL_DROP_IN_NAME

/**
 * nb_config_line_dup_shown:
 * @text: a file's name or words from a file, whatever is in them
 *
 * A name may hold a new line or what turns the direction of writing, and pretend to be something else in a report.
 *
 * Returns: (transfer full): valid UTF-8 on one line; what is no plain character is written as `\x0a`
 */
char *
nb_config_line_dup_shown (const char *text)
{
  GString *shown = g_string_new (NULL);

  for (const char *p = text; *p != '\0';)
    {
      gunichar c = g_utf8_get_char_validated (p, -1);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append_printf (shown, "\\x%02x", (guint8) *p++);
          continue;
        }
      if (g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT)
        g_string_append_unichar (shown, c);
      else
        for (const char *end = g_utf8_next_char (p), *byte = p; byte < end; byte++)
          g_string_append_printf (shown, "\\x%02x", (guint8) *byte);
      p = g_utf8_next_char (p);
    }

  return g_string_free (shown, FALSE);
}

/**
 * nb_config_line_new:
 * @kind: where it stands
 * @path: (nullable): the file's path under the root, without a slash in front
 * @line: its line
 * @module: the module that it names
 * @text: as it stands
 *
 * Returns: (transfer full): a line that gives no value yet
 */
NbConfigLine *
nb_config_line_new (NbDecider kind, const char *path, guint line, const char *module, const char *text)
{
  NbConfigLine *self = g_new0 (NbConfigLine, 1);

  self->kind = kind;
  self->line = line;
  self->module = g_strdup (module);
  self->text = nb_config_line_dup_shown (text);
  self->is_later = kind == NB_DECIDER_COMMAND_LINE;
  if (path != NULL)
    {
      g_autofree char *full = g_strconcat ("/", path, NULL);
      g_autofree char *name = g_path_get_basename (path);

      self->path = g_strdup (path);
      self->file = nb_config_line_dup_shown (full);
      self->is_later = strcmp (name, NB_PROTOCOL_DROP_IN_NAME) > 0;
      self->is_own = strcmp (path, OWN_FILE) == 0;
    }

  return self;
}

NbConfigLine *
nb_config_line_copy (const NbConfigLine *line)
{
  NbConfigLine *self = g_memdup2 (line, sizeof *line);

  self->file = g_strdup (line->file);
  self->path = g_strdup (line->path);
  self->module = g_strdup (line->module);
  self->text = g_strdup (line->text);
  self->name = g_strdup (line->name);
  self->value = g_strdup (line->value);

  return self;
}

gboolean
nb_config_line_equal (const NbConfigLine *a, const NbConfigLine *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return a->kind == b->kind && a->why == b->why && a->line == b->line && a->blocks_now == b->blocks_now &&
         g_strcmp0 (a->path, b->path) == 0 && g_strcmp0 (a->module, b->module) == 0 &&
         g_strcmp0 (a->text, b->text) == 0 && g_strcmp0 (a->value, b->value) == 0;
}

void
nb_config_line_free (NbConfigLine *line)
{
  if (line == NULL)
    return;

  g_free (line->file);
  g_free (line->path);
  g_free (line->module);
  g_free (line->text);
  g_free (line->name);
  g_free (line->value);
  g_free (line);
}

/**
 * nb_config_line_new_list:
 *
 * Returns: (transfer full) (element-type NbConfigLine): an empty list that owns its lines
 */
GPtrArray *
nb_config_line_new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) nb_config_line_free);
}

/**
 * nb_config_line_equal_lists:
 * @a: (nullable) (element-type NbConfigLine): a list
 * @b: (nullable) (element-type NbConfigLine): a list; none is as good as an empty one
 */
gboolean
nb_config_line_equal_lists (GPtrArray *a, GPtrArray *b)
{
  guint length = a != NULL ? a->len : 0;

  if (length != (b != NULL ? b->len : 0))
    return FALSE;
  for (guint i = 0; i < length; i++)
    if (!nb_config_line_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;

  return TRUE;
}
