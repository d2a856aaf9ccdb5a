/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who keeps KVM busy. A virtual machine pins the module by its descriptors, or by a mapping alone once they are closed.
 * Of a process only its number, user, comm and the virtual machine's name are told, never its arguments. */

#include "config.h"

#include "nb-helper-holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-sysfs.h"
#include "nb-protocol.h"

/* A file can't be called like this: the path of a real one begins with a slash. */
static gboolean
is_kvm (const char *target)
{
  return strcmp (target, "/dev/kvm") == 0 || g_str_has_prefix (target, "anon_inode:kvm-");
}

static gboolean
has_descriptor (int process)
{
  gboolean found = FALSE;
  int fd = openat (process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (!found && directory != NULL && (entry = readdir (directory)) != NULL)
    {
      char target[64];
      gssize length = readlinkat (fd, entry->d_name, target, sizeof target - 1);

      if (length > 0)
        {
          target[length] = '\0';
          found = is_kvm (target);
        }
    }

  if (directory != NULL)
    closedir (directory);

  return found;
}

/* Read by the line, for maps may be long: ADDRESS PERMISSIONS OFFSET DEVICE INODE PATH. */
static gboolean
has_mapping (int process)
{
  gboolean found = FALSE;
  char *line = NULL;
  gsize size = 0;
  int fd = openat (process, "maps", O_RDONLY | O_CLOEXEC);
  FILE *file = fd >= 0 ? fdopen (fd, "r") : NULL;

  while (!found && file != NULL && getline (&line, &size, file) > 0)
    {
      const char *path = line;

      for (guint i = 0; i < 5; i++)
        {
          path += strcspn (path, " ");
          path += strspn (path, " ");
        }
      found = is_kvm (g_strchomp ((char *) path));
    }

  free (line);
  if (file != NULL)
    fclose (file);

  return found;
}

/* Finds the name in `-name guest=NAME,…` or `-name NAME,…` of QEMU; a comma in a name is doubled. Returns: the virtual
 * machine's name */
char *
nb_helper_holders_find_name (const char *arguments, gsize length)
{
  const char *end = arguments + length;
  const char *value = NULL;
  g_autoptr (GString) name = NULL;

  for (const char *p = arguments; p < end; p += strlen (p) + 1)
    {
      if (p == arguments && strstr (p, "qemu") == NULL && strstr (p, "kvm") == NULL)
        return NULL;
      if (strcmp (p, "-name") == 0 && p + strlen (p) + 1 < end)
        value = p + strlen (p) + 1;
    }
  if (value == NULL)
    return NULL;

  if (g_str_has_prefix (value, "guest="))
    value += strlen ("guest=");
  name = g_string_new (NULL);
  for (; *value != '\0'; value++)
    {
      if (*value == ',' && *++value != ',')
        break;
      g_string_append_c (name, *value);
    }

  return name->len > 0 ? g_strdup (name->str) : NULL;
}

/* Tells of a process that holds KVM. What is asked here makes nobody wait; a user that can't be read is unknown, not root. */
void
nb_helper_holders_tell (int root, gint64 pid, const char *machine)
{
  g_autofree char *folder = g_strdup_printf ("proc/%" G_GINT64_FORMAT, pid);
  g_autofree char *comm_path = g_strconcat (folder, "/comm", NULL);
  g_autofree char *status_path = g_strconcat (folder, "/status", NULL);
  g_autofree char *comm = nb_helper_read_file (root, comm_path, NULL);
  g_autofree char *status = nb_helper_read_file (root, status_path, NULL);
  const char *line = status != NULL ? strstr (status, "\nUid:") : NULL;
  gint64 uid = line != NULL ? g_ascii_strtoll (line + strlen ("\nUid:"), NULL, 10) : -1;

  /* A comm is 15 bytes: a line must fit into a pipe at once. */
  if (comm != NULL)
    comm[MIN (strcspn (comm, "\n"), 15)] = '\0';
  nb_helper_say (nb_protocol_format_holder (pid, uid, comm, machine));
}

static void
look_at (int root, int process, NbHelperPlace *place)
{
  gsize length = 0;
  g_autofree char *arguments = NULL;
  g_autofree char *machine = NULL;

  place->holds = has_descriptor (process);
  /* From here on the process may make whoever looks wait: by a page of its memory, which a file system of its own gives. */
  if (!place->holds)
    place->holds = has_mapping (process);
  if (!place->holds)
    return;

  arguments = nb_helper_read_file (process, "cmdline", &length);
  machine = arguments != NULL ? nb_helper_holders_find_name (arguments, length) : NULL;
  if (machine != NULL && strlen (machine) > 255)
    machine[255] = '\0';
  place->holds = FALSE;
  place->n_holders++;
  nb_helper_holders_tell (root, place->pid, machine);
}

/* Prints a line for each process that holds KVM, in the order of /proc, which is that of the numbers. */
void
nb_helper_holders_look (int root, gint64 after, NbHelperPlace *place)
{
  int fd = openat (root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (directory != NULL && (entry = readdir (directory)) != NULL)
    {
      gint64 pid;
      int process;

      if (!g_ascii_string_to_signed (entry->d_name, 10, after + 1, G_MAXINT, &pid, NULL))
        continue;
      process = openat (fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (process < 0)
        continue;

      place->pid = pid;
      look_at (root, process, place);
      close (process);
    }

  if (directory != NULL)
    closedir (directory);
}
