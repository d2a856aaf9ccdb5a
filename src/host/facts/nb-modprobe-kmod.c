/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libkmod's own merged answer, which our walk through the files is held against. */

#include "config.h"

#include "nb-modprobe-private.h"

#include "nb-root.h"

#include <fnmatch.h>
#include <libkmod.h>

static guint
count (struct kmod_config_iter *entries)
{
  guint n = 0;

  while (entries != NULL && kmod_config_iter_next (entries))
    n++;
  kmod_config_iter_free_iter (entries);

  return n;
}

static void
add_installs (struct kmod_ctx *context, const char *const *modules, GString *merged)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  struct kmod_config_iter *installs = kmod_config_get_install_commands (context);

  while (installs != NULL && kmod_config_iter_next (installs))
    for (guint i = 0; modules[i] != NULL; i++)
      if (fnmatch (kmod_config_iter_get_key (installs), modules[i], 0) == 0 &&
          g_hash_table_add (seen, (gpointer) modules[i]))
        g_string_append_printf (merged, "install %s %s\n", modules[i], kmod_config_iter_get_value (installs));
  kmod_config_iter_free_iter (installs);
}

/**
 * nb_modprobe_ask_libkmod:
 * @root: "/" or a fixture
 * @modules: names with underscores, %NULL-terminated
 *
 * What libkmod merges out of the files under @root alone. It appends the options of the real /proc/cmdline whatever paths
 * it is given: as many as a context without files has are left out at the end.
 *
 * Returns: (transfer full) (nullable): lines `options MODULE …` and `install MODULE …`; %NULL where it can't be asked
 */
char *
nb_modprobe_ask_libkmod (const char *root, const char *const *modules)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *const none[] = { NULL };
  g_autoptr (GString) merged = NULL;
  struct kmod_ctx *bare = NULL;
  struct kmod_ctx *context = NULL;
  const char *const *directories = nb_modprobe_get_directories ();

  for (guint i = 0; directories[i] != NULL; i++)
    if (nb_root_is_directory (root, directories[i]))
      g_ptr_array_add (paths, nb_root_build (root, directories[i]));
  g_ptr_array_add (paths, NULL);

  bare = kmod_new (NULL, none);
  context = kmod_new (NULL, (const char *const *) paths->pdata);
  if (bare != NULL && context != NULL)
    {
      guint total = count (kmod_config_get_options (context));
      guint foreign = count (kmod_config_get_options (bare));
      struct kmod_config_iter *options = kmod_config_get_options (context);

      merged = g_string_new (NULL);
      for (guint i = 0; i + foreign < total && kmod_config_iter_next (options); i++)
        if (g_strv_contains (modules, kmod_config_iter_get_key (options)))
          g_string_append_printf (merged, "options %s %s\n", kmod_config_iter_get_key (options),
                                  kmod_config_iter_get_value (options));
      kmod_config_iter_free_iter (options);
      add_installs (context, modules, merged);
    }
  if (context != NULL)
    kmod_unref (context);
  if (bare != NULL)
    kmod_unref (bare);

  return merged != NULL ? g_string_free (g_steal_pointer (&merged), FALSE) : NULL;
}
