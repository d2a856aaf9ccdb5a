/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "nb-guest-monitor.h"
#include "nb-options.h"

G_BEGIN_DECLS

/**
 * NbProof:
 * @NB_PROOF_NOT_ASKED: nobody was asked, or nobody could tell
 * @NB_PROOF_NO: the running virtual processor has neither vmx nor svm
 * @NB_PROOF_GIVEN: it has one of them; nothing there uses it yet
 * @NB_PROOF_READY: and KVM works there
 * @NB_PROOF_RUNS: a hypervisor runs there right now
 *
 * What was shown of a running guest. From %NB_PROOF_GIVEN on it can run virtual machines.
 */
typedef enum {
  NB_PROOF_NOT_ASKED,
  NB_PROOF_NO,
  NB_PROOF_GIVEN,
  NB_PROOF_READY,
  NB_PROOF_RUNS,
} NbProof;

/* What kind of system a guest runs. */
typedef enum {
  NB_GUEST_SYSTEM_UNKNOWN,
  NB_GUEST_SYSTEM_LINUX,
  NB_GUEST_SYSTEM_WINDOWS,
  NB_GUEST_SYSTEM_BSD,
} NbGuestSystem;

/**
 * NbGuestAnswer:
 * @NB_GUEST_ANSWER_NONE: it was not asked, or gave no answer
 * @NB_GUEST_ANSWER_NO: its processor has neither vmx nor svm
 * @NB_GUEST_ANSWER_NO_OVERRIDDEN: and an argument of QEMU's own decides that
 * @NB_GUEST_ANSWER_NO_LEFT_OUT: although its configuration has it
 * @NB_GUEST_ANSWER_GIVEN: its processor has vmx or svm; nothing is known of the system
 * @NB_GUEST_ANSWER_GIVEN_VMX: its processor has vmx, and KVM is not loaded there
 * @NB_GUEST_ANSWER_GIVEN_SVM: its processor has svm, and KVM is not loaded there
 * @NB_GUEST_ANSWER_GIVEN_WINDOWS: its processor has one of them, and it runs Windows
 * @NB_GUEST_ANSWER_GIVEN_BSD: its processor has one of them, and it runs a BSD
 * @NB_GUEST_ANSWER_READY: its processor has one of them, and KVM is loaded there
 * @NB_GUEST_ANSWER_RUNS: a hypervisor runs there
 * @NB_GUEST_ANSWER_WINDOWS: QEMU could not be asked, and it runs Windows, which has no file that would tell
 * @NB_GUEST_ANSWER_REFUSED: QEMU could not be asked; its agent is there, and may not open files
 *
 * What QEMU and the guest's agent say of a guest, for the words.
 */
typedef enum {
  NB_GUEST_ANSWER_NONE,
  NB_GUEST_ANSWER_NO,
  NB_GUEST_ANSWER_NO_OVERRIDDEN,
  NB_GUEST_ANSWER_NO_LEFT_OUT,
  NB_GUEST_ANSWER_GIVEN,
  NB_GUEST_ANSWER_GIVEN_VMX,
  NB_GUEST_ANSWER_GIVEN_SVM,
  NB_GUEST_ANSWER_GIVEN_WINDOWS,
  NB_GUEST_ANSWER_GIVEN_BSD,
  NB_GUEST_ANSWER_READY,
  NB_GUEST_ANSWER_RUNS,
  NB_GUEST_ANSWER_WINDOWS,
  NB_GUEST_ANSWER_REFUSED,
} NbGuestAnswer;

gboolean       nb_proof_is_yes                 (NbProof               proof);
const char    *nb_proof_get_id                 (NbProof               proof);
NbGuestSystem  nb_guest_system_from_id         (const char           *id);
NbGuestAnswer  nb_guest_answer_from_monitor    (const NbGuestMonitor *monitor,
                                                NbGuestSystem         system);
NbGuestAnswer  nb_guest_answer_from_cpuinfo    (const char           *cpuinfo,
                                                gboolean              has_kvm);
NbProof        nb_guest_answer_get_level       (NbGuestAnswer         answer);
NbTristate     nb_guest_answer_get_proof       (NbGuestAnswer         answer);
const char    *nb_guest_answer_get_text        (NbGuestAnswer         answer);

G_END_DECLS
