/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How the kernel and libkmod spell module parameters. */

#include "config.h"

#include "nb-options.h"

#include <errno.h>
#include <string.h>

/* Reads `nested` in every spelling that a kernel has used: kvm_intel's is a bool (Y, N), kvm_amd's an integer (1, 0)
 * or a bool. A NULL or empty value is that of `nested` without `=`, which a bool parameter takes as on. Source:
 * kernel/params.c, param_set_bool() and kstrtobool(); any other non-zero integer is on. Returns: %NB_TRISTATE_UNKNOWN
 * for what no kernel would accept */
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

/* The kernel and libkmod take dashes and underscores in names as equal. Returns: whether both name the same thing */
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

/* Splits as the kernel does: a quote stands around a whole word or around its value; what follows a lone `--` belongs
 * to init, or to nobody. Source: lib/cmdline.c, next_arg(); kernel/params.c, parse_args(). Returns: whether there was
 * one */
gboolean
nb_options_next (const char **rest, char **name, char **value)
{
  const char *p = *rest + strspn (*rest, " \t\n\v\f\r");
  gboolean is_quoted = *p == '"';
  gboolean in_quote = is_quoted;
  const char *word = is_quoted ? ++p : p;
  g_autofree char *text = NULL;
  char *equals;

  for (; *p != '\0' && (in_quote || !g_ascii_isspace (*p)); p++)
    if (*p == '"')
      in_quote = !in_quote;
  *rest = p;
  text = g_strndup (word, p - word - (is_quoted && p > word && p[-1] == '"' ? 1 : 0));
  if (*word == '\0' || strcmp (text, "--") == 0)
    return FALSE;

  equals = *text != '\0' ? strchr (text + 1, '=') : NULL;
  *value = NULL;
  if (equals != NULL && equals[1] == '"')
    *value = g_strndup (equals + 2, strlen (equals + 2) - (g_str_has_suffix (equals + 2, "\"") ? 1 : 0));
  else if (equals != NULL)
    *value = g_strdup (equals + 1);
  *name = equals != NULL ? g_strndup (text, equals - text) : g_steal_pointer (&text);

  return TRUE;
}

/* A bool goes by its first letter. Source: lib/kstrtox.c, kstrtobool(); kernels after 6.15 take "enabled", too. */
static NbTristate
parse_bool (const char *value)
{
  const char first = g_ascii_tolower (*value);
  const char second = first == 'o' ? g_ascii_tolower (value[1]) : '\0';

  if (first == 'y' || first == 't' || first == '1' || second == 'n')
    return NB_TRISTATE_YES;

  return first == 'n' || first == 'f' || first == '0' || second == 'f' ? NB_TRISTATE_NO : NB_TRISTATE_UNKNOWN;
}

/* A number is a whole one, within its type. Source: lib/kstrtox.c, kstrtoull() and kstrtoll() with base 0. */
static NbTristate
parse_number (const char *value, guint bits, gboolean is_signed)
{
  gboolean is_negative = is_signed && *value == '-';
  guint64 limit = G_MAXUINT64 >> (64 - bits);
  guint64 number;
  char *end;

  value += is_negative || *value == '+' ? 1 : 0;
  errno = 0;
  number = g_ascii_strtoull (value, &end, 0);
  if (is_signed)
    limit = (limit >> 1) + (is_negative ? 1 : 0);
  if (!g_ascii_isdigit (*value) || (*end != '\0' && strcmp (end, "\n") != 0) || errno != 0 || number > limit)
    return NB_TRISTATE_UNKNOWN;

  return number != 0 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}

/* Source: kernel/params.c, param_set_bool() and its neighbours; include/linux/moduleparam.h for the types' names. */
static gboolean
parse_typed (const char *parmtype, const char *value, NbTristate *parsed)
{
  static const struct
  {
    const char *name;
    guint bits;
    gboolean is_signed;
  } numbers[] = {
    { "byte", 8, FALSE },
    { "short", 16, TRUE },
    { "ushort", 16, FALSE },
    { "int", 32, TRUE },
    { "uint", 32, FALSE },
    { "hexint", 32, FALSE },
    { "long", sizeof (long) * 8, TRUE },
    { "ulong", sizeof (long) * 8, FALSE },
    { "ullong", 64, FALSE },
  };

  *parsed = NB_TRISTATE_UNKNOWN;
  if (strcmp (parmtype, "bool") == 0 || strcmp (parmtype, "bint") == 0)
    *parsed = value != NULL ? parse_bool (value) : NB_TRISTATE_YES;
  else if (strcmp (parmtype, "invbool") == 0)
    *parsed = value != NULL ? parse_bool (value) : NB_TRISTATE_UNKNOWN;
  else if (strcmp (parmtype, "charp") == 0)
    return value != NULL && strlen (value) <= 1024;
  else
    for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
      if (strcmp (parmtype, numbers[i].name) == 0)
        {
          *parsed = value != NULL ? parse_number (value, numbers[i].bits, numbers[i].is_signed) : NB_TRISTATE_UNKNOWN;
          return *parsed != NB_TRISTATE_UNKNOWN;
        }

  return *parsed != NB_TRISTATE_UNKNOWN || !g_str_has_suffix (parmtype, "bool");
}

/* Source: arch/x86/kvm/mmu/mmu.c, set_nx_huge_pages(): "bool" by its type, and "force", "auto" and "never" as well.
 * Returns: whether the kernel has its own function for this parameter of KVM's, so that its type says too little */
gboolean
nb_options_has_own_words (const char *name)
{
  return nb_options_same_name (name, "nx_huge_pages");
}

/* One refused value of any parameter, and the kernel does not load the module at all. A type that we don't know
 * refuses nothing. @parmtype, as the module's file tells it (`bool`, `array of uint`), is NULL where it tells none; @value,
 * without its quotes, is NULL where there is no `=`. Returns: whether the kernel refuses @value */
gboolean
nb_options_value_is_refused (const char *parmtype, const char *value)
{
  NbTristate parsed;

  if (parmtype != NULL && g_str_has_prefix (parmtype, "array of "))
    {
      g_auto (GStrv) parts = g_strsplit (value != NULL ? value : "", ",", -1);
      gboolean refused = value == NULL || *value == '\0';

      for (guint i = 0; parts[i] != NULL; i++)
        refused = refused || !parse_typed (parmtype + strlen ("array of "), parts[i], &parsed);
      return refused;
    }

  return parmtype != NULL && !parse_typed (parmtype, value, &parsed);
}

/* Without a type any spelling counts. Returns: FALSE where the kernel refuses @value; @on is then what it was */
gboolean
nb_options_parse_nested (const char *parmtype, const char *value, gboolean *on)
{
  NbTristate parsed = NB_TRISTATE_UNKNOWN;

  if (parmtype == NULL || !parse_typed (parmtype, value, &parsed))
    parsed = parmtype == NULL ? nb_options_parse_value (value) : NB_TRISTATE_UNKNOWN;
  if (parsed == NB_TRISTATE_UNKNOWN)
    return FALSE;

  *on = parsed == NB_TRISTATE_YES;

  return TRUE;
}

/* Returns: the value of the last `nested` that can be understood without its type, or %NB_TRISTATE_UNKNOWN */
NbTristate
nb_options_last_nested (const char *options, const char *module)
{
  NbTristate found = NB_TRISTATE_UNKNOWN;
  const char *rest = options != NULL ? options : "";
  char *word;
  char *text;

  while (nb_options_next (&rest, &word, &text))
    {
      g_autofree char *name = word;
      g_autofree char *value = text;
      const char *dot = strchr (name, '.');
      gboolean is_ours = module == NULL ? strcmp (name, "nested") == 0
                                        : nb_options_same_name (name, module) && g_strcmp0 (dot, ".nested") == 0;
      gboolean on;

      if (is_ours && nb_options_parse_nested (NULL, value, &on))
        found = on ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    }

  return found;
}

/* Understands `/sbin/modprobe --ignore-install MODULE … $CMDLINE_OPTS` with the words in any order, and what is known
 * to do nothing. A shell runs the command, so whatever else is in it can't be judged. Returns: what the command does */
NbInstall
nb_options_judge_install (const char *command, const char *module, char **options)
{
  g_auto (GStrv) words = g_strsplit_set (command, " \t", -1);
  g_autoptr (GString) found = g_string_new (NULL);
  gboolean ignores = FALSE;
  gboolean names = FALSE;
  g_autofree char *base = NULL;
  guint first = 0;

  *options = NULL;
  while (words[first] != NULL && *words[first] == '\0')
    first++;
  if (words[first] == NULL)
    return NB_INSTALL_NOTHING;

  base = g_path_get_basename (words[first]);
  if (strpbrk (command, ";&|<>`(){}*?#\\") != NULL)
    return NB_INSTALL_UNKNOWN;
  if (strcmp (base, "true") == 0 || strcmp (base, "false") == 0 || strcmp (base, ":") == 0 ||
      strcmp (base, "echo") == 0)
    return NB_INSTALL_NOTHING;
  if (strcmp (base, "modprobe") != 0)
    return NB_INSTALL_UNKNOWN;

  for (guint i = first + 1; words[i] != NULL; i++)
    if (strcmp (words[i], "--ignore-install") == 0 || strcmp (words[i], "-i") == 0)
      ignores = TRUE;
    else if (!names && nb_options_same_name (words[i], module))
      names = TRUE;
    else if (names && *words[i] != '-' && *words[i] != '$')
      g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", words[i]);
    else if (*words[i] != '\0' && strcmp (words[i], "$CMDLINE_OPTS") != 0 && strcmp (words[i], "-q") != 0 &&
             strcmp (words[i], "--quiet") != 0)
      return NB_INSTALL_UNKNOWN;
  if (!ignores || !names)
    return NB_INSTALL_UNKNOWN;

  *options = g_string_free (g_steal_pointer (&found), FALSE);

  return NB_INSTALL_LOADS;
}
