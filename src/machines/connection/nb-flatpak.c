/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In a Flatpak sandbox libvirt's sockets are there, its daemons and a person's machines are not: they are asked for on
 * the computer outside, through the portal org.freedesktop.Flatpak. */

#include "config.h"

#include "nb-flatpak.h"

#include <gio/gio.h>
#include <string.h>

/* A portal that does not answer must not hold up the opening for good. */
#define PATIENCE "10"

/* Runs a command on the computer outside. Returns its output, empty where it failed. */
static char *
ask (const char *const *spawn, const char *const *command)
{
  static const char *const real[] = { "timeout", PATIENCE, "flatpak-spawn", "--host", "--directory=/", NULL };
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_auto (GStrv) argv = NULL;
  char *output = NULL;

  g_strv_builder_addv (words, (const char **) (spawn != NULL ? spawn : real));
  g_strv_builder_addv (words, (const char **) command);
  argv = g_strv_builder_end (words);
  /* Without standard input: what would wait for it ends. */
  process = g_subprocess_newv ((const char *const *) argv,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
  if (process != NULL)
    g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL);
  return output != NULL ? output : g_strdup ("");
}

/**
 * nb_flatpak_is_inside:
 *
 * Returns: whether we run in a Flatpak sandbox
 */
gboolean
nb_flatpak_is_inside (void)
{
  return g_file_test (NB_FLATPAK_INFO, G_FILE_TEST_EXISTS);
}

/**
 * nb_flatpak_grants:
 * @info_path: where the sandbox describes itself, %NB_FLATPAK_INFO
 * @filesystem: a folder, as the manifest spells it
 *
 * Returns: whether the permission to see it is still there
 */
gboolean
nb_flatpak_grants (const char *info_path, const char *filesystem)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) granted = NULL;
  const gsize length = strlen (filesystem);

  if (g_key_file_load_from_file (file, info_path, G_KEY_FILE_NONE, NULL))
    granted = g_key_file_get_string_list (file, "Context", "filesystems", NULL, NULL);
  for (guint i = 0; granted != NULL && granted[i] != NULL; i++)
    if (strncmp (granted[i], filesystem, length) == 0 && (granted[i][length] == '\0' || granted[i][length] == ':'))
      return TRUE;
  return FALSE;
}

/**
 * nb_flatpak_has_machines:
 * @spawn: (nullable): what stands before a command for the computer outside, %NULL for flatpak-spawn --host
 *
 * Blocks: worker threads only.
 *
 * Returns: whether this person has machines of their own outside; %FALSE where that can't be asked
 */
gboolean
nb_flatpak_has_machines (const char *const *spawn)
{
  /* Flatpak gives the sandbox a configuration of its own, and keeps the name of the other where that is not the usual. */
  const char *outside = g_getenv ("HOST_XDG_CONFIG_HOME");
  g_autofree char *usual = g_build_filename (g_get_home_dir (), ".config", NULL);
  g_autofree char *folder = g_build_filename (outside != NULL ? outside : usual, "libvirt", "qemu", NULL);
  const char *const command[] = { "find", folder, "-maxdepth", "1", "-name", "*.xml", "-print", "-quit", NULL };
  g_autofree char *found = ask (spawn, command);

  return *found != '\0';
}

/**
 * nb_flatpak_start_daemon:
 * @spawn: (nullable): as in nb_flatpak_has_machines()
 *
 * Has the computer outside start this person's libvirt daemon, as its client does where it finds none. virt-ssh-helper
 * comes with every daemon: it connects, and goes as nobody talks to it. Blocks: worker threads only.
 */
void
nb_flatpak_start_daemon (const char *const *spawn)
{
  const char *const command[] = { "virt-ssh-helper", "qemu:///session", NULL };
  g_free (ask (spawn, command));
}
