/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nb-helper-config.h"

static void
test_format (void)
{
  static const struct
  {
    const char *old;
    NbTristate value;
    const char *expected;
  } cases[] = {
    { "", NB_TRISTATE_YES, "options kvm_amd nested=1\n" },
    { "options kvm_amd nested=0\n", NB_TRISTATE_YES, "options kvm_amd nested=1\n" },
    { "options kvm_amd nested=1\noptions kvm_amd nested=0\n", NB_TRISTATE_NO, "options kvm_amd nested=0\n" },
    { "options kvm_intel nested=1\n", NB_TRISTATE_NO, "options kvm_intel nested=1\noptions kvm_amd nested=0\n" },
    { "no end", NB_TRISTATE_YES, "no end\noptions kvm_amd nested=1\n" },
    { "# x\n\n\n", NB_TRISTATE_YES, "# x\n\n\noptions kvm_amd nested=1\n" },
    { "options kvm_amd npt=0 nested=0\n", NB_TRISTATE_YES,
      "options kvm_amd npt=0 nested=0\noptions kvm_amd nested=1\n" },
    /* A line that goes on must not swallow ours, and what it goes on with is not ours. */
    { "options kvm_amd \\", NB_TRISTATE_YES, "options kvm_amd \\\n\noptions kvm_amd nested=1\n" },
    { "options a b=1 \\\noptions kvm_amd nested=1\noptions c d=1\n", NB_TRISTATE_NO,
      "options a b=1 \\\noptions kvm_amd nested=1\noptions c d=1\noptions kvm_amd nested=0\n" },
    { "options a b=1 \\\n\noptions kvm_amd nested=1\noptions c d=1\n", NB_TRISTATE_NO,
      "options a b=1 \\\n\noptions c d=1\noptions kvm_amd nested=0\n" },
    { "options kvm_amd nested=1\r\n", NB_TRISTATE_YES, "options kvm_amd nested=1\r\noptions kvm_amd nested=1\n" },
    { "options kvm ignore_msrs=1\noptions kvm_amd ignore_msrs=1\n", NB_TRISTATE_YES,
      "options kvm ignore_msrs=1\noptions kvm_amd ignore_msrs=1\noptions kvm_amd nested=1\n" },
  };
  const NbModuleInfo *module = nb_module_find ("kvm_amd");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = nb_helper_config_format (cases[i].old, module, "nested", cases[i].value);
      g_autofree char *again = nb_helper_config_format (text, module, "nested", cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_cmpstr (again, ==, text);
    }
}

static void
test_new_file_has_a_header (void)
{
  g_autofree char *text = nb_helper_config_format (NULL, nb_module_find ("kvm_intel"), "nested", NB_TRISTATE_YES);

  g_assert_true (g_str_has_prefix (text, "# Written by Nestbox"));
  g_assert_true (g_str_has_suffix (text, "\noptions kvm_intel nested=1\n"));
}

/* Only our lines of that module go, and the file with them where nothing but our header is left. */
static void
test_forget (void)
{
  static const struct
  {
    const char *old;
    const char *expected;
  } cases[] = {
    { "", NULL },
    { "options kvm nested=1\noptions kvm ignore_msrs=0\n", NULL },
    { "# by hand\noptions kvm nested=1\n", "# by hand\n" },
    { "options kvm nested=1\noptions kvm_amd nested=1\n", "options kvm_amd nested=1\n" },
    { "options kvm nested=1 hpage=0\n", "options kvm nested=1 hpage=0\n" },
    { "options a \\\noptions kvm nested=1\n", "options a \\\noptions kvm nested=1\n" },
  };
  const NbModuleInfo *module = nb_module_find ("kvm");
  g_autofree char *fresh = nb_helper_config_format (NULL, module, "ignore_msrs", NB_TRISTATE_YES);
  g_autofree char *both = nb_helper_config_format (fresh, nb_module_find ("kvm_amd"), "nested", NB_TRISTATE_NO);
  g_autofree char *rest = nb_helper_config_format (both, module, NULL, NB_TRISTATE_UNKNOWN);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = nb_helper_config_format (cases[i].old, module, NULL, NB_TRISTATE_UNKNOWN);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
  g_assert_null (nb_helper_config_format (NULL, module, NULL, NB_TRISTATE_UNKNOWN));
  g_assert_null (nb_helper_config_format (fresh, module, NULL, NB_TRISTATE_UNKNOWN));
  g_assert_true (g_str_has_prefix (rest, "# Written by Nestbox") &&
                 g_str_has_suffix (rest, "\noptions kvm_amd nested=0\n"));
}

typedef struct
{
  char *root;
  char *file;
  int fd;
  NbHelperConfig config;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = NULL;

  fixture->root = g_dir_make_tmp ("nestbox-XXXXXX", NULL);
  directory = g_build_filename (fixture->root, "etc/modprobe.d", NULL);
  fixture->file = g_build_filename (directory, NB_PROTOCOL_DROP_IN_NAME, NULL);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);
  if (data != NULL)
    g_assert_true (g_file_set_contents (fixture->file, data, -1, NULL));
  fixture->fd = open (fixture->root, O_RDONLY | O_DIRECTORY);
  g_assert_cmpint (nb_helper_config_open (&fixture->config, fixture->fd, FALSE), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_path_get_dirname (fixture->file);
  g_autofree char *etc = g_path_get_dirname (directory);

  nb_helper_config_clean (&fixture->config);
  nb_helper_config_close (&fixture->config);
  close (fixture->fd);
  g_remove (fixture->file);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
  g_rmdir (etc);
  g_rmdir (fixture->root);
  g_free (fixture->file);
  g_free (fixture->root);
}

static void
assert_file (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;

  if (expected == NULL)
    {
      g_assert_false (g_file_test (fixture->file, G_FILE_TEST_EXISTS));
      return;
    }
  g_assert_true (g_file_get_contents (fixture->file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

#define NEW "options kvm_amd nested=1\n"

static gboolean
has_dotted (Fixture *fixture, const char *suffix)
{
  g_autofree char *folder = g_path_get_dirname (fixture->file);
  g_autofree char *path = g_strdup_printf ("%s/.%s.%s", folder, NB_PROTOCOL_DROP_IN_NAME, suffix);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static int
change (Fixture *fixture, const char *text, NbHelperRecord *record)
{
  *record = (NbHelperRecord){ .verb = NB_VERB_ENABLE, .module = nb_module_find ("kvm_amd") };

  return nb_helper_config_set (&fixture->config, text, record);
}

static void
test_set_and_restore (Fixture *fixture, gconstpointer data)
{
  struct stat before = { 0 };
  struct stat after = { 0 };
  NbHelperRecord record;
  NbHelperRecord left;
  gboolean restored;

  umask (077);
  g_stat (fixture->file, &before);
  g_assert_cmpint (change (fixture, NEW, &record), ==, 0);
  assert_file (fixture, NEW);
  g_assert_cmpint (g_stat (fixture->file, &after), ==, 0);
  g_assert_cmpuint (after.st_mode & 07777, ==, 0644);
  g_assert_true (nb_helper_config_read_record (&fixture->config, &left));
  g_assert_cmpuint (left.inode, ==, after.st_ino);
  g_assert_cmpuint (left.size, ==, strlen (NEW));
  g_assert_cmpint (left.had_file, ==, data != NULL);

  /* Twice, as after a run that was killed while it rolled back. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (nb_helper_config_restore (&fixture->config, &left, &restored), ==, 0);
      g_assert_cmpint (restored, ==, i == 0);
      assert_file (fixture, data);
    }
  if (data != NULL)
    {
      g_assert_cmpint (g_stat (fixture->file, &after), ==, 0);
      g_assert_cmpuint (after.st_ino, ==, before.st_ino);
      g_assert_cmpuint (after.st_nlink, ==, 1);
    }
  g_assert_false (has_dotted (fixture, "run") || has_dotted (fixture, "old") || has_dotted (fixture, "new"));
}

static void
test_remove_and_restore (Fixture *fixture, gconstpointer data)
{
  NbHelperRecord record;
  gboolean restored;

  g_assert_cmpint (change (fixture, NULL, &record), ==, 0);
  assert_file (fixture, NULL);
  g_assert_cmpint (nb_helper_config_restore (&fixture->config, &record, &restored), ==, 0);
  g_assert_true (restored);
  assert_file (fixture, data);
}

/* What somebody has written after the run that was killed stays, however it was written. */
static void
test_edited_since (Fixture *fixture, gconstpointer data)
{
  NbHelperRecord record;
  gboolean restored;

  for (guint i = 0; i < 4; i++)
    {
      FILE *file;
      const char *expected = NULL;

      g_assert_cmpint (nb_helper_config_clean (&fixture->config), ==, 0);
      fixture->config.had_file = g_file_test (fixture->file, G_FILE_TEST_EXISTS);
      g_assert_cmpint (change (fixture, i == 3 ? NULL : NEW, &record), ==, 0);
      switch (i)
        {
        case 0: /* in place */
          file = g_fopen (fixture->file, "a");
          fputs ("# mine\n", file);
          fclose (file);
          expected = NEW "# mine\n";
          break;
        case 1: /* by an editor, the very same text */
          expected = NEW;
          g_assert_true (g_file_set_contents (fixture->file, expected, -1, NULL));
          break;
        case 2: /* in place, as long as before */
          expected = "options kvm_amd nested=X\n";
          file = g_fopen (fixture->file, "r+");
          fputs (expected, file);
          fclose (file);
          break;
        default:
          expected = "# back again\n";
          g_assert_true (g_file_set_contents (fixture->file, expected, -1, NULL));
        }
      g_assert_cmpint (nb_helper_config_restore (&fixture->config, &record, &restored), ==, ESTALE);
      g_assert_false (restored);
      assert_file (fixture, expected);
    }
}

/* The old file is gone from where it was kept: then the new one stays. */
static void
test_old_is_gone (Fixture *fixture, gconstpointer data)
{
  NbHelperRecord record;
  gboolean restored;

  g_assert_cmpint (change (fixture, NEW, &record), ==, 0);
  unlinkat (fixture->config.directory, "." NB_PROTOCOL_DROP_IN_NAME ".old", 0);
  g_assert_cmpint (nb_helper_config_restore (&fixture->config, &record, &restored), ==, ESTALE);
  assert_file (fixture, NEW);
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  NbHelperConfig config;

  g_assert_cmpint (g_mkdir (fixture->file, 0755), ==, 0);
  g_assert_cmpint (nb_helper_config_open (&config, fixture->fd, FALSE), ==, EINVAL);
  g_rmdir (fixture->file);
  g_assert_cmpint (symlink ("/dev/null", fixture->file), ==, 0);
  g_assert_cmpint (nb_helper_config_open (&config, fixture->fd, FALSE), ==, EINVAL);
  g_assert_cmpint (config.directory, ==, -1);
}

int
main (int argc, char *argv[])
{
  static const char old[] = "options kvm_amd nested=0\n";

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/helper-config/format", test_format);
  g_test_add_func ("/helper-config/header", test_new_file_has_a_header);
  g_test_add_func ("/helper-config/forget", test_forget);
  g_test_add ("/helper-config/set/none", Fixture, NULL, set_up, test_set_and_restore, tear_down);
  g_test_add ("/helper-config/set/old", Fixture, old, set_up, test_set_and_restore, tear_down);
  g_test_add ("/helper-config/remove/old", Fixture, old, set_up, test_remove_and_restore, tear_down);
  g_test_add ("/helper-config/edited-since", Fixture, old, set_up, test_edited_since, tear_down);
  g_test_add ("/helper-config/old-is-gone", Fixture, old, set_up, test_old_is_gone, tear_down);
  g_test_add ("/helper-config/open", Fixture, NULL, set_up, test_open, tear_down);

  return g_test_run ();
}
