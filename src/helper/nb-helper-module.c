/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The module through libkmod: may it be loaded, with which options, and the two system calls that matter. */

#include "config.h"

#include "nb-helper-module.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nb-helper-sysfs.h"

#define REMOVE_TRIES      30
#define REMOVE_PAUSE_NSEC 100000000 /* thirty times a tenth of a second */

/* A context reads the configuration once, when it is made, and complains of it on standard error, which leads nowhere.
 * Returns: whether libkmod could be asked. */
gboolean
nb_helper_module_open (NbHelperModule *self, int root, const NbModuleInfo *info)
{
  memset (self, 0, sizeof *self);
  self->root = root;
  self->info = info;
  self->kmod = kmod_new (NULL, NULL);
  if (self->kmod == NULL || kmod_module_new_from_name (self->kmod, info->name, &self->handle) < 0)
    return FALSE;

  self->dependencies = kmod_module_get_dependencies (self->handle);

  return TRUE;
}

/* Frees what it owns. */
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

static char *
find_block_of (NbHelperModule *self, struct kmod_module *module)
{
  const char *name = kmod_module_get_name (module);
  const char *path = kmod_module_get_path (module);

  if (kmod_module_get_install_commands (module) != NULL)
    return g_strdup_printf ("an install line of modprobe.d runs a command instead of loading %s", name);
  if (nb_helper_is_kept_out (self->root, name))
    return g_strdup_printf ("module_blacklist= on the kernel command line names %s", name);
  if (path == NULL || access (path, R_OK) != 0)
    return g_strdup_printf ("the running kernel's file of module %s is not there; a restart may be due", name);

  return NULL;
}

/* Looks for whatever would keep the module from being loaded again, before it is removed. Returns: why it can't be
 * loaded, %NULL where nothing speaks against it */
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

/* Asks the kernel to load the module while it is still loaded. The kernel checks the file's signature and version
 * first and then refuses with EEXIST; any other refusal would strand the computer without KVM after a removal. The
 * file stays open in libkmod, so that nothing has to be found on a disk between removal and insertion. Source:
 * kernel/module/main.c, load_module(): module_sig_check(), early_mod_check(), add_unformed_module(). Returns: 0 where
 * it would be loaded, or an errno */
int
nb_helper_module_rehearse (NbHelperModule *self, const char *options)
{
  int answer = kmod_module_insert_module (self->handle, 0, options);

  return answer == -EEXIST ? 0 : -answer;
}

/* Removes it, never by force; libkmod never waits in the kernel (KMOD_REMOVE_NOWAIT is always set, in 30 as in 34).
 * The kernel's check for users is atomic. While it says "in use" the attempt is repeated for about 3 seconds. Returns:
 * 0, also where somebody else has removed it; or an errno */
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

/* Loads what it needs and is missing. Returns: 0, also where somebody else was faster; or an errno */
int
nb_helper_module_insert_missing (NbHelperModule *self)
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

  return answer == -EEXIST ? 0 : -answer;
}

/* Allocates nothing of its own, for KVM may be out. Returns: 0, also where somebody else was faster; or an errno */
int
nb_helper_module_insert (NbHelperModule *self, const char *options)
{
  int answer = kmod_module_insert_module (self->handle, 0, options);

  return answer == -EEXIST ? 0 : -answer;
}
