/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the processor to the proof: why a machine can, or cannot yet, run virtual machines. Facts of both sides in, one
 * verdict and the first failing step out; nothing is read here. */

#include "config.h"

#include "nb-chain.h"

#include "nb-chain-enums.h"

#include <glib/gi18n-lib.h>

/* How far the host's own verdict lets the chain go: its first link that fails, or -1. */
static int
host_broken (NbVerdict host)
{
  switch (host)
    {
    case NB_VERDICT_ARCH_UNSUPPORTED:
    case NB_VERDICT_NO_HARDWARE:
    case NB_VERDICT_INSIDE_VM:
      return NB_LINK_PROCESSOR;
    case NB_VERDICT_FIRMWARE_OFF:
      return NB_LINK_FIRMWARE;
    case NB_VERDICT_RESTART_AFTER_UPDATE:
    case NB_VERDICT_KVM_MISSING:
    case NB_VERDICT_BLOCKED:
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
    case NB_VERDICT_KVM_NOT_LOADED:
    case NB_VERDICT_NO_DEVICE:
      return NB_LINK_KVM;
    case NB_VERDICT_ARM_BOOT_OPTION:
    case NB_VERDICT_VENDOR_UNSUPPORTED:
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
    case NB_VERDICT_MODULES_LOCKED:
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_HUGEPAGE_CONFLICT:
    case NB_VERDICT_CONFIG_MANAGED:
    case NB_VERDICT_AFTER_RESTART:
    case NB_VERDICT_AFTER_RESTART_BUSY:
    case NB_VERDICT_OFF:
    case NB_VERDICT_OFF_BUSY:
      return NB_LINK_NESTED;
    case NB_VERDICT_UNREADABLE:
    case NB_VERDICT_UNKNOWN:
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_UNTIL_RESTART:
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
    case NB_VERDICT_SLOW:
    case NB_VERDICT_READY:
      return -1;
    }

  return -1;
}

/* No change of settings on this computer helps. */
static gboolean
host_is_hopeless (NbVerdict host)
{
  return host == NB_VERDICT_ARCH_UNSUPPORTED || host == NB_VERDICT_NO_HARDWARE || host == NB_VERDICT_VENDOR_UNSUPPORTED;
}

static NbLinkState
from_tristate (NbTristate value)
{
  switch (value)
    {
    case NB_TRISTATE_YES:
      return NB_LINK_STATE_GOOD;
    case NB_TRISTATE_NO:
      return NB_LINK_STATE_BROKEN;
    case NB_TRISTATE_UNKNOWN:
      return NB_LINK_STATE_UNKNOWN;
    }

  return NB_LINK_STATE_UNKNOWN;
}

/* Another computer, of which its libvirt is asked. What KVM offers to this machine says more than what was listed when
 * the connection was opened. */
static void
judge_other_host (NbChain *chain, const NbChainMachine *machine)
{
  const NbTristate nested = machine->accelerated ? machine->offered : NB_TRISTATE_UNKNOWN;
  const NbTristate kvm = nested != NB_TRISTATE_UNKNOWN ? NB_TRISTATE_YES : machine->kvm;

  /* KVM runs where the processor can and the firmware lets it; that it doesn't has many reasons. */
  if (kvm == NB_TRISTATE_YES || machine->processor == NB_TRISTATE_YES)
    chain->states[NB_LINK_PROCESSOR] = NB_LINK_STATE_GOOD;
  if (kvm == NB_TRISTATE_YES)
    chain->states[NB_LINK_FIRMWARE] = NB_LINK_STATE_GOOD;
  chain->states[NB_LINK_KVM] = from_tristate (kvm);
  chain->states[NB_LINK_NESTED] = kvm == NB_TRISTATE_NO ? NB_LINK_STATE_WAITING : from_tristate (nested);
}

static void
judge_host (NbChain *chain, NbVerdict host, const NbChainMachine *machine)
{
  int broken;

  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED; i++)
    chain->states[i] = NB_LINK_STATE_UNKNOWN;

  if (!machine->local)
    {
      judge_other_host (chain, machine);
      return;
    }

  if (host == NB_VERDICT_UNREADABLE || host == NB_VERDICT_UNKNOWN)
    return;

  broken = host_broken (host);
  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED; i++)
    chain->states[i] = broken == -1 || i < broken ? NB_LINK_STATE_GOOD
                       : i == broken              ? NB_LINK_STATE_BROKEN
                                                  : NB_LINK_STATE_WAITING;
}

static NbLinkState
judge_running (const NbChainMachine *machine)
{
  if (!machine->running)
    return NB_LINK_STATE_WAITING;
  if (machine->live != NB_TRISTATE_UNKNOWN)
    return from_tristate (machine->live);
  if (machine->pending == NB_TRISTATE_NO)
    return from_tristate (machine->configured);
  /* What waits for the next start is not running yet, whatever it is. */
  if (machine->pending == NB_TRISTATE_YES && machine->configured == NB_TRISTATE_YES)
    return NB_LINK_STATE_BROKEN;

  return NB_LINK_STATE_UNKNOWN;
}

/**
 * nb_chain_decide:
 * @chain: (out caller-allocates): the answer
 * @host: the verdict of this computer; of no account for a machine of another one
 * @machine: what is known of the machine
 *
 * Judges one machine from end to end. A machine that was never set up is "not set up", not broken, whatever the computer
 * is like: most machines need no nesting. Pure, any thread.
 */
void
nb_chain_decide (NbChain *chain, NbVerdict host, const NbChainMachine *machine)
{
  judge_host (chain, host, machine);

  if (!machine->accelerated || !machine->native)
    chain->states[NB_LINK_LIBVIRT] = NB_LINK_STATE_BROKEN;
  else
    chain->states[NB_LINK_LIBVIRT] = from_tristate (machine->offered);

  chain->states[NB_LINK_CONFIGURATION] = from_tristate (machine->configured);
  chain->states[NB_LINK_RUNNING] = judge_running (machine);
  chain->states[NB_LINK_PROOF] = machine->proof == NB_PROOF_YES  ? NB_LINK_STATE_GOOD
                                 : machine->proof == NB_PROOF_NO ? NB_LINK_STATE_BROKEN
                                 : machine->running              ? NB_LINK_STATE_UNKNOWN
                                                                 : NB_LINK_STATE_WAITING;

  /* The guest's own word outweighs every inference. */
  if (machine->proof == NB_PROOF_YES && machine->running)
    {
      for (int i = NB_LINK_PROCESSOR; i < NB_LINK_CONFIGURATION; i++)
        chain->states[i] = NB_LINK_STATE_GOOD;
      chain->states[NB_LINK_RUNNING] = NB_LINK_STATE_GOOD;
    }

  chain->broken = -1;
  for (int i = NB_LINK_PROCESSOR; i < NB_N_LINKS; i++)
    if (chain->states[i] == NB_LINK_STATE_BROKEN)
      {
        /* What follows from a broken link is no news of its own. The configuration is: it is what a person edits. */
        if (chain->broken == -1)
          chain->broken = i;
        else if (i != NB_LINK_CONFIGURATION)
          chain->states[i] = NB_LINK_STATE_WAITING;
      }

  if (!machine->accelerated || !machine->native || (machine->local && host_is_hopeless (host)))
    chain->verdict = NB_MACHINE_VERDICT_IMPOSSIBLE;
  else if (chain->broken == -1 && machine->configured == NB_TRISTATE_YES)
    chain->verdict = NB_MACHINE_VERDICT_CAN_RUN_VMS;
  else if (machine->configured != NB_TRISTATE_YES)
    chain->verdict = NB_MACHINE_VERDICT_NOT_SET_UP;
  else if (chain->broken <= NB_LINK_LIBVIRT)
    chain->verdict = NB_MACHINE_VERDICT_HOST_NOT_READY;
  else
    chain->verdict = NB_MACHINE_VERDICT_NEEDS_RESTART;
}

/**
 * nb_link_get_id:
 * @link: a step
 *
 * Returns: (transfer none): its stable id
 */
const char *
nb_link_get_id (NbLink link)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (NB_TYPE_LINK);

  return g_enum_get_value (class, (int) link)->value_nick;
}

/**
 * nb_link_get_title:
 * @link: a step
 *
 * Returns: (transfer none): its translated name
 */
const char *
nb_link_get_title (NbLink link)
{
  switch (link)
    {
    case NB_LINK_PROCESSOR:
      return _ ("Processor");
    case NB_LINK_FIRMWARE:
      return _ ("Firmware");
    case NB_LINK_KVM:
      return _ ("KVM");
    case NB_LINK_NESTED:
      return _ ("Nested virtualization");
    case NB_LINK_LIBVIRT:
      return _ ("Offered by libvirt");
    case NB_LINK_CONFIGURATION:
      return _ ("Configuration");
    case NB_LINK_RUNNING:
      return _ ("Running machine");
    case NB_LINK_PROOF:
      return _ ("Proof from inside");
    }

  return NULL;
}

static char *
dup_host_text (const NbChain *chain, NbLink link, NbVerdict host, gboolean local)
{
  if (chain->states[link] == NB_LINK_STATE_GOOD)
    switch ((int) link)
      {
      case NB_LINK_PROCESSOR:
        return g_strdup (_ ("The processor supports virtualization"));
      case NB_LINK_FIRMWARE:
        return g_strdup (_ ("It is turned on in the firmware settings"));
      case NB_LINK_KVM:
        return g_strdup (_ ("KVM is running"));
      default:
        return g_strdup (_ ("Nested virtualization is on"));
      }

  if (!local && chain->states[link] == NB_LINK_STATE_UNKNOWN)
    return g_strdup (_ ("Not checked from here: the machine runs on another computer"));
  if (!local && chain->states[link] == NB_LINK_STATE_BROKEN)
    return g_strdup (link == NB_LINK_KVM ? _ ("KVM does not run on the other computer")
                                         : _ ("Nested virtualization is off on the other computer"));
  if (chain->states[link] == NB_LINK_STATE_BROKEN)
    return g_strdup (nb_verdict_get_title (host));
  if (chain->states[link] == NB_LINK_STATE_WAITING)
    return g_strdup (_ ("Waits for the step before it"));

  return g_strdup (_ ("Could not be checked"));
}

static char *
dup_libvirt_text (const NbChain *chain, const NbChainMachine *machine)
{
  if (!machine->accelerated)
    return g_strdup (_ ("The machine is emulated in software and does not use KVM"));
  if (!machine->native)
    return g_strdup (_ ("The machine is of another kind of computer and cannot use KVM"));

  switch (chain->states[NB_LINK_LIBVIRT])
    {
    case NB_LINK_STATE_GOOD:
      return g_strdup (_ ("libvirt can pass virtualization on to this machine"));
    case NB_LINK_STATE_BROKEN:
      return g_strdup (_ ("libvirt does not offer virtualization to this machine"));
    case NB_LINK_STATE_WAITING:
      return g_strdup (_ ("Waits for the step before it"));
    case NB_LINK_STATE_UNKNOWN:
      return g_strdup (_ ("Could not be checked"));
    }

  return NULL;
}

static char *
dup_running_text (const NbChain *chain, const NbChainMachine *machine)
{
  if (!machine->running)
    return g_strdup (_ ("The machine is shut off; it gets its processor when it starts"));

  switch (chain->states[NB_LINK_RUNNING])
    {
    case NB_LINK_STATE_GOOD:
      return g_strdup (_ ("The running machine has it"));
    case NB_LINK_STATE_BROKEN:
      return machine->configured == NB_TRISTATE_YES
               ? g_strdup (_ ("The machine still runs with its old processor; it must shut down and start again"))
               : g_strdup (_ ("The running machine does not have it"));
    case NB_LINK_STATE_WAITING:
      return g_strdup (_ ("Waits for the step before it"));
    case NB_LINK_STATE_UNKNOWN:
      return g_strdup (_ ("Could not be checked"));
    }

  return NULL;
}

/**
 * nb_chain_dup_link_text:
 * @chain: a decided chain
 * @link: one of its steps
 * @host: what it was decided from
 * @machine: the same
 *
 * Returns: (transfer full): a translated sentence that says how the step stands
 */
char *
nb_chain_dup_link_text (const NbChain *chain, NbLink link, NbVerdict host, const NbChainMachine *machine)
{
  switch (link)
    {
    case NB_LINK_PROCESSOR:
    case NB_LINK_FIRMWARE:
    case NB_LINK_KVM:
    case NB_LINK_NESTED:
      return dup_host_text (chain, link, host, machine->local);
    case NB_LINK_LIBVIRT:
      return dup_libvirt_text (chain, machine);
    case NB_LINK_CONFIGURATION:
      return machine->configured == NB_TRISTATE_YES ? g_strdup (_ ("The machine is set up to run virtual machines"))
             : machine->configured == NB_TRISTATE_NO
               ? g_strdup (_ ("The machine is not set up to run virtual machines"))
               : g_strdup (_ ("Could not be checked"));
    case NB_LINK_RUNNING:
      return dup_running_text (chain, machine);
    case NB_LINK_PROOF:
      return machine->proof == NB_PROOF_YES  ? g_strdup (_ ("The guest itself sees virtualization"))
             : machine->proof == NB_PROOF_NO ? g_strdup (_ ("The guest itself sees no virtualization"))
             : machine->running              ? g_strdup (_ ("Not asked yet"))
                                             : g_strdup (_ ("Can be asked once the machine runs"));
    }

  return NULL;
}

/**
 * nb_machine_verdict_get_id:
 * @verdict: a machine's verdict
 *
 * Returns: (transfer none): its stable id
 */
const char *
nb_machine_verdict_get_id (NbMachineVerdict verdict)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (NB_TYPE_MACHINE_VERDICT);

  return g_enum_get_value (class, (int) verdict)->value_nick;
}

/**
 * nb_machine_verdict_get_title:
 * @verdict: a machine's verdict
 *
 * Returns: (transfer none): the translated badge
 */
const char *
nb_machine_verdict_get_title (NbMachineVerdict verdict)
{
  switch (verdict)
    {
    case NB_MACHINE_VERDICT_CAN_RUN_VMS:
      return _ ("Can run VMs");
    case NB_MACHINE_VERDICT_NOT_SET_UP:
      return _ ("Not set up");
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
      return _ ("Needs a full restart");
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
      return _ ("Computer is not ready");
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      return _ ("Not possible here");
    }

  return NULL;
}
