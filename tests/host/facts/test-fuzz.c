/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-checks.h"
#include "nb-holders.h"
#include "nb-verdict.h"

#include <string.h>

#include "fixture.h"

/* Files of all the computers under fixtures/checks, mixed and damaged, and bytes that are no text at all: whatever stands
 * there, reading it comes to an end, and what is said is text. --seed repeats a run that failed. */

#define ROUNDS 60

typedef struct
{
  char *path;
  GPtrArray *contents; /* GBytes */
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->path);
  g_ptr_array_unref (place->contents);
  g_free (place);
}

static void
add (GHashTable *places, const char *path, const char *data, gsize length)
{
  Place *place = g_hash_table_lookup (places, path);

  if (place == NULL)
    {
      place = g_new0 (Place, 1);
      place->path = g_strdup (path);
      place->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_hash_table_insert (places, place->path, place);
    }
  g_ptr_array_add (place->contents, g_bytes_new (data, length));
}

static void
collect (GHashTable *places, const char *folder, const char *prefix)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *full = g_build_filename (folder, name, NULL);
      g_autofree char *path = *prefix != '\0' ? g_build_filename (prefix, name, NULL) : g_strdup (name);
      g_autofree char *text = NULL;
      gsize length;

      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        collect (places, full, path);
      else if (!g_str_equal (name, "expected") && g_file_get_contents (full, &text, &length, NULL))
        add (places, path, text, length);
    }
}

static GHashTable *
collect_all (void)
{
  static const char *const others[] = { "proc/1/comm",          "proc/1/cmdline",
                                        "proc/1/status",        "proc/sys/kernel/modules_disabled",
                                        "proc/uptime",          "sys/module/kvm/parameters/hpage",
                                        "sys/module/vboxdrv",   "etc/modprobe.d/a.conf",
                                        "var/log/kern.log",     "etc/modprobe.d/zz-nestbox.conf",
                                        "run/modprobe.d/a.conf" };
  g_autofree char *top = g_test_build_filename (G_TEST_DIST, "host", "fixtures", "checks", NULL);
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, place_free);
  g_autoptr (GDir) directory = g_dir_open (top, 0, NULL);
  const char *name;

  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *full = g_build_filename (top, name, NULL);

      collect (places, full, "");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    add (places, others[i], "options kvm_intel nested=1\n", strlen ("options kvm_intel nested=1\n"));
  return places;
}

static GByteArray *
damage (GBytes *bytes)
{
  GByteArray *data = g_byte_array_new ();

  g_byte_array_append (data, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  for (int i = g_test_rand_int_range (0, 6); i > 0 && data->len > 0; i--)
    {
      const guint position = g_test_rand_int_range (0, data->len);
      guint8 noise[64];

      for (gsize j = 0; j < sizeof noise; j++)
        noise[j] = g_test_rand_int_range (0, 256);
      switch (g_test_rand_int_range (0, 4))
        {
        case 0:
          data->data[position] ^= 1 << g_test_rand_int_range (0, 8);
          break;
        case 1:
          g_byte_array_set_size (data, position);
          break;
        case 2:
          g_byte_array_append (data, noise, sizeof noise);
          break;
        default:
          memcpy (data->data + position, noise, MIN (sizeof noise, data->len - position));
          break;
        }
    }
  return data;
}

static GByteArray *
make_noise (void)
{
  static const char *const words[] = { "\n",      ":", " ",  "cgroup", "cgroup2", "flags",
                                       "options", "=", "\"", "\\040",  "\xff",    "%n" };
  GByteArray *data = g_byte_array_new ();

  for (int i = g_test_rand_int_range (0, 200); i > 0; i--)
    {
      const char *word = words[g_test_rand_int_range (0, G_N_ELEMENTS (words))];
      const guint8 byte = g_test_rand_int_range (0, 256);

      if (g_test_rand_bit ())
        g_byte_array_append (data, &byte, 1);
      else
        g_byte_array_append (data, (const guint8 *) word, strlen (word));
    }
  return data;
}

static void
fill (const char *root, GHashTable *places)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, places);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Place *place = value;
      const int kind = g_test_rand_int_range (0, 10);
      GBytes *bytes = g_ptr_array_index (place->contents, g_test_rand_int_range (0, place->contents->len));
      g_autoptr (GByteArray) data = kind < 7 ? damage (bytes) : make_noise ();
      g_autofree char *full = g_build_filename (root, place->path, NULL);
      g_autofree char *folder = g_path_get_dirname (full);

      if (kind == 9)
        continue;
      /* A file may stand where another wants a folder. */
      if (g_mkdir_with_parents (folder, 0755) == 0)
        g_file_set_contents_full (full, (const char *) data->data, data->len, G_FILE_SET_CONTENTS_NONE, 0644, NULL);
    }
}

static void
assert_text (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
test_fuzz (void)
{
  g_autoptr (GHashTable) places = collect_all ();

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *root = g_dir_make_tmp ("nestbox-fuzz-XXXXXX", NULL);
      g_autoptr (NbHostFacts) facts = NULL;
      g_autoptr (GPtrArray) checks = NULL;
      g_autoptr (GPtrArray) holders = NULL;
      g_autofree char *sentence = NULL;

      fill (root, places);
      facts = nb_host_facts_read (root, 0);
      checks = nb_checks_run (root, facts);
      holders = nb_holders_read (root);
      sentence = nb_verdict_dup_sentence (nb_verdict_decide (facts), facts);
      assert_text (sentence);
      assert_text (facts->model);
      assert_text (facts->machine);
      assert_text (facts->release);
      assert_text (facts->decider_file);
      assert_text (facts->config_error);
      g_assert_cmpuint (checks->len, >, 20);
      for (guint j = 0; j < checks->len; j++)
        {
          NbCheck *check = g_ptr_array_index (checks, j);

          g_assert_nonnull (nb_check_get_detail (check));
          assert_text (nb_check_get_detail (check));
          assert_text (nb_check_get_hint (check));
          assert_text (nb_check_get_command (check));
        }
      fixture_remove (root);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("KMOD_LOG", "0", TRUE);
  g_test_add_func ("/fuzz", test_fuzz);

  return g_test_run ();
}
