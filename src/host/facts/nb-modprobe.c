/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What modprobe will do with a module: libkmod's merged configuration gives the value, our own walk through the same
 * files names the file and the line that decide, which libkmod's iterators do not tell. */

#include "config.h"

#include "nb-modprobe.h"

#include "nb-modprobe-line.h"
#include "nb-protocol.h"
#include "nb-root.h"

#include <errno.h>
#include <fnmatch.h>
#include <glib/gi18n-lib.h>
#include <libkmod.h>
#include <string.h>
#include <sys/stat.h>

/* Files of modprobe.d are a few lines long. */
#define FILE_LIMIT    (1024 * 1024)
#define CMDLINE_LIMIT (64 * 1024)

/* Highest first. libkmod has /usr/lib since version 32; with /lib a link to usr/lib, as everywhere today, both
 * sets are the same files. */
static const char *const directories[] = {
  "etc/modprobe.d",           "run/modprobe.d",
  "usr/local/lib/modprobe.d",
#if NB_KMOD_VERSION >= 32
  "usr/lib/modprobe.d",
#endif
  "lib/modprobe.d",           NULL,
};

/**
 * nb_modprobe_get_directories:
 *
 * Returns: (transfer none): the directories that the libkmod we were built with reads, highest first, without a slash
 *   in front
 */
const char *const *
nb_modprobe_get_directories (void)
{
  return directories;
}

/**
 * nb_modprobe_new_unknown:
 *
 * Returns: (transfer full): an answer of which nothing is known
 */
NbModprobe *
nb_modprobe_new_unknown (void)
{
  NbModprobe *self = g_new0 (NbModprobe, 1);

  self->nested = self->from_files = self->own = NB_TRISTATE_UNKNOWN;
  self->from_command_line = NB_TRISTATE_UNKNOWN;

  return self;
}

void
nb_modprobe_free (NbModprobe *self)
{
  g_free (self->file);
  g_free (self->install_file);
  g_free (self->blacklist_file);
  g_free (self->error);
  g_free (self);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *x = strrchr (*(const char *const *) a, '/');
  const char *y = strrchr (*(const char *const *) b, '/');

  return strcmp (x, y);
}

/**
 * nb_modprobe_list_files:
 * @root: "/" or a fixture
 * @dangling_hides: whether a link to nowhere hides its name
 * @error_text: (out): why the list may be incomplete, translated, else NULL
 *
 * The files that count, in the order in which libkmod reads them: sorted by name across all directories, where the
 * first directory that has a name hides the same name in the others. Directories do not count and hide nothing. Of a
 * link to nowhere nobody knows: libkmod looks at what happens to lie on its stack (kmod 30, conf_files_filter_out()).
 *
 * Returns: (transfer full) (element-type utf8): paths under @root, without a slash in front
 */
GPtrArray *
nb_modprobe_list_files (const char *root, gboolean dangling_hides, char **error_text)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  *error_text = NULL;
  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *path = nb_root_build (root, directories[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GDir) directory = g_dir_open (path, 0, &error);
      const char *name;

      if (directory == NULL)
        {
          if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
              !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR) && *error_text == NULL)
            *error_text = g_strdup_printf (_ ("The folder /%s can’t be read."), directories[i]);
          continue;
        }

      while ((name = g_dir_read_name (directory)) != NULL)
        {
          g_autofree char *file = NULL;

          if (name[0] == '.' || strlen (name) < 6 || !g_str_has_suffix (name, ".conf"))
            continue;
          file = g_build_filename (directories[i], name, NULL);
          if (nb_root_is_directory (root, file) || (!dangling_hides && !nb_root_exists (root, file)))
            continue;
          if (!g_hash_table_add (names, g_strdup (name)))
            continue;
          g_ptr_array_add (files, g_steal_pointer (&file));
        }
    }
  g_ptr_array_sort (files, compare_names);

  return files;
}

static char *
display_path (const char *path)
{
  g_autofree char *full = g_strconcat ("/", path, NULL);

  return g_filename_display_name (full);
}

static void
take_line (NbModprobe *self, const char *root, const char *path, const NbModprobeLine *line, const char *module)
{
  gboolean ours = strcmp (line->module, module) == 0;

  if (ours && strcmp (line->command, "options") == 0 && line->rest != NULL)
    {
      NbTristate value = nb_options_last_nested (line->rest, NULL);
      const char *name = strrchr (path, '/') + 1;

      if (value == NB_TRISTATE_UNKNOWN)
        return;
      g_free (self->file);
      self->file = display_path (path);
      self->line = line->number;
      self->from_files = value;
      self->later = strcmp (name, NB_PROTOCOL_DROP_IN_NAME) > 0;
      if (strcmp (path, NB_PROTOCOL_DROP_IN_DIRECTORY "/" NB_PROTOCOL_DROP_IN_NAME) == 0)
        self->own = value;
    }
  else if (ours && strcmp (line->command, "blacklist") == 0)
    {
      g_free (self->blacklist_file);
      self->blacklist_file = display_path (path);
      self->blacklist_line = line->number;
    }
  else if (strcmp (line->command, "install") == 0 && line->rest != NULL && self->install_file == NULL &&
           (fnmatch (line->module, module, 0) == 0 || fnmatch (line->module, "kvm", 0) == 0))
    {
      /* libkmod takes the first install line, whose module may be a pattern. */
      self->install_file = display_path (path);
      self->install_line = line->number;
    }
}

static void
forget_files (NbModprobe *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->install_file, g_free);
  g_clear_pointer (&self->blacklist_file, g_free);
  self->line = self->install_line = self->blacklist_line = 0;
  self->from_files = self->own = NB_TRISTATE_UNKNOWN;
  self->later = FALSE;
}

static void
scan_files (NbModprobe *self, const char *root, const char *module, gboolean dangling_hides)
{
  g_autofree char *list_error = NULL;
  g_autoptr (GPtrArray) files = nb_modprobe_list_files (root, dangling_hides, &list_error);

  forget_files (self);
  if (list_error != NULL && self->error == NULL)
    self->error = g_steal_pointer (&list_error);

  for (guint i = 0; i < files->len; i++)
    {
      const char *path = g_ptr_array_index (files, i);
      g_autoptr (GPtrArray) lines = NULL;
      g_autofree char *text = NULL;
      g_autofree char *shown = display_path (path);
      gsize length;
      int problem;

      text = nb_root_read (root, path, FILE_LIMIT, &length, &problem);
      if (text == NULL)
        {
          /* A link to nowhere is nothing for root either. */
          if (problem == ENOENT || problem == ELOOP)
            continue;
          if (problem == EFBIG && self->error == NULL)
            self->error = g_strdup_printf (_ ("The file %s is too large to be a configuration file."), shown);
          else if (self->error == NULL)
            self->error = g_strdup_printf (_ ("The file %s can’t be read: %s."), shown, g_strerror (problem));
          continue;
        }

      lines = nb_modprobe_parse (text, length);
      for (guint j = 0; j < lines->len; j++)
        take_line (self, root, path, g_ptr_array_index (lines, j), module);
    }

  if (self->file != NULL)
    {
      g_autofree char *full = nb_root_build (root, self->file + 1);
      struct stat info;

      if (stat (full, &info) == 0)
        self->file_time = info.st_mtime;
    }
}

static gboolean
list_names (const char *list, const char *module)
{
  g_auto (GStrv) names = g_strsplit (list, ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], module) == 0 || strcmp (names[i], "kvm") == 0)
      return TRUE;

  return FALSE;
}

static void
scan_command_line (NbModprobe *self, const char *command_line, const char *module)
{
  g_auto (GStrv) words = g_strsplit_set (command_line, " \t\n", -1);
  g_autoptr (GString) all = g_string_new (NULL);
  gboolean for_init = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];

      if (strcmp (word, "--") == 0)
        {
          /* The kernel stops here, libkmod does not. */
          for_init = TRUE;
          continue;
        }
      g_string_append_printf (all, "%s ", word);
      if (g_str_has_prefix (word, "modprobe.blacklist="))
        {
          g_auto (GStrv) names = g_strsplit (strchr (word, '=') + 1, ",", -1);

          if (g_strv_contains ((const char *const *) names, module))
            self->blacklisted_by_command_line = TRUE;
        }
      else if (!for_init && nb_options_same_name (word, "module_blacklist") && strchr (word, '=') != NULL)
        {
          self->blocked_by_command_line = self->blocked_by_command_line || list_names (strchr (word, '=') + 1, module);
        }
    }
  self->from_command_line = nb_options_last_nested (all->str, module);
}

static guint
count_options (struct kmod_ctx *context)
{
  struct kmod_config_iter *options = kmod_config_get_options (context);
  guint n = 0;

  while (options != NULL && kmod_config_iter_next (options))
    n++;
  kmod_config_iter_free_iter (options);

  return n;
}

/* The last `nested` that libkmod merges for @module out of the files under @root alone. libkmod appends the options of
 * the real /proc/cmdline whatever paths it is given: as many as a context without files has are left out at the end. */
static gboolean
ask_libkmod (const char *root, const char *module, NbTristate *value)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *const none[] = { NULL };
  struct kmod_ctx *bare = NULL;
  struct kmod_ctx *context = NULL;
  struct kmod_config_iter *options = NULL;
  gboolean good = FALSE;

  *value = NB_TRISTATE_UNKNOWN;
  for (guint i = 0; directories[i] != NULL; i++)
    if (nb_root_is_directory (root, directories[i]))
      g_ptr_array_add (paths, nb_root_build (root, directories[i]));
  g_ptr_array_add (paths, NULL);

  bare = kmod_new (NULL, none);
  context = kmod_new (NULL, (const char *const *) paths->pdata);
  if (bare != NULL && context != NULL)
    {
      guint total = count_options (context);
      guint foreign = count_options (bare);

      good = total >= foreign;
      options = kmod_config_get_options (context);
      for (guint i = 0; good && i < total - foreign && kmod_config_iter_next (options); i++)
        {
          NbTristate found;

          if (strcmp (kmod_config_iter_get_key (options), module) != 0)
            continue;
          found = nb_options_last_nested (kmod_config_iter_get_value (options), NULL);
          if (found != NB_TRISTATE_UNKNOWN)
            *value = found;
        }
      kmod_config_iter_free_iter (options);
    }
  if (context != NULL)
    kmod_unref (context);
  if (bare != NULL)
    kmod_unref (bare);

  return good;
}

/**
 * nb_modprobe_read:
 * @root: "/" or a fixture
 * @module: a module's name, with underscores
 *
 * Reads modprobe.d and the kernel command line under @root. Any thread.
 *
 * Returns: (transfer full): what they say
 */
NbModprobe *
nb_modprobe_read (const char *root, const char *module)
{
  NbModprobe *self = nb_modprobe_new_unknown ();
  g_autofree char *command_line = NULL;
  NbTristate merged;
  int problem;

  command_line = nb_root_read (root, "proc/cmdline", CMDLINE_LIMIT, NULL, &problem);
  if (command_line != NULL)
    scan_command_line (self, command_line, module);
  else if (problem != ENOENT)
    self->error = g_strdup_printf (_ ("The file %s can’t be read: %s."), "/proc/cmdline", g_strerror (problem));
  scan_files (self, root, module, TRUE);

  /* Where something odd lies about, a fifo say, libkmod is not sent there: it would wait for it. */
  if (self->error != NULL)
    return self;

  if (!ask_libkmod (root, module, &merged))
    {
      self->error = g_strdup (_ ("The settings of modprobe can’t be read."));
      return self;
    }
  if (merged != self->from_files)
    scan_files (self, root, module, FALSE);
  if (merged != self->from_files)
    {
      /* libkmod is right. We only don't know where it found that. */
      g_info ("libkmod merges nested of %s otherwise than we do", module);
      g_clear_pointer (&self->file, g_free);
      self->line = 0;
      self->later = FALSE;
      self->from_files = merged;
    }
  self->nested = self->from_command_line != NB_TRISTATE_UNKNOWN ? self->from_command_line : merged;

  return self;
}
