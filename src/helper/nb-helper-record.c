/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The record of a run that is under way, and the lock. /run does not survive a restart, and need not: what lies there is only
 * how the module was. */

#include "config.h"

#include "nb-helper-record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nb-helper-sysfs.h"

#define MAGIC "nestbox-1"

/* A word that comes from the kernel or from a record, and may be anything. */
static gboolean
copy_word (char *into, gsize size, const char *word, const char *letters)
{
  return strspn (word, letters) == strlen (word) && g_strlcpy (into, word, size) < size;
}

/* Returns: its line, `nestbox-1 VERB MODULE LIVE BOOT FILE [INODE SIZE HASH]` */
char *
nb_helper_record_format (const NbHelperRecord *self)
{
  const char *file = !self->touches_file ? "untouched" : (self->had_file ? "kept" : "none");
  g_autofree char *mark = self->has_file ? g_strdup_printf (" %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s",
                                                            self->inode, self->size, self->hash)
                                         : NULL;

  return g_strdup_printf ("%s %s %s %d %s %s%s\n", MAGIC, nb_verb_get_info (self->verb)->name, self->module->name,
                          (int) self->live, *self->boot != '\0' ? self->boot : "-", file, mark != NULL ? mark : "");
}

/* Returns: whether @text is a whole record; half of one, which a power cut may leave, is none */
gboolean
nb_helper_record_parse (NbHelperRecord *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 12);
  guint n_words = g_strv_length (words);
  gboolean found = FALSE;

  memset (self, 0, sizeof *self);
  if ((n_words != 6 && n_words != 9) || strcmp (words[0], MAGIC) != 0 || !g_str_has_suffix (text, "\n"))
    return FALSE;

  g_strchomp (words[n_words - 1]);
  for (guint i = 0; i < NB_N_VERBS && !found; i++)
    {
      self->verb = (NbVerb) i;
      found = strcmp (nb_verb_get_info (self->verb)->name, words[1]) == 0;
    }
  self->module = nb_module_find (words[2]);
  self->live = strcmp (words[3], "1") == 0   ? NB_TRISTATE_YES
               : strcmp (words[3], "0") == 0 ? NB_TRISTATE_NO
                                             : NB_TRISTATE_UNKNOWN;
  self->touches_file = strcmp (words[5], "untouched") != 0;
  self->had_file = strcmp (words[5], "kept") == 0;
  self->has_file = n_words == 9;
  if (self->verb == NB_VERB_SHOW_HOLDERS || !found || self->module == NULL ||
      !copy_word (self->boot, sizeof self->boot, words[4], "0123456789abcdef-") ||
      (self->touches_file && !self->had_file && strcmp (words[5], "none") != 0) ||
      (self->has_file && !self->touches_file))
    return FALSE;

  return !self->has_file || (g_ascii_string_to_unsigned (words[6], 10, 0, G_MAXUINT64, &self->inode, NULL) &&
                             g_ascii_string_to_unsigned (words[7], 10, 0, G_MAXUINT64, &self->size, NULL) &&
                             strlen (words[8]) == NB_HELPER_HASH_SIZE - 1 &&
                             copy_word (self->hash, sizeof self->hash, words[8], "0123456789abcdef"));
}

/* Must succeed before anything is changed. To make it last is the caller's task: of the lock file the page cache is
 * enough. Returns: 0 or an errno */
int
nb_helper_record_write (const NbHelperRecord *self, int fd)
{
  g_autofree char *text = nb_helper_record_format (self);
  gsize length = strlen (text);
  gssize written = ftruncate (fd, 0) == 0 ? pwrite (fd, text, length, 0) : -1;

  if (written < 0)
    return errno;

  return (gsize) written == length ? 0 : ENOSPC;
}

/* Returns: whether the file holds a whole record. */
gboolean
nb_helper_record_read (NbHelperRecord *self, int fd)
{
  char text[NB_HELPER_RECORD_SIZE + 1] = { 0 };

  return pread (fd, text, NB_HELPER_RECORD_SIZE, 0) > 0 && nb_helper_record_parse (self, text);
}

void
nb_helper_record_set_boot (NbHelperRecord *self, int root)
{
  g_autofree char *id = nb_helper_read_file (root, "proc/sys/kernel/random/boot_id", NULL);

  if (id == NULL || !copy_word (self->boot, sizeof self->boot, g_strchomp (id), "0123456789abcdef-"))
    *self->boot = '\0';
}

/* Returns: whether the record was made since the last restart; where the kernel tells no boot id, it was not. */
gboolean
nb_helper_record_is_boot (const NbHelperRecord *self, int root)
{
  NbHelperRecord now;

  nb_helper_record_set_boot (&now, root);

  return *now.boot != '\0' && strcmp (now.boot, self->boot) == 0;
}

/* Returns: 0, or an errno: EWOULDBLOCK while another run is under way */
int
nb_helper_lock_open (int root, int *lock)
{
  struct stat status;
  int saved;
  int fd = openat (root, NB_HELPER_LOCK_PATH, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;

  if (fstat (fd, &status) == 0 && !S_ISREG (status.st_mode))
    errno = EINVAL;
  else if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      *lock = fd;
      return 0;
    }

  saved = errno;
  close (fd);

  return saved;
}

/* Looks without the lock, which would be in the way of a run that begins just now. */
gboolean
nb_helper_lock_is_marked (int root)
{
  struct stat status;

  return fstatat (root, NB_HELPER_LOCK_PATH, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (status.st_mode) &&
         status.st_size > 0;
}
