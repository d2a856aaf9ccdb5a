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

static void
take_type (NbChainMachine *facts, const char *type, const char *arch)
{
  facts->accelerated = g_strcmp0 (type, "kvm") == 0;
  facts->emulated = g_strcmp0 (type, "qemu") == 0;
  /* KVM runs the host's own architecture only; software emulation nests on a PC. */
  facts->native = facts->accelerated || arch == NULL || g_str_equal (arch, "x86_64") || g_str_equal (arch, "i686");
}

/**
 * nb_machine_judge_get_facts:
 * @facts: (out caller-allocates): what is known; its texts are @machine's, for as long as its summary is
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

  *facts = (NbChainMachine){
    .local = nb_connection_is_local (connection),
    .offered = summary != NULL ? summary->offered : NB_TRISTATE_UNKNOWN,
    .configured = summary != NULL ? summary->configured : NB_TRISTATE_UNKNOWN,
    .running = nb_machine_is_active (machine),
    .pending = summary != NULL ? from_pending (summary->pending) : NB_TRISTATE_UNKNOWN,
    .live = summary != NULL ? summary->live : NB_TRISTATE_UNKNOWN,
    .proof = nb_guest_answer_get_level (nb_machine_get_answer (machine)),
    .processor = host->processor,
    .kvm = host->kvm,
    .saved = nb_machine_has_managed_save (machine),
    .refused = summary != NULL ? summary->refused : NB_REFUSAL_NONE,
    .refusal = summary != NULL ? summary->refusal : NULL,
    .unknown = summary != NULL ? summary->unknown : NULL,
    .override = summary != NULL ? summary->override : NULL,
    .seal = summary != NULL ? summary->seal : NULL,
  };
  take_type (facts, summary != NULL ? summary->type : NULL, summary != NULL ? summary->arch : NULL);
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
 * nb_machine_judge_get_editor_facts:
 * @facts: (out caller-allocates): what is known; its texts are @editor's, until it reloads
 * @editor: an opened machine
 *
 * Gathers all that was read of an opened machine. What counts is what is stored, not the draft.
 */
void
nb_machine_judge_get_editor_facts (NbChainMachine *facts, NbMachineEditor *editor)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (editor);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);

  nb_machine_judge_get_facts (facts, nb_machine_editor_get_machine (editor));
  if (config != NULL)
    {
      facts->pending = from_pending (config->pending);
      facts->refused = config->refused;
      facts->refusal = config->refusal;
      facts->unknown = config->capabilities_error;
    }
  if (config != NULL && edit != NULL)
    {
      NbCpuCaps *caps = nb_cpu_edit_get_caps (edit);
      const NbCpuConfig *base = nb_cpu_edit_get_base (edit);

      take_type (facts, base->type, base->arch);
      facts->override = base->override;
      facts->seal = base->seal;
      facts->configured = nb_cpu_nesting_infer (config->inactive, nb_cpu_edit_get_vendor (edit));
      facts->live = nb_cpu_nesting_infer (config->live, nb_cpu_edit_get_vendor (edit));
      facts->offered = caps != NULL ? nb_cpu_caps_get_host_nesting (caps) : NB_TRISTATE_UNKNOWN;
    }
}

/**
 * nb_machine_judge_editor:
 * @chain: (out caller-allocates): the answer
 * @facts: (out caller-allocates): what it comes from: nb_machine_judge_get_editor_facts()
 * @editor: an opened machine
 * @host: this computer
 *
 * Judges an opened machine.
 */
void
nb_machine_judge_editor (NbChain *chain, NbChainMachine *facts, NbMachineEditor *editor, NbHost *host)
{
  nb_machine_judge_get_editor_facts (facts, editor);
  nb_chain_decide (chain, nb_host_get_verdict (host), facts);
}
