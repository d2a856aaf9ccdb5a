/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What our file in modprobe.d says: text in, text out. */

#include "config.h"

#include <string.h>

#include "nb-helper-config.h"

static const char header[] = "# Written by Nestbox, which changes only its own lines. Remove this file to have\n"
                             "# the system's settings back.\n";

static gboolean
is_our_line (const char *line, const NbModuleInfo *module, const char *parameter)
{
  static const char *const parameters[] = { "nested", "ignore_msrs" };

  for (gsize i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autofree char *ours = g_strdup_printf ("options %s %s=", module->name, parameters[i]);
      const char *value = g_str_has_prefix (line, ours) ? line + strlen (ours) : "";

      if ((parameter == NULL || strcmp (parameter, parameters[i]) == 0) &&
          (strcmp (value, "0") == 0 || strcmp (value, "1") == 0))
        return TRUE;
    }

  return FALSE;
}

/* Keeps every line but the one that we wrote: lines of other modules, and what people wrote by hand. Ours comes last,
 * because the last one wins. A line after a backslash is the end of that line, whatever it looks like. Returns: what
 * our file shall say, or %NULL where nothing but our header would be left */
char *
nb_helper_config_format (const char *old, const NbModuleInfo *module, const char *parameter, NbTristate value)
{
  g_autoptr (GString) text = g_string_new (old != NULL ? NULL : header);
  g_auto (GStrv) lines = g_strsplit (old != NULL ? old : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean is_rest = lines[i + 1] == NULL;
      gboolean goes_on = i > 0 && g_str_has_suffix (lines[i - 1], "\\");

      if ((!goes_on && is_our_line (lines[i], module, parameter)) || (is_rest && *lines[i] == '\0'))
        continue;
      g_string_append_printf (text, "%s\n", lines[i]);
    }
  if (value == NB_TRISTATE_UNKNOWN)
    return text->len == 0 || strcmp (text->str, header) == 0 ? NULL : g_string_free (g_steal_pointer (&text), FALSE);

  /* A backslash at the end would make our line the end of that one. */
  if (g_str_has_suffix (text->str, "\\\n"))
    g_string_append_c (text, '\n');
  g_string_append_printf (text, "options %s %s=%d\n", module->name, parameter, value == NB_TRISTATE_YES ? 1 : 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
