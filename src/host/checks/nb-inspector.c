/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a computer that is a folder: everything a check reads comes through here, so that no file, however odd, can
 * block or crash one, and no link leads out of a fixture. */

#include "config.h"

#include "nb-inspector.h"

#include "nb-sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

/* No file that is read here is longer on any computer; /proc/cpuinfo is, with very many processors, and then its start
 * says it all. */
#define LIMIT (1024 * 1024)

/* More than any computer's kernel says in months, but for one that goes wrong all the time. */
#define LOG_LINES "10000"

struct _NbInspector
{
  int root; /* -1: the real computer */
  int root_errno;
  const NbHostFacts *facts;
  GKeyFile *extra;
  GHashTable *flags;
  GError *flags_error;
};

/**
 * nb_inspector_new:
 * @root: (nullable): the folder; %NULL or `/` is the real computer
 * @facts: what is known already; must outlive the inspector
 *
 * A fixture's `facts.ini` is read for what is not a file.
 */
NbInspector *
nb_inspector_new (const char *root, const NbHostFacts *facts)
{
  NbInspector *self = g_new0 (NbInspector, 1);
  g_autofree char *path = g_canonicalize_filename (root != NULL ? root : "/", NULL);

  self->root = -1;
  self->facts = facts;
  if (!g_str_equal (path, "/"))
    {
      g_autofree char *text = NULL;

      self->root = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
      self->root_errno = self->root < 0 ? errno : 0;
      self->extra = g_key_file_new ();
      text = nb_inspector_read (self, "/facts.ini", NULL);
      if (text != NULL)
        g_key_file_load_from_data (self->extra, text, -1, G_KEY_FILE_NONE, NULL);
    }

  return self;
}

void
nb_inspector_free (NbInspector *self)
{
  if (self->root >= 0)
    close (self->root);
  g_clear_pointer (&self->extra, g_key_file_free);
  g_clear_pointer (&self->flags, g_hash_table_unref);
  g_clear_error (&self->flags_error);
  g_free (self);
}

/**
 * nb_inspector_is_real:
 *
 * Returns: whether questions may be put to the kernel and the processor themselves
 */
gboolean
nb_inspector_is_real (NbInspector *self)
{
  return self->extra == NULL;
}

const NbHostFacts *
nb_inspector_get_facts (NbInspector *self)
{
  return self->facts;
}

/**
 * nb_inspector_get_fact:
 * @key: a key of facts.ini
 *
 * Returns: (nullable): its text, where this is a fixture that has it; owned by the inspector
 */
const char *
nb_inspector_get_fact (NbInspector *self, const char *key)
{
  g_autofree char *text = NULL;

  if (self->extra == NULL)
    return NULL;

  text = g_key_file_get_string (self->extra, "facts", key, NULL);
  return text != NULL ? g_intern_string (text) : NULL;
}

NbTristate
nb_inspector_get_tristate (NbInspector *self, const char *key)
{
  const char *text = nb_inspector_get_fact (self, key);

  return text != NULL ? nb_options_parse_value (text) : NB_TRISTATE_UNKNOWN;
}

/**
 * nb_inspector_is_machine:
 * @family: `x86`, `s390`, `ppc64`, `arm`
 *
 * As libvirt sorts uname()'s machine names.
 */
gboolean
nb_inspector_is_machine (NbInspector *self, const char *family)
{
  const char *machine = self->facts->machine != NULL ? self->facts->machine : "";

  if (g_str_equal (family, "x86"))
    return g_str_equal (machine, "x86_64") || (g_str_has_prefix (machine, "i") && g_str_has_suffix (machine, "86"));
  if (g_str_equal (family, "arm"))
    return g_str_has_prefix (machine, "arm") || g_str_equal (machine, "aarch64");
  return g_str_has_prefix (machine, family);
}

/* @flags without O_PATH opens for reading. Nothing here can block: O_NONBLOCK. */
static int
inspector_open (NbInspector *self, const char *path, int flags)
{
  struct open_how how = { .resolve = RESOLVE_IN_ROOT };

  flags |= O_CLOEXEC;
  if (!(flags & O_PATH))
    flags |= O_NONBLOCK | O_NOCTTY;
  if (nb_inspector_is_real (self))
    return open (path, flags);

  if (self->root < 0)
    {
      errno = self->root_errno;
      return -1;
    }
  how.flags = flags;
  return syscall (SYS_openat2, self->root, path, &how, sizeof how);
}

static void
set_error (GError **error, int number, const char *path)
{
  /* Translators: a file's path, and the system's words for what went wrong. */
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), _ ("%s can’t be read: %s"), path,
               g_strerror (number));
}

/**
 * nb_inspector_stat:
 * @status: (out): filled in on success
 *
 * Follows links; opens nothing, so that a device's module is left alone.
 */
gboolean
nb_inspector_stat (NbInspector *self, const char *path, struct stat *status, GError **error)
{
  int fd = inspector_open (self, path, O_PATH);
  int result;

  if (fd < 0)
    {
      set_error (error, errno, path);
      return FALSE;
    }
  result = fstat (fd, status);
  if (result < 0)
    set_error (error, errno, path);
  close (fd);

  return result == 0;
}

/**
 * nb_inspector_exists:
 *
 * Returns: %NB_TRISTATE_UNKNOWN with @error where that can't be told
 */
NbTristate
nb_inspector_exists (NbInspector *self, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  struct stat status;

  if (nb_inspector_stat (self, path, &status, &local))
    return NB_TRISTATE_YES;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    return NB_TRISTATE_NO;

  g_propagate_error (error, g_steal_pointer (&local));
  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_inspector_read_bytes:
 * @tail: 0, or read only so many bytes at the end
 *
 * Reads at most a megabyte of an ordinary file, whatever size it says it has.
 */
GBytes *
nb_inspector_read_bytes (NbInspector *self, const char *path, gsize tail, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  struct stat status;
  int fd = inspector_open (self, path, O_RDONLY);
  int number = 0;

  if (fd < 0)
    {
      set_error (error, errno, path);
      return NULL;
    }

  if (fstat (fd, &status) < 0)
    number = errno;
  else if (S_ISDIR (status.st_mode))
    number = EISDIR;
  else if (!S_ISREG (status.st_mode))
    number = EINVAL;
  else if (tail > 0 && (gsize) status.st_size > tail)
    lseek (fd, -(off_t) tail, SEEK_END);

  while (number == 0 && data->len < LIMIT)
    {
      guint8 buffer[16384];
      gssize length = read (fd, buffer, MIN (sizeof buffer, LIMIT - data->len));

      if (length < 0 && errno != EINTR)
        number = errno;
      else if (length == 0)
        break;
      else if (length > 0)
        g_byte_array_append (data, buffer, length);
    }
  close (fd);

  if (number != 0)
    {
      set_error (error, number, path);
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

/**
 * nb_inspector_read:
 *
 * Returns: (transfer full): a file's text up to a NUL, made valid UTF-8, without white space at its end
 */
char *
nb_inspector_read (NbInspector *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = nb_inspector_read_bytes (self, path, 0, error);
  const char *data;
  gsize size;

  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &size);
  if (size == 0)
    return g_strdup ("");
  return g_strchomp (g_utf8_make_valid (data, strnlen (data, size)));
}

/**
 * nb_inspector_read_log:
 *
 * What the kernel and its audit have said since this computer started, a line each. Which users may see that is
 * journald's matter: the group systemd-journal, mostly adm and wheel too. A fixture has it in its file `journal`. From a
 * sandbox the computer outside is asked.
 *
 * Returns: (transfer full) (nullable): text, or %NULL where this user sees nothing of it: no kernel starts in silence
 */
char *
nb_inspector_read_log (NbInspector *self)
{
  /* 1400 is the audit's type for what SELinux and AppArmor do. */
  static const char *const command[] = {
    "journalctl",        "--boot", "--quiet",          "--no-pager", "--output=cat", "--lines=" LOG_LINES,
    "_TRANSPORT=kernel", "+",      "_AUDIT_TYPE=1400", NULL
  };
  /* Where this program stands inside is no folder outside. */
  static const char *const outside[] = { "flatpak-spawn", "--host", "--directory=/", NULL };
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  if (!nb_inspector_is_real (self))
    bytes = nb_inspector_read_bytes (self, "/journal", 0, NULL);
  else
    bytes = nb_sandbox_run (self->facts->sandbox == NB_TRISTATE_YES ? outside : NULL, command, NULL, FALSE, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return NULL;

  data = g_bytes_get_data (bytes, &size);
  return g_utf8_make_valid (data, size);
}

/**
 * nb_inspector_list:
 *
 * Returns: (transfer full): the names in a folder, but for hidden ones, in no order
 */
char **
nb_inspector_list (NbInspector *self, const char *path, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  struct dirent *entry;
  DIR *directory = NULL;
  int fd = inspector_open (self, path, O_RDONLY | O_DIRECTORY);

  if (fd >= 0)
    directory = fdopendir (fd);
  if (directory == NULL)
    {
      set_error (error, errno, path);
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  while ((entry = readdir (directory)) != NULL)
    if (entry->d_name[0] != '.')
      g_strv_builder_add (names, entry->d_name);
  closedir (directory);

  return g_strv_builder_end (names);
}

static void
collect_flags (NbInspector *self, const char *text)
{
  static const char *const prefixes[] = { "flags", "Features", "features", "facilities" };
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);

  for (char **line = lines; *line != NULL; line++)
    {
      const char *colon = strchr (*line, ':');
      gboolean wanted = FALSE;
      g_auto (GStrv) words = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
        wanted |= g_str_has_prefix (*line, prefixes[i]);
      if (!wanted || colon == NULL)
        continue;

      words = g_strsplit_set (colon + 1, " \t", 0);
      for (char **word = words; *word != NULL; word++)
        g_hash_table_add (self->flags, g_strdup (*word));
      /* Every processor repeats these lines; on s390x both kinds stand before the first repetition. */
      if (!g_str_has_prefix (*line, "features"))
        return;
    }
}

/**
 * nb_inspector_has_flag:
 * @flag: a word of the flags, features or facilities in /proc/cpuinfo
 *
 * Returns: %NB_TRISTATE_UNKNOWN with @error where /proc/cpuinfo can't be read
 */
NbTristate
nb_inspector_has_flag (NbInspector *self, const char *flag, GError **error)
{
  if (self->flags == NULL)
    {
      g_autofree char *text = NULL;

      self->flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      text = nb_inspector_read (self, "/proc/cpuinfo", &self->flags_error);
      if (text != NULL)
        collect_flags (self, text);
    }
  if (self->flags_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->flags_error));
      return NB_TRISTATE_UNKNOWN;
    }

  return g_hash_table_contains (self->flags, flag) ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}
