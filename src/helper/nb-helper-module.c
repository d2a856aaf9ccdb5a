/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The module through libkmod: may it be loaded, with which options, and the two system calls that matter. */

#include "config.h"

#include "nb-helper-module.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "nb-helper-sysfs.h"

#define REMOVE_TRIES      30
#define REMOVE_PAUSE_NSEC 100000000 /* thirty times a tenth of a second */

static void
log_nothing (void *data, int priority, const char *file, int line, const char *fn, const char *format, va_list args)
{
}

/* A context reads the configuration once, when it is made. */
static struct kmod_ctx *
new_context (const char *root_path)
{
  struct utsname names;
  g_autofree char *modules = NULL;
  g_autofree char *etc = g_strconcat (root_path, "/etc/modprobe.d", NULL);
  g_autofree char *run = g_strconcat (root_path, "/run/modprobe.d", NULL);
  g_autofree char *local = g_strconcat (root_path, "/usr/local/lib/modprobe.d", NULL);
  g_autofree char *usr = g_strconcat (root_path, "/usr/lib/modprobe.d", NULL);
  g_autofree char *lib = g_strconcat (root_path, "/lib/modprobe.d", NULL);
  const char *directories[] = { etc, run, local, usr, lib, NULL };
  gboolean is_real = strcmp (root_path, "/") == 0;
  struct kmod_ctx *kmod;

  if (uname (&names) != 0)
    return NULL;
  modules = g_strconcat (root_path, "/lib/modules/", names.release, NULL);

  /* On the real root libkmod knows best which directories its modprobe reads. */
  kmod = is_real ? kmod_new (NULL, NULL) : kmod_new (modules, directories);
  if (kmod != NULL)
    kmod_set_log_fn (kmod, log_nothing, NULL);

  return kmod;
}

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

/**
 * nb_helper_merged_read:
 * @merged: (out): to be cleared with nb_helper_merged_clear()
 * @root: the root directory
 * @root_path: its path
 * @info: the module
 *
 * Reads the merged configuration anew; libkmod takes the kernel command line in as well.
 *
 * Returns: whether it could be read
 */
gboolean
nb_helper_merged_read (NbHelperMerged *merged, int root, const char *root_path, const NbModuleInfo *info)
{
  struct kmod_ctx *kmod = new_context (root_path);
  struct kmod_module *handle = NULL;
  g_autofree char *command_line = nb_helper_read_file (root, "proc/cmdline", NULL);

  memset (merged, 0, sizeof *merged);
  merged->next_boot = NB_TRISTATE_UNKNOWN;
  if (kmod == NULL)
    return FALSE;
  if (kmod_module_new_from_name (kmod, info->name, &handle) < 0)
    {
      kmod_unref (kmod);
      return FALSE;
    }

  merged->options = g_strdup (kmod_module_get_options (handle));
  if (merged->options == NULL)
    merged->options = g_strdup ("");
  merged->by_command_line = nb_options_last_nested (command_line, info->name) != NB_TRISTATE_UNKNOWN;
  merged->blacklisted = is_blacklisted (kmod, info->name);
  merged->next_boot = nb_options_last_nested (merged->options, NULL);
  /* Nobody says anything: the kernel's default, which is on but for s390x. */
  if (merged->next_boot == NB_TRISTATE_UNKNOWN)
    merged->next_boot = strcmp (info->name, "kvm") == 0 ? NB_TRISTATE_NO : NB_TRISTATE_YES;
  if (merged->blacklisted)
    merged->next_boot = NB_TRISTATE_NO;

  kmod_module_unref (handle);
  kmod_unref (kmod);

  return TRUE;
}

/**
 * nb_helper_merged_clear:
 * @merged: read or zeroed
 *
 * Frees what it owns.
 */
void
nb_helper_merged_clear (NbHelperMerged *merged)
{
  g_clear_pointer (&merged->options, g_free);
}

/**
 * nb_helper_options_add_nested:
 * @options: options to load a module with
 * @value: what nested shall be, on or off
 *
 * The last one wins, so ours stands last. Always 1 or 0: an int-typed kvm_amd refuses Y.
 *
 * Returns: (transfer full): the options with it
 */
char *
nb_helper_options_add_nested (const char *options, NbTristate value)
{
  return g_strdup_printf ("%s%snested=%d", options, *options != '\0' ? " " : "", value == NB_TRISTATE_YES ? 1 : 0);
}

/**
 * nb_helper_module_open:
 * @self: (out): to be closed with nb_helper_module_close()
 * @root: the root directory
 * @root_path: its path
 * @info: the module
 *
 * Returns: whether libkmod could be asked
 */
gboolean
nb_helper_module_open (NbHelperModule *self, int root, const char *root_path, const NbModuleInfo *info)
{
  memset (self, 0, sizeof *self);
  self->root = root;
  self->info = info;
  self->kmod = new_context (root_path);
  if (self->kmod == NULL || kmod_module_new_from_name (self->kmod, info->name, &self->handle) < 0)
    return FALSE;

  self->dependencies = kmod_module_get_dependencies (self->handle);

  return TRUE;
}

/**
 * nb_helper_module_close:
 * @self: opened or zeroed
 *
 * Frees what it owns.
 */
void
nb_helper_module_close (NbHelperModule *self)
{
  if (self->dependencies != NULL)
    kmod_module_unref_list (self->dependencies);
  if (self->handle != NULL)
    kmod_module_unref (self->handle);
  if (self->kmod != NULL)
    kmod_unref (self->kmod);
  memset (self, 0, sizeof *self);
}

/* The kernel itself refuses what module_blacklist= names, by whatever way it comes. */
static gboolean
is_refused_by_kernel (int root, const char *module)
{
  g_autofree char *text = nb_helper_read_file (root, "proc/cmdline", NULL);
  g_auto (GStrv) words = g_strsplit_set (text != NULL ? text : "", " \n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_has_prefix (words[i], "module_blacklist="))
      {
        g_auto (GStrv) names = g_strsplit (words[i] + strlen ("module_blacklist="), ",", -1);

        for (guint j = 0; names[j] != NULL; j++)
          if (nb_options_same_name (names[j], module) && *names[j] != '\0')
            return TRUE;
      }

  return FALSE;
}

static char *
find_block_of (NbHelperModule *self, struct kmod_module *module)
{
  const char *name = kmod_module_get_name (module);
  const char *path = kmod_module_get_path (module);

  if (kmod_module_get_install_commands (module) != NULL)
    return g_strdup_printf ("an install line of modprobe.d runs a command instead of loading %s", name);
  if (is_refused_by_kernel (self->root, name))
    return g_strdup_printf ("module_blacklist= on the kernel command line names %s", name);
  if (path == NULL || access (path, R_OK) != 0)
    return g_strdup_printf ("the running kernel's file of module %s is not there; a restart may be due", name);

  return NULL;
}

/**
 * nb_helper_module_find_block:
 * @self: the module
 *
 * Looks for whatever would keep the module from being loaded again, before it is removed.
 *
 * Returns: (transfer full) (nullable): why it can't be loaded, %NULL where nothing speaks against it
 */
char *
nb_helper_module_find_block (NbHelperModule *self)
{
  g_autofree char *disabled = nb_helper_read_file (self->root, "proc/sys/kernel/modules_disabled", NULL);
  struct kmod_list *item;
  char *block;

  if (disabled != NULL && *disabled == '1')
    return g_strdup ("kernel.modules_disabled is set: until a restart no module is loaded or removed");

  block = find_block_of (self, self->handle);
  kmod_list_foreach (item, self->dependencies)
  {
    struct kmod_module *dependency = kmod_module_get_module (item);

    if (block == NULL && nb_helper_sysfs_get_state (self->root, kmod_module_get_name (dependency)) == NB_MODULE_ABSENT)
      block = find_block_of (self, dependency);
    kmod_module_unref (dependency);
  }
  if (block == NULL && nb_helper_sysfs_get_state (self->root, self->info->name) == NB_MODULE_LIVE &&
      !nb_helper_is_same_build (self->root, self->info->name, kmod_module_get_path (self->handle)))
    block = g_strdup_printf ("the file of module %s is not the one that was loaded; restart after the update",
                             self->info->name);

  return block;
}

/**
 * nb_helper_module_rehearse:
 * @self: a module that is loaded
 * @options: the options to load it with
 *
 * Asks the kernel to load the module while it is still loaded. The kernel checks the file's signature and version
 * first and then refuses with EEXIST; any other refusal would strand the computer without KVM after a removal. The file
 * stays open in libkmod, so that nothing has to be found on a disk between removal and insertion.
 *
 * Source: kernel/module/main.c, load_module(): module_sig_check(), early_mod_check(), add_unformed_module()
 *
 * Returns: 0 where it would be loaded, or an errno
 */
int
nb_helper_module_rehearse (NbHelperModule *self, const char *options)
{
  int answer = kmod_module_insert_module (self->handle, 0, options);

  return answer == -EEXIST ? 0 : -answer;
}

/**
 * nb_helper_module_remove:
 * @self: a loaded module
 *
 * Removes it, never by force; libkmod never waits in the kernel (KMOD_REMOVE_NOWAIT is always set, in 30 as in 34).
 * The kernel's check for users is atomic. While it says "in use" the attempt is repeated for about 3 seconds.
 *
 * Returns: 0, also where somebody else has removed it; or an errno
 */
int
nb_helper_module_remove (NbHelperModule *self)
{
  int answer = -EAGAIN;

  for (guint i = 0; answer == -EAGAIN && i < REMOVE_TRIES; i++)
    {
      const struct timespec pause = { .tv_nsec = REMOVE_PAUSE_NSEC };

      if (i > 0)
        nanosleep (&pause, NULL);
      answer = kmod_module_remove_module (self->handle, 0);
    }

  return answer == -ENOENT ? 0 : -answer;
}

/**
 * nb_helper_module_insert:
 * @self: a module that is not loaded
 * @options: the options to load it with
 *
 * Loads it, and before it whatever it needs and is missing.
 *
 * Returns: 0, also where somebody else was faster; or an errno
 */
int
nb_helper_module_insert (NbHelperModule *self, const char *options)
{
  struct kmod_list *item;
  int answer = 0;

  kmod_list_foreach (item, self->dependencies)
  {
    struct kmod_module *dependency = kmod_module_get_module (item);

    if ((answer == 0 || answer == -EEXIST) &&
        nb_helper_sysfs_get_state (self->root, kmod_module_get_name (dependency)) == NB_MODULE_ABSENT)
      answer = kmod_module_insert_module (dependency, 0, kmod_module_get_options (dependency));
    kmod_module_unref (dependency);
  }
  if (answer == 0 || answer == -EEXIST)
    answer = kmod_module_insert_module (self->handle, 0, options);

  return answer == -EEXIST ? 0 : -answer;
}
