/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nb-helper-record.h"

#define BOOT "0123abcd-0000-4000-8000-0123456789ab"
#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

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

  unlinkat (root, NB_HELPER_LOCK_PATH, 0);
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
  int lock;
  NbHelperRecord back;

  g_assert_false (nb_helper_lock_is_marked (root));
  g_assert_cmpint (nb_helper_lock_open (root, &lock), ==, 0);
  g_assert_false (nb_helper_record_read (&back, lock));

  for (guint i = 0; i < NB_N_VERBS; i++)
    for (guint bits = 0; bits < 8; bits++)
      for (int live = -1; live <= 1; live++)
        {
          NbHelperRecord record = {
            .verb = (NbVerb) i,
            .module = nb_module_find ("kvm_intel"),
            .live = (NbTristate) live,
            .boot = BOOT,
            .touches_file = (bits & 1) != 0,
            .had_file = (bits & 3) == 3,
            .has_file = (bits & 5) == 5,
            .inode = G_MAXUINT64,
            .size = G_MAXUINT64,
            .hash = HASH,
          };

          if (i == NB_VERB_SHOW_HOLDERS)
            continue;
          g_assert_cmpint (nb_helper_record_write (&record, lock), ==, 0);
          g_assert_true (nb_helper_record_read (&back, lock));
          g_assert_cmpint (back.verb, ==, record.verb);
          g_assert_true (back.module == record.module);
          g_assert_cmpint (back.touches_file, ==, record.touches_file);
          g_assert_cmpint (back.had_file, ==, record.had_file);
          g_assert_cmpint (back.has_file, ==, record.has_file);
          g_assert_cmpint (back.live, ==, record.live);
          g_assert_cmpstr (back.boot, ==, BOOT);
          if (record.has_file)
            {
              g_assert_cmpuint (back.inode, ==, record.inode);
              g_assert_cmpuint (back.size, ==, record.size);
              g_assert_cmpstr (back.hash, ==, HASH);
            }
        }

  g_assert_true (nb_helper_lock_is_marked (root));
  close (lock);
  remove_root (path, root);
}

/* Half a record, which a power cut may leave, and what was never one. */
static void
test_no_record (void)
{
  static const char whole[] = "nestbox-1 enable kvm_amd 0 " BOOT " kept 12 34 " HASH "\n";
  static const char *const texts[] = {
    "",
    "\n",
    "nestbox-2 enable kvm_amd 0 " BOOT " kept 12 34 " HASH "\n",
    "nestbox-1 enabl kvm_amd 0 " BOOT " kept 12 34 " HASH "\n",
    "nestbox-1 holders kvm_amd 0 " BOOT " kept 12 34 " HASH "\n",
    "nestbox-1 enable ../x 0 " BOOT " kept 12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 ../etc kept 12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 " BOOT BOOT " kept 12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " keep 12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " untouched 12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " kept 12 34 " HASH "0\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " kept -12 34 " HASH "\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " kept 12 34 abc\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " kept 12 34 " HASH " more\n",
    "nestbox-1 enable kvm_amd 0 " BOOT " kept 12\n",
  };
  NbHelperRecord record;

  g_assert_true (nb_helper_record_parse (&record, whole));
  for (gsize length = 0; length < strlen (whole); length++)
    {
      g_autofree char *half = g_strndup (whole, length);

      g_assert_false (nb_helper_record_parse (&record, half));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("%s", texts[i]);
      g_assert_false (nb_helper_record_parse (&record, texts[i]));
    }
}

/* What was live before counts only until the next restart. */
static void
test_boot (void)
{
  char *path;
  int root = make_root (&path);
  g_autofree char *folder = g_build_filename (path, "proc/sys/kernel/random", NULL);
  g_autofree char *file = g_build_filename (folder, "boot_id", NULL);
  NbHelperRecord record = { 0 };

  nb_helper_record_set_boot (&record, root);
  g_assert_cmpstr (record.boot, ==, "");
  g_assert_false (nb_helper_record_is_boot (&record, root));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (file, BOOT "\n", -1, NULL));
  nb_helper_record_set_boot (&record, root);
  g_assert_cmpstr (record.boot, ==, BOOT);
  g_assert_true (nb_helper_record_is_boot (&record, root));
  record.boot[0] = 'f';
  g_assert_false (nb_helper_record_is_boot (&record, root));

  g_remove (file);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *parent = g_path_get_dirname (folder);

      g_rmdir (folder);
      g_free (folder);
      folder = g_steal_pointer (&parent);
    }
  remove_root (path, root);
}

static void
test_lock (void)
{
  char *path;
  int root = make_root (&path);
  struct stat status;
  int first;
  int second;

  umask (0);
  g_assert_cmpint (nb_helper_lock_open (root, &first), ==, 0);
  g_assert_cmpint (fstat (first, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (nb_helper_lock_open (root, &second), ==, EWOULDBLOCK);
  close (first);
  g_assert_cmpint (nb_helper_lock_open (root, &second), ==, 0);
  close (second);
  remove_root (path, root);
}

static void
test_not_a_file (void)
{
  char *path;
  int root = make_root (&path);
  int lock;

  g_assert_cmpint (symlinkat ("/etc/passwd", root, NB_HELPER_LOCK_PATH), ==, 0);
  g_assert_cmpint (nb_helper_lock_open (root, &lock), ==, ELOOP);
  g_assert_false (nb_helper_lock_is_marked (root));
  remove_root (path, root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper-record/round-trip", test_round_trip);
  g_test_add_func ("/helper-record/no-record", test_no_record);
  g_test_add_func ("/helper-record/boot", test_boot);
  g_test_add_func ("/helper-record/lock", test_lock);
  g_test_add_func ("/helper-record/not-a-file", test_not_a_file);

  return g_test_run ();
}
