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

/* Loads the module as it was; without our option where it refuses that. */
static gboolean
load_again (NbHelperRun *self, NbHelperModule *loader, NbTristate value)
{
  const NbModuleInfo *module = loader->info;
  NbHelperMerged merged;
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;

  nb_helper_merged_read (&merged, self->root, self->root_path, module);
  with = nb_helper_merged_dup_options (&merged, value);
  without = nb_helper_merged_dup_options (&merged, NB_TRISTATE_UNKNOWN);
  nb_helper_merged_clear (&merged);

  if (nb_helper_module_insert (loader, with) != 0)
    nb_helper_module_insert (loader, without);
  if (nb_helper_sysfs_get_state (self->root, module->name) != NB_MODULE_LIVE)
    return FALSE;

  if (nb_helper_sysfs_get_nested (self->root, module->name) != value)
    nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_LIKE_BEFORE, NULL));
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

  if (is_like_before)
    return self->state != NB_MODULE_LIVE && code == NB_EXIT_LOAD_FAILED ? NB_EXIT_NOT_RUNNING : code;

  /* It runs with another value, or it runs and did not: a machine that has started meanwhile is worth more than that. */
  if (state == NB_MODULE_LIVE && nb_helper_module_remove (&self->loader) != 0)
    {
      nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_LIKE_BEFORE, NULL));
      return code;
    }
  if (self->state != NB_MODULE_LIVE || load_again (self, &self->loader, self->live))
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

/**
 * nb_helper_run_repair:
 * @self: a run that has the lock and has not yet done anything
 *
 * Puts right what a run that was killed has left: our file becomes what it was, and the module is loaded if that run has
 * removed it. A module that can't be loaded stays so; live=none in the result tells.
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
  if (left.touches_file)
    {
      self->config.had_file = left.had_file;
      saved = self->config_errno != 0 ? self->config_errno : nb_helper_config_restore (&self->config);
      if (saved != 0)
        return nb_helper_run_fail (self, NB_EXIT_RESTORE_FAILED,
                                   "an earlier run's change of the configuration could not be undone: %s",
                                   g_strerror (saved));
      nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIRED, "file", NULL));

      /* Somebody may have taken the file away meanwhile. */
      nb_helper_config_close (&self->config);
      self->config_errno = nb_helper_config_open (&self->config, self->root, FALSE);
    }
  if (left.reloading && left.live != NB_TRISTATE_UNKNOWN &&
      nb_helper_sysfs_get_state (self->root, left.module->name) == NB_MODULE_ABSENT)
    {
      NbHelperModule loader;

      if (nb_helper_module_open (&loader, self->root, self->root_path, left.module) &&
          load_again (self, &loader, left.live))
        nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIRED, "module", NULL));
      nb_helper_module_close (&loader);
    }

  saved = nb_helper_journal_clear (self->journal);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_JOURNAL_PATH ": %s", g_strerror (saved));

  return NB_EXIT_DONE;
}
