/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Of which type a module's parameter is: by that the kernel takes a value or refuses it. */

#include "config.h"

#include "nb-parameter-type.h"

#include "nb-module-file.h"
#include "nb-options.h"
#include "nb-release.h"
#include "nb-root.h"

#include <libkmod.h>
#include <string.h>

/* For where neither the module's file nor /sys/module can be read. Source: modinfo's parmtype of Debian's Linux 6.1 and
 * 6.12; s390x and ppc64: arch/s390/kvm/kvm-s390.c, arch/powerpc/kvm/book3s_hv.c of the same. */
static const struct
{
  const char *module;
  const char *type;
  const char *names;
} table[] = {
  { "kvm_intel", "bool",
    "nested ept vpid unrestricted_guest eptad flexpriority vnmi pml enable_shadow_vmcs enable_apicv enable_ipiv "
    "nested_early_check sgx emulate_invalid_guest_state fasteoi error_on_inconsistent_vmcs_config dump_invalid_vmcs "
    "preemption_timer allow_smaller_maxphyaddr enlightened_vmcs" },
  { "kvm_intel", "uint", "ple_gap ple_window ple_window_grow ple_window_shrink ple_window_max" },
  { "kvm_amd", "int", "nested nrips vls vgif lbrv tsc_scaling" },
  { "kvm_amd", "bool", "npt avic force_avic intercept_smi dump_invalid_vmcb vnmi" },
  { "kvm_amd", "ushort",
    "pause_filter_thresh pause_filter_count pause_filter_count_grow pause_filter_count_max "
    "pause_filter_count_shrink" },
  { "kvm", "bool",
    "ignore_msrs report_ignored_msrs enable_virt_at_load tdp_mmu mmio_caching eager_page_split enable_pmu "
    "enable_vmware_backdoor flush_on_reuse kvmclock_periodic_sync vector_hashing mitigate_smt_rsb use_gisa" },
  { "kvm", "uint",
    "halt_poll_ns halt_poll_ns_grow halt_poll_ns_grow_start halt_poll_ns_shrink min_timer_period_us tsc_tolerance_ppm "
    "nx_huge_pages_recovery_ratio nx_huge_pages_recovery_period_ms diag9c_forwarding_hz" },
  { "kvm", "int", "nested hpage force_emulation_prefix" },
  { "kvm", "bint", "pi_inject_timer" },
  { "kvm_hv", "bool", "nested indep_threads_mode one_vm_per_core" },
  { "kvm_hv", "int", "dynamic_mt_modes target_smt_mode h_ipi_redirect kvm_irq_bypass" },
};

struct _NbParameterTypes
{
  char *root;
  char *release;
  GHashTable *modules; /* name: GHashTable of a parameter's name and its type */
};

/**
 * nb_parameter_types_new:
 * @root: "/" or a fixture
 * @release: (nullable): the running kernel's release
 *
 * Nothing is read before it is asked for: most computers' options are ones and zeros, which every type takes.
 */
NbParameterTypes *
nb_parameter_types_new (const char *root, const char *release)
{
  NbParameterTypes *self = g_new0 (NbParameterTypes, 1);

  self->root = g_strdup (root);
  self->release = g_strdup (release);
  self->modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);

  return self;
}

void
nb_parameter_types_free (NbParameterTypes *self)
{
  g_hash_table_unref (self->modules);
  g_free (self->root);
  g_free (self->release);
  g_free (self);
}

/* "nested:bool" of the module's own section .modinfo. */
static void
read_module_info (GHashTable *types, const char *file)
{
  const char *const none[] = { NULL };
  struct kmod_ctx *context = kmod_new (NULL, none);
  struct kmod_module *module = NULL;
  struct kmod_list *info = NULL;
  struct kmod_list *entry;

  if (context != NULL && kmod_module_new_from_path (context, file, &module) == 0 &&
      kmod_module_get_info (module, &info) > 0)
    kmod_list_foreach (entry, info)
    {
      const char *value = kmod_module_info_get_value (entry);
      const char *colon = strchr (value, ':');

      if (strcmp (kmod_module_info_get_key (entry), "parmtype") == 0 && colon != NULL)
        g_hash_table_insert (types, g_strndup (value, colon - value), g_strdup (colon + 1));
    }

  kmod_module_info_free_list (info);
  if (module != NULL)
    kmod_module_unref (module);
  if (context != NULL)
    kmod_unref (context);
}

static GHashTable *
get_module (NbParameterTypes *self, const char *module)
{
  GHashTable *types = g_hash_table_lookup (self->modules, module);
  g_autoptr (NbModuleFile) file = NULL;

  if (types != NULL)
    return types;

  types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (self->modules, g_strdup (module), types);
  file = nb_module_file_find (self->root, self->release, module);
  if (file->path != NULL)
    {
      g_autofree char *full = nb_root_build (self->root, file->path);

      read_module_info (types, full);
    }

  return types;
}

/* The kernel shows a bool as Y or N, a number as a number. */
static const char *
guess_from_sysfs (NbParameterTypes *self, const char *module, const char *name)
{
  g_autofree char *path = g_strconcat ("sys/module/", module, "/parameters/", name, NULL);
  g_autofree char *text = strchr (name, '/') == NULL ? nb_root_read_line (self->root, path) : NULL;

  if (text == NULL)
    return NULL;
  if (strcmp (text, "Y") == 0 || strcmp (text, "N") == 0)
    return "bool";

  return strcmp (text, "0") == 0 || strcmp (text, "1") == 0 ? "int" : NULL;
}

static gboolean
has_word (const char *list, const char *word)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  return g_strv_contains ((const char *const *) words, word);
}

/**
 * nb_parameter_types_get:
 * @module: a module's name
 * @name: a parameter's
 *
 * The module's own file tells, else what a loaded module shows, else what we know of Linux 6.1 and 6.12.
 *
 * Returns: (nullable): its type as modinfo spells it; %NULL where the module has no such parameter, for all we know
 */
const char *
nb_parameter_types_get (NbParameterTypes *self, const char *module, const char *name)
{
  GHashTable *types = get_module (self, module);
  const char *type = g_hash_table_lookup (types, name);

  if (nb_options_has_own_words (name))
    return NULL;
  if (g_hash_table_size (types) > 0)
    return type;

  type = guess_from_sysfs (self, module, name);
  for (gsize i = 0; type == NULL && i < G_N_ELEMENTS (table); i++)
    if (strcmp (table[i].module, module) == 0 && has_word (table[i].names, name))
      type = table[i].type;

  return type;
}

/**
 * nb_parameter_types_is_refused:
 * @module: a module's name
 * @name: a parameter's
 * @value: (nullable): the value that an options line gives it
 *
 * Returns: whether the kernel refuses to load the module with it
 */
gboolean
nb_parameter_types_is_refused (NbParameterTypes *self, const char *module, const char *name, const char *value)
{
  const char *type;

  /* Every type takes these. */
  if (g_strcmp0 (value, "0") == 0 || g_strcmp0 (value, "1") == 0)
    return FALSE;

  type = nb_parameter_types_get (self, module, name);
  /* Source: lib/kstrtox.c, kstrtobool() after 6.15: "enabled" and "disabled", by their first letters. */
  if (g_strcmp0 (type, "bool") == 0 && value != NULL && *value != '\0' && strchr ("eEdD", *value) != NULL &&
      self->release != NULL && nb_release_is_at_least (self->release, 6, 16))
    return FALSE;

  return nb_options_value_is_refused (type, value);
}
