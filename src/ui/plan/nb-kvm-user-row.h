/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-plan.h"

G_BEGIN_DECLS

#define NB_TYPE_KVM_USER_ROW (nb_kvm_user_row_get_type ())

G_DECLARE_FINAL_TYPE (NbKvmUserRow, nb_kvm_user_row, NB, KVM_USER_ROW, AdwActionRow)

GtkWidget *nb_kvm_user_row_new (NbKvmUser  *user,
                                NbKvmUsers *users,
                                NbPlan     *plan);

G_END_DECLS
