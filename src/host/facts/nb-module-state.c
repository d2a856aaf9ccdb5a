/* SPDX-License-Identifier: GPL-3.0-or-later */

/* KVM's module: where it is, and what /sys/module tells of it. */

#include "config.h"

#include "nb-module-state.h"

#include "nb-module-file.h"
#include "nb-root.h"

#include <string.h>

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
sys_path (const char *module, const char *rest)
{
  return g_strconcat ("sys/module/", module, rest, NULL);
}

/* What KVM's vendor module needs wherever there is no list: the rest is known where depmod's list can be read. */
static void
guess_dependencies (NbHostFacts *facts)
{
  const char *const kvm[] = { "kvm", NULL };

  if (strcmp (facts->module, "kvm") != 0)
    {
      g_strfreev (facts->dependencies);
      facts->dependencies = g_strdupv ((char **) kvm);
    }
}

/* No kernel's files at all: those of the kernel that runs are elsewhere, outside a container or in WSL's own place. */
static gboolean
is_elsewhere (const NbHostFacts *facts, const NbModuleFile *file)
{
  if (file->has_directory)
    return FALSE;

  return !file->has_other_kernel || facts->container != NULL || facts->outer == NB_OUTER_WSL;
}

static NbModuleState
look_in_files (NbHostFacts *facts, const char *root)
{
  g_autoptr (NbModuleFile) file = NULL;

  /* The sandbox has its own /lib/modules, if any: the host's is not to be seen, and most likely complete. */
  if (facts->sandbox == NB_TRISTATE_YES)
    return NB_MODULE_STATE_AVAILABLE;
  if (facts->release == NULL || strchr (facts->release, '/') != NULL)
    return NB_MODULE_STATE_UNKNOWN;

  file = nb_module_file_find (root, facts->release, facts->module);
  facts->modules_directory = file->has_directory;
  if (file->is_built_in)
    return NB_MODULE_STATE_BUILT_IN;
  if (file->path == NULL)
    return is_elsewhere (facts, file) ? NB_MODULE_STATE_NOT_LOADED : NB_MODULE_STATE_MISSING;

  g_strfreev (facts->dependencies);
  facts->dependencies = g_steal_pointer (&file->dependencies);

  return NB_MODULE_STATE_AVAILABLE;
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

static gboolean
is_xen_owner (const char *root)
{
  g_autofree char *capabilities = nb_root_read_line (root, "proc/xen/capabilities");
  g_autofree char *type = nb_root_read_line (root, "sys/hypervisor/type");
  g_autofree char *features = nb_root_read_line (root, "sys/hypervisor/properties/features");

  if (capabilities != NULL && *capabilities != '\0')
    return strstr (capabilities, "control_d") != NULL;

  /* Source: xen/include/public/features.h, XENFEAT_dom0 is bit 11. */
  return g_strcmp0 (type, "xen") == 0 && features != NULL && (g_ascii_strtoull (features, NULL, 16) & (1 << 11)) != 0;
}

/* Modules that use @module, and those that use them, before it: in this order they can be removed. */
static void
add_with_holders (GPtrArray *order, const char *root, const char *module, guint depth)
{
  g_autofree char *path = sys_path (module, "/holders");
  g_autofree char *full = nb_root_build (root, path);
  g_autoptr (GDir) directory = depth < 8 ? g_dir_open (full, 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    if (*name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_strings);
  for (guint i = 0; i < names->len; i++)
    add_with_holders (order, root, g_ptr_array_index (names, i), depth + 1);
  if (!g_ptr_array_find_with_equal_func (order, module, g_str_equal, NULL))
    g_ptr_array_add (order, g_strdup (module));
}

static int
read_count (const char *root, const char *module)
{
  g_autofree char *path = sys_path (module, "/refcnt");
  g_autofree char *text = nb_root_read_line (root, path);

  return text != NULL && g_ascii_isdigit (*text) ? (int) MIN (g_ascii_strtoll (text, NULL, 10), G_MAXINT) : -1;
}

/* A module that uses another counts as one of its users. */
static gboolean
is_busy (const char *root, const char *module)
{
  g_autofree char *path = sys_path (module, "/holders");
  g_autofree char *full = nb_root_build (root, path);
  g_autoptr (GDir) directory = g_dir_open (full, 0, NULL);
  const char *name;
  int holders = 0;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    holders += *name != '.';

  return read_count (root, module) > holders;
}

static void
read_owner (NbHostFacts *facts, const char *root)
{
  static const char *const owners[] = { "vboxdrv", "vmmon" };

  if (is_xen_owner (root))
    facts->owner = "xen";
  for (guint i = 0; i < G_N_ELEMENTS (owners) && facts->owner == NULL; i++)
    {
      g_autofree char *path = sys_path (owners[i], "");
      g_autoptr (GPtrArray) order = g_ptr_array_new ();

      if (!nb_root_is_directory (root, path))
        continue;
      facts->owner = owners[i];
      add_with_holders (order, root, owners[i], 0);
      for (guint j = 0; j < order->len; j++)
        facts->owner_busy = facts->owner_busy || is_busy (root, g_ptr_array_index (order, j));
      g_ptr_array_add (order, NULL);
      g_strfreev (facts->owner_modules);
      facts->owner_modules = (char **) g_ptr_array_steal (order, NULL);
    }
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
  g_autofree char *parameter = NULL;

  facts->ignore_msrs = nb_root_read_tristate (root, "sys/module/kvm/parameters/ignore_msrs");
  facts->enable_virt_at_load = nb_root_read_tristate (root, "sys/module/kvm/parameters/enable_virt_at_load");
  facts->modules_disabled = nb_root_read_tristate (root, "proc/sys/kernel/modules_disabled");
  read_owner (facts, root);

  if (facts->module == NULL)
    {
      /* arm64: KVM is part of the kernel and has no parameter. */
      if (nb_root_is_directory (root, "sys/module/kvm"))
        facts->module_state = NB_MODULE_STATE_BUILT_IN;
      return;
    }

  guess_dependencies (facts);
  facts->module_state = find_state (facts, root);
  if (facts->module_state != NB_MODULE_STATE_LOADED && facts->module_state != NB_MODULE_STATE_BUILT_IN)
    return;

  parameter = sys_path (facts->module, "/parameters/nested");
  facts->parameter = nb_root_read_tristate (root, parameter);

  facts->refcnt = read_count (root, facts->module);

  if (facts->vendor == NB_VENDOR_INTEL || facts->vendor == NB_VENDOR_AMD)
    {
      g_autofree char *path =
        sys_path (facts->module, facts->vendor == NB_VENDOR_INTEL ? "/parameters/ept" : "/parameters/npt");

      facts->slat = nb_root_read_tristate (root, path);
    }
}
