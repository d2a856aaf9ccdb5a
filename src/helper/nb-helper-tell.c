/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a run has to say at its end: warnings, who is in the way, and how things stand now. */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"
#include "nb-helper-sysfs.h"

static void
warn_number (const char *name, int number, const char *more)
{
  g_autofree char *text = g_strdup_printf ("%d", number);

  nb_helper_say (nb_protocol_format_warning (name, text, more, NULL));
}

/* Warns of a line of modprobe.d, with file and number. */
void
nb_helper_run_warn_of (NbHelperRun *self, const char *warning, const char *module, const char *word)
{
  guint line;
  g_autofree char *file = nb_helper_where (self->root, word != NULL ? "options" : "install", module, word, &line);
  g_autofree char *number = g_strdup_printf ("%u", line);

  nb_helper_say (nb_protocol_format_warning (warning, file, number, word, NULL));
}

/* Why the next restart brings something else than was asked for. */
static void
warn_of_next_boot (NbHelperRun *self, const NbHelperMerged *merged)
{
  if (merged->refused != NULL)
    nb_helper_run_warn_of (self, NB_WARNING_REFUSED_VALUE, merged->refused_of, merged->refused);
  if (merged->install_of != NULL)
    nb_helper_run_warn_of (self, NB_WARNING_INSTALL_LINE, merged->install_of, NULL);
  if (self->state == NB_MODULE_BUILT_IN && self->info->value != NB_TRISTATE_UNKNOWN)
    nb_helper_say (nb_protocol_format_warning (NB_WARNING_BUILT_IN, NULL));
  else if (self->info->value == NB_TRISTATE_UNKNOWN || merged->next_boot == self->info->value ||
           merged->refused != NULL || merged->install_of != NULL)
    return;
  else
    nb_helper_say (nb_protocol_format_warning (merged->blacklisted       ? NB_WARNING_BLACKLISTED
                                               : merged->by_command_line ? NB_WARNING_BY_COMMAND_LINE
                                                                         : NB_WARNING_BY_FILE,
                                               NULL));
}

/* The last line: how things stand now, read anew. */
static char *
dup_result (NbHelperRun *self, NbExit code)
{
  const char *parameter = self->parameter != NULL ? self->parameter : "nested";
  NbModuleLoad state = nb_helper_sysfs_get_state (self->root, self->module->name);
  NbTristate live = nb_helper_sysfs_get (self->root, self->module->name, parameter);
  gboolean absent = state != NB_MODULE_LIVE && state != NB_MODULE_BUILT_IN;
  NbHelperMerged merged;
  char *line;

  nb_helper_merged_read (&merged, self->root, self->module, parameter);
  if (code == NB_EXIT_DONE && self->info->writes)
    warn_of_next_boot (self, &merged);
  line = nb_protocol_format_result (live, absent, self->file, merged.next_boot);
  nb_helper_merged_clear (&merged);

  return line;
}

static void
tell_holders (NbHelperRun *self)
{
  int refcnt = nb_helper_sysfs_get_refcnt (self->root, self->module->name);

  if (nb_helper_search_run (self->search) <= 0 && refcnt > 0)
    warn_number (NB_WARNING_IN_USE, refcnt, NULL);
}

static void
leave_trail (NbHelperRun *self, NbExit code, const char *result)
{
  g_autofree char *text =
    g_strdup_printf ("%s %s: exit %d%s%s%s, %.*s", self->info->name, self->module->name, (int) code,
                     self->rolled_back ? ", rolled back" : "", self->error != NULL ? ", " : "",
                     self->error != NULL ? self->error : "", (int) (strlen (result) - 1), result);

  nb_helper_trail_add (text);
}

/* Says it, unlocks, and then says what may take its time. */
void
nb_helper_run_tell (NbHelperRun *self, NbExit code)
{
  char *result = dup_result (self, code);

  nb_helper_module_close (&self->loader);
  nb_helper_config_close (&self->config);
  if (self->verb != NB_VERB_SHOW_HOLDERS)
    leave_trail (self, code, result);
  if (self->lock >= 0)
    close (self->lock);

  /* Nothing is half done and nothing is locked: the rest may take its time. */
  nb_helper_output_set_patient (TRUE);
  if (self->load_error != 0)
    warn_number (NB_WARNING_LOAD_ERROR, self->load_error, strerrorname_np (self->load_error));
  if (code == (self->verb == NB_VERB_SHOW_HOLDERS ? NB_EXIT_DONE : NB_EXIT_IN_USE))
    tell_holders (self);
  nb_helper_say (result);
  if (code != NB_EXIT_DONE)
    nb_helper_complain (self->error);
}
