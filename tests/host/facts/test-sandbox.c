/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Settings fetched from outside a sandbox read like those in their place. Nothing stands for the portal but its
 * absence: the commands are run as they are. */

#include "config.h"

#include "fixture.h"
#include "nb-modprobe.h"
#include "nb-sandbox.h"

#include <glib/gstdio.h>
#include <unistd.h>
#include <utime.h>

static const char *const modules[] = { "kvm_intel", "kvm", NULL };

static void
test_copy (void)
{
  const NbConfigLine *line;
  g_autofree char *root = fixture_make_root ();
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbModprobe) found = NULL;

  fixture_write (root, "usr/lib/modprobe.d/a.conf", "options kvm_intel nested=1\n");
  fixture_write (root, "usr/lib/modprobe.d/b.conf", "options kvm_intel nested=0\n");
  fixture_link (root, "lib", "usr/lib");
  fixture_link (root, "etc/modprobe.d/b.conf", "/dev/null");
  fixture_write (root, "proc/cmdline", "quiet modprobe.blacklist=kvm_intel\n");

  copy = nb_sandbox_copy_settings (NULL, root, &error);
  g_assert_no_error (error);
  g_assert_nonnull (copy);
  found = nb_modprobe_read (copy, modules);
  g_assert_cmpstr (found->error, ==, NULL);
  g_assert_cmpuint (found->options->len, ==, 1);
  line = g_ptr_array_index (found->options, 0);
  g_assert_cmpstr (line->text, ==, "nested=1");
  g_assert_true (g_str_has_suffix (line->file, "/lib/modprobe.d/a.conf"));
  g_assert_cmpuint (found->blacklists->len, ==, 1);

  nb_sandbox_remove_settings (copy);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  fixture_remove (root);
}

/* No directory at all is an answer as well: nothing is set. */
static void
test_empty (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autofree char *copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbModprobe) found = NULL;

  copy = nb_sandbox_copy_settings (NULL, root, &error);
  g_assert_no_error (error);
  found = nb_modprobe_read (copy, modules);
  g_assert_cmpuint (found->options->len, ==, 0);
  nb_sandbox_remove_settings (copy);
  fixture_remove (root);
}

/* A portal that is missing, refuses, or says nothing. */
static void
test_no_portal (void)
{
  static const char *const prefixes[][3] = { { "/nowhere/flatpak-spawn", "--host" }, { "false" }, { "true" } };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (nb_sandbox_copy_settings (prefixes[i], "/", &error));
      g_assert_nonnull (error);
      g_test_message ("%s: %s", prefixes[i][0], error->message);
    }
}

/* The copy's files are new; the real one's history is asked for. */
static void
test_ctime (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autofree char *file = g_build_filename (root, "a.conf", NULL);
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  struct utimbuf old = { 1000000000, 1000000000 };

  fixture_write (root, "a.conf", "");
  g_assert_cmpint (utime (file, &old), ==, 0);
  g_assert_cmpint (nb_sandbox_get_ctime (NULL, file), >=, now - 1);
  g_assert_cmpint (nb_sandbox_get_ctime (NULL, "/nowhere/at all"), ==, 0);
  fixture_remove (root);
}

static void
test_unreadable (void)
{
  g_autofree char *root = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root reads every file");
      return;
    }

  root = fixture_make_root ();
  file = g_build_filename (root, "etc/modprobe.d/secret.conf", NULL);
  fixture_write (root, "etc/modprobe.d/secret.conf", "options kvm_intel nested=0\n");
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  g_assert_null (nb_sandbox_copy_settings (NULL, root, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  fixture_remove (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("KMOD_LOG", "0", TRUE);

  g_test_add_func ("/sandbox/copy", test_copy);
  g_test_add_func ("/sandbox/empty", test_empty);
  g_test_add_func ("/sandbox/no-portal", test_no_portal);
  g_test_add_func ("/sandbox/ctime", test_ctime);
  g_test_add_func ("/sandbox/unreadable", test_unreadable);

  return g_test_run ();
}
