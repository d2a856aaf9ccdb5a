/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who keeps KVM busy, as far as this user may see: his own processes. All of them only the helper can see. */

#include "config.h"

#include "nb-holders.h"

#include "nb-root.h"

#include <string.h>

#define CMDLINE_LIMIT (1024 * 1024)
#define STATUS_LIMIT  65536
#define PASSWD_LIMIT  (1024 * 1024)

void
nb_holder_free (NbHolder *holder)
{
  g_free (holder->command);
  g_free (holder->machine);
  g_free (holder);
}

/* /dev/kvm itself, a virtual machine, or one of its processors. */
static gboolean
holds_kvm (const char *root, const char *pid)
{
  g_autofree char *path = g_build_filename (root, "proc", pid, "fd", NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *link = g_build_filename (path, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);

      if (target != NULL && (strcmp (target, "/dev/kvm") == 0 || g_str_has_prefix (target, "anon_inode:kvm-vm") ||
                             g_str_has_prefix (target, "anon_inode:kvm-vcpu")))
        return TRUE;
    }

  return FALSE;
}

static gint64
read_uid (const char *root, const char *pid)
{
  g_autofree char *path = g_build_filename ("proc", pid, "status", NULL);
  g_autofree char *text = nb_root_read (root, path, STATUS_LIMIT, NULL, NULL);
  const char *line = text != NULL ? strstr (text, "\nUid:") : NULL;

  return line != NULL ? g_ascii_strtoll (line + strlen ("\nUid:"), NULL, 10) : -1;
}

/* QEMU's "-name guest=NAME,debug-threads=on", or "-name NAME": a doubled comma stands for one. */
static char *
machine_from_option (const char *option)
{
  GString *name = g_string_new (NULL);
  const char *p = g_str_has_prefix (option, "guest=") ? option + strlen ("guest=") : option;

  for (; *p != '\0'; p++)
    {
      if (*p == ',' && *++p != ',')
        break;
      g_string_append_c (name, *p);
    }

  return g_string_free (name, FALSE);
}

static char *
read_machine (const char *root, const char *pid)
{
  g_autofree char *path = g_build_filename ("proc", pid, "cmdline", NULL);
  gsize length = 0;
  g_autofree char *text = nb_root_read (root, path, CMDLINE_LIMIT, &length, NULL);
  gboolean next = FALSE;

  for (const char *word = text; word != NULL && word < text + length; word += strlen (word) + 1)
    {
      if (next && *word != '\0')
        {
          g_autofree char *name = machine_from_option (word);

          return g_utf8_make_valid (name, -1);
        }
      next = strcmp (word, "-name") == 0;
    }

  return NULL;
}

/**
 * nb_holders_read:
 * @root: "/" or a fixture
 *
 * Looks through the processes whose files this user may see. Any thread.
 *
 * Source: links of /proc/PID/fd.
 *
 * Returns: (transfer full) (element-type NbHolder): who holds KVM
 */
GPtrArray *
nb_holders_read (const char *root)
{
  GPtrArray *holders = g_ptr_array_new_with_free_func ((GDestroyNotify) nb_holder_free);
  g_autofree char *path = nb_root_build (root, "proc");
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *pid;

  while (directory != NULL && (pid = g_dir_read_name (directory)) != NULL)
    {
      NbHolder *holder;
      g_autofree char *comm = NULL;

      if (!g_ascii_isdigit (*pid) || !holds_kvm (root, pid))
        continue;

      comm = g_build_filename ("proc", pid, "comm", NULL);
      holder = g_new0 (NbHolder, 1);
      holder->pid = g_ascii_strtoll (pid, NULL, 10);
      holder->uid = read_uid (root, pid);
      holder->command = nb_root_read_line (root, comm);
      holder->machine = read_machine (root, pid);
      g_ptr_array_add (holders, holder);
    }

  return holders;
}

/**
 * nb_holders_dup_user:
 * @root: "/" or a fixture
 * @uid: a user's number
 *
 * Looks in /etc/passwd alone: what else could know the name may have to ask the network.
 *
 * Returns: (transfer full): the user's name, or the number where it is not known, or "?" where that is not known either
 */
char *
nb_holders_dup_user (const char *root, gint64 uid)
{
  g_autofree char *text = nb_root_read (root, "etc/passwd", PASSWD_LIMIT, NULL, NULL);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, uid);

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 4);

      if (g_strv_length (fields) == 4 && strcmp (fields[2], number) == 0)
        return g_utf8_make_valid (fields[0], -1);
    }

  return uid < 0 ? g_strdup ("?") : g_steal_pointer (&number);
}
