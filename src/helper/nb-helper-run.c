/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What each verb does, in order. The way back is in nb-helper-undo.c. */

#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"
#include "nb-helper-self.h"
#include "nb-helper-sysfs.h"

/* The file first, so that whoever races us to load the module gets the new value. */
static NbExit
change_file (NbHelperRun *self)
{
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_auto (NbHelperMerged) merged = { 0 };
  int saved = self->config_errno;

  /* No directory, no line to remove. */
  if (saved == ENOENT && self->verb == NB_VERB_FORGET)
    {
      self->file = NB_CONFIG_NEW;
      return NB_EXIT_DONE;
    }

  nb_helper_say (nb_protocol_format_step (NB_STEP_WRITE));
  if (saved == 0)
    saved = nb_helper_config_clean (&self->config);
  if (saved == 0 && self->config.had_file)
    saved = nb_helper_config_read (&self->config, &old);
  if (saved == 0)
    {
      text = nb_helper_config_format (old, self->module, self->info->parameter, self->info->value);
      if (g_strcmp0 (old, text) != 0)
        saved = nb_helper_config_set (&self->config, text, &self->record);
    }
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED,
                               "/" NB_PROTOCOL_DROP_IN_DIRECTORY "/" NB_PROTOCOL_DROP_IN_NAME ": %s",
                               g_strerror (saved));

  self->file = NB_CONFIG_NEW;

  return nb_helper_merged_read (&merged, self->root, self->module, self->parameter)
           ? NB_EXIT_DONE
           : nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "libkmod cannot read the new configuration");
}

static NbExit
verify (NbHelperRun *self)
{
  const char *name = self->module->name;
  NbTristate offered;

  nb_helper_say (nb_protocol_format_step (NB_STEP_VERIFY));
  if (nb_helper_sysfs_get (self->root, name, self->parameter) != self->info->value)
    return nb_helper_run_fail (self, NB_EXIT_NOT_VERIFIED, "module %s does not show the new value", name);
  offered = self->module->flag != NULL ? nb_helper_kvm_get_nested (self->root, name) : NB_TRISTATE_UNKNOWN;
  if (offered != NB_TRISTATE_UNKNOWN && offered != self->info->value)
    return nb_helper_run_fail (self, NB_EXIT_NOT_VERIFIED, "KVM offers something else to guests than module %s says",
                               name);

  if (self->parameters != NULL)
    nb_helper_sysfs_compare (self->root, name, self->parameters);
  if (self->info->reloads)
    nb_helper_settle ();

  return NB_EXIT_DONE;
}

/* From removal to insertion: no output, no program, no lock, and nothing that needs memory. */
static NbExit
reload (NbHelperRun *self, const char *options)
{
  gboolean was_live = self->state == NB_MODULE_LIVE;
  g_auto (GStrv) tries = nb_helper_run_dup_tries (self->options, self->parameter, self->live);
  int saved = 0;

  nb_helper_self_shield (TRUE);
  if (was_live)
    saved = nb_helper_module_remove (&self->loader);
  else
    self->load_error = nb_helper_module_insert_missing (&self->loader);
  if (saved == 0 && self->load_error == 0)
    self->load_error = nb_helper_module_insert (&self->loader, options);
  if (self->load_error != 0 && was_live)
    nb_helper_run_load_again (&self->loader, tries);
  nb_helper_self_shield (FALSE);

  if (saved == EAGAIN)
    return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is in use", self->module->name);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_UNLOAD_FAILED, "module %s could not be removed: %s", self->module->name,
                               g_strerror (saved));

  return NB_EXIT_DONE;
}

static NbExit
change_live (NbHelperRun *self)
{
  const char *name = self->module->name;
  gboolean write_only = self->state != NB_MODULE_ABSENT && self->is_writable;
  g_autofree char *options = NULL;
  g_auto (NbHelperMerged) merged = { 0 };
  NbExit code = NB_EXIT_DONE;
  int saved = 0;

  nb_helper_say (nb_protocol_format_step (NB_STEP_RELOAD));
  if (!nb_helper_merged_read (&merged, self->root, self->module, self->parameter))
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "libkmod cannot read the configuration");
  options = nb_helper_options_with (merged.options, self->parameter, self->info->value);
  if (self->state == NB_MODULE_LIVE && !write_only)
    self->parameters = nb_helper_sysfs_dup_parameters (self->root, name);
  if (!self->record.touches_file)
    saved = nb_helper_record_write (&self->record, self->lock);
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_LOCK_PATH ": %s", g_strerror (saved));

  self->changed_live = TRUE;
  if (write_only)
    self->load_error = nb_helper_sysfs_set (self->root, name, self->parameter, self->info->value);
  else
    code = reload (self, options);
  if (code != NB_EXIT_DONE)
    return code;
  if (self->load_error != 0)
    return nb_helper_run_fail (self, NB_EXIT_LOAD_FAILED, "module %s refused %s=%d: %s", name, self->parameter,
                               self->info->value == NB_TRISTATE_YES, g_strerror (self->load_error));

  return verify (self);
}

/* From here there is no way back. */
static NbExit
commit (NbHelperRun *self)
{
  int saved = 0;

  if (self->record.touches_file)
    saved = nb_helper_config_commit (&self->config);
  else if (self->changed_live && ftruncate (self->lock, 0) != 0)
    saved = errno;
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "the record of the change could not be removed: %s",
                               g_strerror (saved));
  if (self->record.touches_file)
    nb_helper_config_clean (&self->config);

  return NB_EXIT_DONE;
}

/* Verbs that write: roll back by renaming the old file. Those that switch the module: by its old value, else without a value
 * from us, else the answer is 17. */
static NbExit
change (NbHelperRun *self)
{
  gboolean live = nb_helper_run_switches_live (self);
  NbExit code = NB_EXIT_DONE;

  self->record.verb = self->verb;
  self->record.module = self->module;
  self->record.live = live && self->state != NB_MODULE_ABSENT ? self->live : NB_TRISTATE_UNKNOWN;
  nb_helper_record_set_boot (&self->record, self->root);
  /* No file reaches what is built in. */
  if (self->info->writes && (self->state != NB_MODULE_BUILT_IN || self->verb == NB_VERB_FORGET))
    code = change_file (self);
  if (code == NB_EXIT_DONE && live)
    code = change_live (self);
  if (code == NB_EXIT_DONE)
    code = commit (self);

  return code == NB_EXIT_DONE ? code : nb_helper_run_roll_back (self, code);
}

static NbExit
run_change (NbHelperRun *self)
{
  int saved = nb_helper_lock_open (self->root, &self->lock);
  NbExit code;

  if (saved == EWOULDBLOCK)
    return nb_helper_run_fail (self, NB_EXIT_BUSY, "another run is under way");
  if (saved != 0)
    return nb_helper_run_fail (self, NB_EXIT_WRITE_FAILED, "/" NB_HELPER_LOCK_PATH ": %s", g_strerror (saved));

  code = nb_helper_run_repair (self);
  if (code == NB_EXIT_DONE)
    code = nb_helper_run_check (self);

  return code == NB_EXIT_DONE ? change (self) : code;
}

/* Changes nothing, thus needs neither lock nor repair. */
static NbExit
run_show (NbHelperRun *self)
{
  NbHelperRecord record;

  self->config_errno = nb_helper_config_open (&self->config, self->root, FALSE);
  if (nb_helper_config_read_record (&self->config, &record) || nb_helper_lock_is_marked (self->root))
    nb_helper_say (nb_protocol_format_warning (NB_WARNING_REPAIR_DUE, NULL));

  return nb_helper_run_look (self);
}

/* Does it, and prints what nb-protocol.h and the contract say, the result line always. Returns: the exit code */
NbExit
nb_helper_run (int root, NbVerb verb, const NbModuleInfo *module, NbHelperSearch *search)
{
  NbHelperRun self = {
    .root = root,
    .verb = verb,
    .info = nb_verb_get_info (verb),
    .module = module,
    .search = search,
    .lock = -1,
    .config = { .directory = -1 },
    .live = NB_TRISTATE_UNKNOWN,
    .file = NB_CONFIG_OLD,
  };
  NbExit code = verb == NB_VERB_SHOW_HOLDERS ? run_show (&self) : run_change (&self);

  nb_helper_run_tell (&self, code);

  g_clear_pointer (&self.parameters, g_hash_table_unref);
  g_free (self.options);
  g_free (self.error);

  return code;
}
