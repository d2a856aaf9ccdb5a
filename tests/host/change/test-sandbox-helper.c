/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way out of the sandbox. What stands for flatpak-spawn here is env: it runs the very commands in a folder that stands
 * for the computer outside. */

#include "config.h"

#include "nb-sandbox-helper.h"

#include "nb-plain-commands.h"
#include "nb-portal.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *outside;
  char *info;
  char *directory;
  char *path;
  const char *spawn[5];
} Fixture;

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
write_info (Fixture *fixture, const char *app, const char *policy)
{
  g_autofree char *text = g_strdup_printf ("[Application]\nname=io.github.nestbox.Nestbox\n\n[Instance]\napp-path=%s\n"
                                           "runtime-path=/usr\n\n[Session Bus Policy]\n%s\n",
                                           app, policy);

  write_file (fixture, "flatpak-info", text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pkexec = NULL;

  fixture->folder = g_dir_make_tmp ("nestbox-test-XXXXXX", NULL);
  fixture->outside = g_build_filename (fixture->folder, "outside", NULL);
  fixture->info = g_build_filename (fixture->folder, "flatpak-info", NULL);
  fixture->directory = g_strdup_printf ("--chdir=%s", fixture->outside);
  fixture->path = g_strdup_printf ("PATH=%s/programs:%s", fixture->folder, g_getenv ("PATH"));
  fixture->spawn[0] = "env";
  fixture->spawn[1] = fixture->directory;
  fixture->spawn[2] = fixture->path;
  fixture->spawn[3] = "LC_ALL=C";
  g_mkdir (fixture->outside, 0755);
  write_info (fixture, "/usr", "org.freedesktop.Flatpak=talk");
  write_file (fixture, "programs/pkexec",
              "#!/bin/sh\n[ \"$1\" != --version ] || exit 0\n"
              "printf '%s\\n' \"$@\" >arguments\necho step check\necho result live=none config=new next-boot=1\n");
  pkexec = g_build_filename (fixture->folder, "programs/pkexec", NULL);
  g_chmod (pkexec, 0755);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSubprocess) rm =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-r", "--", fixture->folder, NULL);

  g_assert_true (g_subprocess_wait_check (rm, NULL, NULL));
  g_free (fixture->folder);
  g_free (fixture->outside);
  g_free (fixture->info);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static void
assert_refused (Fixture *fixture, const char *const *spawn, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbPortal) portal = nb_portal_open (fixture->info, spawn, NULL);
  g_auto (GStrv) command = nb_portal_find_helper (portal, "/app/bin/env", "/usr/bin/env", &error);

  g_assert_null (command);
  g_assert_error (error, NB_HELPER_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_revoked (Fixture *fixture, gconstpointer data)
{
  write_info (fixture, "/usr", "org.freedesktop.Notifications=talk");
  assert_refused (fixture, fixture->spawn, NB_HELPER_ERROR_SANDBOX,
                  "flatpak override --user --talk-name=org.freedesktop.Flatpak io.github.nestbox.Nestbox");
}

static void
test_no_portal (Fixture *fixture, gconstpointer data)
{
  const char *const silent[] = { "sh", "-c", "echo 'Portal call failed: The name is not activatable' >&2; exit 1",
                                 NULL };

  assert_refused (fixture, silent, NB_HELPER_ERROR_SANDBOX, "not activatable");
}

static void
test_no_pkexec (Fixture *fixture, gconstpointer data)
{
  const char *const missing[] = { "sh", "-c",
                                  "[ \"$1\" != pkexec ] || { echo 'Portal call failed: Failed to execute child process "
                                  "“pkexec”' >&2; exit 1; }; exec \"$@\"",
                                  "sh", NULL };

  assert_refused (fixture, missing, NB_HELPER_ERROR_NO_PKEXEC, "pkexec");
}

static void
test_own_installation (Fixture *fixture, gconstpointer data)
{
  /* Whoever runs this test, others may write to the folder for temporary files. */
  write_file (fixture, "app/bin/env", "");
  write_file (fixture, "app/lib/library", "");
  {
    g_autofree char *app = g_build_filename (fixture->folder, "app", NULL);

    write_info (fixture, app, "org.freedesktop.Flatpak=talk");
  }
  assert_refused (fixture, fixture->spawn, NB_HELPER_ERROR_SANDBOX,
                  "flatpak install --system io.github.nestbox.Nestbox");
}

static void
test_not_readable (Fixture *fixture, gconstpointer data)
{
  write_info (fixture, "/nonexistent/app", "org.freedesktop.Flatpak=talk");
  assert_refused (fixture, fixture->spawn, NB_HELPER_ERROR_SANDBOX, "/nonexistent/app");
}

static void
finished_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
  g_main_context_wakeup (NULL);
}

static void
test_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NbHelper) helper = nb_sandbox_helper_new (fixture->info, fixture->spawn, "/app/bin/env", "/usr/bin/env");
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GAsyncResult) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->outside, "arguments", NULL);
  g_autofree char *arguments = NULL;
  g_autofree char *typed = NULL;
  g_auto (GStrv) command = NULL;

  g_assert_false (nb_helper_get_running (helper));
  nb_helper_run_async (helper, NB_VERB_ENABLE_LATER, "kvm_intel", NULL, finished_cb, &answer);
  g_assert_true (nb_helper_get_running (helper));
  g_assert_true (nb_helper_get_can_cancel (helper));
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);

  nb_helper_run_finish (helper, answer, &result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result->result);
  g_assert_cmpint (result->result->config, ==, NB_CONFIG_NEW);
  g_assert_false (nb_helper_get_running (helper));
  g_assert_true (g_file_get_contents (path, &arguments, NULL, NULL));
  g_assert_cmpstr (arguments, ==,
                   "--disable-internal-agent\n/usr/bin/env\n--library-path\n/usr/lib:/usr/bin:/usr/lib\n/usr/bin/env\n"
                   "on\nenable-later\nkvm_intel\n");

  /* In a terminal outside it is the same without flatpak-spawn. */
  command = nb_helper_dup_command (helper, NB_VERB_ENABLE, "kvm_amd");
  typed = g_strjoinv (" ", command);
  g_assert_cmpstr (typed, ==,
                   "pkexec /usr/bin/env --library-path /usr/lib:/usr/bin:/usr/lib /usr/bin/env "
                   "on enable kvm_amd");
}

static void
test_run_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NbHelper) helper = nb_sandbox_helper_new (fixture->info, fixture->spawn, "/app/bin/env", "/usr/bin/env");
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GAsyncResult) answer = NULL;
  g_autoptr (GError) error = NULL;

  write_info (fixture, "/usr", "");
  nb_helper_run_async (helper, NB_VERB_ENABLE, "kvm_intel", NULL, finished_cb, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);

  g_assert_false (nb_helper_run_finish (helper, answer, &result, &error));
  g_assert_error (error, NB_HELPER_ERROR, NB_HELPER_ERROR_SANDBOX);
  g_assert_nonnull (result);
  g_assert_null (result->result);
}

/* What to type where the helper must not run. */
static void
test_plain (void)
{
  static const struct
  {
    NbVerb verb;
    const char *lines;
  } cases[] = {
    { NB_VERB_ENABLE, "echo options kvm_amd nested=1 | sudo tee /etc/modprobe.d/zz-nestbox.conf\n"
                      "sudo modprobe --remove kvm_amd && sudo modprobe kvm_amd nested=1" },
    { NB_VERB_DISABLE_NOW, "sudo modprobe --remove kvm_amd && sudo modprobe kvm_amd nested=0" },
    { NB_VERB_DISABLE_LATER, "echo options kvm_amd nested=0 | sudo tee /etc/modprobe.d/zz-nestbox.conf" },
    { NB_VERB_FORGET, "sudo rm --force /etc/modprobe.d/zz-nestbox.conf" },
    { NB_VERB_SHOW_HOLDERS, "sudo fuser --verbose /dev/kvm" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) lines = nb_plain_commands_dup (cases[i].verb, "kvm_amd");
      g_autofree char *text = g_strjoinv ("\n", lines);

      g_assert_cmpstr (text, ==, cases[i].lines);
    }
}

static void
test_loader (void)
{
  g_autofree char *loader = nb_portal_dup_loader ();

  /* The loader can run any program, this one for example. */
  g_assert_true (g_path_is_absolute (loader));
  g_assert_true (g_file_test (loader, G_FILE_TEST_IS_EXECUTABLE));
  g_assert_false (g_file_test (loader, G_FILE_TEST_IS_SYMLINK));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/sandbox-helper/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("revoked", test_revoked);
  ADD ("no-portal", test_no_portal);
  ADD ("no-pkexec", test_no_pkexec);
  ADD ("own-installation", test_own_installation);
  ADD ("not-readable", test_not_readable);
  ADD ("run", test_run);
  ADD ("run/refused", test_run_refused);
#undef ADD
  g_test_add_func ("/sandbox-helper/plain", test_plain);
  g_test_add_func ("/sandbox-helper/loader", test_loader);

  return g_test_run ();
}
