/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-json.h"

#include <string.h>

static char *
repeat (const char *piece, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

static void
assert_refused (const char *text)
{
  g_autoptr (JsonNode) node = nb_json_parse (text);

  g_assert_null (node);
}

static void
test_refused (void)
{
  g_autofree char *deep = repeat ("[", 100000);
  g_autofree char *deeper = repeat ("{\"a\":", 33);
  g_autofree char *long_text = repeat ("x", 1024 * 1024);
  g_autofree char *large = g_strdup_printf ("\"%s\"", long_text);

  assert_refused ("");
  assert_refused ("{");
  assert_refused ("{\"a\":\"\xff\"}");
  assert_refused (deep);
  assert_refused (deeper);
  assert_refused (large);
  assert_refused ("\"\\");
}

static void
test_depth (void)
{
  g_autofree char *open = repeat ("[", 32);
  g_autofree char *close = repeat ("]", 32);
  g_autofree char *deep = g_strdup_printf ("%s%s", open, close);
  /* What stands in strings opens nothing. */
  g_autofree char *brackets = repeat ("[{\\\"", 100);
  g_autofree char *flat = g_strdup_printf ("[\"%s\", [], [], \"\\\\\"]", brackets);
  g_autoptr (JsonNode) node = nb_json_parse (deep);
  g_autoptr (JsonNode) other = nb_json_parse (flat);

  g_assert_nonnull (node);
  g_assert_cmpuint (nb_json_get_length (other), ==, 4);
}

/* Every accessor on every kind, and on nothing. */
static void
test_kinds (void)
{
  static const char *const kinds[] = { "null", "true",     "false", "0",   "-1", "1.5",
                                       "\"\"", "\"text\"", "[]",    "[1]", "{}", "{\"a\":1}" };

  for (guint i = 0; i <= G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (JsonNode) node = i < G_N_ELEMENTS (kinds) ? nb_json_parse (kinds[i]) : NULL;
      gint64 number = 42;
      const gboolean is_int = nb_json_get_int (node, &number);

      g_assert_true ((node != NULL) == (i < G_N_ELEMENTS (kinds)));
      g_assert_cmpint (is_int, ==, i == 3 || i == 4);
      g_assert_cmpint (number, ==, i == 3 ? 0 : i == 4 ? -1 : 42);
      g_assert_cmpstr (nb_json_get_string (node), ==, i == 6 ? "" : i == 7 ? "text" : NULL);
      g_assert_cmpint (nb_json_get_boolean (node, TRUE), ==, i != 2);
      g_assert_cmpint (nb_json_get_boolean (node, FALSE), ==, i == 1);
      g_assert_cmpuint (nb_json_get_length (node), ==, i == 9);
      g_assert_true ((nb_json_get_element (node, 0) != NULL) == (i == 9));
      g_assert_null (nb_json_get_element (node, 1));
      g_assert_true ((nb_json_get_member (node, "a") != NULL) == (i == 11));
      g_assert_null (nb_json_get_member (node, "b"));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/kinds", test_kinds);
  return g_test_run ();
}
