/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-holder-item.h"
#include "nb-machine.h"

G_BEGIN_DECLS

/* What a user of KVM is. */
typedef enum {
  NB_KVM_USER_MACHINE, /* a machine of libvirt */
  NB_KVM_USER_PROCESS, /* a process that is none: it can't be shut down from here */
  NB_KVM_USER_REST,    /* what nobody but an administrator can see, if there is something */
} NbKvmUserKind;

/* How far a machine's shutting down is. */
typedef enum {
  NB_KVM_USER_RUNS,
  NB_KVM_USER_ASKED, /* its guest was asked to shut down */
  NB_KVM_USER_LATE,  /* and did not, in the time that a guest may take */
  NB_KVM_USER_FORCED,
} NbKvmUserState;

#define NB_TYPE_KVM_USER (nb_kvm_user_get_type ())

G_DECLARE_FINAL_TYPE (NbKvmUser, nb_kvm_user, NB, KVM_USER, GObject)

/* Who keeps KVM busy. Properties: state (NbKvmUserState), holder (NbHolderItem, null where the process is not known), error
 * (null, or why shutting down did not work). Main thread only. */

NbKvmUser      *nb_kvm_user_new_machine (NbMachine      *machine);
NbKvmUser      *nb_kvm_user_new_process (NbHolderItem   *holder);
NbKvmUser      *nb_kvm_user_new_rest    (void);
NbKvmUserKind   nb_kvm_user_get_kind    (NbKvmUser      *self);
NbMachine      *nb_kvm_user_get_machine (NbKvmUser      *self);
NbHolderItem   *nb_kvm_user_get_holder  (NbKvmUser      *self);
void            nb_kvm_user_set_holder  (NbKvmUser      *self,
                                         NbHolderItem   *holder);
NbKvmUserState  nb_kvm_user_get_state   (NbKvmUser      *self);
const char     *nb_kvm_user_get_error   (NbKvmUser      *self);
void            nb_kvm_user_shut_down   (NbKvmUser      *self);
void            nb_kvm_user_force_off   (NbKvmUser      *self);

gboolean        nb_machine_uses_kvm     (NbMachine      *machine);

G_END_DECLS
