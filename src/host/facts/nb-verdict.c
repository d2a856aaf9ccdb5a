/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts in, one verdict out. A pure function: no file is read here, nothing is remembered. */

#include "config.h"

#include "nb-verdict.h"

#include "nb-facts-enums.h"
#include "nb-release.h"

#include <errno.h>
#include <string.h>

static gboolean
is_x86 (const NbHostFacts *facts)
{
  return facts->machine != NULL && (strcmp (facts->machine, "x86_64") == 0 || strcmp (facts->machine, "i386") == 0 ||
                                    strcmp (facts->machine, "i686") == 0);
}

static gboolean
is_arm (const NbHostFacts *facts)
{
  return facts->machine != NULL && strcmp (facts->machine, "aarch64") == 0;
}

static gboolean
is_s390 (const NbHostFacts *facts)
{
  return facts->machine != NULL && strcmp (facts->machine, "s390x") == 0;
}

static gboolean
is_power (const NbHostFacts *facts)
{
  return facts->machine != NULL && (strcmp (facts->machine, "ppc64") == 0 || strcmp (facts->machine, "ppc64le") == 0);
}

/* Known to be neither loaded nor part of the kernel; where /sys/module is hidden nothing is known. */
static gboolean
is_not_loaded (const NbHostFacts *facts)
{
  return facts->module_state == NB_MODULE_STATE_AVAILABLE || facts->module_state == NB_MODULE_STATE_MISSING ||
         facts->module_state == NB_MODULE_STATE_NOT_LOADED;
}

static gboolean
is_unreadable (const NbHostFacts *facts)
{
  if (facts->live != NB_TRISTATE_UNKNOWN || facts->module_state != NB_MODULE_STATE_UNKNOWN)
    return FALSE;
  if (facts->machine == NULL)
    return facts->cpu_flag == NB_TRISTATE_UNKNOWN;

  return facts->sandbox == NB_TRISTATE_YES && (is_x86 (facts) || is_arm (facts) || is_s390 (facts) || is_power (facts));
}

/* Part of the kernel, and yet no device: KVM did not start. In a sandbox or a container the device may just not be seen. */
static gboolean
has_failed (const NbHostFacts *facts)
{
  return facts->module_state == NB_MODULE_STATE_BUILT_IN && facts->kvm_device == NB_KVM_DEVICE_ABSENT &&
         facts->sandbox != NB_TRISTATE_YES && facts->container == NULL;
}

/* The last try to load the module was told that the processor does not offer what it needs. */
static gboolean
was_refused (const NbHostFacts *facts)
{
  return is_not_loaded (facts) && (facts->load_error == ENODEV || facts->load_error == EOPNOTSUPP);
}

/* An idle VirtualBox or VMware holds nothing. Before Linux 6.12, which takes the processor as it is loaded, the kernel
 * would not notice that somebody has it. */
static gboolean
is_owned (const NbHostFacts *facts)
{
  if (!is_not_loaded (facts))
    return FALSE;

  return facts->load_error == EIO || (facts->owner != NULL && (facts->owner_busy || strcmp (facts->owner, "xen") == 0 ||
                                                               !nb_release_is_at_least (facts->release, 6, 12)));
}

/* Rows 4 to 7 of host.md: what an x86 processor and its firmware let KVM have. */
static gboolean
decide_x86 (const NbHostFacts *facts, NbVerdict *verdict)
{
  gboolean hypervisor = facts->cpuid_hypervisor == NB_TRISTATE_YES;
  gboolean hidden = facts->cpu_flag == NB_TRISTATE_NO;

  if (g_strcmp0 (facts->owner, "xen") == 0 && facts->kvm_device != NB_KVM_DEVICE_USABLE)
    *verdict = NB_VERDICT_VT_OWNED_ELSEWHERE;
  else if (facts->kvm_device == NB_KVM_DEVICE_USABLE && (facts->module == NULL || is_not_loaded (facts)) &&
           facts->live != NB_TRISTATE_YES)
    *verdict = NB_VERDICT_VENDOR_UNSUPPORTED;
  else if (hypervisor && (facts->cpuid_virtualization == NB_TRISTATE_NO || hidden))
    *verdict = NB_VERDICT_INSIDE_VM;
  else if (facts->cpuid_virtualization == NB_TRISTATE_NO)
    *verdict = NB_VERDICT_NO_HARDWARE;
  else if (facts->cpuid_virtualization == NB_TRISTATE_YES && hidden && facts->cpuid_hypervisor == NB_TRISTATE_NO)
    *verdict = NB_VERDICT_FIRMWARE_OFF;
  else if (has_failed (facts))
    *verdict = hypervisor ? NB_VERDICT_INSIDE_VM : NB_VERDICT_FIRMWARE_OFF;
  else if (was_refused (facts))
    *verdict = NB_VERDICT_FIRMWARE_OFF;
  else
    return FALSE;

  return TRUE;
}

/* No module, no parameter: KVM's own answer is all there is. Without a device KVM did not start: it needs EL2, which the
 * firmware or a hypervisor keeps for itself, unless the boot option says so. */
static NbVerdict
decide_arm (const NbHostFacts *facts)
{
  if (facts->live == NB_TRISTATE_YES)
    return NB_VERDICT_READY;
  if (facts->live == NB_TRISTATE_NO && facts->kvm_device != NB_KVM_DEVICE_ABSENT)
    return NB_VERDICT_ARM_BOOT_OPTION;
  if (facts->kvm_device != NB_KVM_DEVICE_ABSENT || facts->sandbox == NB_TRISTATE_YES)
    return NB_VERDICT_UNKNOWN;
  if (facts->container != NULL)
    return NB_VERDICT_NO_DEVICE;
  if (g_strcmp0 (facts->decider_text, "kvm-arm.mode=none") == 0)
    return NB_VERDICT_ARM_BOOT_OPTION;

  return facts->outer != NB_OUTER_NONE ? NB_VERDICT_INSIDE_VM : NB_VERDICT_FIRMWARE_OFF;
}

/* s390x and ppc64: the processor always can, but who runs this computer may keep it. */
static gboolean
decide_large (const NbHostFacts *facts, NbVerdict *verdict)
{
  gboolean lacks = is_s390 (facts) && facts->cpu_flag == NB_TRISTATE_NO;

  if (facts->live == NB_TRISTATE_YES || !(lacks || has_failed (facts) || was_refused (facts)))
    return FALSE;

  *verdict = facts->outer != NB_OUTER_NONE ? NB_VERDICT_INSIDE_VM
             : lacks                       ? NB_VERDICT_NO_HARDWARE
                                           : NB_VERDICT_FIRMWARE_OFF;

  return TRUE;
}

/* An `install` line, whatever its command: the helper does not run it. `module_blacklist=` stops every load. */
static gboolean
is_blocked (const NbHostFacts *facts)
{
  for (guint i = 0; i < facts->obstacles->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (facts->obstacles, i);

      if (line->blocks_now && (line->why == NB_WHY_INSTALL || line->why == NB_WHY_BLACKLIST))
        return TRUE;
    }

  return FALSE;
}

/* Whether the helper would load the module, or load it anew. */
static gboolean
can_load (const NbHostFacts *facts)
{
  return !is_blocked (facts) && nb_host_facts_find_obstacle (facts, NB_WHY_REFUSED, TRUE) == NULL &&
         facts->module_state != NB_MODULE_STATE_NOT_LOADED && facts->container == NULL;
}

/* Rows 8 to 14b: why KVM's module is not at work, or can't be switched. */
static gboolean
decide_module (const NbHostFacts *facts, NbVerdict *verdict)
{
  gboolean not_loaded = is_not_loaded (facts);
  gboolean missing = facts->module_state == NB_MODULE_STATE_MISSING;
  gboolean off = facts->live == NB_TRISTATE_NO;

  if (missing && facts->modules_directory == NB_TRISTATE_NO)
    *verdict = NB_VERDICT_RESTART_AFTER_UPDATE;
  else if (missing)
    *verdict = NB_VERDICT_KVM_MISSING;
  else if (not_loaded && is_blocked (facts))
    *verdict = NB_VERDICT_BLOCKED;
  else if (facts->module_state == NB_MODULE_STATE_BUILT_IN && off)
    *verdict = NB_VERDICT_BUILTIN_BOOT_OPTION;
  else if (is_owned (facts))
    *verdict = NB_VERDICT_VT_OWNED_ELSEWHERE;
  else if (facts->modules_disabled == NB_TRISTATE_YES && (not_loaded || (off && facts->next_boot == NB_TRISTATE_NO)))
    *verdict = NB_VERDICT_MODULES_LOCKED;
  else if (not_loaded && facts->cpu_flag != NB_TRISTATE_NO)
    *verdict = NB_VERDICT_KVM_NOT_LOADED;
  else if (facts->live == NB_TRISTATE_YES && facts->kvm_device == NB_KVM_DEVICE_ABSENT &&
           facts->sandbox != NB_TRISTATE_YES)
    *verdict = NB_VERDICT_NO_DEVICE;
  else
    return FALSE;

  return TRUE;
}

/* Rows 14a and 15 to 20. What was shown goes before what is configured. */
static NbVerdict
decide_on (const NbHostFacts *facts)
{
  if (nb_proof_answer_get_works (facts->proof) == NB_TRISTATE_NO)
    return NB_VERDICT_NOT_WORKING;
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider == NB_DECIDER_COMMAND_LINE)
    return NB_VERDICT_UNTIL_RESTART_CMDLINE;
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider == NB_DECIDER_FILE && facts->decider_later)
    return NB_VERDICT_UNTIL_RESTART_OTHER_FILE;
  if (facts->next_boot == NB_TRISTATE_NO)
    return NB_VERDICT_UNTIL_RESTART;
  if (facts->next_boot == NB_TRISTATE_UNKNOWN)
    return NB_VERDICT_ON_NEXT_BOOT_UNKNOWN;
  if (facts->slat == NB_TRISTATE_NO)
    return NB_VERDICT_SLOW;

  return NB_VERDICT_READY;
}

/* Rows 21 to 27. */
static NbVerdict
decide_off (const NbHostFacts *facts)
{
  gboolean in_use = facts->refcnt > 0;

  if (is_power (facts))
    return NB_VERDICT_OFF_LIVE_WRITABLE;
  if (is_s390 (facts) && facts->hugepages == NB_TRISTATE_YES)
    return NB_VERDICT_HUGEPAGE_CONFLICT;
  if (facts->next_boot == NB_TRISTATE_NO && facts->config_managed)
    return NB_VERDICT_CONFIG_MANAGED;
  if (facts->next_boot == NB_TRISTATE_YES)
    return in_use ? NB_VERDICT_AFTER_RESTART_BUSY : NB_VERDICT_AFTER_RESTART;

  return in_use ? NB_VERDICT_OFF_BUSY : NB_VERDICT_OFF;
}

/**
 * nb_verdict_decide:
 * @facts: what is known of a computer
 *
 * The table of host.md, row by row; the first match wins.
 *
 * Returns: the one verdict
 */
NbVerdict
nb_verdict_decide (const NbHostFacts *facts)
{
  NbVerdict verdict;

  if (is_unreadable (facts))
    return NB_VERDICT_UNREADABLE;
  if (facts->machine != NULL && !is_x86 (facts) && !is_arm (facts) && !is_s390 (facts) && !is_power (facts))
    return NB_VERDICT_ARCH_UNSUPPORTED;
  if (is_arm (facts))
    return decide_arm (facts);
  if (is_x86 (facts) && decide_x86 (facts, &verdict))
    return verdict;
  if ((is_s390 (facts) || is_power (facts)) && decide_large (facts, &verdict))
    return verdict;
  if (decide_module (facts, &verdict))
    return verdict;
  if (facts->live == NB_TRISTATE_YES)
    return decide_on (facts);
  if (facts->live == NB_TRISTATE_NO)
    return decide_off (facts);

  return NB_VERDICT_UNKNOWN;
}

/**
 * nb_verdict_is_on:
 * @verdict: a verdict
 *
 * Returns: whether nested virtualization works now
 */
gboolean
nb_verdict_is_on (NbVerdict verdict)
{
  return verdict >= NB_VERDICT_UNTIL_RESTART_CMDLINE && verdict <= NB_VERDICT_READY;
}

/**
 * nb_verdict_get_id:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its id, which is stable
 */
const char *
nb_verdict_get_id (NbVerdict verdict)
{
  g_autoptr (GEnumClass) names = g_type_class_ref (NB_TYPE_VERDICT);

  return g_enum_get_value (names, verdict)->value_nick;
}

static NbRemedy
remedy_until_restart (const NbHostFacts *facts)
{
  /* A line of ours would neither bring back what is kept away nor get onto a read-only /etc. But it does replace ours. */
  if (facts->config_managed || facts->container != NULL)
    return NB_REMEDY_NONE;
  for (guint i = 0; i < facts->obstacles->len; i++)
    {
      const NbConfigLine *line = g_ptr_array_index (facts->obstacles, i);

      if (!(line->is_own && line->why == NB_WHY_REFUSED && !line->blocks_now) &&
          !(line->why == NB_WHY_INSTALL && line->install == NB_INSTALL_LOADS && facts->decider_why != NB_WHY_INSTALL))
        return NB_REMEDY_NONE;
    }

  return NB_REMEDY_KEEP_ON;
}

/* What the helper would refuse is not offered; what counts at the next start only may be, where that would help. */
static NbRemedy
remedy_off (const NbHostFacts *facts, NbRemedy remedy)
{
  if (facts->container != NULL)
    return NB_REMEDY_NONE;
  if (can_load (facts))
    return remedy;
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider_why == NB_WHY_VALUE && !facts->decider_later &&
      facts->decider != NB_DECIDER_COMMAND_LINE && !facts->config_managed)
    return NB_REMEDY_ENABLE_LATER;

  return NB_REMEDY_NONE;
}

/**
 * nb_verdict_get_remedy:
 * @verdict: the verdict on @facts
 * @facts: the facts
 *
 * Never a button that would not help.
 *
 * Returns: what the main button does
 */
NbRemedy
nb_verdict_get_remedy (NbVerdict verdict, const NbHostFacts *facts)
{
  gboolean in_use = facts->refcnt > 0;

  switch (verdict)
    {
    case NB_VERDICT_READY:
    case NB_VERDICT_SLOW:
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
      return NB_REMEDY_SET_UP_MACHINE;
    case NB_VERDICT_UNTIL_RESTART:
      return remedy_until_restart (facts);
    case NB_VERDICT_MODULES_LOCKED:
      return facts->next_boot == NB_TRISTATE_YES || facts->config_managed ? NB_REMEDY_NONE : NB_REMEDY_ENABLE_LATER;
    case NB_VERDICT_KVM_NOT_LOADED:
      if (!can_load (facts))
        return NB_REMEDY_TRY_AGAIN;
      return facts->config_managed ? NB_REMEDY_ENABLE_NOW : NB_REMEDY_START_KVM;
    case NB_VERDICT_OFF_LIVE_WRITABLE:
      if (facts->container != NULL)
        return NB_REMEDY_NONE;
      return facts->config_managed ? NB_REMEDY_ENABLE_NOW : NB_REMEDY_ENABLE;
    case NB_VERDICT_CONFIG_MANAGED:
      return in_use ? NB_REMEDY_NONE : remedy_off (facts, NB_REMEDY_ENABLE_NOW);
    case NB_VERDICT_AFTER_RESTART:
      return facts->modules_disabled == NB_TRISTATE_YES ? NB_REMEDY_NONE : remedy_off (facts, NB_REMEDY_ENABLE_NOW);
    case NB_VERDICT_AFTER_RESTART_BUSY:
      return facts->modules_disabled == NB_TRISTATE_YES ? NB_REMEDY_NONE : remedy_off (facts, NB_REMEDY_ENABLE_BUSY);
    case NB_VERDICT_OFF:
      return remedy_off (facts, facts->config_managed ? NB_REMEDY_ENABLE_NOW : NB_REMEDY_ENABLE);
    case NB_VERDICT_OFF_BUSY:
      return remedy_off (facts, NB_REMEDY_ENABLE_BUSY);
    case NB_VERDICT_UNREADABLE:
    case NB_VERDICT_RESTART_AFTER_UPDATE:
    case NB_VERDICT_KVM_MISSING:
    case NB_VERDICT_BLOCKED:
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
    case NB_VERDICT_NO_DEVICE:
    case NB_VERDICT_UNKNOWN:
      return NB_REMEDY_TRY_AGAIN;
    case NB_VERDICT_NOT_WORKING:
      return NB_REMEDY_TEST_AGAIN;
    case NB_VERDICT_ARCH_UNSUPPORTED:
    case NB_VERDICT_ARM_BOOT_OPTION:
    case NB_VERDICT_VENDOR_UNSUPPORTED:
    case NB_VERDICT_INSIDE_VM:
    case NB_VERDICT_NO_HARDWARE:
    case NB_VERDICT_FIRMWARE_OFF:
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
    case NB_VERDICT_HUGEPAGE_CONFLICT:
      break;
    }

  return NB_REMEDY_NONE;
}
