/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What nested will be after a restart: will the module load at all, and with which value. */

#include "config.h"

#include "nb-next-boot.h"

#include "nb-parameter-type.h"
#include "nb-release.h"
#include "nb-root.h"

#include <string.h>

/* What the module does where nobody says anything: host.md, "The parameter". */
static NbTristate
default_value (const NbHostFacts *facts)
{
  switch (facts->vendor)
    {
    case NB_VENDOR_INTEL:
      return nb_release_is_at_least (facts->release, 4, 20);
    case NB_VENDOR_AMD:
    case NB_VENDOR_POWER:
      return NB_TRISTATE_YES;
    case NB_VENDOR_S390:
      return NB_TRISTATE_NO;
    case NB_VENDOR_ARM:
    case NB_VENDOR_UNKNOWN:
      break;
    }

  return NB_TRISTATE_UNKNOWN;
}

/* The module itself is loaded anew in every case; one that it needs stays loaded. */
static gboolean
is_to_load (const NbHostFacts *facts, const char *root, const char *module)
{
  g_autofree char *path = g_strconcat ("sys/module/", module, NULL);

  return strcmp (module, facts->module) == 0 || !nb_root_is_directory (root, path);
}

static void
add_obstacle (NbHostFacts *facts, const NbConfigLine *line, NbWhy why, gboolean blocks_now)
{
  NbConfigLine *obstacle = nb_config_line_copy (line);

  obstacle->why = why;
  obstacle->blocks_now = blocks_now;
  g_ptr_array_add (facts->obstacles, obstacle);
}

static void
collect_obstacles (NbHostFacts *facts, const NbModprobe *found, NbParameterTypes *types, const char *root)
{
  for (guint i = 0; i < found->bans->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (found->bans, i);

      add_obstacle (facts, line, NB_WHY_BLACKLIST, is_to_load (facts, root, line->module));
    }
  for (guint i = 0; i < found->installs->len; i++)
    {
      NbConfigLine *line = g_ptr_array_index (found->installs, i);
      g_autofree char *options = NULL;

      line->install = nb_options_judge_install (line->value, line->module, &options);
      add_obstacle (facts, line, NB_WHY_INSTALL, is_to_load (facts, root, line->module));
    }
  for (guint i = 0; i < found->blacklists->len; i++)
    add_obstacle (facts, g_ptr_array_index (found->blacklists, i), NB_WHY_BLACKLIST, FALSE);
  for (guint i = 0; i < found->options->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (found->options, i);
      gboolean is_nested = strcmp (line->name, "nested") == 0 && strcmp (line->module, facts->module) == 0;

      /* The helper leaves out what others say of nested. */
      if (nb_parameter_types_is_refused (types, line->module, line->name, line->value))
        add_obstacle (facts, line, NB_WHY_REFUSED, !is_nested && is_to_load (facts, root, line->module));
    }
}

/* The last `nested` that the kernel gets. An `install` line's own words come behind all others. */
static NbConfigLine *
find_value (NbHostFacts *facts, const NbModprobe *found, NbParameterTypes *types, NbTristate *value)
{
  const char *type = nb_parameter_types_get (types, facts->module, "nested");
  gboolean is_built_in = facts->module_state == NB_MODULE_STATE_BUILT_IN;
  NbConfigLine *decider = NULL;
  gboolean on;

  for (guint i = 0; i < found->options->len; i++)
    {
      NbConfigLine *line = g_ptr_array_index (found->options, i);

      if (strcmp (line->module, facts->module) != 0 || strcmp (line->name, "nested") != 0)
        continue;
      /* modprobe.d does not reach what is part of the kernel, and the kernel goes on behind what it refuses there. */
      if (is_built_in && (line->kind != NB_DECIDER_COMMAND_LINE || line->for_init))
        continue;
      if (nb_parameter_types_is_refused (types, line->module, line->name, line->value))
        continue;
      /* A word that only newer kernels take is "enabled" or "disabled". */
      if (!nb_options_parse_nested (type, line->value, &on) && (type == NULL || line->value == NULL))
        continue;
      if (nb_options_value_is_refused (type, line->value))
        on = g_ascii_tolower (*line->value) == 'e';
      decider = line;
      *value = on;
      if (line->is_own)
        facts->own_file = on;
    }

  for (guint i = 0; !is_built_in && i < found->installs->len; i++)
    {
      NbConfigLine *line = g_ptr_array_index (found->installs, i);
      g_autofree char *options = NULL;
      NbTristate given = NB_TRISTATE_UNKNOWN;

      if (strcmp (line->module, facts->module) == 0 &&
          nb_options_judge_install (line->value, line->module, &options) == NB_INSTALL_LOADS)
        given = nb_options_last_nested (options, NULL);
      if (given != NB_TRISTATE_UNKNOWN)
        {
          decider = line;
          *value = given;
        }
    }

  return decider;
}

/* What our own file says of kvm.ignore_msrs. */
static void
find_own_msrs (NbHostFacts *facts, const NbModprobe *found)
{
  gboolean on;

  for (guint i = 0; i < found->options->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (found->options, i);

      if (line->is_own && strcmp (line->module, "kvm") == 0 && strcmp (line->name, "ignore_msrs") == 0 &&
          nb_options_parse_nested ("bool", line->value, &on))
        facts->own_msrs = on;
    }
}

/* Linux 6.1 and 6.12 exclude one another; which release stops that is inferred. */
static const NbConfigLine *
find_huge_pages (NbHostFacts *facts, const NbModprobe *found)
{
  const NbConfigLine *line = NULL;
  gboolean on;

  if (facts->vendor != NB_VENDOR_S390 || nb_release_is_at_least (facts->release, 7, 0))
    return NULL;
  for (guint i = 0; i < found->options->len; i++)
    {
      const NbConfigLine *option = g_ptr_array_index (found->options, i);

      if (strcmp (option->name, "hpage") == 0 && nb_options_parse_nested ("int", option->value, &on))
        line = on ? option : NULL;
    }

  return line;
}

static void
set_decider (NbHostFacts *facts, NbTristate value, const NbConfigLine *line)
{
  facts->next_boot = value;
  facts->decider = NB_DECIDER_UNKNOWN;
  facts->decider_why = NB_WHY_VALUE;
  g_clear_pointer (&facts->decider_file, g_free);
  g_clear_pointer (&facts->decider_path, g_free);
  g_clear_pointer (&facts->decider_text, g_free);
  facts->decider_line = 0;
  facts->decider_later = FALSE;
  if (line == NULL)
    return;

  facts->decider = line->kind;
  facts->decider_why = line->why;
  facts->decider_file = g_strdup (line->file);
  facts->decider_path = g_strdup (line->path);
  facts->decider_line = line->line;
  facts->decider_text = g_strdup (line->text);
  /* A file of ours would not help either against what keeps the module away, whatever the order. */
  facts->decider_later = line->kind == NB_DECIDER_FILE && line->is_later && line->why == NB_WHY_VALUE;
}

/* The boot options first: no file overrides them. */
static const NbConfigLine *
find_decisive_obstacle (const NbHostFacts *facts)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < facts->obstacles->len; i++)
      {
        const NbConfigLine *line = g_ptr_array_index (facts->obstacles, i);

        if ((pass == 1 || line->kind == NB_DECIDER_COMMAND_LINE) &&
            (line->why != NB_WHY_INSTALL || line->install == NB_INSTALL_NOTHING))
          return line;
      }

  return NULL;
}

static const NbConfigLine *
find_unknown_install (const NbHostFacts *facts)
{
  for (guint i = 0; i < facts->obstacles->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (facts->obstacles, i);

      if (line->why == NB_WHY_INSTALL && line->install == NB_INSTALL_UNKNOWN)
        return line;
    }

  return NULL;
}

/* What stands in files is not known to be all, or not known to be this computer's. */
static void
forget_files (GPtrArray *lines)
{
  for (guint i = lines->len; i > 0; i--)
    if (((NbConfigLine *) g_ptr_array_index (lines, i - 1))->kind != NB_DECIDER_COMMAND_LINE)
      g_ptr_array_remove_index (lines, i - 1);
}

static void
decide_built_in (NbHostFacts *facts, const NbModprobe *found, NbParameterTypes *types)
{
  NbTristate value = default_value (facts);
  const NbConfigLine *line = find_value (facts, found, types, &value);

  set_decider (facts, value, line);
  if (line == NULL && value != NB_TRISTATE_UNKNOWN)
    facts->decider = NB_DECIDER_DEFAULT;
}

static void
decide_module (NbHostFacts *facts, const NbModprobe *found, NbParameterTypes *types)
{
  const NbConfigLine *obstacle = find_decisive_obstacle (facts);
  const NbConfigLine *huge = find_huge_pages (facts, found);
  NbTristate value = default_value (facts);
  const NbConfigLine *line = find_value (facts, found, types, &value);

  if (huge != NULL)
    facts->hugepages = NB_TRISTATE_YES;
  if (obstacle == NULL && huge != NULL && value == NB_TRISTATE_YES)
    {
      /* Source: arch/s390/kvm/kvm-s390.c, kvm_s390_init(): EINVAL for both. */
      add_obstacle (facts, huge, NB_WHY_REFUSED, TRUE);
      obstacle = g_ptr_array_index (facts->obstacles, facts->obstacles->len - 1);
    }

  if (obstacle != NULL)
    set_decider (facts, NB_TRISTATE_NO, obstacle);
  else if (find_unknown_install (facts) != NULL)
    set_decider (facts, NB_TRISTATE_UNKNOWN, find_unknown_install (facts));
  else if (facts->config_error != NULL && line == NULL)
    set_decider (facts, NB_TRISTATE_UNKNOWN, NULL);
  else
    set_decider (facts, value, line);
  if (facts->config_error == NULL && facts->decider == NB_DECIDER_UNKNOWN && line == NULL && obstacle == NULL &&
      facts->next_boot != NB_TRISTATE_UNKNOWN)
    facts->decider = NB_DECIDER_DEFAULT;
}

/**
 * nb_next_boot_decide:
 * @facts: facts in the making, with the module and its state
 * @found: (inout): what the configuration says; its error goes to @facts
 * @root: "/" or a fixture
 *
 * Fills in what nested will be after a restart, what decides that, and all that stands in the way.
 */
void
nb_next_boot_decide (NbHostFacts *facts, NbModprobe *found, const char *root)
{
  g_autoptr (NbParameterTypes) types = nb_parameter_types_new (root, facts->release);

  find_own_msrs (facts, found);
  if (facts->module_state == NB_MODULE_STATE_BUILT_IN)
    {
      decide_built_in (facts, found, types);
      return;
    }

  if (found->error != NULL)
    {
      facts->config_error = g_steal_pointer (&found->error);
      forget_files (found->options);
      forget_files (found->installs);
      forget_files (found->blacklists);
    }
  collect_obstacles (facts, found, types, root);
  decide_module (facts, found, types);

  /* A module that is not there will not be there after a restart either, for all that is known. */
  if (facts->module_state == NB_MODULE_STATE_MISSING)
    set_decider (facts, NB_TRISTATE_UNKNOWN, NULL);
}
