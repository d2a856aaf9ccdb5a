/* SPDX-License-Identifier: GPL-3.0-or-later */

/* KVM's module: where it is, and what /sys/module tells of it. */

#include "config.h"

#include "nb-module-state.h"

#include "nb-root.h"

#include <string.h>

/* A distribution's modules.dep has a few hundred kilobytes. */
#define DEP_LIMIT (16 * 1024 * 1024)

static char *
sys_path (const char *module, const char *rest)
{
  return g_strconcat ("sys/module/", module, rest, NULL);
}

/* "kernel/arch/x86/kvm/kvm-intel.ko.xz" carries "kvm_intel". */
static gboolean
file_carries (const char *path, const char *module)
{
  const char *slash = strrchr (path, '/');

  return nb_options_same_name (slash != NULL ? slash + 1 : path, module);
}

/* Looks for a line "PATH: …" of modules.dep, or "PATH" of modules.builtin, and returns PATH. */
static char *
find_in_list (const char *root, const char *directory, const char *list, const char *module)
{
  g_autofree char *path = g_build_filename (directory, list, NULL);
  g_autofree char *text = nb_root_read (root, path, DEP_LIMIT, NULL, NULL);
  char *line = text;

  while (line != NULL && *line != '\0')
    {
      char *next = strchr (line, '\n');

      if (next != NULL)
        *next++ = '\0';
      line[strcspn (line, ":")] = '\0';
      if (strstr (line, ".ko") != NULL && file_carries (line, module))
        return g_strdup (line);
      line = next;
    }

  return NULL;
}

static NbModuleState
look_in_files (NbHostFacts *facts, const char *root)
{
  static const char *const places[] = { "lib/modules", "usr/lib/modules",
                                        "run/booted-system/kernel-modules/lib/modules" };

  /* The sandbox has its own /lib/modules, if any: the host's is not to be seen, and most likely complete. */
  if (facts->sandbox == NB_TRISTATE_YES)
    return NB_MODULE_STATE_AVAILABLE;
  if (facts->release == NULL || strchr (facts->release, '/') != NULL)
    return NB_MODULE_STATE_UNKNOWN;

  facts->modules_directory = NB_TRISTATE_NO;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *directory = g_build_filename (places[i], facts->release, NULL);
      g_autofree char *built_in = NULL;
      g_autofree char *listed = NULL;
      g_autofree char *file = NULL;

      if (!nb_root_is_directory (root, directory))
        continue;
      facts->modules_directory = NB_TRISTATE_YES;

      built_in = find_in_list (root, directory, "modules.builtin", facts->module);
      if (built_in != NULL)
        return NB_MODULE_STATE_BUILT_IN;

      listed = find_in_list (root, directory, "modules.dep", facts->module);
      if (listed == NULL)
        continue;
      /* depmod writes an absolute path where the module lies elsewhere. */
      file = listed[0] == '/' ? g_strdup (listed + 1) : g_build_filename (directory, listed, NULL);
      if (nb_root_exists (root, file))
        return NB_MODULE_STATE_AVAILABLE;
    }

  return NB_MODULE_STATE_MISSING;
}

/* Every kernel has something in /sys/module; flatpak covers what may not be seen with an empty folder. */
static gboolean
is_hidden (const NbHostFacts *facts, const char *root)
{
  g_autofree char *path = nb_root_build (root, "sys/module");
  g_autoptr (GDir) directory = facts->sandbox == NB_TRISTATE_YES ? g_dir_open (path, 0, NULL) : NULL;

  return directory != NULL && g_dir_read_name (directory) == NULL;
}

static NbModuleState
find_state (NbHostFacts *facts, const char *root)
{
  g_autofree char *directory = sys_path (facts->module, "");
  g_autofree char *initstate = sys_path (facts->module, "/initstate");

  if (!nb_root_is_directory (root, "sys/module") || is_hidden (facts, root))
    return NB_MODULE_STATE_UNKNOWN;
  /* The kernel gives `initstate` to what was loaded only. */
  if (nb_root_is_directory (root, directory))
    return nb_root_exists (root, initstate) ? NB_MODULE_STATE_LOADED : NB_MODULE_STATE_BUILT_IN;

  return look_in_files (facts, root);
}

/**
 * nb_module_state_read:
 * @facts: facts in the making, with machine, release, sandbox and module known
 * @root: "/" or a fixture
 *
 * Fills in what /sys/module and /lib/modules tell: state, parameter, use count, SLAT, companions, who else owns the
 * processor's virtualization.
 */
void
nb_module_state_read (NbHostFacts *facts, const char *root)
{
  static const char *const owners[] = { "vboxdrv", "vmmon" };
  g_autofree char *parameter = NULL;
  g_autofree char *refcnt = NULL;

  facts->ignore_msrs = nb_root_read_tristate (root, "sys/module/kvm/parameters/ignore_msrs");
  facts->modules_disabled = nb_root_read_tristate (root, "proc/sys/kernel/modules_disabled");
  for (guint i = 0; i < G_N_ELEMENTS (owners) && facts->owner == NULL; i++)
    {
      g_autofree char *path = sys_path (owners[i], "");

      if (nb_root_is_directory (root, path))
        facts->owner = owners[i];
    }

  if (facts->module == NULL)
    {
      /* arm64: KVM is part of the kernel and has no parameter. */
      if (nb_root_is_directory (root, "sys/module/kvm"))
        facts->module_state = NB_MODULE_STATE_BUILT_IN;
      return;
    }

  facts->module_state = find_state (facts, root);
  if (facts->module_state != NB_MODULE_STATE_LOADED && facts->module_state != NB_MODULE_STATE_BUILT_IN)
    return;

  parameter = sys_path (facts->module, "/parameters/nested");
  facts->parameter = nb_root_read_tristate (root, parameter);

  {
    g_autofree char *path = sys_path (facts->module, "/refcnt");

    refcnt = nb_root_read_line (root, path);
    if (refcnt != NULL && g_ascii_isdigit (*refcnt))
      facts->refcnt = (int) MIN (g_ascii_strtoll (refcnt, NULL, 10), G_MAXINT);
  }

  if (facts->vendor == NB_VENDOR_INTEL || facts->vendor == NB_VENDOR_AMD)
    {
      g_autofree char *path =
        sys_path (facts->module, facts->vendor == NB_VENDOR_INTEL ? "/parameters/ept" : "/parameters/npt");

      facts->slat = nb_root_read_tristate (root, path);
    }
}
