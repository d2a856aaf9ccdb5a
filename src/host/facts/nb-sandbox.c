/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In a Flatpak sandbox /etc is the sandbox's own. The computer's modprobe.d is fetched through the portal by the
 * host's own tar, as the user, into a folder that is then read like any other root. */

#include "config.h"

#include "nb-sandbox.h"

#include "nb-root.h"

#include <ftw.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

/* Settings of modprobe are a few kilobytes. */
#define ARCHIVE_LIMIT (8 * 1024 * 1024)
#define CMDLINE_LIMIT (64 * 1024)

/* A portal that does not answer must not hold up the reading for good. */
#define PATIENCE "10"

/**
 * nb_sandbox_run:
 * @prefix: (nullable): how a command is run on the computer outside, `flatpak-spawn --host`
 * @command: the command
 * @input: (nullable): what it reads
 * @strict: whether its failure is an error
 * @error: why there is no output; translated
 *
 * Blocks for ten seconds at most: worker threads only.
 *
 * Returns: (transfer full) (nullable): its output
 */
GBytes *
nb_sandbox_run (const char *const *prefix, const char *const *command, GBytes *input, gboolean strict, GError **error)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GBytes) output = NULL;

  g_ptr_array_add (arguments, (char *) "timeout");
  g_ptr_array_add (arguments, (char *) PATIENCE);
  for (guint i = 0; prefix != NULL && prefix[i] != NULL; i++)
    g_ptr_array_add (arguments, (char *) prefix[i]);
  for (guint i = 0; command[i] != NULL; i++)
    g_ptr_array_add (arguments, (char *) command[i]);
  g_ptr_array_add (arguments, NULL);

  process = g_subprocess_newv ((const char *const *) arguments->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                                 (input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : 0),
                               error);
  if (process == NULL || !g_subprocess_communicate (process, input, NULL, &output, NULL, error))
    return NULL;
  if (strict && !g_subprocess_get_successful (process))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” failed on the computer outside the sandbox"),
                   command[0]);
      return NULL;
    }

  return g_steal_pointer (&output);
}

/* A file that only root may read is left out by tar without a word in the archive. */
static gboolean
check_readable (const char *const *prefix, const char *from, GError **error)
{
  g_autofree char *etc = g_build_filename (from, "etc/modprobe.d", NULL);
  g_autofree char *transient = g_build_filename (from, "run/modprobe.d", NULL);
  g_autofree char *local = g_build_filename (from, "usr/local/lib/modprobe.d", NULL);
  g_autofree char *vendor = g_build_filename (from, "usr/lib/modprobe.d", NULL);
  const char *const command[] = { "find", "-L", etc,         transient, local,   vendor, "-maxdepth",
                                  "1",    "!",  "-readable", "!",       "-type", "l",    NULL };
  g_autoptr (GBytes) output = nb_sandbox_run (prefix, command, NULL, FALSE, error);
  g_autofree char *text = NULL;

  if (output == NULL)
    return FALSE;
  if (g_bytes_get_size (output) == 0)
    return TRUE;

  text = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
  text[strcspn (text, "\n")] = '\0';
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _ ("you may not read %s"), text);

  return FALSE;
}

/**
 * nb_sandbox_copy_settings:
 * @prefix: (nullable): how a command is run on the computer outside, `flatpak-spawn --host`
 * @from: its root
 * @error: why there is no copy; translated
 *
 * Fetches modprobe.d, what tells NixOS, and /proc/cmdline, which the sandbox shows as it is. Blocks: worker threads
 * only.
 *
 * Returns: (transfer full) (nullable): a folder to read them from; give it to nb_sandbox_remove_settings()
 */
char *
nb_sandbox_copy_settings (const char *const *prefix, const char *from, GError **error)
{
  /* Links stay links: one to /dev/null hides a file. What does not exist is passed over. */
  const char *const pack[] = { "tar",
                               "--create",
                               "--file=-",
                               "--ignore-failed-read",
                               "--directory",
                               from,
                               "etc/modprobe.d",
                               "run/modprobe.d",
                               "usr/local/lib/modprobe.d",
                               "usr/lib/modprobe.d",
                               "lib/modprobe.d",
                               "etc/NIXOS",
                               NULL };
  g_autofree char *copy = NULL;
  g_autofree char *command_line = NULL;
  g_autofree char *proc = NULL;
  g_autofree char *target = NULL;
  g_autoptr (GBytes) archive = NULL;
  g_autoptr (GBytes) unpacked = NULL;
  gsize length;

  if (!check_readable (prefix, from, error))
    return NULL;
  archive = nb_sandbox_run (prefix, pack, NULL, FALSE, error);
  if (archive == NULL)
    return NULL;
  /* Even an archive of nothing has an end: without one there was no tar, or no portal. */
  if (g_bytes_get_size (archive) == 0 || g_bytes_get_size (archive) > ARCHIVE_LIMIT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("the computer outside the sandbox gave no answer that makes sense"));
      return NULL;
    }

  copy = g_dir_make_tmp ("nestbox-XXXXXX", error);
  if (copy == NULL)
    return NULL;
  {
    const char *const unpack[] = { "tar", "--extract", "--file=-", "--no-same-owner", "--directory", copy, NULL };

    unpacked = nb_sandbox_run (NULL, unpack, archive, TRUE, error);
  }
  if (unpacked == NULL)
    {
      nb_sandbox_remove_settings (copy);
      return NULL;
    }

  proc = g_build_filename (copy, "proc", NULL);
  target = g_build_filename (proc, "cmdline", NULL);
  command_line = nb_root_read (from, "proc/cmdline", CMDLINE_LIMIT, &length, NULL);
  if (command_line != NULL && (g_mkdir (proc, 0700) != 0 || !g_file_set_contents (target, command_line, length, NULL)))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s can’t be written"), target);
      nb_sandbox_remove_settings (copy);
      return NULL;
    }

  return g_steal_pointer (&copy);
}

/**
 * nb_sandbox_get_ctime:
 * @prefix: (nullable): how a command is run on the computer outside, `flatpak-spawn --host`
 * @file: a file there, links followed
 *
 * Blocks: worker threads only.
 *
 * Returns: when it was last changed in whatever way, seconds since 1970, or 0
 */
gint64
nb_sandbox_get_ctime (const char *const *prefix, const char *file)
{
  const char *const command[] = { "stat", "--dereference", "--format=%Z", "--", file, NULL };
  g_autoptr (GBytes) output = nb_sandbox_run (prefix, command, NULL, TRUE, NULL);
  g_autofree char *text = NULL;

  if (output == NULL || g_bytes_get_size (output) == 0)
    return 0;
  text = g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));

  return g_ascii_strtoll (text, NULL, 10);
}

static int
remove_one (const char *path, const struct stat *info, int flag, struct FTW *where)
{
  remove (path);
  return 0;
}

/**
 * nb_sandbox_remove_settings:
 * @copy: what nb_sandbox_copy_settings() returned
 */
void
nb_sandbox_remove_settings (const char *copy)
{
  nftw (copy, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
