/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-options.h"

static void
test_values (void)
{
  static const struct
  {
    const char *text;
    NbTristate value;
  } cases[] = {
    { "Y", NB_TRISTATE_YES },      { "N\n", NB_TRISTATE_NO },       { "1\n", NB_TRISTATE_YES },
    { "0\n", NB_TRISTATE_NO },     { "y", NB_TRISTATE_YES },        { "true", NB_TRISTATE_YES },
    { "false", NB_TRISTATE_NO },   { "on", NB_TRISTATE_YES },       { "off", NB_TRISTATE_NO },
    { "On", NB_TRISTATE_YES },     { "OFF", NB_TRISTATE_NO },       { "2", NB_TRISTATE_YES },
    { "-1", NB_TRISTATE_YES },     { "0x0", NB_TRISTATE_NO },       { NULL, NB_TRISTATE_YES },
    { "", NB_TRISTATE_YES },       { "o", NB_TRISTATE_UNKNOWN },    { "maybe", NB_TRISTATE_UNKNOWN },
    { "1x", NB_TRISTATE_UNKNOWN }, { "\xff", NB_TRISTATE_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (nb_options_parse_value (cases[i].text), ==, cases[i].value);
}

static void
test_names (void)
{
  g_assert_true (nb_options_same_name ("kvm_intel", "kvm-intel"));
  g_assert_true (nb_options_same_name ("kvm-intel.nested", "kvm_intel"));
  g_assert_true (nb_options_same_name ("nested=1", "nested"));
  g_assert_false (nb_options_same_name ("kvm_intel", "kvm"));
  g_assert_false (nb_options_same_name ("kvm", "kvm_intel"));
  g_assert_false (nb_options_same_name ("nested", "nestedx"));
}

static void
test_last_nested (void)
{
  static const struct
  {
    const char *options;
    const char *module;
    NbTristate value;
  } cases[] = {
    { NULL, NULL, NB_TRISTATE_UNKNOWN },
    { "", NULL, NB_TRISTATE_UNKNOWN },
    { "nested=1", NULL, NB_TRISTATE_YES },
    { "nested", NULL, NB_TRISTATE_YES },
    { "nested=1 ept=0 nested=N", NULL, NB_TRISTATE_NO },
    { "ept=1", NULL, NB_TRISTATE_UNKNOWN },
    { "nested=1 # nested=0", NULL, NB_TRISTATE_NO },
    { "  nested=\"1\"  ", NULL, NB_TRISTATE_YES },
    { "\"nested=0\"", NULL, NB_TRISTATE_NO },
    { "x=\"nested=1\"", NULL, NB_TRISTATE_UNKNOWN },
    { "quiet kvm_intel.nested=1", "kvm_intel", NB_TRISTATE_YES },
    { "quiet kvm-intel.nested=1 kvm_intel.nested=0", "kvm_intel", NB_TRISTATE_NO },
    { "kvm_amd.nested=1", "kvm_intel", NB_TRISTATE_UNKNOWN },
    { "nested=1", "kvm_intel", NB_TRISTATE_UNKNOWN },
    { "kvm_intel.nested=0 -- kvm_intel.nested=1", "kvm_intel", NB_TRISTATE_NO },
    { "kvm_intel.nested_early_check=0", "kvm_intel", NB_TRISTATE_UNKNOWN },
    { "kvm_intel.nested=0 kvm_intel.nested=bogus", "kvm_intel", NB_TRISTATE_NO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].options != NULL ? cases[i].options : "(null)");
      g_assert_cmpint (nb_options_last_nested (cases[i].options, cases[i].module), ==, cases[i].value);
    }
}

/* Seen on kernels 6.1 and 6.12: what insmod answered for such a parameter. */
static void
test_refused (void)
{
  static const struct
  {
    const char *type;
    const char *value;
    gboolean refused;
    gboolean on;
  } cases[] = {
    { "int", "1", FALSE, TRUE },
    { "int", "0", FALSE, FALSE },
    { "int", "2", FALSE, TRUE },
    { "int", "-1", FALSE, TRUE },
    { "int", "0x0", FALSE, FALSE },
    { "int", "+1", FALSE, TRUE },
    { "int", "Y", TRUE, FALSE },
    { "int", "on", TRUE, FALSE },
    { "int", "", TRUE, FALSE },
    { "int", "0;", TRUE, FALSE },
    { "int", NULL, TRUE, FALSE },
    { "int", "2147483648", TRUE, FALSE },
    { "int", "-2147483648", FALSE, TRUE },
    { "int", " 1", TRUE, FALSE },
    { "int", "08", TRUE, FALSE },
    { "int", "-+1", TRUE, FALSE },
    { "int", "--1", TRUE, FALSE },
    { "uint", "-1", TRUE, FALSE },
    { "uint", "4294967295", FALSE, TRUE },
    { "uint", "4294967296", TRUE, FALSE },
    { "ushort", "65536", TRUE, FALSE },
    { "ullong", "18446744073709551615", FALSE, TRUE },
    { "ullong", "18446744073709551616", TRUE, FALSE },
    { "bool", "0;", FALSE, FALSE },
    { "bool", "01", FALSE, FALSE },
    { "bool", "Yes", FALSE, TRUE },
    { "bool", NULL, FALSE, TRUE },
    { "bool", "", TRUE, FALSE },
    { "bool", "2", TRUE, FALSE },
    { "bool", "enabled", TRUE, FALSE },
    { "bool", "on", FALSE, TRUE },
    { "bool", "oN", FALSE, TRUE },
    { "bool", "o", TRUE, FALSE },
    { "bool", "-1", TRUE, FALSE },
    { "invbool", NULL, TRUE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean on = FALSE;

      g_test_message ("%s %s", cases[i].type, cases[i].value != NULL ? cases[i].value : "(null)");
      g_assert_cmpint (nb_options_value_is_refused (cases[i].type, cases[i].value), ==, cases[i].refused);
      g_assert_cmpint (nb_options_parse_nested (cases[i].type, cases[i].value, &on), ==, !cases[i].refused);
      g_assert_cmpint (on, ==, cases[i].on);
    }

  g_assert_false (nb_options_value_is_refused (NULL, "anything"));
  g_assert_false (nb_options_value_is_refused ("a type of its own", "anything"));
  g_assert_false (nb_options_value_is_refused ("charp", ""));
  g_assert_true (nb_options_value_is_refused ("charp", NULL));
  g_assert_false (nb_options_value_is_refused ("array of int", "1,2,-3"));
  g_assert_true (nb_options_value_is_refused ("array of int", "1,,2"));
  g_assert_true (nb_options_value_is_refused ("array of int", ""));
  g_assert_true (nb_options_value_is_refused ("array of int", NULL));
}

static void
test_install (void)
{
  static const struct
  {
    const char *command;
    NbInstall install;
    const char *options;
  } cases[] = {
    { "/sbin/modprobe --ignore-install kvm_intel nested=0 $CMDLINE_OPTS", NB_INSTALL_LOADS, "nested=0" },
    { "modprobe -i kvm-intel", NB_INSTALL_LOADS, "" },
    { "/sbin/modprobe kvm_intel --ignore-install a=1 b", NB_INSTALL_LOADS, "a=1 b" },
    { "/bin/true", NB_INSTALL_NOTHING, NULL },
    { "/usr/bin/false", NB_INSTALL_NOTHING, NULL },
    { "  ", NB_INSTALL_NOTHING, NULL },
    { "/sbin/modprobe kvm_intel", NB_INSTALL_UNKNOWN, NULL },
    { "/sbin/modprobe --ignore-install kvm_amd", NB_INSTALL_UNKNOWN, NULL },
    { "/sbin/modprobe --ignore-install kvm_intel; rm x", NB_INSTALL_UNKNOWN, NULL },
    { "/sbin/modprobe --ignore-install kvm_intel $OTHER", NB_INSTALL_UNKNOWN, NULL },
    { "/bin/true && modprobe -i kvm_intel", NB_INSTALL_UNKNOWN, NULL },
    { "logger kvm", NB_INSTALL_UNKNOWN, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *options = NULL;

      g_test_message ("%s", cases[i].command);
      g_assert_cmpint (nb_options_judge_install (cases[i].command, "kvm_intel", &options), ==, cases[i].install);
      g_assert_cmpstr (options, ==, cases[i].options);
    }
}

/* As next_arg() splits. */
static void
test_words (void)
{
  static const struct
  {
    const char *text;
    const char *words; /* NAME|VALUE, a line each */
  } cases[] = {
    { "", "" },
    { "  \t ", "" },
    { "a b=1  c=", "a\nb|1\nc|\n" },
    { "\"a=1 2\" b", "a|1 2\nb\n" },
    { "a=\"1 2\" b", "a|1 2\nb\n" },
    { "a=\"1\"x", "a|1\"x\n" },
    { "=1 a", "=1\na\n" },
    { "a -- b", "a\n" },
    { "a=\"1 b", "a|1 b\n" },
    { "\"", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) words = g_string_new (NULL);
      const char *rest = cases[i].text;
      char *name;
      char *value;

      while (nb_options_next (&rest, &name, &value))
        {
          g_string_append_printf (words, value != NULL ? "%s|%s\n" : "%s\n", name, value);
          g_free (name);
          g_free (value);
        }
      g_assert_cmpstr (words->str, ==, cases[i].words);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/values", test_values);
  g_test_add_func ("/options/names", test_names);
  g_test_add_func ("/options/last-nested", test_last_nested);
  g_test_add_func ("/options/refused", test_refused);
  g_test_add_func ("/options/words", test_words);
  g_test_add_func ("/options/install", test_install);

  return g_test_run ();
}
