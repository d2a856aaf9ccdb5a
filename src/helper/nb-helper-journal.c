/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lock, and in it the record of a run that is under way. /run does not survive a restart, and need not: after one the
 * module is loaded by the system, and our file is whole in any case. */

#include "config.h"

#include "nb-helper-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* One write of this size: a record is there as a whole or not at all. */
#define RECORD_SIZE 128

/**
 * nb_helper_journal_open:
 * @root: the root directory
 * @journal: (out): the lock file, locked until it is closed
 *
 * Returns: 0, or an errno: EWOULDBLOCK while another run is under way
 */
int
nb_helper_journal_open (int root, int *journal)
{
  struct stat status;
  int saved;
  int fd = openat (root, NB_HELPER_JOURNAL_PATH, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;

  if (fstat (fd, &status) == 0 && !S_ISREG (status.st_mode))
    errno = EINVAL;
  else if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      *journal = fd;
      return 0;
    }

  saved = errno;
  close (fd);

  return saved;
}

/**
 * nb_helper_journal_is_due:
 * @root: the root directory
 *
 * Looks without changing anything and without the lock, which would be in the way of a run that begins just now.
 *
 * Returns: whether a run has been left unfinished, or is under way
 */
gboolean
nb_helper_journal_is_due (int root)
{
  NbHelperRecord record;
  gboolean due;
  int fd = openat (root, NB_HELPER_JOURNAL_PATH, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return FALSE;

  due = nb_helper_journal_read (fd, &record);
  close (fd);

  return due;
}

/**
 * nb_helper_journal_read:
 * @journal: the lock file
 * @record: (out): what an earlier run has left
 *
 * Returns: whether there is a record; what can't be understood counts as none
 */
gboolean
nb_helper_journal_read (int journal, NbHelperRecord *record)
{
  char text[RECORD_SIZE + 1] = { 0 };
  g_auto (GStrv) words = NULL;

  if (pread (journal, text, RECORD_SIZE, 0) != RECORD_SIZE || text[RECORD_SIZE - 1] != '\n')
    return FALSE;

  /* VERB MODULE FILE PHASE LIVE */
  words = g_strsplit (g_strchomp (text), " ", -1);
  if (g_strv_length (words) != 5 || !nb_verb_from_arguments ("change", words[0], &record->verb))
    return FALSE;
  record->module = nb_module_find (words[1]);
  record->touches_file = strcmp (words[2], "untouched") != 0;
  record->had_file = strcmp (words[2], "kept") == 0;
  record->reloading = strcmp (words[3], "reload") == 0;
  record->live = strcmp (words[4], "1") == 0   ? NB_TRISTATE_YES
                 : strcmp (words[4], "0") == 0 ? NB_TRISTATE_NO
                                               : NB_TRISTATE_UNKNOWN;

  return record->module != NULL;
}

/**
 * nb_helper_journal_write:
 * @journal: the lock file
 * @record: what is about to be done
 *
 * Must succeed before anything is changed. The page cache outlives this process, thus no fsync.
 *
 * Returns: 0 or an errno
 */
int
nb_helper_journal_write (int journal, const NbHelperRecord *record)
{
  char text[RECORD_SIZE + 1];
  g_autofree char *words = g_strdup_printf (
    "%s %s %s %s %s", nb_verb_get_info (record->verb)->name, record->module->name,
    !record->touches_file ? "untouched" : (record->had_file ? "kept" : "none"), record->reloading ? "reload" : "write",
    record->live == NB_TRISTATE_UNKNOWN ? "unknown" : (record->live == NB_TRISTATE_YES ? "1" : "0"));
  gssize written;

  g_snprintf (text, sizeof text, "%-*s\n", RECORD_SIZE - 1, words);
  written = pwrite (journal, text, RECORD_SIZE, 0);
  if (written < 0)
    return errno;

  return written == RECORD_SIZE ? 0 : ENOSPC;
}

/**
 * nb_helper_journal_clear:
 * @journal: the lock file
 *
 * Says that nothing is under way any more.
 *
 * Returns: 0 or an errno
 */
int
nb_helper_journal_clear (int journal)
{
  return ftruncate (journal, 0) == 0 ? 0 : errno;
}
