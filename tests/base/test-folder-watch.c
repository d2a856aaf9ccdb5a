/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "nb-folder-watch.h"

#include <glib/gstdio.h>

#define wait_for(condition)                                                                                            \
  while (!(condition))                                                                                                 \
  g_main_context_iteration (NULL, TRUE)

typedef struct
{
  char *folder;
  char *middle;
  char *inner;
  guint changes;
} Fixture;

static void
count (Fixture *f)
{
  f->changes++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("nestbox-test-XXXXXX", NULL);
  f->middle = g_build_filename (f->folder, "etc", NULL);
  f->inner = g_build_filename (f->middle, "modprobe.d", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_rmdir (f->inner);
  g_rmdir (f->middle);
  g_rmdir (f->folder);
  g_free (f->inner);
  g_free (f->middle);
  g_free (f->folder);
}

static void
make (Fixture *f, const char *path)
{
  f->changes = 0;
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  wait_for (f->changes > 0);
}

static void
take (Fixture *f, const char *path)
{
  f->changes = 0;
  g_assert_cmpint (g_remove (path), ==, 0);
  wait_for (f->changes > 0);
}

static void
put (Fixture *f, const char *path)
{
  f->changes = 0;
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  wait_for (f->changes > 0);
}

/* The watch goes down into folders as they appear, up as they vanish, and down again. */
static void
test_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (NbFolderWatch) watch = nb_folder_watch_new (f->inner);
  g_autofree char *file = g_build_filename (f->inner, "a.conf", NULL);

  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count), f);
  for (guint round = 0; round < 2; round++)
    {
      make (f, f->middle);
      make (f, f->inner);
      put (f, file);
      take (f, file);
      take (f, f->inner);
      take (f, f->middle);
    }
}

/* A folder that is moved away is gone, another one in its place is there. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  g_autoptr (NbFolderWatch) watch = nb_folder_watch_new (f->inner);
  g_autofree char *file = g_build_filename (f->inner, "a.conf", NULL);
  g_autofree char *away = g_strconcat (f->inner, ".old", NULL);

  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count), f);
  make (f, f->middle);
  make (f, f->inner);
  f->changes = 0;
  g_assert_cmpint (g_rename (f->inner, away), ==, 0);
  wait_for (f->changes > 0);
  make (f, f->inner);
  put (f, file);
  take (f, file);
  g_rmdir (away);
}

/* Of other files in the folder, and of other folders, nothing is told: what comes after them is the first that is. */
static void
test_file (Fixture *f, gconstpointer data)
{
  g_autofree char *socket = g_build_filename (f->inner, "libvirt-sock", NULL);
  g_autofree char *other = g_build_filename (f->inner, "other", NULL);
  g_autofree char *elsewhere = g_build_filename (f->middle, "elsewhere", NULL);
  g_autoptr (NbFolderWatch) watch = NULL;
  g_autoptr (NbFolderWatch) witness = NULL;
  guint seen = 0;

  g_assert_cmpint (g_mkdir (f->middle, 0700), ==, 0);
  watch = nb_folder_watch_new_for_file (socket);
  g_signal_connect_swapped (watch, "changed", G_CALLBACK (count), f);
  make (f, f->inner);
  wait_for (!g_main_context_pending (NULL));

  witness = nb_folder_watch_new_for_file (other);
  g_signal_connect_swapped (witness, "changed", G_CALLBACK (g_atomic_int_inc), &seen);
  f->changes = 0;
  g_assert_cmpint (g_mkdir (elsewhere, 0700), ==, 0);
  g_assert_true (g_file_set_contents (other, "", 0, NULL));
  wait_for (seen > 0);
  g_assert_cmpuint (f->changes, ==, 0);

  put (f, socket);
  take (f, socket);
  g_remove (other);
  g_remove (elsewhere);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/folder-watch/folder", Fixture, NULL, set_up, test_folder, tear_down);
  g_test_add ("/base/folder-watch/moved", Fixture, NULL, set_up, test_moved, tear_down);
  g_test_add ("/base/folder-watch/file", Fixture, NULL, set_up, test_file, tear_down);

  return g_test_run ();
}
