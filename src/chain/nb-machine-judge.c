/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers what the chain is judged by: from a machine's summary in the list, from all that was read on its page. */

#include "config.h"

#include "nb-machine-judge.h"

#include "nb-cpu-nesting.h"

static NbTristate
from_pending (NbCpuPending pending)
{
  switch (pending)
    {
    case NB_CPU_PENDING_SAME:
      return NB_TRISTATE_NO;
    case NB_CPU_PENDING_DIFFERS:
      return NB_TRISTATE_YES;
    case NB_CPU_PENDING_UNKNOWN:
      return NB_TRISTATE_UNKNOWN;
    }

  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_machine_judge_get_facts:
 * @facts: (out caller-allocates): what is known
 * @machine: a machine
 *
 * Gathers what the list knows of a machine: nothing where its summary was not read yet.
 */
void
nb_machine_judge_get_facts (NbChainMachine *facts, NbMachine *machine)
{
  const NbMachineSummary *summary = nb_machine_get_summary (machine);
  NbConnection *connection = nb_machine_get_connection (machine);
  const NbConnectionHost *host = nb_connection_get_host (connection);
  const gboolean accelerated = summary != NULL && g_strcmp0 (summary->type, "kvm") == 0;

  *facts = (NbChainMachine){
    .local = nb_connection_is_local (connection),
    .accelerated = accelerated,
    /* KVM runs the host's own architecture only. */
    .native = accelerated,
    .offered = summary != NULL ? summary->offered : NB_TRISTATE_UNKNOWN,
    .configured = summary != NULL ? summary->configured : NB_TRISTATE_UNKNOWN,
    .running = nb_machine_is_active (machine),
    .pending = summary != NULL ? from_pending (summary->pending) : NB_TRISTATE_UNKNOWN,
    .live = summary != NULL ? summary->live : NB_TRISTATE_UNKNOWN,
    .proof = NB_PROOF_NOT_ASKED,
    .processor = host->processor,
    .kvm = host->kvm,
  };
}

/**
 * nb_machine_judge:
 * @chain: (out caller-allocates): the answer
 * @machine: a machine whose summary was read
 * @host: this computer
 *
 * Judges a machine in the list.
 */
void
nb_machine_judge (NbChain *chain, NbMachine *machine, NbHost *host)
{
  NbChainMachine facts;

  nb_machine_judge_get_facts (&facts, machine);
  nb_chain_decide (chain, nb_host_get_verdict (host), &facts);
}

/**
 * nb_machine_judge_editor:
 * @chain: (out caller-allocates): the answer
 * @facts: (out caller-allocates): what it comes from
 * @editor: an opened machine
 * @host: this computer
 *
 * Judges an opened machine, by all that was read of it. What counts is what is stored, not the draft.
 */
void
nb_machine_judge_editor (NbChain *chain, NbChainMachine *facts, NbMachineEditor *editor, NbHost *host)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (editor);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);

  nb_machine_judge_get_facts (facts, nb_machine_editor_get_machine (editor));
  if (config != NULL)
    facts->pending = from_pending (config->pending);
  if (config != NULL && edit != NULL)
    {
      NbCpuCaps *caps = nb_cpu_edit_get_caps (edit);

      facts->configured = nb_cpu_nesting_infer (config->inactive, nb_cpu_edit_get_vendor (edit));
      facts->live = nb_cpu_nesting_infer (config->live, nb_cpu_edit_get_vendor (edit));
      if (caps != NULL)
        facts->offered = nb_cpu_caps_get_host_nesting (caps);
    }
  facts->proof = nb_machine_editor_get_proof (editor) == NB_TRISTATE_YES  ? NB_PROOF_YES
                 : nb_machine_editor_get_proof (editor) == NB_TRISTATE_NO ? NB_PROOF_NO
                                                                          : NB_PROOF_NOT_ASKED;
  nb_chain_decide (chain, nb_host_get_verdict (host), facts);
}
