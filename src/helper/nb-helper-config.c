/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Our one file in /etc/modprobe.d. Every name is built in, every call is relative to the directory's descriptor, and no
 * link is followed. Four names are ours; libkmod reads no file whose name begins with a dot:
 *
 *   zz-nestbox.conf        what counts
 *   .zz-nestbox.conf.new   being written
 *   .zz-nestbox.conf.old   a second link to what counted before
 *   .zz-nestbox.conf.run   the record of a change: while it is there, the change may be half done
 *
 * Each is on the disk before the next one is begun: .new, .old, .run, what counts. Then .run goes, and then .old. */

#include "config.h"

#include "nb-helper-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nb-helper-sysfs.h"

#define FILE_NAME NB_PROTOCOL_DROP_IN_NAME
#define NEW_NAME  "." NB_PROTOCOL_DROP_IN_NAME ".new"
#define OLD_NAME  "." NB_PROTOCOL_DROP_IN_NAME ".old"
#define RUN_NAME  "." NB_PROTOCOL_DROP_IN_NAME ".run"
#define MAX_SIZE  65536

static gboolean
has_name (NbHelperConfig *self, const char *name, struct stat *status)
{
  return fstatat (self->directory, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

static int
remove_name (NbHelperConfig *self, const char *name)
{
  return unlinkat (self->directory, name, 0) == 0 || errno == ENOENT ? 0 : errno;
}

static int
sync_directory (NbHelperConfig *self)
{
  return fsync (self->directory) == 0 ? 0 : errno;
}

/* Opens /etc/modprobe.d. Returns: 0 or an errno; EINVAL where our file is something else than a file */
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

  self->had_file = has_name (self, FILE_NAME, &status);
  if (!self->had_file && errno != ENOENT)
    saved = errno;
  else if (self->had_file && !S_ISREG (status.st_mode))
    saved = EINVAL;
  if (saved != 0)
    nb_helper_config_close (self);

  return saved;
}

/* Closes the directory, where it is open. */
void
nb_helper_config_close (NbHelperConfig *self)
{
  if (self->directory >= 0)
    close (self->directory);
  self->directory = -1;
}

/* Returns: 0 or an errno: EFBIG or EINVAL where that is no text of a sensible length */
int
nb_helper_config_read (NbHelperConfig *self, char **text)
{
  g_autofree char *read = NULL;
  gsize length;
  int fd = openat (self->directory, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  int saved = fd >= 0 ? nb_helper_read_fd (fd, MAX_SIZE + 1, &read, &length) : errno;

  if (saved != 0)
    return saved;
  if (length > MAX_SIZE)
    return EFBIG;
  if (strlen (read) < length)
    return EINVAL;
  *text = g_steal_pointer (&read);

  return 0;
}

static int
write_new (NbHelperConfig *self, const char *text, NbHelperRecord *record)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  gsize length = strlen (text);
  struct stat status = { 0 };
  gssize written = 1;
  int saved = 0;
  int fd = openat (self->directory, NEW_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

  if (fd < 0)
    return errno;

  if (fchmod (fd, 0644) != 0)
    saved = errno;
  for (gsize done = 0; saved == 0 && done < length; done += written)
    {
      written = write (fd, text + done, length - done);
      if (written <= 0)
        saved = written < 0 ? errno : ENOSPC;
    }
  if (saved == 0 && (fsync (fd) != 0 || fstat (fd, &status) != 0))
    saved = errno;
  if (close (fd) != 0 && saved == 0)
    saved = errno;

  record->has_file = TRUE;
  record->inode = status.st_ino;
  record->size = length;
  g_strlcpy (record->hash, hash, sizeof record->hash);

  return saved;
}

static int
write_record (NbHelperConfig *self, const NbHelperRecord *record)
{
  int saved;
  int fd = openat (self->directory, RUN_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;

  saved = nb_helper_record_write (record, fd);
  if (saved == 0 && fsync (fd) != 0)
    saved = errno;
  if (close (fd) != 0 && saved == 0)
    saved = errno;

  return saved != 0 ? saved : sync_directory (self);
}

/* Replaces our file at once and for good: it is the old one or the new one, and never half of one. Returns: 0 or an
 * errno; after an errno call nb_helper_config_restore() */
int
nb_helper_config_set (NbHelperConfig *self, const char *text, NbHelperRecord *record)
{
  int saved;

  record->touches_file = TRUE;
  record->had_file = self->had_file;
  record->has_file = FALSE;
  saved = text != NULL ? write_new (self, text, record) : 0;
  if (saved == 0 && self->had_file && linkat (self->directory, FILE_NAME, self->directory, OLD_NAME, 0) != 0)
    saved = errno;
  if (saved == 0)
    saved = write_record (self, record);
  if (saved != 0)
    return saved;

  if (text != NULL ? renameat (self->directory, NEW_NAME, self->directory, FILE_NAME) != 0
                   : unlinkat (self->directory, FILE_NAME, 0) != 0)
    return errno;

  return sync_directory (self);
}

/* Whether our file is what the record's run has made of it. */
static gboolean
is_as_recorded (NbHelperConfig *self, const NbHelperRecord *record)
{
  struct stat status;
  g_autofree char *text = NULL;
  g_autofree char *hash = NULL;

  if (!has_name (self, FILE_NAME, &status))
    return !record->has_file;
  if (!record->has_file || !S_ISREG (status.st_mode) || (guint64) status.st_ino != record->inode ||
      (guint64) status.st_size != record->size || nb_helper_config_read (self, &text) != 0)
    return FALSE;

  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return strcmp (hash, record->hash) == 0;
}

/* Puts the very file back that was there before, wherever nb_helper_config_set() has stopped. What somebody else has
 * written meanwhile stays. Returns: 0 or an errno: our file is then not what it was; ESTALE where somebody else has
 * written it */
int
nb_helper_config_restore (NbHelperConfig *self, const NbHelperRecord *record, gboolean *restored)
{
  struct stat old;
  struct stat file;
  gboolean has_old = has_name (self, OLD_NAME, &old);
  gboolean has_file = has_name (self, FILE_NAME, &file);
  /* Nothing was changed yet, or all is put back already: the old file is kept up to that moment. */
  gboolean is_old =
    record->had_file ? has_file && (!has_old || (old.st_dev == file.st_dev && old.st_ino == file.st_ino)) : !has_file;
  gboolean is_new = (record->had_file || record->has_file) && is_as_recorded (self, record);

  *restored = is_new && (!record->had_file || has_old);
  if (!*restored && (is_new || !is_old))
    return ESTALE;
  if (*restored && (record->had_file ? renameat (self->directory, OLD_NAME, self->directory, FILE_NAME) != 0
                                     : unlinkat (self->directory, FILE_NAME, 0) != 0))
    return errno;

  /* What follows is tidying up, which the next run does where this one can't. */
  sync_directory (self);
  nb_helper_config_clean (self);

  return 0;
}

/* Removes the record: there is no way back from here. Returns: 0 or an errno: there still is */
int
nb_helper_config_commit (NbHelperConfig *self)
{
  int saved = remove_name (self, RUN_NAME);

  return saved != 0 ? saved : sync_directory (self);
}

/* Removes all dotted names, the record first: what lies there without one is no evidence of anything. Returns: 0 or an
 * errno: something is left over */
int
nb_helper_config_clean (NbHelperConfig *self)
{
  struct stat status;
  int saved = has_name (self, RUN_NAME, &status) ? nb_helper_config_commit (self) : 0;

  if (saved == 0)
    saved = remove_name (self, NEW_NAME);

  return saved != 0 ? saved : remove_name (self, OLD_NAME);
}

/* Returns: whether a run has left a whole record. */
gboolean
nb_helper_config_read_record (NbHelperConfig *self, NbHelperRecord *record)
{
  gboolean found;
  int fd =
    self->directory < 0 ? -1 : openat (self->directory, RUN_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return FALSE;

  found = nb_helper_record_read (record, fd) && record->touches_file;
  close (fd);

  return found;
}
