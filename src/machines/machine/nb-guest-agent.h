/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

/**
 * NbGuestAnswer:
 * @NB_GUEST_ANSWER_NONE: it was not asked, or gave no answer
 * @NB_GUEST_ANSWER_NO: its processor has neither vmx nor svm
 * @NB_GUEST_ANSWER_VMX: its processor has vmx, and KVM is not loaded there
 * @NB_GUEST_ANSWER_SVM: its processor has svm, and KVM is not loaded there
 * @NB_GUEST_ANSWER_KVM: its processor has one of them, and KVM is loaded there
 * @NB_GUEST_ANSWER_WINDOWS: it runs Windows, which has no file that would tell
 * @NB_GUEST_ANSWER_REFUSED: its agent is there, and may not open files
 *
 * What a guest says about itself.
 */
typedef enum {
  NB_GUEST_ANSWER_NONE,
  NB_GUEST_ANSWER_NO,
  NB_GUEST_ANSWER_VMX,
  NB_GUEST_ANSWER_SVM,
  NB_GUEST_ANSWER_KVM,
  NB_GUEST_ANSWER_WINDOWS,
  NB_GUEST_ANSWER_REFUSED,
} NbGuestAnswer;

void           nb_machine_ask_guest_async   (NbMachine            *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              data);
NbGuestAnswer  nb_machine_ask_guest_finish  (NbMachine            *self,
                                             GAsyncResult         *result,
                                             GError              **error);
NbGuestAnswer  nb_guest_answer_from_cpuinfo (const char           *cpuinfo,
                                             gboolean              has_kvm);
NbTristate     nb_guest_answer_get_proof    (NbGuestAnswer         answer);
const char    *nb_guest_answer_get_text     (NbGuestAnswer         answer);

G_END_DECLS
