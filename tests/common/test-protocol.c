/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-protocol.h"

#include <string.h>

static void
test_verbs (void)
{
  NbVerb verb;

  for (guint i = 0; i < NB_N_VERBS; i++)
    {
      const NbVerbInfo *info = nb_verb_get_info ((NbVerb) i);

      g_assert_true (nb_verb_from_arguments (info->action, info->name, &verb));
      g_assert_cmpint (verb, ==, i);
    }

  g_assert_false (nb_verb_from_arguments ("show", "enable", &verb));
  g_assert_false (nb_verb_from_arguments ("off", "enable", &verb));
  g_assert_false (nb_verb_from_arguments ("on", "forget", &verb));
  g_assert_false (nb_verb_from_arguments ("on", "allow-msrs", &verb));
  g_assert_false (nb_verb_from_arguments ("on", "enabl", &verb));
  g_assert_false (nb_verb_from_arguments ("on", "enable ", &verb));
  g_assert_false (nb_verb_from_arguments ("", "", &verb));
}

static void
test_modules (void)
{
  g_assert_nonnull (nb_module_find ("kvm_intel"));
  g_assert_null (nb_module_find ("kvm-intel"));
  g_assert_null (nb_module_find ("../kvm_intel"));
  g_assert_null (nb_module_find (""));
  g_assert_cmpstr (nb_module_get_parameter (nb_module_find ("kvm"), "s390x"), ==, "nested");
  g_assert_cmpstr (nb_module_get_parameter (nb_module_find ("kvm"), "x86_64"), ==, "ignore_msrs");
  g_assert_null (nb_module_get_parameter (nb_module_find ("kvm"), "ppc64le"));
  g_assert_cmpstr (nb_module_get_parameter (nb_module_find ("kvm_amd"), "i686"), ==, "nested");
  g_assert_null (nb_module_get_parameter (nb_module_find ("kvm_amd"), "x86"));
}

static char *
strip (char *line)
{
  g_assert_true (g_str_has_suffix (line, "\n"));
  line[strlen (line) - 1] = '\0';
  g_assert_null (strchr (line, '\n'));

  return line;
}

static void
test_hostile_comm (void)
{
  g_autofree char *text = strip (nb_protocol_format_holder (7, 1000, "x\nresult live=1", "- \\x20\xff"));
  g_autoptr (NbLine) line = nb_protocol_parse (text);

  g_assert_cmpint (line->kind, ==, NB_LINE_HOLDER);
  g_assert_cmpint (line->pid, ==, 7);
  g_assert_cmpint (line->uid, ==, 1000);
  g_assert_cmpstr (line->name, ==, "x\nresult live=1");
  g_assert_cmpstr (line->machine, ==, "- \\x20\xef\xbf\xbd");
}

static void
test_escape (void)
{
  static const char *const texts[] = { "", "-", "--", " ", "\\", "\\x20", "a b\tc\n", "m\xc3\xa4rz" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *field = nb_protocol_escape (texts[i]);
      g_autofree char *back = nb_protocol_unescape (field);

      g_assert_cmpstr (back, ==, texts[i]);
      g_assert_null (strpbrk (field, " \t\n"));
      g_assert_cmpuint (strlen (field), >, 0);
    }

  g_assert_null (nb_protocol_unescape ("\\x"));
  g_assert_null (nb_protocol_unescape ("\\x2"));
  g_assert_null (nb_protocol_unescape ("\\y20"));
  g_assert_null (nb_protocol_unescape ("\\x00"));
  g_assert_null (nb_protocol_unescape ("a b"));
}

static void
test_lines (void)
{
  for (guint i = 0; i < NB_N_STEPS; i++)
    {
      g_autofree char *text = strip (nb_protocol_format_step ((NbStep) i));
      g_autoptr (NbLine) line = nb_protocol_parse (text);

      g_assert_cmpint (line->kind, ==, NB_LINE_STEP);
      g_assert_cmpint (line->step, ==, i);
    }

  for (int live = -1; live <= 1; live++)
    for (int next = -1; next <= 1; next++)
      for (int config = 0; config <= 1; config++)
        {
          g_autofree char *text =
            strip (nb_protocol_format_result ((NbTristate) live, FALSE, (NbConfig) config, (NbTristate) next));
          g_autoptr (NbLine) line = nb_protocol_parse (text);

          g_assert_cmpint (line->kind, ==, NB_LINE_RESULT);
          g_assert_cmpint (line->live, ==, live);
          g_assert_cmpint (line->absent, ==, live == -1);
          g_assert_cmpint (line->next_boot, ==, next);
          g_assert_cmpint (line->config, ==, config);
        }

  {
    g_autofree char *text = strip (nb_protocol_format_warning ("parameter-differs", "ept", "", "N", NULL));
    g_autoptr (NbLine) line = nb_protocol_parse (text);

    g_assert_cmpstr (text, ==, "warning parameter-differs ept - N");
    g_assert_cmpint (line->kind, ==, NB_LINE_WARNING);
    g_assert_cmpstr (line->name, ==, "parameter-differs");
    g_assert_cmpuint (g_strv_length (line->fields), ==, 3);
    g_assert_cmpstr (line->fields[1], ==, "");
  }
}

static void
test_other_lines (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "step",
    "step nonsense",
    "step check more",
    "holder",
    "holder x 0 a -",
    "holder -1 0 a -",
    "holder 1 0 a",
    "holder 1 0 a b c",
    "holder 1 0 \\x0 -",
    "warning",
    "warning ",
    "warning a \\q",
    "result",
    "result live=2 config=new next-boot=1",
    "result live=1 config=maybe next-boot=1",
    "result live=1 config=new next-boot=",
    "result live=1 next-boot=1 config=new",
    "Result live=1 config=new next-boot=1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (NbLine) line = nb_protocol_parse (texts[i]);

      g_test_message ("%s", texts[i]);
      g_assert_cmpint (line->kind, ==, NB_LINE_OTHER);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/verbs", test_verbs);
  g_test_add_func ("/protocol/modules", test_modules);
  g_test_add_func ("/protocol/escape", test_escape);
  g_test_add_func ("/protocol/hostile-comm", test_hostile_comm);
  g_test_add_func ("/protocol/lines", test_lines);
  g_test_add_func ("/protocol/other-lines", test_other_lines);

  return g_test_run ();
}
