/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "nb-helper-journal.h"

static int
make_root (char **path)
{
  g_autofree char *run = NULL;

  *path = g_dir_make_tmp ("nestbox-XXXXXX", NULL);
  run = g_build_filename (*path, "run", NULL);
  g_assert_cmpint (g_mkdir (run, 0755), ==, 0);

  return open (*path, O_RDONLY | O_DIRECTORY);
}

static void
remove_root (char *path, int root)
{
  g_autofree char *run = g_build_filename (path, "run", NULL);

  unlinkat (root, NB_HELPER_JOURNAL_PATH, 0);
  close (root);
  g_rmdir (run);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_free (path);
}

static void
test_round_trip (void)
{
  char *path;
  int root = make_root (&path);
  int journal;
  NbHelperRecord back;

  g_assert_false (nb_helper_journal_is_due (root));
  g_assert_cmpint (nb_helper_journal_open (root, &journal), ==, 0);
  g_assert_false (nb_helper_journal_read (journal, &back));

  for (guint i = 0; i < NB_N_VERBS; i++)
    for (guint bits = 0; bits < 8; bits++)
      for (int live = -1; live <= 1; live++)
        {
          NbHelperRecord record = {
            .verb = (NbVerb) i,
            .module = nb_module_find ("kvm_intel"),
            .touches_file = (bits & 1) != 0,
            .had_file = (bits & 3) == 3,
            .reloading = (bits & 4) != 0,
            .live = (NbTristate) live,
          };

          if (i == NB_VERB_SHOW_HOLDERS)
            continue;
          g_assert_cmpint (nb_helper_journal_write (journal, &record), ==, 0);
          g_assert_true (nb_helper_journal_read (journal, &back));
          g_assert_cmpint (back.verb, ==, record.verb);
          g_assert_true (back.module == record.module);
          g_assert_cmpint (back.touches_file, ==, record.touches_file);
          g_assert_cmpint (back.had_file, ==, record.had_file);
          g_assert_cmpint (back.reloading, ==, record.reloading);
          g_assert_cmpint (back.live, ==, record.live);
        }

  g_assert_true (nb_helper_journal_is_due (root));
  g_assert_cmpint (nb_helper_journal_clear (journal), ==, 0);
  g_assert_false (nb_helper_journal_read (journal, &back));
  g_assert_false (nb_helper_journal_is_due (root));
  close (journal);
  remove_root (path, root);
}

static void
test_lock (void)
{
  char *path;
  int root = make_root (&path);
  int first;
  int second;

  g_assert_cmpint (nb_helper_journal_open (root, &first), ==, 0);
  g_assert_cmpint (nb_helper_journal_open (root, &second), ==, EWOULDBLOCK);
  close (first);
  g_assert_cmpint (nb_helper_journal_open (root, &second), ==, 0);
  close (second);
  remove_root (path, root);
}

static void
test_not_a_file (void)
{
  char *path;
  int root = make_root (&path);
  int journal;

  g_assert_cmpint (symlinkat ("/etc/passwd", root, NB_HELPER_JOURNAL_PATH), ==, 0);
  g_assert_cmpint (nb_helper_journal_open (root, &journal), ==, ELOOP);
  g_assert_false (nb_helper_journal_is_due (root));
  remove_root (path, root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper-journal/round-trip", test_round_trip);
  g_test_add_func ("/helper-journal/lock", test_lock);
  g_test_add_func ("/helper-journal/not-a-file", test_not_a_file);

  return g_test_run ();
}
