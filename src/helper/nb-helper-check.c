/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that can be known to fail is found here, before anything is changed. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"

static gboolean
has_cpu_flag (NbHelperRun *self, const char *flag)
{
  g_autofree char *text = nb_helper_read_file (self->root, "proc/cpuinfo", NULL);
  const char *line = text != NULL ? strstr (text, "\nflags") : NULL;
  g_autofree char *flags = line != NULL ? g_strndup (line + 1, strcspn (line + 1, "\n")) : NULL;
  g_auto (GStrv) words = g_strsplit (flags != NULL ? flags : "", " ", -1);

  return g_strv_contains ((const char *const *) words, flag);
}

/* Does this module belong to this computer, and is the verb for it? Then how it stands before the run. */
NbExit
nb_helper_run_look (NbHelperRun *self)
{
  const char *name = self->module->name;
  struct utsname names;

  self->parameter = uname (&names) == 0 ? nb_module_get_parameter (self->module, names.machine) : NULL;
  if (self->parameter == NULL)
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "module %s is not for this kind of computer", name);
  if (self->info->parameter != NULL && strcmp (self->info->parameter, self->parameter) != 0)
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "%s is not for module %s here", self->info->name, name);
  if (self->module->flag != NULL && !has_cpu_flag (self, self->module->flag))
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "the processor does not show %s, which %s needs",
                               self->module->flag, name);

  self->is_writable = self->module->live_writable || strcmp (self->parameter, "ignore_msrs") == 0;
  self->state = nb_helper_sysfs_get_state (self->root, name);
  self->live = nb_helper_sysfs_get (self->root, name, self->parameter);
  if (self->state == NB_MODULE_LIVE && self->live == NB_TRISTATE_UNKNOWN)
    return nb_helper_run_fail (self, NB_EXIT_UNSUPPORTED, "module %s has no parameter %s", name, self->parameter);

  return NB_EXIT_DONE;
}

/* Programs that only look at what KVM offers, as libvirt does when it has been asked, release it quickly. */
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

/* Whether the module is to have another value now than it has. */
gboolean
nb_helper_run_switches_live (NbHelperRun *self)
{
  if (self->info->reloads)
    return self->state != NB_MODULE_LIVE || self->live != self->info->value;

  return self->info->value != NB_TRISTATE_UNKNOWN && strcmp (self->parameter, "ignore_msrs") == 0 &&
         (self->state == NB_MODULE_LIVE || self->state == NB_MODULE_BUILT_IN) && self->live != self->info->value;
}

/* Will what is configured load, once the module is out? The kernel judges values only when it loads. */
static NbExit
check_options (NbHelperRun *self)
{
  g_auto (NbHelperMerged) merged = { 0 };

  if (!nb_helper_merged_read (&merged, self->root, self->module, self->parameter))
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "libkmod cannot read the configuration");
  self->options = g_strdup (merged.options);
  if (merged.foreign == NULL || (strcmp (merged.foreign_of, self->module->name) != 0 &&
                                 nb_helper_sysfs_get_state (self->root, merged.foreign_of) != NB_MODULE_ABSENT))
    return NB_EXIT_DONE;

  nb_helper_run_warn_of (self, NB_WARNING_REFUSED_VALUE, merged.foreign_of, merged.foreign);

  return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "module %s refuses the configured option %s", merged.foreign_of,
                             merged.foreign);
}

NbExit
nb_helper_run_check (NbHelperRun *self)
{
  const char *name = self->module->name;
  g_autofree char *block = NULL;
  NbExit code;

  nb_helper_say (nb_protocol_format_step (NB_STEP_CHECK));
  code = nb_helper_run_look (self);
  if (code != NB_EXIT_DONE)
    return code;
  if (self->state == NB_MODULE_BUILT_IN && g_strcmp0 (self->info->parameter, "nested") == 0)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "%s is built into the kernel: only its command line switches it",
                               name);
  if (!self->info->reloads || !nb_helper_run_switches_live (self))
    return NB_EXIT_DONE;
  if (self->state == NB_MODULE_CHANGING)
    return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is just being loaded or removed", name);
  if (self->state == NB_MODULE_LIVE && self->is_writable)
    return NB_EXIT_DONE;

  if (!nb_helper_module_open (&self->loader, self->root, self->module))
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "libkmod cannot read the configuration");
  block = nb_helper_module_find_block (&self->loader);
  if (block != NULL)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "%s", block);
  code = check_options (self);
  if (code != NB_EXIT_DONE || self->state != NB_MODULE_LIVE)
    return code;
  if (is_in_use (self))
    return nb_helper_run_fail (self, NB_EXIT_IN_USE, "module %s is in use", name);
  self->load_error = nb_helper_module_rehearse (&self->loader, self->options);
  if (self->load_error != 0)
    return nb_helper_run_fail (self, NB_EXIT_BLOCKED, "the kernel would not load module %s again: %s", name,
                               g_strerror (self->load_error));

  return NB_EXIT_DONE;
}
