/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-holder-list.h"
#include "nb-kvm-user.h"

G_BEGIN_DECLS

#define NB_TYPE_KVM_USERS (nb_kvm_users_get_type ())

G_DECLARE_FINAL_TYPE (NbKvmUsers, nb_kvm_users, NB, KVM_USERS, GObject)

/* A GListModel of NbKvmUser, live: who keeps KVM busy. Main thread only. */

NbKvmUsers   *nb_kvm_users_new             (NbHost       *host,
                                            NbHelper     *helper,
                                            GListModel   *machines);
NbHolderList *nb_kvm_users_get_holders     (NbKvmUsers   *self);
NbHost       *nb_kvm_users_get_host        (NbKvmUsers   *self);
void          nb_kvm_users_refresh         (NbKvmUsers   *self);
GPtrArray    *nb_kvm_users_dup_machines    (NbKvmUsers   *self);
guint         nb_kvm_users_count_strangers (NbKvmUsers   *self);
GListModel   *nb_kvm_users_get_machines    (NbKvmUsers   *self);

G_END_DECLS
