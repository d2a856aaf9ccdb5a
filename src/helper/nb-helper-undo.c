/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way back: a run that has failed, and one that was killed. */

#include "config.h"

#include "nb-helper-run-private.h"

#include "nb-helper-output.h"
#include "nb-helper-settle.h"

/**
 * nb_helper_run_fail:
 * @self: a run
 * @code: an exit code
 * @format: what failed, one sentence
 * @...: for @format
 *
 * Keeps the first failure's words.
 *
 * Returns: @code
 */
NbExit
nb_helper_run_fail (NbHelperRun *self, NbExit code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (self->error == NULL)
    self->error = g_strdup_vprintf (format, args);
  va_end (args);

  return code;
}

/**
 * nb_helper_run_load_again:
 * @self: a run
 * @loader: a module that is not loaded
 * @options: what the configuration says
 * @value: what nested was
 *
 * Loads the module as it was; where it refuses that, without our option; and where somebody else's option is broken, without
 * that. No output, no program and no lock before it is there.
 *
 * Returns: whether it is loaded
 */
gboolean
nb_helper_run_load_again (NbHelperRun *self, NbHelperModule *loader, const char *options, NbTristate value)
{
  const char *name = loader->info->name;
  g_autofree char *as_before = nb_helper_options_add_nested (options, value);
  g_autofree char *only_ours = nb_helper_options_add_nested ("", value);
  const char *const tries[] = { as_before, options, only_ours, "" };

  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    if (nb_helper_module_insert (loader, tries[i]) == 0)
      break;
  if (nb_helper_sysfs_get_state (self->root, name) != NB_MODULE_LIVE)
    return FALSE;

  if (nb_helper_sysfs_get_nested (self->root, name) != value)
    nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_LIKE_BEFORE, NULL));
  if (self->parameters != NULL)
    nb_helper_sysfs_compare (self->root, name, self->parameters);
  nb_helper_settle ();

  return TRUE;
}

static NbExit
bring_back (NbHelperRun *self, NbExit code)
{
  const char *name = self->module->name;
  NbModuleLoad state = nb_helper_sysfs_get_state (self->root, name);
  gboolean is_like_before = state == self->state && nb_helper_sysfs_get_nested (self->root, name) == self->live;

  if (self->state == NB_MODULE_LIVE && self->module->live_writable)
    {
      if (!is_like_before && nb_helper_sysfs_set_nested (self->root, name, self->live) != 0)
        nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_LIKE_BEFORE, NULL));
      return code;
    }

  /* It has been loaded again at once, as well as it could be. */
  if (state == NB_MODULE_LIVE && self->load_error != 0)
    return code;
  if (is_like_before)
    return self->state != NB_MODULE_LIVE && code == NB_EXIT_LOAD_FAILED ? NB_EXIT_NOT_RUNNING : code;

  /* It runs with another value, or it runs and did not: a machine that has started meanwhile is worth more than that. */
  if (state == NB_MODULE_LIVE && nb_helper_module_remove (&self->loader) != 0)
    {
      nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_LIKE_BEFORE, NULL));
      return code;
    }
  if (self->state != NB_MODULE_LIVE || nb_helper_run_load_again (self, &self->loader, self->options, self->live))
    return code;

  return code == NB_EXIT_RESTORE_FAILED ? code : NB_EXIT_NOT_RUNNING;
}

/**
 * nb_helper_run_roll_back:
 * @self: a run that has failed
 * @code: why
 *
 * Puts back the old file, and then the module as it was.
 *
 * Returns: the exit code that tells both
 */
NbExit
nb_helper_run_roll_back (NbHelperRun *self, NbExit code)
{
  if (!self->record.touches_file && !self->record.reloading)
    return code;

  /* No word while the module is out. */
  if (nb_helper_sysfs_get_state (self->root, self->module->name) != NB_MODULE_ABSENT)
    nb_helper_say (nb_protocol_format_step (NB_STEP_RESTORE));
  if (self->record.touches_file)
    {
      gboolean restored = nb_helper_config_restore (&self->config) == 0;

      self->file = restored ? NB_CONFIG_OLD : NB_CONFIG_NEW;
      code = restored ? code : NB_EXIT_RESTORE_FAILED;
    }
  if (self->record.reloading)
    code = bring_back (self, code);

  /* What could not be put back is the next run's first task. */
  if (code != NB_EXIT_RESTORE_FAILED)
    nb_helper_journal_clear (self->journal);

  return code;
}

static void
repair_module (NbHelperRun *self, const NbHelperRecord *left)
{
  NbHelperModule loader;
  NbHelperMerged merged;

  if (!left->reloading || left->live == NB_TRISTATE_UNKNOWN ||
      nb_helper_sysfs_get_state (self->root, left->module->name) != NB_MODULE_ABSENT)
    return;

  if (nb_helper_module_open (&loader, self->root, self->root_path, left->module) &&
      nb_helper_merged_read (&merged, self->root, self->root_path, left->module))
    {
      if (nb_helper_run_load_again (self, &loader, merged.options, left->live))
        nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIRED, "module", NULL));
      nb_helper_merged_clear (&merged);
    }
  nb_helper_module_close (&loader);
}

static int
repair_file (NbHelperRun *self, const NbHelperRecord *left)
{
  int saved;

  if (!left->touches_file)
    return 0;

  self->config.had_file = left->had_file;
  saved = self->config_errno != 0 ? self->config_errno : nb_helper_config_restore (&self->config);
  if (saved != 0)
    return saved;
  nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIRED, "file", NULL));

  /* Somebody may have taken the file away meanwhile. */
  nb_helper_config_close (&self->config);
  self->config_errno = nb_helper_config_open (&self->config, self->root, FALSE);

  return 0;
}

/**
 * nb_helper_run_repair:
 * @self: a run that has the lock and has not yet done anything
 *
 * Puts right what a run that was killed has left: the module is loaded if that run has removed it, and our file becomes
 * what it was. A module that can't be loaded stays so; live=none in the result tells.
 *
 * Returns: %NB_EXIT_DONE, or why this run must not go on
 */
NbExit
nb_helper_run_repair (NbHelperRun *self)
{
  NbHelperRecord left;
  int saved;

  self->config_errno =
    nb_helper_config_open (&self->config, self->root, self->info->writes && self->verb != NB_VERB_FORGET);
  if (!nb_helper_journal_read (self->journal, &left))
    {
      if (self->config_errno == 0)
        nb_helper_config_clean (&self->config);
      return NB_EXIT_DONE;
    }

  nb_helper_say (nb_protocol_format_step (NB_STEP_REPAIR));
  repair_module (self, &left);
  saved = repair_file (self, &left);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_RESTORE_FAILED,
                               "an earlier run's change of the configuration could not be undone: %s",
                               g_strerror (saved));

  saved = nb_helper_journal_clear (self->journal);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_JOURNAL_PATH ": %s", g_strerror (saved));

  return NB_EXIT_DONE;
}
