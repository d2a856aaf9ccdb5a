/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a decided chain says, in sentences. */

#include "config.h"

#include "nb-chain.h"

#include <glib/gi18n-lib.h>

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
    case NB_LINK_START:
      return _ ("Able to start");
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
dup_host_text (const NbChain *chain, NbLink link, NbVerdict host, const NbChainMachine *machine)
{
  const gboolean local = machine->local;

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

  if (machine->emulated)
    return g_strdup (_ ("Not needed: the machine is emulated in software"));
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
  if (machine->refused == NB_REFUSAL_KVM || machine->refused == NB_REFUSAL_EMULATOR)
    return g_strdup (machine->refusal);
  if (!machine->native)
    return g_strdup (_ ("The machine is of another kind of computer and cannot use KVM"));
  if (!machine->accelerated)
    return g_strdup (_ ("The machine is emulated in software and does not use KVM"));

  switch (chain->states[NB_LINK_LIBVIRT])
    {
    case NB_LINK_STATE_GOOD:
      return g_strdup (_ ("libvirt can pass virtualization on to this machine"));
    case NB_LINK_STATE_BROKEN:
      return g_strdup (_ ("libvirt does not offer virtualization to this machine"));
    case NB_LINK_STATE_WAITING:
      return g_strdup (_ ("Waits for the step before it"));
    case NB_LINK_STATE_UNKNOWN:
      return g_strdup (machine->unknown != NULL ? machine->unknown : _ ("Could not be checked"));
    }

  return NULL;
}

static char *
dup_start_text (const NbChain *chain, const NbChainMachine *machine)
{
  switch (chain->states[NB_LINK_START])
    {
    case NB_LINK_STATE_GOOD:
      return g_strdup (_ ("Nothing is known that would keep it from starting"));
    case NB_LINK_STATE_BROKEN:
      return g_strdup (machine->refusal);
    case NB_LINK_STATE_WAITING:
      return g_strdup (machine->refused == NB_REFUSAL_PROCESSOR ? machine->refusal
                                                                : _ ("Waits for the step before it"));
    case NB_LINK_STATE_UNKNOWN:
      return g_strdup (_ ("Could not be checked"));
    }

  return NULL;
}

static char *
dup_configuration_text (const NbChainMachine *machine)
{
  if (machine->seal != NULL)
    /* Translators: %s is a technical name, as sev or tdx. */
    return g_strdup_printf (_ ("The machine’s memory is kept from the computer (%s). Such machines cannot run virtual "
                               "machines."),
                            machine->seal);
  if (machine->override != NULL)
    /* Translators: %s is an argument of QEMU with its value, as “-cpu host,-svm”. */
    return g_strdup_printf (_ ("Its own argument for QEMU decides, “%s”, not its processor settings"),
                            machine->override);

  switch (machine->configured)
    {
    case NB_TRISTATE_YES:
      return g_strdup (_ ("The machine is set up to run virtual machines"));
    case NB_TRISTATE_NO:
      return g_strdup (_ ("The machine is not set up to run virtual machines"));
    case NB_TRISTATE_UNKNOWN:
      return g_strdup (_ ("Could not be checked"));
    }

  return NULL;
}

static char *
dup_running_text (const NbChain *chain, const NbChainMachine *machine)
{
  if (!machine->running && machine->saved)
    return g_strdup (_ ("Its saved state starts with the processor that it was saved with; discard it, then start"));
  if (!machine->running)
    return g_strdup (_ ("The machine is shut off; it gets its processor when it starts"));

  switch (chain->states[NB_LINK_RUNNING])
    {
    case NB_LINK_STATE_GOOD:
      return g_strdup (_ ("The running machine has it"));
    case NB_LINK_STATE_BROKEN:
      return machine->configured == NB_TRISTATE_YES && machine->override == NULL
               ? g_strdup (_ ("The machine still runs with its old processor; it must shut down and start again"))
               : g_strdup (_ ("The running machine does not have it"));
    case NB_LINK_STATE_WAITING:
      return g_strdup (_ ("Waits for the step before it"));
    case NB_LINK_STATE_UNKNOWN:
      return g_strdup (_ ("Could not be checked"));
    }

  return NULL;
}

/* What was shown of the running guest. */
static const char *
get_proof_text (const NbChainMachine *machine)
{
  switch (machine->proof)
    {
    case NB_PROOF_NOT_ASKED:
      return machine->running ? _ ("Not asked yet") : _ ("Can be asked once the machine runs");
    case NB_PROOF_NO:
      /* Translators: said of the guest in a running machine: its processor has no virtualization */
      return _ ("Doesn’t have it");
    case NB_PROOF_GIVEN:
      /* Translators: said of the guest in a running machine: its processor has virtualization */
      return _ ("Has it; nothing there uses it yet");
    case NB_PROOF_READY:
      /* Translators: said of the guest in a running machine */
      return _ ("Can run virtual machines: KVM works there");
    case NB_PROOF_RUNS:
      /* Translators: said of the guest in a running machine */
      return _ ("Runs virtual machines now");
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
      return dup_host_text (chain, link, host, machine);
    case NB_LINK_LIBVIRT:
      return dup_libvirt_text (chain, machine);
    case NB_LINK_START:
      return dup_start_text (chain, machine);
    case NB_LINK_CONFIGURATION:
      return dup_configuration_text (machine);
    case NB_LINK_RUNNING:
      return dup_running_text (chain, machine);
    case NB_LINK_PROOF:
      return g_strdup (get_proof_text (machine));
    }

  return NULL;
}

/**
 * nb_chain_dup_unknown:
 * @chain: a decided chain whose verdict is %NB_MACHINE_VERDICT_UNPROVEN
 * @host: what it was decided from
 * @machine: the same
 *
 * Returns: (transfer full): a translated sentence that says why it can't be told
 */
char *
nb_chain_dup_unknown (const NbChain *chain, NbVerdict host, const NbChainMachine *machine)
{
  const gboolean offer = machine->override == NULL && chain->states[NB_LINK_LIBVIRT] != NB_LINK_STATE_GOOD;

  return nb_chain_dup_link_text (chain, offer ? NB_LINK_LIBVIRT : NB_LINK_CONFIGURATION, host, machine);
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
    case NB_MACHINE_VERDICT_CAN_RUN_SLOWLY:
      return _ ("Can run VMs, slowly");
    case NB_MACHINE_VERDICT_NOT_SET_UP:
      return _ ("Not set up");
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
      return _ ("Needs a full restart");
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
      return _ ("Computer is not ready");
    case NB_MACHINE_VERDICT_CANNOT_START:
      return _ ("Can’t start");
    case NB_MACHINE_VERDICT_UNPROVEN:
      return _ ("Can’t tell");
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      return _ ("Not possible here");
    }

  return NULL;
}
