/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lists of letters: what a view is told is right, and no more than what lies between what stays at both ends. */

#include "nb-items.h"

#include <string.h>

static GObject *letters[26];

static void
fill (GPtrArray *array, const char *text)
{
  for (; *text != '\0'; text++)
    g_ptr_array_add (array, g_object_ref (letters[*text - 'a']));
}

static void
on_changed (GListModel *model, guint position, guint removed, guint added, char **told)
{
  g_assert_null (*told);
  *told = g_strdup_printf ("%u -%u +%u", position, removed, added);
}

static void
check (const char *before, const char *after, const char *expected)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListStore) model = g_list_store_new (G_TYPE_OBJECT);
  g_autofree char *told = NULL;

  fill (old, before);
  fill (now, after);
  g_signal_connect (model, "items-changed", G_CALLBACK (on_changed), &told);
  nb_items_changed (G_LIST_MODEL (model), old, now);
  g_assert_cmpstr (told, ==, expected);
}

static void
test_items (void)
{
  check ("", "", NULL);
  check ("abc", "abc", NULL);
  check ("", "abc", "0 -0 +3");
  check ("abc", "", "0 -3 +0");
  check ("abc", "abcd", "3 -0 +1");
  check ("abc", "xabc", "0 -0 +1");
  check ("abc", "ac", "1 -1 +0");
  check ("abcd", "axyd", "1 -2 +2");
  /* Of two alike, one goes: the ends may not overlap. */
  check ("aa", "a", "1 -1 +0");
  check ("aba", "aa", "1 -1 +0");
  check ("abab", "ab", "2 -2 +0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    letters[i] = g_object_new (G_TYPE_OBJECT, NULL);
  g_test_add_func ("/base/items", test_items);

  return g_test_run ();
}
