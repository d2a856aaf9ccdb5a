/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathers what the chain is judged by: from a machine's summary in the list, from all that was read on its page. */

#include "config.h"

#include "nb-machine-judge.h"

#include <string.h>

#include "nb-machine-inference.h"

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

/* What a summary tells of nesting. Whose processor it is comes from this computer, and only for its own machines: on AMD
 * a closest model has no svm unless that is asked for. */
static NbTristate
get_configured (const NbMachineSummary *summary, gboolean local, const NbHostFacts *facts)
{
  switch (summary->nesting)
    {
    case NB_CPU_NESTING_ON:
      return NB_TRISTATE_YES;
    case NB_CPU_NESTING_OFF:
      return NB_TRISTATE_NO;
    case NB_CPU_NESTING_DEFAULT:
      break;
    }

  switch (summary->mode)
    {
    case NB_CPU_MODE_HOST_PASSTHROUGH:
    case NB_CPU_MODE_MAXIMUM:
      return NB_TRISTATE_YES;
    case NB_CPU_MODE_HOST_MODEL:
      if (!local || facts == NULL || facts->vendor == NB_VENDOR_UNKNOWN)
        return NB_TRISTATE_UNKNOWN;
      return facts->vendor == NB_VENDOR_AMD ? NB_TRISTATE_NO : NB_TRISTATE_YES;
    case NB_CPU_MODE_DEFAULT:
    case NB_CPU_MODE_CUSTOM:
      return NB_TRISTATE_NO;
    }

  return NB_TRISTATE_UNKNOWN;
}

static gboolean
is_native (const char *arch, const NbHostFacts *facts)
{
  if (facts == NULL || facts->machine == NULL || arch == NULL || strcmp (arch, facts->machine) == 0)
    return TRUE;

  /* A 64-bit processor runs the 32-bit machine as well. */
  return strcmp (arch, "i686") == 0 && strcmp (facts->machine, "x86_64") == 0;
}

/* The test driver's machines stand for real ones in the demo. */
static gboolean
is_accelerated (const char *type)
{
  return g_strcmp0 (type, "kvm") == 0 || g_strcmp0 (type, "test") == 0;
}

/**
 * nb_machine_judge_get_facts:
 * @facts: (out caller-allocates): what is known
 * @machine: a machine whose summary was read
 * @host: this computer
 *
 * Gathers what the list knows of a machine.
 */
void
nb_machine_judge_get_facts (NbChainMachine *facts, NbMachine *machine, NbHost *host)
{
  const NbMachineSummary *summary = nb_machine_get_summary (machine);
  const gboolean local = nb_connection_is_local (nb_machine_get_connection (machine));

  memset (facts, 0, sizeof *facts);
  facts->local = local;
  facts->running = nb_machine_is_active (machine);
  facts->offered = NB_TRISTATE_UNKNOWN;
  facts->live = NB_TRISTATE_UNKNOWN;
  facts->configured = NB_TRISTATE_UNKNOWN;
  facts->pending = NB_TRISTATE_UNKNOWN;
  facts->proof = NB_PROOF_NOT_ASKED;
  if (summary == NULL)
    return;

  facts->accelerated = is_accelerated (summary->type);
  facts->native = !local || is_native (summary->arch, nb_host_get_facts (host));
  facts->configured = get_configured (summary, local, nb_host_get_facts (host));
  facts->pending = from_pending (summary->pending);
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

  nb_machine_judge_get_facts (&facts, machine, host);
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

  nb_machine_judge_get_facts (facts, nb_machine_editor_get_machine (editor), host);
  if (config != NULL)
    facts->pending = from_pending (config->pending);
  if (config != NULL && edit != NULL)
    {
      NbCpuCaps *caps = nb_cpu_edit_get_caps (edit);

      facts->configured = nb_machine_infer_nesting (config->inactive, nb_cpu_edit_get_vendor (edit));
      facts->live = nb_machine_infer_nesting (config->live, nb_cpu_edit_get_vendor (edit));
      if (caps != NULL)
        facts->offered = nb_cpu_caps_get_host_nesting (caps);
    }
  facts->proof = nb_machine_editor_get_proof (editor) == NB_TRISTATE_YES  ? NB_PROOF_YES
                 : nb_machine_editor_get_proof (editor) == NB_TRISTATE_NO ? NB_PROOF_NO
                                                                          : NB_PROOF_NOT_ASKED;
  nb_chain_decide (chain, nb_host_get_verdict (host), facts);
}
