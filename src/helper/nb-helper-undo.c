/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way back: a run that has failed, and one that was killed. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"
#include "nb-helper-self.h"
#include "nb-helper-sysfs.h"

/* Keeps the first failure's words. Returns: @code */
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

static void
warn (const char *name, const char *what)
{
  nb_helper_say (nb_protocol_format_warning (name, what, NULL));
}

/* The ways to load the module as it was: with the old value; where it refuses that, without our option; and where
 * somebody else's option is broken, without that. All are made before the module is removed. */
char **
nb_helper_run_dup_tries (const char *options, const char *parameter, NbTristate value)
{
  g_autofree char *as_before = nb_helper_options_with (options, parameter, value);
  g_autofree char *only_ours = nb_helper_options_with ("", parameter, value);

  return g_strdupv ((char *[]){ as_before, (char *) options, only_ours, (char *) "", NULL });
}

/* Returns: whether the module is loaded. Allocates nothing, says nothing. */
gboolean
nb_helper_run_load_again (NbHelperModule *loader, char *const *tries)
{
  for (guint i = 0; tries[i] != NULL; i++)
    if (nb_helper_module_insert (loader, tries[i]) == 0)
      return TRUE;

  return FALSE;
}

/* Loads the module with an old value, after removing it where it is loaded. Returns: whether it could be removed. */
static gboolean
swap_back (NbHelperModule *loader, const char *options, const char *parameter, NbTristate value)
{
  g_auto (GStrv) tries = nb_helper_run_dup_tries (options, parameter, value);
  gboolean is_out = nb_helper_sysfs_get_state (loader->root, loader->info->name) == NB_MODULE_ABSENT;

  nb_helper_self_shield (TRUE);
  if (!is_out)
    is_out = nb_helper_module_remove (loader) == 0;
  if (is_out)
    nb_helper_run_load_again (loader, tries);
  nb_helper_self_shield (FALSE);

  return is_out;
}

/* The module is loaded again, as well as it could be. */
static void
look_back (NbHelperRun *self)
{
  const char *name = self->module->name;

  if (nb_helper_sysfs_get (self->root, name, self->parameter) != self->live)
    warn (NB_WARNING_NOT_LIKE_BEFORE, NULL);
  if (self->parameters != NULL)
    nb_helper_sysfs_compare (self->root, name, self->parameters);
  nb_helper_settle ();
}

static NbExit
bring_back (NbHelperRun *self, NbExit code)
{
  const char *name = self->module->name;
  NbModuleLoad state = nb_helper_sysfs_get_state (self->root, name);
  gboolean is_like_before =
    state == self->state && nb_helper_sysfs_get (self->root, name, self->parameter) == self->live;

  if (self->state != NB_MODULE_ABSENT && self->is_writable)
    {
      if (!is_like_before && nb_helper_sysfs_set (self->root, name, self->parameter, self->live) != 0)
        warn (NB_WARNING_NOT_LIKE_BEFORE, NULL);
      return code;
    }
  if (self->state == NB_MODULE_LIVE && state == NB_MODULE_LIVE && self->load_error != 0)
    {
      look_back (self);
      return code;
    }
  if (is_like_before)
    return self->state != NB_MODULE_LIVE && code == NB_EXIT_LOAD_FAILED ? NB_EXIT_NOT_RUNNING : code;

  /* It runs with another value, or it runs and did not: a machine that has started meanwhile is worth more than that. */
  if (self->state != NB_MODULE_LIVE ? nb_helper_module_remove (&self->loader) != 0
                                    : !swap_back (&self->loader, self->options, self->parameter, self->live))
    {
      warn (NB_WARNING_NOT_LIKE_BEFORE, NULL);
      return code;
    }
  if (self->state != NB_MODULE_LIVE)
    return code;
  if (nb_helper_sysfs_get_state (self->root, name) != NB_MODULE_LIVE)
    return code == NB_EXIT_RESTORE_FAILED ? code : NB_EXIT_NOT_RUNNING;

  look_back (self);

  return code;
}

/* Puts back the old file, and then the module as it was. Returns: the exit code that tells both */
NbExit
nb_helper_run_roll_back (NbHelperRun *self, NbExit code)
{
  if (!self->record.touches_file && !self->changed_live)
    return code;

  /* No word while the module is out. */
  if (nb_helper_sysfs_get_state (self->root, self->module->name) != NB_MODULE_ABSENT)
    nb_helper_say (nb_protocol_format_step (NB_STEP_RESTORE));
  self->rolled_back = TRUE;
  if (self->record.touches_file)
    {
      gboolean restored;
      int saved = nb_helper_config_restore (&self->config, &self->record, &restored);

      self->file = saved == 0 ? NB_CONFIG_OLD : NB_CONFIG_NEW;
      code = saved == 0 ? code : NB_EXIT_RESTORE_FAILED;
      if (saved == ESTALE)
        nb_helper_config_clean (&self->config);
    }
  if (self->changed_live)
    code = bring_back (self, code);

  /* What could not be put back is the next run's first task. */
  if (code != NB_EXIT_RESTORE_FAILED && ftruncate (self->lock, 0) != 0)
    errno = 0;

  return code;
}

static void
repair_module (NbHelperRun *self, const NbHelperRecord *left)
{
  const char *name = left->module->name;
  const char *parameter = nb_verb_get_info (left->verb)->parameter;
  gboolean is_writable = left->module->live_writable || g_strcmp0 (parameter, "ignore_msrs") == 0;
  NbModuleLoad state = nb_helper_sysfs_get_state (self->root, name);
  g_auto (NbHelperMerged) merged = { 0 };
  NbHelperModule loader = { 0 };

  if (parameter == NULL || left->live == NB_TRISTATE_UNKNOWN || !nb_helper_record_is_boot (left, self->root) ||
      (state != NB_MODULE_ABSENT && nb_helper_sysfs_get (self->root, name, parameter) == left->live))
    return;

  if (state != NB_MODULE_ABSENT && is_writable)
    nb_helper_sysfs_set (self->root, name, parameter, left->live);
  else if ((state == NB_MODULE_ABSENT ||
            (state == NB_MODULE_LIVE && nb_helper_sysfs_get_refcnt (self->root, name) == 0)) &&
           nb_helper_module_open (&loader, self->root, left->module) &&
           nb_helper_merged_read (&merged, self->root, left->module, parameter))
    {
      if (state == NB_MODULE_ABSENT)
        nb_helper_module_insert_missing (&loader);
      swap_back (&loader, merged.options, parameter, left->live);
    }
  nb_helper_module_close (&loader);

  /* A module that can't be loaded stays so; live=none in the result tells. */
  if (nb_helper_sysfs_get_state (self->root, name) == NB_MODULE_ABSENT)
    return;
  if (nb_helper_sysfs_get (self->root, name, parameter) == left->live)
    warn (NB_WARNING_REPAIRED, "module");
  else
    warn (NB_WARNING_NOT_LIKE_BEFORE, NULL);
  nb_helper_settle ();
}

static int
repair_file (NbHelperRun *self, const NbHelperRecord *left)
{
  gboolean restored;
  int saved = nb_helper_config_restore (&self->config, left, &restored);

  if (saved == ESTALE)
    {
      warn (NB_WARNING_NOT_REPAIRED, NULL);
      nb_helper_config_clean (&self->config);
    }
  else if (saved != 0)
    return saved;
  if (restored)
    warn (NB_WARNING_REPAIRED, "file");

  nb_helper_config_close (&self->config);
  self->config_errno = nb_helper_config_open (&self->config, self->root, FALSE);

  return 0;
}

/* Puts right what a run that was killed has left: the module gets the value that it had, where nobody uses it and the
 * computer was not restarted since, and our file becomes what it was, unless somebody has written it since. Returns:
 * %NB_EXIT_DONE, or why this run must not go on */
NbExit
nb_helper_run_repair (NbHelperRun *self)
{
  NbHelperRecord left;
  int saved;

  self->config_errno =
    nb_helper_config_open (&self->config, self->root, self->info->writes && self->verb != NB_VERB_FORGET);
  if (!nb_helper_config_read_record (&self->config, &left) && !nb_helper_record_read (&left, self->lock))
    {
      if (self->config_errno == 0)
        nb_helper_config_clean (&self->config);
      return NB_EXIT_DONE;
    }

  nb_helper_say (nb_protocol_format_step (NB_STEP_REPAIR));
  repair_module (self, &left);
  saved = left.touches_file ? repair_file (self, &left) : 0;
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_RESTORE_FAILED,
                               "an earlier run's change of the configuration could not be undone: %s",
                               g_strerror (saved));
  if (ftruncate (self->lock, 0) != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_LOCK_PATH ": %s", g_strerror (errno));

  return NB_EXIT_DONE;
}
