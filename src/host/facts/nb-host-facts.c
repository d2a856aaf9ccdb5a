/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The value that holds what is known of a computer. nb-host-facts-read.c fills it, nb-verdict.c judges it. */

#include "config.h"

#include "nb-host-facts.h"

G_DEFINE_BOXED_TYPE (NbHostFacts, nb_host_facts, nb_host_facts_ref, nb_host_facts_unref)

/**
 * nb_host_facts_new:
 *
 * Returns: (transfer full): facts of which nothing is known yet
 */
NbHostFacts *
nb_host_facts_new (void)
{
  NbHostFacts *self = g_atomic_rc_box_new0 (NbHostFacts);

  self->uptime = -1;
  self->refcnt = -1;
  self->cpuid_virtualization = self->cpuid_hypervisor = self->kvm_nested = self->sandbox = NB_TRISTATE_UNKNOWN;
  self->cpu_flag = self->modules_directory = self->parameter = self->live = NB_TRISTATE_UNKNOWN;
  self->slat_flag = self->enable_virt_at_load = NB_TRISTATE_UNKNOWN;
  self->slat = self->ignore_msrs = self->hugepages = self->modules_disabled = NB_TRISTATE_UNKNOWN;
  self->dependencies = g_new0 (char *, 1);
  self->owner_modules = g_new0 (char *, 1);
  self->obstacles = nb_config_line_new_list ();
  self->next_boot = self->own_file = self->own_msrs = self->decider_before_boot = NB_TRISTATE_UNKNOWN;

  return self;
}

/**
 * nb_host_facts_ref:
 * @self: facts
 *
 * Returns: (transfer full): @self
 */
NbHostFacts *
nb_host_facts_ref (NbHostFacts *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  NbHostFacts *self = data;

  g_free (self->machine);
  g_free (self->release);
  g_free (self->model);
  g_free (self->hypervisor);
  g_free (self->container);
  g_strfreev (self->dependencies);
  g_strfreev (self->owner_modules);
  g_free (self->decider_file);
  g_free (self->decider_path);
  g_free (self->decider_text);
  g_ptr_array_unref (self->obstacles);
  g_free (self->config_error);
  g_clear_pointer (&self->proof, nb_proof_answer_unref);
}

/**
 * nb_host_facts_unref:
 * @self: (transfer full): facts
 */
void
nb_host_facts_unref (NbHostFacts *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * nb_host_facts_equal:
 * @a: facts
 * @b: facts
 *
 * The uptime does not count: it always differs.
 *
 * Returns: whether both say the same
 */
gboolean
nb_host_facts_equal (const NbHostFacts *a, const NbHostFacts *b)
{
#define SAME(field)      (a->field == b->field)
#define SAME_TEXT(field) (g_strcmp0 (a->field, b->field) == 0)
  return SAME_TEXT (machine) && SAME_TEXT (release) && SAME (cpuid_virtualization) && SAME (cpuid_hypervisor) &&
         SAME (kvm_device) && SAME (kvm_nested) && SAME (sandbox) && SAME (vendor) && SAME_TEXT (model) &&
         SAME (cpu_flag) && SAME_TEXT (module) && SAME (module_state) && SAME (modules_directory) && SAME (parameter) &&
         SAME (live) && SAME (refcnt) && SAME (slat) && SAME (ignore_msrs) && SAME (hugepages) &&
         SAME (modules_disabled) && SAME_TEXT (owner) && SAME (load_error) && SAME (next_boot) && SAME (decider) &&
         SAME (decider_why) && SAME_TEXT (decider_file) && SAME (decider_line) && SAME_TEXT (decider_text) &&
         SAME (decider_later) && SAME (own_file) && SAME (own_msrs) && SAME (decider_before_boot) && SAME (slat_flag) &&
         SAME (outer) && SAME_TEXT (hypervisor) && SAME_TEXT (container) && SAME (enable_virt_at_load) &&
         SAME (owner_busy) &&
         g_strv_equal ((const char *const *) a->owner_modules, (const char *const *) b->owner_modules) &&
         nb_config_line_equal_lists (a->obstacles, b->obstacles) && SAME_TEXT (initramfs_command) && SAME (nixos) &&
         SAME_TEXT (boot_tool) && SAME (config_managed) && SAME_TEXT (config_error) &&
         nb_proof_answer_equal (a->proof, b->proof);
#undef SAME
#undef SAME_TEXT
}

/**
 * nb_host_facts_find_obstacle:
 * @self: facts
 * @why: of which kind
 * @now: only one that keeps the helper from loading the module now
 *
 * Returns: (transfer none) (nullable): the first such line
 */
const NbConfigLine *
nb_host_facts_find_obstacle (const NbHostFacts *self, NbWhy why, gboolean now)
{
  for (guint i = 0; i < self->obstacles->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (self->obstacles, i);

      if (line->why == why && (line->blocks_now || !now))
        return line;
    }

  return NULL;
}

/**
 * nb_host_facts_get_wont_load:
 * @self: facts
 *
 * Returns: whether the module will not load at the next start at all, or not by itself
 */
gboolean
nb_host_facts_get_wont_load (const NbHostFacts *self)
{
  if (self->next_boot != NB_TRISTATE_NO)
    return FALSE;
  if (self->decider_why == NB_WHY_INSTALL)
    for (guint i = 0; i < self->obstacles->len; i++)
      if (((NbConfigLine *) g_ptr_array_index (self->obstacles, i))->install == NB_INSTALL_NOTHING &&
          ((NbConfigLine *) g_ptr_array_index (self->obstacles, i))->why == NB_WHY_INSTALL)
        return TRUE;

  return self->decider_why == NB_WHY_REFUSED || self->decider_why == NB_WHY_BLACKLIST;
}
