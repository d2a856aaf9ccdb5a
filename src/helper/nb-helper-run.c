/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each verb does, in order. The way back is in nb-helper-undo.c. */

#include "config.h"

#include "nb-helper-run-private.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "nb-helper-holders.h"
#include "nb-helper-output.h"
#include "nb-helper-settle.h"

static void
warn_number (const char *name, int number, const char *more)
{
  g_autofree char *text = g_strdup_printf ("%d", number);

  nb_helper_say (nb_protocol_format_warning (name, text, more, NULL));
}

static gboolean
has_cpu_flag (NbHelperRun *self, const char *flag)
{
  g_autofree char *text = nb_helper_read_file (self->root, "proc/cpuinfo", NULL);
  const char *line = text != NULL ? strstr (text, "\nflags") : NULL;
  g_autofree char *flags = line != NULL ? g_strndup (line + 1, strcspn (line + 1, "\n")) : NULL;
  g_auto (GStrv) words = g_strsplit (flags != NULL ? flags : "", " ", -1);

  return g_strv_contains ((const char *const *) words, flag);
}

/* Does this module belong to this computer? Then how it stands before the run. */
static NbExit
look (NbHelperRun *self)
{
  const char *name = self->module->name;
  struct utsname names;

  if (uname (&names) != 0 || !nb_module_suits_machine (self->module, names.machine))
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "module %s is not for this kind of computer", name);
  if (self->module->flag != NULL && !has_cpu_flag (self, self->module->flag))
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "the processor does not show %s, which %s needs",
                               self->module->flag, name);

  self->state = nb_helper_sysfs_get_state (self->root, name);
  self->live = nb_helper_sysfs_get_nested (self->root, name);
  if (self->state == NB_MODULE_LIVE && self->live == NB_TRISTATE_UNKNOWN)
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "module %s has no parameter nested", name);

  return NB_EXIT_DONE;
}

/* Who only looks at what KVM offers, as libvirt does when it has been asked, is gone in a moment. */
static gboolean
is_in_use (NbHelperRun *self)
{
  const struct timespec pause = { .tv_nsec = 100000000 };

  for (guint i = 0; i < 20; i++)
    {
      if (nb_helper_sysfs_get_refcnt (self->root, self->module->name) == 0)
        return FALSE;
      nanosleep (&pause, NULL);
    }

  return TRUE;
}

static gboolean
is_live_already (NbHelperRun *self)
{
  return self->state == NB_MODULE_LIVE && self->live == self->info->value;
}

/* Everything that can be known to fail is found here, before anything is changed. */
static NbExit
check (NbHelperRun *self)
{
  const char *name = self->module->name;
  g_autofree char *block = NULL;
  NbHelperMerged merged;
  NbExit code;

  nb_helper_say (nb_protocol_format_step (NB_STEP_CHECK));
  code = look (self);
  if (code != NB_EXIT_DONE)
    return code;
  if (self->state == NB_MODULE_BUILT_IN && self->verb != NB_VERB_FORGET)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "%s is built into the kernel: only its command line switches it",
                               name);
  if (!self->info->reloads || is_live_already (self))
    return NB_EXIT_DONE;
  if (self->state == NB_MODULE_CHANGING)
    return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is just being loaded or removed", name);
  if (self->state == NB_MODULE_LIVE && self->module->live_writable)
    return NB_EXIT_DONE;

  if (!nb_helper_module_open (&self->loader, self->root, self->root_path, self->module) ||
      !nb_helper_merged_read (&merged, self->root, self->root_path, self->module))
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "libkmod cannot read the configuration");
  self->options = g_steal_pointer (&merged.options);
  nb_helper_merged_clear (&merged);

  block = nb_helper_module_find_block (&self->loader);
  if (block != NULL)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "%s", block);
  if (self->state != NB_MODULE_LIVE)
    return NB_EXIT_DONE;
  if (is_in_use (self))
    return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is in use", name);
  self->load_error = nb_helper_module_rehearse (&self->loader, self->options);
  if (self->load_error != 0)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "the kernel would not load module %s again: %s", name,
                               g_strerror (self->load_error));

  return NB_EXIT_DONE;
}

static NbExit
change_file (NbHelperRun *self)
{
  NbHelperMerged merged;
  gboolean readable;
  int saved = self->config_errno;

  /* No directory, no file to remove. */
  if (saved == ENOENT && self->verb == NB_VERB_FORGET)
    {
      self->file = NB_CONFIG_NEW;
      return NB_EXIT_DONE;
    }

  nb_helper_say (nb_protocol_format_step (NB_STEP_WRITE));
  if (saved == 0)
    saved = nb_helper_config_clean (&self->config);
  if (saved == 0)
    {
      self->record.touches_file = TRUE;
      self->record.had_file = self->config.had_file;
      saved = nb_helper_journal_write (self->journal, &self->record);
    }
  if (saved == 0)
    saved = self->verb == NB_VERB_FORGET ? nb_helper_config_remove (&self->config)
                                         : nb_helper_config_set (&self->config, self->module, self->info->value);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED,
                               "/" NB_PROTOCOL_DROP_IN_DIRECTORY "/" NB_PROTOCOL_DROP_IN_NAME ": %s",
                               g_strerror (saved));

  self->file = NB_CONFIG_NEW;
  readable = nb_helper_merged_read (&merged, self->root, self->root_path, self->module);
  nb_helper_merged_clear (&merged);

  return readable ? NB_EXIT_DONE
                  : nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "libkmod cannot read the new configuration");
}

static NbExit
verify (NbHelperRun *self)
{
  const char *name = self->module->name;
  NbTristate offered;

  nb_helper_say (nb_protocol_format_step (NB_STEP_VERIFY));
  if (nb_helper_sysfs_get_state (self->root, name) != NB_MODULE_LIVE ||
      nb_helper_sysfs_get_nested (self->root, name) != self->info->value)
    return nb_helper_run_fail (self, NB_EXIT_NOT_VERIFIED, "module %s does not show the new value", name);
  offered = self->module->flag != NULL ? nb_helper_kvm_get_nested (self->root, name) : NB_TRISTATE_UNKNOWN;
  if (offered != NB_TRISTATE_UNKNOWN && offered != self->info->value)
    return nb_helper_run_fail (self, NB_EXIT_NOT_VERIFIED, "KVM offers something else to guests than module %s says",
                               name);

  if (self->state == NB_MODULE_LIVE)
    nb_helper_sysfs_compare (self->root, name, self->parameters);
  nb_helper_settle ();

  return NB_EXIT_DONE;
}

static NbExit
change_live (NbHelperRun *self)
{
  const char *name = self->module->name;
  gboolean write_only = self->state == NB_MODULE_LIVE && self->module->live_writable;
  g_autofree char *options = NULL;
  NbHelperMerged merged;
  int saved;

  if (is_live_already (self))
    return NB_EXIT_DONE;

  nb_helper_say (nb_protocol_format_step (NB_STEP_RELOAD));
  if (!nb_helper_merged_read (&merged, self->root, self->root_path, self->module))
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "libkmod cannot read the configuration");
  options = nb_helper_options_add_nested (merged.options, self->info->value);
  nb_helper_merged_clear (&merged);
  self->parameters = nb_helper_sysfs_dup_parameters (self->root, name);

  self->record.reloading = TRUE;
  saved = nb_helper_journal_write (self->journal, &self->record);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_JOURNAL_PATH ": %s", g_strerror (saved));

  if (!write_only && self->state == NB_MODULE_LIVE)
    {
      saved = nb_helper_module_remove (&self->loader);
      if (saved == EAGAIN)
        return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is in use", name);
      if (saved != 0)
        return nb_helper_run_fail (self, NB_EXIT_UNLOAD_FAILED, "module %s could not be removed: %s", name,
                                   g_strerror (saved));
    }
  /* Until the module is there again, the new way or the old one: no output, no program, no lock. */
  self->load_error = write_only ? nb_helper_sysfs_set_nested (self->root, name, self->info->value)
                                : nb_helper_module_insert (&self->loader, options);
  if (self->load_error != 0)
    {
      if (!write_only && self->state == NB_MODULE_LIVE)
        nb_helper_run_load_again (self, &self->loader, self->options, self->live);
      return nb_helper_run_fail (self, NB_EXIT_LOAD_FAILED, "module %s refused nested=%d: %s", name,
                                 self->info->value == NB_TRISTATE_YES, g_strerror (self->load_error));
    }

  return verify (self);
}

static NbExit
commit (NbHelperRun *self)
{
  int saved = nb_helper_journal_clear (self->journal);

  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_JOURNAL_PATH ": %s", g_strerror (saved));
  if (self->record.touches_file)
    nb_helper_config_clean (&self->config);

  return NB_EXIT_DONE;
}

static NbExit
change (NbHelperRun *self)
{
  NbExit code = NB_EXIT_DONE;

  switch (self->verb)
    {
    /* The file first, so that whoever races us to load the module gets the new value.
     * Rolls back: the old file by rename; the module with its old value, else without a value from us, else 17. */
    case NB_VERB_ENABLE:
    case NB_VERB_DISABLE:
      code = change_file (self);
      if (code == NB_EXIT_DONE)
        code = change_live (self);
      break;

    /* Rolls back: the module with its old value, else without a value from us, else 17. */
    case NB_VERB_ENABLE_NOW:
    case NB_VERB_DISABLE_NOW:
      code = change_live (self);
      break;

    /* Roll back: the old file by rename. */
    case NB_VERB_ENABLE_LATER:
    case NB_VERB_DISABLE_LATER:
    case NB_VERB_FORGET:
      code = change_file (self);
      break;

    case NB_VERB_SHOW_HOLDERS:
      g_assert_not_reached ();
    }

  if (code == NB_EXIT_DONE)
    code = commit (self);

  return code == NB_EXIT_DONE ? code : nb_helper_run_roll_back (self, code);
}

static NbExit
run_change (NbHelperRun *self)
{
  int saved = nb_helper_journal_open (self->root, &self->journal);
  NbExit code;

  if (saved == EWOULDBLOCK)
    return nb_helper_run_fail (self, NB_EXIT_BUSY, "another run is under way");
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_JOURNAL_PATH ": %s", g_strerror (saved));

  code = nb_helper_run_repair (self);
  if (code == NB_EXIT_DONE)
    code = check (self);
  self->record.verb = self->verb;
  self->record.module = self->module;
  self->record.live = self->state == NB_MODULE_LIVE ? self->live : NB_TRISTATE_UNKNOWN;
  if (code == NB_EXIT_DONE)
    code = change (self);

  return code;
}

/* Changes nothing, thus needs neither lock nor repair. */
static NbExit
run_show (NbHelperRun *self)
{
  if (nb_helper_journal_is_due (self->root))
    nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIR_DUE, NULL));

  return look (self);
}

/* The last line: how things stand now, read anew. */
static char *
dup_result (NbHelperRun *self, NbExit code)
{
  const char *name = self->module->name;
  NbModuleLoad state = nb_helper_sysfs_get_state (self->root, name);
  NbTristate live = nb_helper_sysfs_get_nested (self->root, name);
  gboolean absent = state != NB_MODULE_LIVE && state != NB_MODULE_BUILT_IN;
  NbHelperMerged merged;

  nb_helper_merged_read (&merged, self->root, self->root_path, self->module);
  nb_helper_merged_clear (&merged);
  if (code == NB_EXIT_DONE && self->info->writes && self->verb != NB_VERB_FORGET &&
      merged.next_boot != self->info->value)
    nb_helper_say (nb_protocol_format_warning (merged.blacklisted       ? NB_WARNING_BLACKLISTED
                                               : merged.by_command_line ? NB_WARNING_BY_COMMAND_LINE
                                                                        : NB_WARNING_BY_FILE,
                                               NULL));

  return nb_protocol_format_result (live, absent, self->file, merged.next_boot);
}

/* The search may meet a process that makes whoever looks at it wait. */
static void
tell_holders (NbHelperRun *self)
{
  int refcnt = nb_helper_sysfs_get_refcnt (self->root, self->module->name);

  if (nb_helper_holders_print (self->root) == 0 && refcnt > 0)
    warn_number (NB_WARNING_IN_USE, refcnt, NULL);
}

/**
 * nb_helper_run:
 * @root: the root directory
 * @root_path: its path, for libkmod
 * @verb: what to do
 * @module: with which module
 *
 * Does it, and prints what nb-protocol.h and the contract say, the result line always.
 *
 * Returns: the exit code
 */
NbExit
nb_helper_run (int root, const char *root_path, NbVerb verb, const NbModuleInfo *module)
{
  NbHelperRun self = {
    .root = root,
    .root_path = root_path,
    .verb = verb,
    .info = nb_verb_get_info (verb),
    .module = module,
    .journal = -1,
    .config = { .directory = -1 },
    .live = NB_TRISTATE_UNKNOWN,
    .file = NB_CONFIG_OLD,
  };
  NbExit code = verb == NB_VERB_SHOW_HOLDERS ? run_show (&self) : run_change (&self);
  char *result = dup_result (&self, code);

  nb_helper_module_close (&self.loader);
  nb_helper_config_close (&self.config);
  if (self.journal >= 0)
    close (self.journal);

  /* Nothing is half done and nothing is locked: the rest may take its time. */
  nb_helper_output_set_patient (TRUE);
  if (self.load_error != 0)
    warn_number (NB_WARNING_LOAD_ERROR, self.load_error, nb_helper_errno_name (self.load_error));
  if (code == (verb == NB_VERB_SHOW_HOLDERS ? NB_EXIT_DONE : NB_EXIT_IN_USE))
    tell_holders (&self);
  nb_helper_say (result);
  if (code != NB_EXIT_DONE)
    nb_helper_complain (self.error);

  g_clear_pointer (&self.parameters, g_hash_table_unref);
  g_free (self.options);
  g_free (self.error);

  return code;
}
