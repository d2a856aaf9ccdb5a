/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lines of a modprobe.d file, cut as libkmod cuts them (kmod 30 to 34, libkmod-config.c): we need the line's
 * number, which libkmod does not tell. */

#include "config.h"

#include "nb-modprobe-line.h"

#include <stdio.h>
#include <string.h>

void
nb_modprobe_line_free (NbModprobeLine *line)
{
  g_free (line->command);
  g_free (line->module);
  g_free (line->rest);
  g_free (line);
}

/* The next logical line: a backslash at the end of a line joins it with the next one, and a backslash elsewhere
 * disappears; at the end of the file libkmod takes the end itself for a letter. @position and @number move on. */
static char *
next_logical (const char *text, gsize length, gsize *position, guint *number)
{
  GString *line = g_string_new (NULL);
  gsize i = *position;

  while (i < length)
    {
      char c = text[i++];

      if (c == '\\')
        {
          c = i < length ? text[i++] : (char) EOF;
          if (c == '\n')
            {
              (*number)++;
              continue;
            }
        }
      else if (c == '\n')
        {
          (*number)++;
          break;
        }
      g_string_append_c (line, c);
    }
  *position = i;

  return g_string_free (line, FALSE);
}

static char *
take_word (char **p)
{
  char *start;

  *p += strspn (*p, " \t");
  start = *p;
  *p += strcspn (*p, " \t");
  if (**p != '\0')
    *(*p)++ = '\0';

  return start;
}

/**
 * nb_modprobe_parse:
 * @text: a file of modprobe.d
 * @length: its length; NUL bytes and whatever else may be among them
 *
 * `#` begins a comment only as the very first character: after options its words become parameters.
 *
 * Returns: (transfer full) (element-type NbModprobeLine): its lines with a command and a module
 */
GPtrArray *
nb_modprobe_parse (const char *text, gsize length)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) nb_modprobe_line_free);
  gsize position = 0;
  guint number = 0;

  while (position < length)
    {
      guint first = number + 1;
      g_autofree char *line = next_logical (text, length, &position, &number);
      char *p = line;
      const char *command;
      char *module;
      NbModprobeLine *parsed;

      if (*line == '\0' || *line == '#')
        continue;
      command = take_word (&p);
      module = take_word (&p);
      if (*command == '\0' || *module == '\0')
        continue;

      parsed = g_new0 (NbModprobeLine, 1);
      parsed->command = g_strdup (command);
      parsed->module = g_strdelimit (g_strdup (module), "-", '_');
      parsed->rest = *p != '\0' ? g_strdelimit (g_strdup (p), "\t", ' ') : NULL;
      parsed->number = first;
      g_ptr_array_add (lines, parsed);
    }

  return lines;
}
