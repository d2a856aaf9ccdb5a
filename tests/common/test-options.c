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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/values", test_values);
  g_test_add_func ("/options/names", test_names);
  g_test_add_func ("/options/last-nested", test_last_nested);

  return g_test_run ();
}
