/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-guest-answer.h"
#include "nb-machine-config.h"
#include "nb-verdict.h"

G_BEGIN_DECLS

/* The steps from the processor to the proof, in order. Their nicknames are the ids of reports. */
typedef enum {
  NB_LINK_PROCESSOR,
  NB_LINK_FIRMWARE,
  NB_LINK_KVM,
  NB_LINK_NESTED,
  NB_LINK_LIBVIRT,
  NB_LINK_START,
  NB_LINK_CONFIGURATION,
  NB_LINK_RUNNING,
  NB_LINK_PROOF,
} NbLink;

#define NB_N_LINKS (NB_LINK_PROOF + 1)

typedef enum {
  NB_LINK_STATE_UNKNOWN, /* not checked from here, or not asked */
  NB_LINK_STATE_GOOD,
  NB_LINK_STATE_BROKEN,
  NB_LINK_STATE_WAITING, /* comes after a broken one, or the machine is shut off: nothing to say yet */
} NbLinkState;

/**
 * NbMachineVerdict:
 * @NB_MACHINE_VERDICT_CAN_RUN_VMS: it can, or could once it is started
 * @NB_MACHINE_VERDICT_CAN_RUN_SLOWLY: it can, in software emulation
 * @NB_MACHINE_VERDICT_NOT_SET_UP: its configuration does not give it what that takes
 * @NB_MACHINE_VERDICT_NEEDS_RESTART: its next full start gives it
 * @NB_MACHINE_VERDICT_HOST_NOT_READY: the computer does not offer it
 * @NB_MACHINE_VERDICT_CANNOT_START: libvirt refuses to start it
 * @NB_MACHINE_VERDICT_UNPROVEN: something decides that cannot be told from here
 * @NB_MACHINE_VERDICT_IMPOSSIBLE: no change helps
 *
 * The nicknames are a contract: reports and scripts have them.
 */
typedef enum {
  NB_MACHINE_VERDICT_CAN_RUN_VMS,
  NB_MACHINE_VERDICT_CAN_RUN_SLOWLY,
  NB_MACHINE_VERDICT_NOT_SET_UP,
  NB_MACHINE_VERDICT_NEEDS_RESTART,
  NB_MACHINE_VERDICT_HOST_NOT_READY,
  NB_MACHINE_VERDICT_CANNOT_START,
  NB_MACHINE_VERDICT_UNPROVEN,
  NB_MACHINE_VERDICT_IMPOSSIBLE,
} NbMachineVerdict;

/**
 * NbChainMachine:
 * @local: the connection's host is this computer
 * @accelerated: the machine runs with KVM (domain type kvm)
 * @native: its architecture is one whose processors have vmx or svm, and with KVM the host's
 * @offered: libvirt offers vmx or svm for its emulator and type
 * @configured: its configuration gives the guest vmx or svm
 * @running: it runs
 * @pending: its configuration differs from what runs
 * @live: what runs gives the guest vmx or svm
 * @proof: what was shown of the running guest
 * @processor: another computer's libvirt says that its processor has vmx or svm
 * @kvm: another computer's libvirt says that it has KVM
 * @emulated: the machine runs in software emulation (domain type qemu)
 * @saved: its memory was saved, and the next start goes on with that
 * @refused: whether libvirt would start it
 * @refusal: (nullable) (unowned): why not, a sentence
 * @unknown: (nullable) (unowned): why what libvirt offers is not known, a sentence
 * @override: (nullable) (unowned): QEMU's own argument that decides over `<cpu>`
 * @seal: (nullable) (unowned): what keeps the guest's memory from the host, `sev`
 *
 * What the machines' side knows of one machine.
 */
typedef struct {
  gboolean local;
  gboolean accelerated;
  gboolean native;
  NbTristate offered;
  NbTristate configured;
  gboolean running;
  NbTristate pending;
  NbTristate live;
  NbProof proof;
  NbTristate processor;
  NbTristate kvm;
  gboolean emulated;
  gboolean saved;
  NbRefusal refused;
  const char *refusal;
  const char *unknown;
  const char *override;
  const char *seal;
} NbChainMachine;

/**
 * NbChain:
 * @verdict: the machine's verdict
 * @broken: the first step that fails, or -1
 * @states: the state of each step
 */
typedef struct {
  NbMachineVerdict verdict;
  int broken;
  NbLinkState states[NB_N_LINKS];
} NbChain;

void        nb_chain_decide               (NbChain              *chain,
                                           NbVerdict             host,
                                           const NbChainMachine *machine);
const char *nb_link_get_id                (NbLink                link);
const char *nb_link_get_title             (NbLink                link);
char       *nb_chain_dup_link_text        (const NbChain        *chain,
                                           NbLink                link,
                                           NbVerdict             host,
                                           const NbChainMachine *machine);
char       *nb_chain_dup_unknown          (const NbChain        *chain,
                                           NbVerdict             host,
                                           const NbChainMachine *machine);
const char *nb_machine_verdict_get_id     (NbMachineVerdict      verdict);
const char *nb_machine_verdict_get_title  (NbMachineVerdict      verdict);

G_END_DECLS
