/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The words that the application and the helper exchange. Everything here is text in, text out. */

#include "config.h"

#include "nb-protocol.h"

#include <string.h>

static const NbVerbInfo verbs[NB_N_VERBS] = {
  [NB_VERB_ENABLE] = { "on", "enable", "nested", NB_TRISTATE_YES, TRUE, TRUE },
  [NB_VERB_DISABLE] = { "off", "disable", "nested", NB_TRISTATE_NO, TRUE, TRUE },
  [NB_VERB_ENABLE_NOW] = { "on", "enable-now", "nested", NB_TRISTATE_YES, FALSE, TRUE },
  [NB_VERB_DISABLE_NOW] = { "off", "disable-now", "nested", NB_TRISTATE_NO, FALSE, TRUE },
  [NB_VERB_ENABLE_LATER] = { "on", "enable-later", "nested", NB_TRISTATE_YES, TRUE, FALSE },
  [NB_VERB_DISABLE_LATER] = { "off", "disable-later", "nested", NB_TRISTATE_NO, TRUE, FALSE },
  [NB_VERB_FORGET] = { "forget", "forget", NULL, NB_TRISTATE_UNKNOWN, TRUE, FALSE },
  [NB_VERB_ALLOW_MSRS] = { "msrs", "allow-msrs", "ignore_msrs", NB_TRISTATE_YES, TRUE, FALSE },
  [NB_VERB_REFUSE_MSRS] = { "msrs", "refuse-msrs", "ignore_msrs", NB_TRISTATE_NO, TRUE, FALSE },
  [NB_VERB_SHOW_HOLDERS] = { "show", "holders", "nested", NB_TRISTATE_UNKNOWN, FALSE, FALSE },
};

#define X86 "x86_64 i686 i586 i486 i386"

static const NbModuleInfo modules[] = {
  { "kvm_intel", X86, "vmx", FALSE },
  { "kvm_amd", X86, "svm", FALSE },
  { "kvm_hv", "ppc64 ppc64le", NULL, TRUE },
  { "kvm", "s390x", NULL, FALSE },
};

static const char *const steps[NB_N_STEPS] = {
  [NB_STEP_REPAIR] = "repair", [NB_STEP_CHECK] = "check",   [NB_STEP_WRITE] = "write",
  [NB_STEP_RELOAD] = "reload", [NB_STEP_VERIFY] = "verify", [NB_STEP_RESTORE] = "restore",
};

/* Returns: its row of the table */
const NbVerbInfo *
nb_verb_get_info (NbVerb verb)
{
  g_return_val_if_fail ((guint) verb < NB_N_VERBS, NULL);

  return &verbs[verb];
}

/* Compares whole strings, nothing else is accepted. Returns: whether the table has this verb */
gboolean
nb_verb_from_arguments (const char *action, const char *name, NbVerb *verb)
{
  for (guint i = 0; i < NB_N_VERBS; i++)
    if (strcmp (verbs[i].action, action) == 0 && strcmp (verbs[i].name, name) == 0)
      {
        *verb = (NbVerb) i;
        return TRUE;
      }

  return FALSE;
}

/* Compares whole strings, nothing else is accepted. Returns: the module's row of the table */
const NbModuleInfo *
nb_module_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (modules); i++)
    if (strcmp (modules[i].name, name) == 0)
      return &modules[i];

  return NULL;
}

/* Returns: what may be switched of @module on such a computer: `nested` or `ignore_msrs` */
const char *
nb_module_get_parameter (const NbModuleInfo *module, const char *machine)
{
  g_auto (GStrv) names = g_strsplit (module->machines, " ", -1);
  g_auto (GStrv) x86 = g_strsplit (X86, " ", -1);

  if (g_strv_contains ((const char *const *) names, machine))
    return "nested";

  return strcmp (module->name, "kvm") == 0 && g_strv_contains ((const char *const *) x86, machine) ? "ignore_msrs"
                                                                                                   : NULL;
}

/* Returns: its name on a `step` line */
const char *
nb_step_get_name (NbStep step)
{
  g_return_val_if_fail ((guint) step < NB_N_STEPS, NULL);

  return steps[step];
}

/* Makes one field of a line of text that comes from elsewhere: a process may call itself "x\nresult live=1".
 * Everything but printable ASCII becomes \xHH, and so do the space and the backslash; a lone "-", which stands for
 * nothing, too. Returns: the field, never empty */
char *
nb_protocol_escape (const char *text)
{
  GString *out;

  if (text == NULL || *text == '\0')
    return g_strdup ("-");
  if (strcmp (text, "-") == 0)
    return g_strdup ("\\x2d");

  out = g_string_new (NULL);
  for (const guchar *p = (const guchar *) text; *p != '\0'; p++)
    if (g_ascii_isgraph (*p) && *p != '\\')
      g_string_append_c (out, (char) *p);
    else
      g_string_append_printf (out, "\\x%02x", *p);

  return g_string_free (out, FALSE);
}

/* Returns: the text, or %NULL where @text is no such field or not UTF-8 within */
char *
nb_protocol_unescape (const char *text)
{
  g_autoptr (GString) out = NULL;

  if (strcmp (text, "-") == 0)
    return g_strdup ("");

  out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++)
    if (*p != '\\')
      {
        if (!g_ascii_isgraph (*p))
          return NULL;
        g_string_append_c (out, *p);
      }
    else
      {
        if (p[1] != 'x' || !g_ascii_isxdigit (p[2]) || !g_ascii_isxdigit (p[3]))
          return NULL;
        g_string_append_c (out, (char) (g_ascii_xdigit_value (p[2]) * 16 + g_ascii_xdigit_value (p[3])));
        p += 3;
      }

  if (memchr (out->str, '\0', out->len) != NULL)
    return NULL;

  return g_utf8_make_valid (out->str, (gssize) out->len);
}

/* Returns: the line, with its end */
char *
nb_protocol_format_step (NbStep step)
{
  return g_strdup_printf ("step %s\n", nb_step_get_name (step));
}

/* Returns: the line, with its end */
char *
nb_protocol_format_holder (gint64 pid, gint64 uid, const char *comm, const char *machine)
{
  g_autofree char *name = nb_protocol_escape (comm);
  g_autofree char *vm = nb_protocol_escape (machine);
  g_autofree char *user = uid < 0 ? g_strdup ("-") : g_strdup_printf ("%" G_GINT64_FORMAT, uid);

  return g_strdup_printf ("holder %" G_GINT64_FORMAT " %s %s %s\n", pid, user, name, vm);
}

/* Returns: the line, with its end */
char *
nb_protocol_format_warning (const char *name, ...)
{
  GString *out = g_string_new ("warning ");
  const char *text;
  va_list args;

  g_string_append (out, name);
  va_start (args, name);
  while ((text = va_arg (args, const char *)) != NULL)
    {
      g_autofree char *field = nb_protocol_escape (text);

      g_string_append_c (out, ' ');
      g_string_append (out, field);
    }
  va_end (args);
  g_string_append_c (out, '\n');

  return g_string_free (out, FALSE);
}

static const char *
format_tristate (NbTristate value)
{
  switch (value)
    {
    case NB_TRISTATE_NO:
      return "0";
    case NB_TRISTATE_YES:
      return "1";
    case NB_TRISTATE_UNKNOWN:
      return "unknown";
    }

  return "unknown";
}

/* Returns: the line, with its end */
char *
nb_protocol_format_result (NbTristate live, gboolean absent, NbConfig config, NbTristate next_boot)
{
  const char *now = absent || live == NB_TRISTATE_UNKNOWN ? "none" : format_tristate (live);

  return g_strdup_printf ("result live=%s config=%s next-boot=%s\n", now, config == NB_CONFIG_NEW ? "new" : "old",
                          format_tristate (next_boot));
}

static gboolean
parse_number (const char *text, gint64 *number)
{
  char *end = NULL;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  *number = g_ascii_strtoll (text, &end, 10);

  return *end == '\0';
}

static gboolean
parse_holder (NbLine *line, char **words)
{
  line->uid = -1;
  if (g_strv_length (words) != 5 || !parse_number (words[1], &line->pid) ||
      (strcmp (words[2], "-") != 0 && !parse_number (words[2], &line->uid)))
    return FALSE;

  line->name = nb_protocol_unescape (words[3]);
  line->machine = nb_protocol_unescape (words[4]);
  if (line->machine != NULL && *line->machine == '\0')
    g_clear_pointer (&line->machine, g_free);

  return line->name != NULL;
}

static gboolean
parse_warning (NbLine *line, char **words)
{
  g_autoptr (GStrvBuilder) fields = g_strv_builder_new ();

  if (words[1] == NULL || *words[1] == '\0')
    return FALSE;

  line->name = g_strdup (words[1]);
  for (guint i = 2; words[i] != NULL; i++)
    {
      g_autofree char *field = nb_protocol_unescape (words[i]);

      if (field == NULL)
        return FALSE;
      g_strv_builder_add (fields, field);
    }
  line->fields = g_strv_builder_end (fields);

  return TRUE;
}

static gboolean
parse_result (NbLine *line, char **words)
{
  const char *live;
  const char *config;
  const char *next;

  if (g_strv_length (words) != 4 || !g_str_has_prefix (words[1], "live=") || !g_str_has_prefix (words[2], "config=") ||
      !g_str_has_prefix (words[3], "next-boot="))
    return FALSE;

  live = words[1] + strlen ("live=");
  config = words[2] + strlen ("config=");
  next = words[3] + strlen ("next-boot=");

  line->absent = strcmp (live, "none") == 0;
  line->live = strcmp (live, "1") == 0   ? NB_TRISTATE_YES
               : strcmp (live, "0") == 0 ? NB_TRISTATE_NO
                                         : NB_TRISTATE_UNKNOWN;
  line->config = strcmp (config, "new") == 0 ? NB_CONFIG_NEW : NB_CONFIG_OLD;
  line->next_boot = strcmp (next, "1") == 0   ? NB_TRISTATE_YES
                    : strcmp (next, "0") == 0 ? NB_TRISTATE_NO
                                              : NB_TRISTATE_UNKNOWN;

  return (line->absent || line->live != NB_TRISTATE_UNKNOWN) &&
         (line->config == NB_CONFIG_NEW || strcmp (config, "old") == 0) &&
         (line->next_boot != NB_TRISTATE_UNKNOWN || strcmp (next, "unknown") == 0);
}

/* Never fails: a line that is none of ours comes back as %NB_LINE_OTHER. Returns: what it says */
NbLine *
nb_protocol_parse (const char *text)
{
  NbLine *line = g_new0 (NbLine, 1);
  g_auto (GStrv) words = g_strsplit (text, " ", 64);

  if (words[0] == NULL)
    return line;

  if (strcmp (words[0], "step") == 0 && g_strv_length (words) == 2)
    {
      for (guint i = 0; i < NB_N_STEPS; i++)
        if (strcmp (steps[i], words[1]) == 0)
          {
            line->kind = NB_LINE_STEP;
            line->step = (NbStep) i;
          }
    }
  else if (strcmp (words[0], "holder") == 0)
    {
      if (parse_holder (line, words))
        line->kind = NB_LINE_HOLDER;
    }
  else if (strcmp (words[0], "warning") == 0)
    {
      if (parse_warning (line, words))
        line->kind = NB_LINE_WARNING;
    }
  else if (strcmp (words[0], "result") == 0)
    {
      if (parse_result (line, words))
        line->kind = NB_LINE_RESULT;
    }

  return line;
}

/* Frees it. */
void
nb_line_free (NbLine *line)
{
  g_free (line->name);
  g_free (line->machine);
  g_strfreev (line->fields);
  g_free (line);
}
