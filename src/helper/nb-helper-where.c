/* SPDX-License-Identifier: GPL-3.0-or-later */

/* In which file and line something stands: libkmod merges the files and tells no names. */

#include "config.h"

#include "nb-helper-sysfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static gboolean
line_says (const char *line, const char *kind, const char *module, const char *word)
{
  const char *rest = line;
  const char *start;

  for (guint i = 0; i < 2; i++)
    {
      rest += strspn (rest, " \t\r");
      if (i == 0 ? !g_str_has_prefix (rest, kind) || strchr (" \t", rest[strlen (kind)]) == NULL
                 : !nb_options_same_name (rest, module))
        return FALSE;
      rest += strcspn (rest, " \t\r");
    }

  while (word != NULL && *(start = rest + strspn (rest, " \t\r")) != '\0')
    {
      rest = start + strcspn (start, " \t\r");
      if ((gsize) (rest - start) == strlen (word) && strncmp (start, word, strlen (word)) == 0)
        return TRUE;
    }

  return word == NULL;
}

/* Returns: the line's number, or 0. A line that a backslash ends goes on in the next one. */
static guint
find_in_text (char *text, const char *kind, const char *module, const char *word)
{
  guint number = 1;

  for (char *line = text, *next; *line != '\0'; line = next)
    {
      guint first = number;

      next = line;
      do
        {
          next += strcspn (next, "\n");
          number++;
          if (next == line || next[-1] != '\\' || *next == '\0')
            break;
          next[-1] = *next = ' ';
        }
      while (*next != '\0');
      if (*next != '\0')
        *next++ = '\0';
      if (line_says (line, kind, module, word))
        return first;
    }

  return 0;
}

/* A name in a directory hides the same name in those after it. Returns: the file; /proc/cmdline where no file of
 * modprobe.d says it */
char *
nb_helper_where (int root, const char *kind, const char *module, const char *word, guint *line)
{
  static const char *const folders[] = { "etc/modprobe.d", "run/modprobe.d", "usr/local/lib/modprobe.d",
                                         "usr/lib/modprobe.d", "lib/modprobe.d" };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *path = NULL;

  *line = 0;
  for (gsize i = 0; path == NULL && i < G_N_ELEMENTS (folders); i++)
    {
      int fd = openat (root, folders[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      DIR *directory = fd >= 0 ? fdopendir (fd) : NULL;
      struct dirent *entry;

      while (path == NULL && directory != NULL && (entry = readdir (directory)) != NULL)
        {
          g_autofree char *text = NULL;

          if (*entry->d_name == '.' || !g_str_has_suffix (entry->d_name, ".conf") ||
              !g_hash_table_add (seen, g_strdup (entry->d_name)))
            continue;
          text = nb_helper_read_file (fd, entry->d_name, NULL);
          *line = text != NULL ? find_in_text (text, kind, module, word) : 0;
          if (*line != 0)
            path = g_strdup_printf ("/%s/%s", folders[i], entry->d_name);
        }
      if (directory != NULL)
        closedir (directory);
    }
  if (path != NULL)
    return path;

  *line = 1;

  return g_strdup ("/proc/cmdline");
}
