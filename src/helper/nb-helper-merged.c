/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the system's configuration as a whole makes of a module: with which options it loads, and whether it loads at all. */

#include "config.h"

#include "nb-helper-module.h"

#include <string.h>

#include "nb-helper-sysfs.h"

static gboolean
is_blacklisted (struct kmod_ctx *kmod, const char *module)
{
  struct kmod_config_iter *iter = kmod_config_get_blacklists (kmod);
  gboolean found = FALSE;

  while (!found && iter != NULL && kmod_config_iter_next (iter))
    found = nb_options_same_name (kmod_config_iter_get_key (iter), module);
  kmod_config_iter_free_iter (iter);

  return found;
}

static NbTristate
get_by_command_line (int root, const char *module, const char *parameter)
{
  g_autofree char *text = nb_helper_read_file (root, "proc/cmdline", NULL);
  const char *rest = text != NULL ? text : "";
  NbTristate found = NB_TRISTATE_UNKNOWN;
  char *word;
  char *given;

  while (nb_options_next (&rest, &word, &given))
    {
      g_autofree char *name = word;
      g_autofree char *value = given;
      const char *dot = strchr (name, '.');
      gboolean on;

      if (dot != NULL && nb_options_same_name (name, module) && nb_options_same_name (dot + 1, parameter) &&
          nb_options_parse_nested (NULL, value, &on))
        found = on ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    }

  return found;
}

/* The types of its parameters, as the module's file tells them. */
static GHashTable *
read_types (struct kmod_module *module)
{
  GHashTable *types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  struct kmod_list *infos = NULL;
  struct kmod_list *item;

  if (kmod_module_get_info (module, &infos) < 0)
    return types;

  kmod_list_foreach (item, infos)
  {
    const char *value = kmod_module_info_get_value (item);
    const char *colon = strchr (value, ':');

    if (colon != NULL && strcmp (kmod_module_info_get_key (item), "parmtype") == 0)
      g_hash_table_insert (types, g_strndup (value, colon - value), g_strdup (colon + 1));
  }
  kmod_module_info_free_list (infos);

  return types;
}

static void
keep_first (char **slot, char **slot_of, const char *word, gsize length, const char *module)
{
  if (*slot == NULL)
    {
      *slot = g_strndup (word, length);
      *slot_of = g_strdup (module);
    }
}

/* One refused value, wherever it stands, and the kernel does not load the module. */
static void
judge_options (NbHelperMerged *self, struct kmod_module *module, const char *options, const char *parameter)
{
  g_autoptr (GHashTable) types = read_types (module);
  const char *rest = options;
  const char *start = options;
  char *word;
  char *given;

  for (; nb_options_next (&rest, &word, &given); start = rest)
    {
      g_autofree char *name = g_strdelimit (word, "-", '_');
      g_autofree char *value = given;
      const char *type = nb_options_has_own_words (name) ? NULL : g_hash_table_lookup (types, name);
      gboolean is_parameter = g_strcmp0 (name, parameter) == 0;
      gboolean on;

      start += strspn (start, " \t");
      if (nb_options_value_is_refused (type, value))
        {
          keep_first (&self->refused, &self->refused_of, start, rest - start, kmod_module_get_name (module));
          if (!is_parameter)
            keep_first (&self->foreign, &self->foreign_of, start, rest - start, kmod_module_get_name (module));
        }
      else if (is_parameter && nb_options_parse_nested (type, value, &on))
        self->next_boot = on ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    }
}

/* Returns: what the module's own install line does, a plain load where it has none. */
static NbInstall
judge_module (NbHelperMerged *self, struct kmod_module *module, const char *parameter)
{
  const char *name = kmod_module_get_name (module);
  const char *options = kmod_module_get_options (module);
  const char *command = kmod_module_get_install_commands (module);
  g_autofree char *extra = NULL;
  NbInstall install = command != NULL ? nb_options_judge_install (command, name, &extra) : NB_INSTALL_LOADS;

  judge_options (self, module, options != NULL ? options : "", parameter);
  if (extra != NULL)
    judge_options (self, module, extra, parameter);
  if (install != NB_INSTALL_LOADS && self->install_of == NULL)
    self->install_of = g_strdup (name);

  return install;
}

/* Reads the merged configuration anew; libkmod takes the kernel command line in as well. Returns: whether it could be
 * read */
gboolean
nb_helper_merged_read (NbHelperMerged *self, int root, const NbModuleInfo *info, const char *parameter)
{
  struct kmod_ctx *kmod = kmod_new (NULL, NULL);
  gboolean is_nested = strcmp (parameter, "nested") == 0;
  NbTristate by_command_line = get_by_command_line (root, info->name, parameter);
  struct kmod_module *handle = NULL;
  struct kmod_list *dependencies;
  struct kmod_list *item;
  gboolean nothing = FALSE;
  gboolean unknown = FALSE;

  memset (self, 0, sizeof *self);
  self->next_boot = NB_TRISTATE_UNKNOWN;
  if (kmod == NULL || kmod_module_new_from_name (kmod, info->name, &handle) < 0)
    {
      kmod_unref (kmod);
      return FALSE;
    }

  self->options = g_strdup (kmod_module_get_options (handle));
  if (self->options == NULL)
    self->options = g_strdup ("");
  self->by_command_line = by_command_line != NB_TRISTATE_UNKNOWN;
  self->blacklisted = is_nested && (is_blacklisted (kmod, info->name) || nb_helper_is_kept_out (root, info->name));
  /* Where nobody says anything it is the kernel's default: nested is on, but on s390x; ignore_msrs is off. */
  self->next_boot = strcmp (info->name, "kvm") == 0 ? NB_TRISTATE_NO : NB_TRISTATE_YES;
  if (nb_helper_sysfs_get_state (root, info->name) == NB_MODULE_BUILT_IN)
    {
      if (self->by_command_line)
        self->next_boot = by_command_line;
    }
  else
    {
      NbInstall install = judge_module (self, handle, parameter);

      dependencies = kmod_module_get_dependencies (handle);
      kmod_list_foreach (item, dependencies)
      {
        struct kmod_module *dependency = kmod_module_get_module (item);
        NbInstall its = judge_module (self, dependency, NULL);

        nothing = nothing || its == NB_INSTALL_NOTHING;
        unknown = unknown || its == NB_INSTALL_UNKNOWN;
        kmod_module_unref (dependency);
      }
      kmod_module_unref_list (dependencies);
      if (unknown || install == NB_INSTALL_UNKNOWN)
        self->next_boot = NB_TRISTATE_UNKNOWN;
      if (self->blacklisted || self->refused != NULL || nothing || install == NB_INSTALL_NOTHING)
        self->next_boot = NB_TRISTATE_NO;
    }

  kmod_module_unref (handle);
  kmod_unref (kmod);

  return TRUE;
}

/* Frees what it owns; zeroed is fine. */
void
nb_helper_merged_clear (NbHelperMerged *self)
{
  g_clear_pointer (&self->options, g_free);
  g_clear_pointer (&self->refused, g_free);
  g_clear_pointer (&self->refused_of, g_free);
  g_clear_pointer (&self->foreign, g_free);
  g_clear_pointer (&self->foreign_of, g_free);
  g_clear_pointer (&self->install_of, g_free);
}

/* The last one wins, so ours stands last; those before it go, for the kernel may refuse them. Always 1 or 0: an
 * int-typed kvm_amd refuses Y. Returns: the options with it */
char *
nb_helper_options_with (const char *options, const char *parameter, NbTristate value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *rest = options;
  const char *start = options;
  char *word;
  char *given;

  for (; nb_options_next (&rest, &word, &given); start = rest)
    {
      start += strspn (start, " \t");
      if (!nb_options_same_name (word, parameter))
        g_string_append_printf (text, "%.*s ", (int) (rest - start), start);
      g_free (word);
      g_free (given);
    }
  g_string_append_printf (text, "%s=%d", parameter, value == NB_TRISTATE_YES ? 1 : 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
