/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fixture.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* One of the computers of fixtures.ini, which the build has written. */
char *
fixture_dup_path (const char *name)
{
  return g_test_build_filename (G_TEST_BUILT, "host", "fixtures", name, NULL);
}

char *
fixture_make_root (void)
{
  g_autoptr (GError) error = NULL;
  char *root = g_dir_make_tmp ("nestbox-test-XXXXXX", &error);

  g_assert_no_error (error);
  return root;
}

void
fixture_make_dir (const char *root, const char *path)
{
  g_autofree char *full = g_build_filename (root, path, NULL);

  g_assert_cmpint (g_mkdir_with_parents (full, 0755), ==, 0);
}

static char *
prepare (const char *root, const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  fixture_make_dir (root, parent);
  return g_build_filename (root, path, NULL);
}

void
fixture_write (const char *root, const char *path, const char *text)
{
  g_autofree char *full = prepare (root, path);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (full, text, -1, &error);
  g_assert_no_error (error);
}

void
fixture_link (const char *root, const char *path, const char *target)
{
  g_autofree char *full = prepare (root, path);

  g_assert_cmpint (symlink (target, full), ==, 0);
}

static int
remove_one (const char *path, const struct stat *info, int flag, struct FTW *where)
{
  return remove (path);
}

void
fixture_remove (const char *root)
{
  g_assert_true (nftw (root, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT);
}
