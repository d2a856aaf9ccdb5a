/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our one file in /etc/modprobe.d. Every name is built in, every call is relative to the directory's descriptor, and no
 * link is followed. Three names are ours; libkmod reads no file whose name begins with a dot:
 *
 *   zz-nestbox.conf        what counts
 *   .zz-nestbox.conf.new   being written
 *   .zz-nestbox.conf.old   a second link to what counted before
 */

#include "config.h"

#include "nb-helper-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME NB_PROTOCOL_DROP_IN_NAME
#define NEW_NAME  "." NB_PROTOCOL_DROP_IN_NAME ".new"
#define OLD_NAME  "." NB_PROTOCOL_DROP_IN_NAME ".old"
#define MAX_SIZE  65536

static const char header[] = "# Written by Nestbox, which changes only its own lines. Remove this file to have\n"
                             "# the system's settings back.\n";

/**
 * nb_helper_config_open:
 * @self: (out): to be closed with nb_helper_config_close()
 * @root: the root directory
 * @make: whether to make /etc/modprobe.d where it is missing
 *
 * Opens /etc/modprobe.d.
 *
 * Returns: 0 or an errno; EINVAL where our file is something else than a file
 */
int
nb_helper_config_open (NbHelperConfig *self, int root, gboolean make)
{
  struct stat status;
  int saved = 0;
  int etc = openat (root, "etc", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  self->directory = -1;
  self->had_file = FALSE;
  if (etc < 0)
    return errno;

  self->directory = openat (etc, "modprobe.d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->directory < 0 && errno == ENOENT && make && mkdirat (etc, "modprobe.d", 0755) == 0)
    self->directory = openat (etc, "modprobe.d", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->directory < 0)
    saved = errno;
  close (etc);
  if (saved != 0)
    return saved;

  if (fstatat (self->directory, FILE_NAME, &status, AT_SYMLINK_NOFOLLOW) != 0)
    {
      if (errno != ENOENT)
        saved = errno;
    }
  else if (!S_ISREG (status.st_mode))
    saved = EINVAL;
  else
    self->had_file = TRUE;

  if (saved != 0)
    nb_helper_config_close (self);

  return saved;
}

/**
 * nb_helper_config_close:
 * @self: opened or not
 *
 * Closes the directory.
 */
void
nb_helper_config_close (NbHelperConfig *self)
{
  if (self->directory >= 0)
    close (self->directory);
  self->directory = -1;
}

static int
remove_name (NbHelperConfig *self, const char *name)
{
  return unlinkat (self->directory, name, 0) == 0 || errno == ENOENT ? 0 : errno;
}

static int
read_old (NbHelperConfig *self, char **text)
{
  g_autofree char *buffer = g_malloc (MAX_SIZE + 1);
  gsize length = 0;
  gssize got;
  int saved = 0;
  int fd = openat (self->directory, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return errno;

  while (length <= MAX_SIZE && (got = read (fd, buffer + length, MAX_SIZE + 1 - length)) != 0)
    {
      if (got < 0)
        {
          saved = errno;
          break;
        }
      length += got;
    }
  close (fd);

  if (saved == 0 && length > MAX_SIZE)
    saved = EFBIG;
  if (saved == 0 && memchr (buffer, '\0', length) != NULL)
    saved = EINVAL;
  if (saved == 0)
    *text = g_strndup (buffer, length);

  return saved;
}

static gboolean
is_our_line (const char *line, const NbModuleInfo *module)
{
  g_autofree char *on = g_strdup_printf ("options %s nested=1", module->name);
  g_autofree char *off = g_strdup_printf ("options %s nested=0", module->name);

  return strcmp (line, on) == 0 || strcmp (line, off) == 0;
}

/**
 * nb_helper_config_format:
 * @old: (nullable): what our file says
 * @module: the module that is switched
 * @value: the value that nested gets
 *
 * Keeps every line but the one that we wrote for this module: lines of other modules, and what people wrote by hand.
 * Ours comes last, because the last one wins.
 *
 * Returns: (transfer full): what our file shall say
 */
char *
nb_helper_config_format (const char *old, const NbModuleInfo *module, NbTristate value)
{
  GString *text = g_string_new (old != NULL ? NULL : header);
  g_auto (GStrv) lines = g_strsplit (old != NULL ? old : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean is_rest = lines[i + 1] == NULL;

      if (is_our_line (lines[i], module) || (is_rest && *lines[i] == '\0'))
        continue;
      g_string_append_printf (text, "%s\n", lines[i]);
    }

  /* A backslash at the end would make our line the end of that one. */
  if (g_str_has_suffix (text->str, "\\\n"))
    g_string_append_c (text, '\n');
  g_string_append_printf (text, "options %s nested=%d\n", module->name, value == NB_TRISTATE_YES ? 1 : 0);

  return g_string_free (text, FALSE);
}

static int
write_new (NbHelperConfig *self, const char *text)
{
  gsize length = strlen (text);
  int saved = 0;
  int fd = openat (self->directory, NEW_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

  if (fd < 0)
    return errno;

  if (fchmod (fd, 0644) != 0)
    saved = errno;
  while (saved == 0 && length > 0)
    {
      gssize written = write (fd, text, length);

      if (written < 0)
        {
          saved = errno;
          break;
        }
      text += written;
      length -= written;
    }
  if (saved == 0 && fsync (fd) != 0)
    saved = errno;
  if (close (fd) != 0 && saved == 0)
    saved = errno;

  return saved;
}

/**
 * nb_helper_config_set:
 * @self: our file
 * @module: the module that is switched
 * @value: the value that nested gets
 *
 * Replaces our file at once and for good: it is the old one or the new one, and never half of one.
 *
 * Returns: 0 or an errno; after an errno call nb_helper_config_restore()
 */
int
nb_helper_config_set (NbHelperConfig *self, const NbModuleInfo *module, NbTristate value)
{
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  int saved = self->had_file ? read_old (self, &old) : 0;

  if (saved != 0)
    return saved;

  text = nb_helper_config_format (old, module, value);
  saved = write_new (self, text);
  if (saved != 0)
    return saved;

  if (self->had_file && linkat (self->directory, FILE_NAME, self->directory, OLD_NAME, 0) != 0)
    return errno;
  if (renameat (self->directory, NEW_NAME, self->directory, FILE_NAME) != 0)
    return errno;

  return fsync (self->directory) == 0 ? 0 : errno;
}

/**
 * nb_helper_config_remove:
 * @self: our file
 *
 * Takes our file away.
 *
 * Returns: 0 or an errno; after an errno call nb_helper_config_restore()
 */
int
nb_helper_config_remove (NbHelperConfig *self)
{
  if (!self->had_file)
    return 0;

  if (renameat (self->directory, FILE_NAME, self->directory, OLD_NAME) != 0)
    return errno;

  return fsync (self->directory) == 0 ? 0 : errno;
}

/**
 * nb_helper_config_clean:
 * @self: our file
 *
 * Removes both dotted names. After a change this lets the old file go: there is no way back from here. Before a change
 * it clears away what a run before a restart may have left.
 *
 * Returns: 0 or an errno: something is left over
 */
int
nb_helper_config_clean (NbHelperConfig *self)
{
  int saved = remove_name (self, NEW_NAME);

  return saved != 0 ? saved : remove_name (self, OLD_NAME);
}

static gboolean
has_name (NbHelperConfig *self, const char *name)
{
  struct stat status;

  return fstatat (self->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
is_same_file (NbHelperConfig *self, const char *a, const char *b)
{
  struct stat x;
  struct stat y;

  return fstatat (self->directory, a, &x, AT_SYMLINK_NOFOLLOW) == 0 &&
         fstatat (self->directory, b, &y, AT_SYMLINK_NOFOLLOW) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/**
 * nb_helper_config_restore:
 * @self: our file, with @had_file as it was before the change
 *
 * Puts the very file back that was there before, wherever nb_helper_config_set() or nb_helper_config_remove() has
 * stopped, in this run or in an earlier one.
 *
 * Returns: 0 or an errno: our file is then still the new one
 */
int
nb_helper_config_restore (NbHelperConfig *self)
{
  gboolean is_old;

  if (self->had_file)
    /* Where nothing is kept, the change had not got so far. */
    is_old = !has_name (self, OLD_NAME) || is_same_file (self, FILE_NAME, OLD_NAME) ||
             renameat (self->directory, OLD_NAME, self->directory, FILE_NAME) == 0;
  else
    is_old = !has_name (self, FILE_NAME) || unlinkat (self->directory, FILE_NAME, 0) == 0;
  if (!is_old)
    return errno;

  nb_helper_config_clean (self);
  fsync (self->directory);

  return 0;
}
