/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading small files under a root. Whatever stands there, a fifo, a directory, gigabytes, must neither block nor
 * fill the memory. */

#include "config.h"

#include "nb-root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_LIMIT 4096

/**
 * nb_root_is_real:
 * @root: a root folder
 *
 * Returns: whether this is the computer that we run on, not a fixture
 */
gboolean
nb_root_is_real (const char *root)
{
  return strcmp (root, "/") == 0;
}

/**
 * nb_root_build:
 * @root: a root folder
 * @path: a path under it, without a slash in front
 *
 * Returns: (transfer full): both together
 */
char *
nb_root_build (const char *root, const char *path)
{
  return g_build_filename (root, path, NULL);
}

/**
 * nb_root_read:
 * @root: a root folder
 * @path: a path under it
 * @limit: the most bytes that make sense for this file
 * @length: (out) (optional): how many were read; a NUL byte may be among them
 * @error_number: (out) (optional): errno; EFBIG for a file over the limit, EISDIR or EINVAL for what is no file
 *
 * Reads a regular file (or /dev/null, which a link may name to hide another file) without ever waiting. Files of
 * /proc and /sys count as regular; their size is not known beforehand.
 *
 * Returns: (transfer full) (nullable): its bytes, and a NUL after them
 */
char *
nb_root_read (const char *root, const char *path, gsize limit, gsize *length, int *error_number)
{
  g_autofree char *full = nb_root_build (root, path);
  g_autoptr (GString) text = NULL;
  struct stat info;
  int problem = 0;
  int fd;

  fd = open (full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    problem = errno;
  else if (fstat (fd, &info) < 0)
    problem = errno;
  else if (S_ISDIR (info.st_mode))
    problem = EISDIR;
  else if (!S_ISREG (info.st_mode) && !S_ISCHR (info.st_mode))
    problem = EINVAL;

  text = g_string_new (NULL);
  while (problem == 0)
    {
      char buffer[4096];
      ssize_t n = read (fd, buffer, sizeof buffer);

      if (n == 0)
        break;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        problem = errno;
      else if (text->len + n > limit)
        problem = EFBIG;
      else
        g_string_append_len (text, buffer, n);
    }

  if (fd >= 0)
    close (fd);
  if (error_number != NULL)
    *error_number = problem;
  if (length != NULL)
    *length = problem == 0 ? text->len : 0;

  return problem == 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/**
 * nb_root_read_line:
 * @root: a root folder
 * @path: a path under it, of a file with one value
 *
 * Returns: (transfer full) (nullable): its first line, stripped and valid UTF-8, or NULL
 */
char *
nb_root_read_line (const char *root, const char *path)
{
  g_autofree char *text = nb_root_read (root, path, LINE_LIMIT, NULL, NULL);

  if (text == NULL)
    return NULL;
  text[strcspn (text, "\n")] = '\0';
  g_strstrip (text);

  return g_utf8_make_valid (text, -1);
}

/**
 * nb_root_read_tristate:
 * @root: a root folder
 * @path: a path under it, of a file with a yes-or-no value
 *
 * Returns: the value; unknown where it can't be read or is empty
 */
NbTristate
nb_root_read_tristate (const char *root, const char *path)
{
  g_autofree char *text = nb_root_read_line (root, path);

  if (text == NULL || *text == '\0')
    return NB_TRISTATE_UNKNOWN;

  return nb_options_parse_value (text);
}

/**
 * nb_root_exists:
 * @root: a root folder
 * @path: a path under it
 *
 * Returns: whether something is there
 */
gboolean
nb_root_exists (const char *root, const char *path)
{
  g_autofree char *full = nb_root_build (root, path);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

/**
 * nb_root_is_directory:
 * @root: a root folder
 * @path: a path under it
 *
 * Returns: whether a directory is there
 */
gboolean
nb_root_is_directory (const char *root, const char *path)
{
  g_autofree char *full = nb_root_build (root, path);

  return g_file_test (full, G_FILE_TEST_IS_DIR);
}
