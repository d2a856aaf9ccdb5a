/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From the processor to the proof: why a machine can, or cannot yet, run virtual machines. Facts of both sides in, one
 * verdict and the first failing step out; nothing is read here. */

#include "config.h"

#include "nb-chain.h"

#include "nb-chain-enums.h"

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
    case NB_VERDICT_NOT_WORKING:
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
    judge_other_host (chain, machine);
  else if (host != NB_VERDICT_UNREADABLE && host != NB_VERDICT_UNKNOWN)
    {
      broken = host_broken (host);
      for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED; i++)
        chain->states[i] = broken == -1 || i < broken ? NB_LINK_STATE_GOOD
                           : i == broken              ? NB_LINK_STATE_BROKEN
                                                      : NB_LINK_STATE_WAITING;
    }

  /* Software emulation needs none of it. */
  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED && machine->emulated; i++)
    if (chain->states[i] == NB_LINK_STATE_BROKEN)
      chain->states[i] = NB_LINK_STATE_WAITING;
}

static NbLinkState
judge_libvirt (const NbChainMachine *machine)
{
  if (!machine->accelerated || !machine->native || machine->refused == NB_REFUSAL_KVM ||
      machine->refused == NB_REFUSAL_EMULATOR)
    return NB_LINK_STATE_BROKEN;

  return from_tristate (machine->offered);
}

static NbLinkState
judge_start (const NbChainMachine *machine)
{
  switch (machine->refused)
    {
    case NB_REFUSAL_NONE:
      return machine->unknown == NULL ? NB_LINK_STATE_GOOD : NB_LINK_STATE_UNKNOWN;
    case NB_REFUSAL_PROCESSOR:
      return NB_LINK_STATE_BROKEN;
    case NB_REFUSAL_KVM:
    case NB_REFUSAL_EMULATOR:
      return NB_LINK_STATE_WAITING;
    }

  return NB_LINK_STATE_UNKNOWN;
}

static NbLinkState
judge_configuration (const NbChainMachine *machine)
{
  if (machine->seal != NULL)
    return NB_LINK_STATE_BROKEN;
  if (machine->override != NULL)
    return NB_LINK_STATE_UNKNOWN;

  return from_tristate (machine->configured);
}

static NbLinkState
judge_running (const NbChainMachine *machine)
{
  /* What was saved goes on with the processor that it had. */
  if (!machine->running && machine->saved && machine->configured == NB_TRISTATE_YES)
    return NB_LINK_STATE_BROKEN;
  if (!machine->running)
    return NB_LINK_STATE_WAITING;
  /* The guest's own word outweighs every inference. */
  if (nb_proof_is_yes (machine->proof))
    return NB_LINK_STATE_GOOD;
  if (machine->proof == NB_PROOF_NO)
    return NB_LINK_STATE_BROKEN;
  if (machine->override != NULL)
    return NB_LINK_STATE_UNKNOWN;
  if (machine->live != NB_TRISTATE_UNKNOWN)
    return from_tristate (machine->live);
  if (machine->pending == NB_TRISTATE_NO)
    return from_tristate (machine->configured);
  /* What waits for the next start is not running yet, whatever it is. */
  if (machine->pending == NB_TRISTATE_YES && machine->configured == NB_TRISTATE_YES)
    return NB_LINK_STATE_BROKEN;

  return NB_LINK_STATE_UNKNOWN;
}

static gboolean
is_broken_between (const NbChain *chain, NbLink first, NbLink last)
{
  for (int i = first; i <= (int) last; i++)
    if (chain->states[i] == NB_LINK_STATE_BROKEN)
      return TRUE;

  return FALSE;
}

/* The first that holds, and the step that it is about; -1 leaves it to the first broken one. */
static NbMachineVerdict
find_verdict (const NbChain *chain, NbVerdict host, const NbChainMachine *machine, int *step)
{
  const gboolean proven = machine->running && nb_proof_is_yes (machine->proof);
  const gboolean refuted = machine->running && machine->proof == NB_PROOF_NO;

  *step = -1;
  if (machine->seal != NULL)
    {
      *step = NB_LINK_CONFIGURATION;
      return NB_MACHINE_VERDICT_IMPOSSIBLE;
    }
  if (machine->refused == NB_REFUSAL_NONE && ((!machine->accelerated && !machine->emulated) || !machine->native))
    return NB_MACHINE_VERDICT_IMPOSSIBLE;
  if (machine->accelerated && machine->local && host_is_hopeless (host))
    return NB_MACHINE_VERDICT_IMPOSSIBLE;

  /* Without KVM nothing that needs it starts: that is the computer's affair, and said there. */
  if (machine->refused != NB_REFUSAL_NONE &&
      !(machine->refused == NB_REFUSAL_KVM && is_broken_between (chain, NB_LINK_PROCESSOR, NB_LINK_KVM)))
    {
      *step = machine->refused == NB_REFUSAL_PROCESSOR ? NB_LINK_START : NB_LINK_LIBVIRT;
      return NB_MACHINE_VERDICT_CANNOT_START;
    }
  if (machine->override != NULL)
    {
      if (proven)
        return NB_MACHINE_VERDICT_CAN_RUN_VMS;
      if (!refuted)
        return NB_MACHINE_VERDICT_UNPROVEN;
      *step = NB_LINK_RUNNING;
      return NB_MACHINE_VERDICT_NOT_SET_UP;
    }
  if (machine->emulated && machine->configured == NB_TRISTATE_YES)
    {
      if (chain->states[NB_LINK_RUNNING] != NB_LINK_STATE_BROKEN)
        return NB_MACHINE_VERDICT_CAN_RUN_SLOWLY;
      *step = NB_LINK_RUNNING;
      return NB_MACHINE_VERDICT_NEEDS_RESTART;
    }
  if (!machine->emulated && is_broken_between (chain, NB_LINK_PROCESSOR, NB_LINK_LIBVIRT))
    return NB_MACHINE_VERDICT_HOST_NOT_READY;
  if (machine->configured == NB_TRISTATE_NO)
    return NB_MACHINE_VERDICT_NOT_SET_UP;
  if (machine->configured == NB_TRISTATE_YES && chain->states[NB_LINK_RUNNING] == NB_LINK_STATE_BROKEN)
    return NB_MACHINE_VERDICT_NEEDS_RESTART;
  /* Unknown is not yes. */
  if (!proven && (machine->configured == NB_TRISTATE_UNKNOWN || chain->states[NB_LINK_LIBVIRT] != NB_LINK_STATE_GOOD))
    return NB_MACHINE_VERDICT_UNPROVEN;

  return NB_MACHINE_VERDICT_CAN_RUN_VMS;
}

/**
 * nb_chain_decide:
 * @chain: (out caller-allocates): the answer
 * @host: the verdict of this computer; of no account for a machine of another one
 * @machine: what is known of the machine
 *
 * Judges one machine from end to end. Nothing is called able on the strength of what is not known. Pure, any thread.
 */
void
nb_chain_decide (NbChain *chain, NbVerdict host, const NbChainMachine *machine)
{
  int step;

  judge_host (chain, host, machine);
  chain->states[NB_LINK_LIBVIRT] = judge_libvirt (machine);
  chain->states[NB_LINK_START] = judge_start (machine);
  chain->states[NB_LINK_CONFIGURATION] = judge_configuration (machine);
  chain->states[NB_LINK_RUNNING] = judge_running (machine);
  chain->states[NB_LINK_PROOF] = nb_proof_is_yes (machine->proof) ? NB_LINK_STATE_GOOD
                                 : machine->proof == NB_PROOF_NO  ? NB_LINK_STATE_BROKEN
                                 : machine->running               ? NB_LINK_STATE_UNKNOWN
                                                                  : NB_LINK_STATE_WAITING;

  if (nb_proof_is_yes (machine->proof) && machine->running && machine->accelerated)
    for (int i = NB_LINK_PROCESSOR; i < NB_LINK_START; i++)
      chain->states[i] = NB_LINK_STATE_GOOD;

  chain->verdict = find_verdict (chain, host, machine, &step);
  chain->broken = step;
  for (int i = NB_LINK_PROCESSOR; i < NB_N_LINKS; i++)
    if (chain->states[i] == NB_LINK_STATE_BROKEN)
      {
        /* What follows from a broken link is no news of its own. The configuration is: it is what a person edits. */
        if (chain->broken == -1)
          chain->broken = i;
        else if (i > chain->broken && i != NB_LINK_CONFIGURATION)
          chain->states[i] = NB_LINK_STATE_WAITING;
      }
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
