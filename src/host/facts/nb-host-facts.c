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
  self->slat = self->ignore_msrs = self->hugepages = self->modules_disabled = NB_TRISTATE_UNKNOWN;
  self->next_boot = self->own_file = self->decider_before_boot = NB_TRISTATE_UNKNOWN;

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
  g_free (self->decider_file);
  g_free (self->blocked_file);
  g_free (self->blacklist_file);
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
         SAME_TEXT (decider_file) && SAME (decider_line) && SAME (decider_later) && SAME (own_file) &&
         SAME (decider_before_boot) && SAME_TEXT (blocked_file) && SAME (blocked_line) &&
         SAME (blocked_by_command_line) && SAME_TEXT (blacklist_file) && SAME (blacklist_line) && SAME (blacklisted) &&
         SAME_TEXT (initramfs_command) && SAME (nixos) && SAME (config_managed) && SAME_TEXT (config_error) &&
         nb_proof_answer_equal (a->proof, b->proof);
#undef SAME
#undef SAME_TEXT
}
