/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-controller.h"
#include "nb-kvm-users.h"
#include "nb-machine-editor.h"
#include "nb-plan-outline.h"

G_BEGIN_DECLS

/**
 * NbPlanParts:
 * @goal: what the plan is for
 * @editor: (nullable): the machine, where the goal is one
 * @controller: who changes this computer
 * @users: who uses KVM
 * @when: the person's choice
 * @start_again: the same: start the stopped ones again
 * @prove: the same: ask the guest
 * @patience: seconds for a guest to shut down, 0 for as long as its machine says
 * @pace: how many milliseconds a second has
 * @ahead: it is not the way back
 * @ran: (element-type NbMachine): those that ran before
 * @stopped: (element-type NbMachine): those that are off because of a step
 */
typedef struct {
  NbPlanGoal goal;
  NbMachineEditor *editor;
  NbHostController *controller;
  NbKvmUsers *users;
  NbPlanWhen when;
  gboolean start_again;
  gboolean prove;
  guint patience;
  guint pace;
  gboolean ahead;
  GPtrArray *ran;
  GPtrArray *stopped;
} NbPlanParts;

void       nb_plan_parts_gather       (const NbPlanParts   *self,
                                       NbPlanInput         *input,
                                       GPtrArray           *users,
                                       GPtrArray           *others);
GPtrArray *nb_plan_parts_create_steps (const NbPlanParts   *self,
                                       const NbPlanOutline *outline,
                                       GPtrArray           *stops,
                                       GPtrArray           *starts);
GPtrArray *nb_plan_parts_dup_again    (const NbPlanParts   *self,
                                       const NbPlanOutline *outline);
GPtrArray *nb_plan_parts_filter_startable (GPtrArray     *machines,
                                       NbMachine           *except);

G_END_DECLS
