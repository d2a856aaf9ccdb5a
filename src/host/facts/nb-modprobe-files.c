/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which files modprobe reads, and in which order. */

#include "config.h"

#include "nb-modprobe.h"

#include "nb-root.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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
