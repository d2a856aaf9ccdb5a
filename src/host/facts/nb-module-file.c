/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a module's file is, as depmod's lists tell. */

#include "config.h"

#include "nb-module-file.h"

#include "nb-options.h"
#include "nb-root.h"

#include <string.h>

/* A distribution's modules.dep has a few hundred kilobytes. */
#define DEP_LIMIT (16 * 1024 * 1024)

static const char *const places[] = { "lib/modules", "usr/lib/modules",
                                      "run/booted-system/kernel-modules/lib/modules" };

/* "kernel/arch/x86/kvm/kvm-intel.ko.xz" carries "kvm_intel". */
static char *
dup_module_name (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  base[strcspn (base, ".")] = '\0';

  return g_strdelimit (g_steal_pointer (&base), "-", '_');
}

/* Looks for a line "PATH: PATH…" of modules.dep, or "PATH" of modules.builtin. */
static char *
find_in_list (const char *root, const char *directory, const char *list, const char *module)
{
  g_autofree char *path = g_build_filename (directory, list, NULL);
  g_autofree char *text = nb_root_read (root, path, DEP_LIMIT, NULL, NULL);
  char *line = text;

  while (line != NULL && *line != '\0')
    {
      char *next = strchr (line, '\n');
      g_autofree char *first = NULL;
      g_autofree char *name = NULL;

      if (next != NULL)
        *next++ = '\0';
      first = g_strndup (line, strcspn (line, ":"));
      name = dup_module_name (first);
      if (strstr (first, ".ko") != NULL && strcmp (name, module) == 0)
        return g_strdup (line);
      line = next;
    }

  return NULL;
}

static gboolean
has_lists (const char *root, const char *directory)
{
  g_autofree char *dep = g_build_filename (directory, "modules.dep", NULL);
  g_autofree char *built_in = g_build_filename (directory, "modules.builtin", NULL);

  return nb_root_exists (root, dep) || nb_root_exists (root, built_in);
}

/* Folders of kernels begin with a digit; others hold what was left behind or is shared. */
static gboolean
has_other_kernel (const char *root, const char *place, const char *release)
{
  g_autofree char *full = nb_root_build (root, place);
  g_autoptr (GDir) directory = g_dir_open (full, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (place, name, NULL);

      if (g_ascii_isdigit (*name) && strcmp (name, release) != 0 && nb_root_is_directory (root, path))
        return TRUE;
    }

  return FALSE;
}

static void
take_line (NbModuleFile *self, const char *root, const char *directory, const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, ": ", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  /* depmod writes an absolute path where the module lies elsewhere. */
  g_autofree char *path = words[0][0] == '/' ? g_strdup (words[0] + 1) : g_build_filename (directory, words[0], NULL);

  if (nb_root_exists (root, path))
    self->path = g_steal_pointer (&path);
  for (guint i = 1; words[i] != NULL; i++)
    if (*words[i] != '\0')
      {
        g_autofree char *name = dup_module_name (words[i]);

        g_strv_builder_add (names, name);
      }
  g_strfreev (self->dependencies);
  self->dependencies = g_strv_builder_end (names);
}

/**
 * nb_module_file_find:
 * @root: "/" or a fixture
 * @release: (nullable): the running kernel's release
 * @module: a module's name, with underscores
 *
 * Returns: (transfer full): what depmod's lists tell of it
 */
NbModuleFile *
nb_module_file_find (const char *root, const char *release, const char *module)
{
  NbModuleFile *self = g_new0 (NbModuleFile, 1);

  self->dependencies = g_new0 (char *, 1);
  if (release == NULL || strchr (release, '/') != NULL)
    return self;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *directory = g_build_filename (places[i], release, NULL);
      g_autofree char *built_in = NULL;
      g_autofree char *listed = NULL;

      self->has_other_kernel = self->has_other_kernel || has_other_kernel (root, places[i], release);
      /* What other programs leave behind when a kernel goes has no lists. */
      if (!nb_root_is_directory (root, directory) || !has_lists (root, directory))
        continue;
      self->has_directory = TRUE;

      built_in = find_in_list (root, directory, "modules.builtin", module);
      if (built_in != NULL)
        self->is_built_in = TRUE;
      listed = self->path == NULL ? find_in_list (root, directory, "modules.dep", module) : NULL;
      if (listed != NULL)
        take_line (self, root, directory, listed);
    }

  return self;
}

void
nb_module_file_free (NbModuleFile *self)
{
  g_free (self->path);
  g_strfreev (self->dependencies);
  g_free (self);
}
