/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-verdict.h"

G_BEGIN_DECLS

/* The steps from the processor to the proof, in order. Their nicknames are the ids of reports. */
typedef enum {
  NB_LINK_PROCESSOR,
  NB_LINK_FIRMWARE,
  NB_LINK_KVM,
  NB_LINK_NESTED,
  NB_LINK_LIBVIRT,
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

typedef enum {
  NB_MACHINE_VERDICT_CAN_RUN_VMS,
  NB_MACHINE_VERDICT_NOT_SET_UP,
  NB_MACHINE_VERDICT_NEEDS_RESTART,
  NB_MACHINE_VERDICT_HOST_NOT_READY,
  NB_MACHINE_VERDICT_IMPOSSIBLE,
} NbMachineVerdict;

typedef enum {
  NB_PROOF_NOT_ASKED,
  NB_PROOF_YES,
  NB_PROOF_NO,
} NbProof;

/**
 * NbChainMachine:
 * @local: the connection's host is this computer
 * @accelerated: the machine runs with KVM (domain type kvm)
 * @native: its architecture is the host's
 * @offered: libvirt offers vmx or svm for its emulator and type
 * @configured: its configuration gives the guest vmx or svm
 * @running: it runs
 * @pending: its configuration differs from what runs
 * @live: what runs gives the guest vmx or svm
 * @proof: what the guest itself said
 * @processor: another computer's libvirt says that its processor has vmx or svm
 * @kvm: another computer's libvirt says that it has KVM
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
const char *nb_machine_verdict_get_id     (NbMachineVerdict      verdict);
const char *nb_machine_verdict_get_title  (NbMachineVerdict      verdict);

G_END_DECLS
