/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the kernel and libkmod spell module parameters. */

#include "config.h"

#include "nb-options.h"

#include <string.h>

/**
 * nb_options_parse_value:
 * @text: (nullable): a parameter's value, as sysfs shows it or as an options line writes it
 *
 * Reads `nested` in every spelling that a kernel has used: kvm_intel's is a bool (Y, N), kvm_amd's an integer
 * (1, 0) or a bool. A NULL or empty value is that of `nested` without `=`, which a bool parameter takes as on.
 *
 * Source: kernel/params.c, param_set_bool() and kstrtobool(); any other non-zero integer is on.
 *
 * Returns: %NB_TRISTATE_UNKNOWN for what no kernel would accept
 */
NbTristate
nb_options_parse_value (const char *text)
{
  char *end = NULL;
  gint64 number;

  if (text == NULL || *text == '\0')
    return NB_TRISTATE_YES;

  switch (text[0])
    {
    case 'y':
    case 'Y':
    case 't':
    case 'T':
      return NB_TRISTATE_YES;
    case 'n':
    case 'N':
    case 'f':
    case 'F':
      return NB_TRISTATE_NO;
    case 'o':
    case 'O':
      if (text[1] == 'n' || text[1] == 'N')
        return NB_TRISTATE_YES;
      if (text[1] == 'f' || text[1] == 'F')
        return NB_TRISTATE_NO;
      return NB_TRISTATE_UNKNOWN;
    default:
      break;
    }

  number = g_ascii_strtoll (text, &end, 0);
  if (end == text || (*end != '\0' && !g_ascii_isspace (*end)))
    return NB_TRISTATE_UNKNOWN;

  return number != 0 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}

/**
 * nb_options_same_name:
 * @a: a module's or a parameter's name, up to its end or to `=`, `.` or white space
 * @b: the same
 *
 * The kernel and libkmod take dashes and underscores in names as equal.
 *
 * Returns: whether both name the same thing
 */
gboolean
nb_options_same_name (const char *a, const char *b)
{
  static const char ends[] = "=. \t\n";

  while (*a != '\0' && *b != '\0' && strchr (ends, *a) == NULL && strchr (ends, *b) == NULL)
    {
      char x = *a == '-' ? '_' : *a;
      char y = *b == '-' ? '_' : *b;

      if (x != y)
        return FALSE;
      a++;
      b++;
    }

  return (*a == '\0' || strchr (ends, *a) != NULL) && (*b == '\0' || strchr (ends, *b) != NULL);
}

/**
 * nb_options_last_nested:
 * @options: (nullable): white-space separated parameters, `nested=1 ept=0`; with @module, those of a kernel command
 *   line, `quiet kvm_intel.nested=1`
 * @module: (nullable): take only parameters with this module's name and a dot in front
 *
 * The last one wins, as in the kernel. Double quotes protect white space.
 *
 * Returns: the value of the last `nested`, or %NB_TRISTATE_UNKNOWN where there is none
 */
NbTristate
nb_options_last_nested (const char *options, const char *module)
{
  NbTristate found = NB_TRISTATE_UNKNOWN;
  const char *p = options != NULL ? options : "";

  while (*p != '\0')
    {
      const char *word;
      gboolean quoted = FALSE;
      g_autofree char *text = NULL;
      const char *name;
      const char *value;

      while (g_ascii_isspace (*p))
        p++;
      for (word = p; *p != '\0' && (quoted || !g_ascii_isspace (*p)); p++)
        if (*p == '"')
          quoted = !quoted;
      text = g_strndup (word, p - word);

      /* The kernel takes everything after a lone "--" as arguments of init. */
      if (module != NULL && strcmp (text, "--") == 0)
        break;

      /* A quote may stand around the whole word or around the value only. */
      name = text[0] == '"' ? text + 1 : text;
      if (module != NULL)
        {
          const char *dot = strchr (name, '.');

          if (dot == NULL || !nb_options_same_name (name, module))
            continue;
          name = dot + 1;
        }
      if (!nb_options_same_name (name, "nested") || strchr (name, '.') != NULL)
        continue;

      value = strchr (name, '=');
      if (value == NULL)
        {
          found = NB_TRISTATE_YES;
        }
      else
        {
          NbTristate parsed;
          g_autofree char *bare = g_strdup (value + 1);
          char *into = bare;

          for (const char *from = bare; *from != '\0'; from++)
            if (*from != '"')
              *into++ = *from;
          *into = '\0';

          parsed = nb_options_parse_value (bare);
          if (parsed != NB_TRISTATE_UNKNOWN)
            found = parsed;
        }
    }

  return found;
}
