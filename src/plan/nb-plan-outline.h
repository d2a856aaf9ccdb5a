/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-chain.h"
#include "nb-protocol.h"
#include "nb-verdict.h"

G_BEGIN_DECLS

/* What a plan is for. */
typedef enum {
  NB_PLAN_GOAL_MACHINE, /* a machine that can run machines, proven */
  NB_PLAN_GOAL_ENABLE,  /* this computer alone */
  NB_PLAN_GOAL_DISABLE,
  NB_PLAN_GOAL_UNDO,    /* this computer as before the last change */
} NbPlanGoal;

/* What a step does. */
typedef enum {
  NB_PLAN_STOP,      /* shut down the machines that keep KVM busy */
  NB_PLAN_HOST,      /* turn nested virtualization on, or off */
  NB_PLAN_START,     /* start the stopped ones again */
  NB_PLAN_CPU,       /* change `<cpu>` */
  NB_PLAN_RESTART,   /* shut the machine down and start it */
  NB_PLAN_BOOT,      /* start the machine */
  NB_PLAN_PROOF,     /* ask the guest */
  NB_PLAN_CPU_BACK,  /* bring the earlier `<cpu>` back */
  NB_PLAN_HOST_BACK, /* nested virtualization as it was */
} NbPlanKind;

/* When the computer changes, where that is a choice. */
typedef enum {
  NB_PLAN_LATER, /* at the next restart: nothing has to stop */
  NB_PLAN_NOW,
} NbPlanWhen;

/* Why there can be no plan. */
typedef enum {
  NB_PLAN_OBSTACLE_NONE,
  NB_PLAN_OBSTACLE_MACHINE,     /* this machine can never do it here */
  NB_PLAN_OBSTACLE_HOST,        /* nothing that a button could change about this computer */
  NB_PLAN_OBSTACLE_HELPER,      /* the computer would have to change, and nobody is there to do it */
  NB_PLAN_OBSTACLE_ELSEWHERE,   /* another computer would have to change */
  NB_PLAN_OBSTACLE_LIBVIRT,     /* the computer is ready and libvirt does not offer it */
  NB_PLAN_OBSTACLE_START,       /* libvirt would not start it, whatever a plan does */
  NB_PLAN_OBSTACLE_OVERRIDE,    /* an argument of QEMU's decides, which no plan changes */
  NB_PLAN_OBSTACLE_LOCKED,      /* the machine's configuration can't be kept */
  NB_PLAN_OBSTACLE_SAVED_STATE, /* starting it would bring its old processor back */
  NB_PLAN_OBSTACLE_IN_USE,      /* what keeps KVM busy can't be shut down from here */
} NbPlanObstacle;

/**
 * NbPlanInput:
 * @goal: what it is for
 * @chain: how the machine stands; this and @machine, @locked, @saved_state, @prove for a machine only
 * @machine: what that comes from
 * @remedy: what can be done about this computer
 * @next_boot: whether its configuration says on
 * @can_change_host: a helper is there
 * @in_use: KVM would have to be loaded anew, and is in use
 * @n_blockers: running machines that would have to stop, with this one where it runs
 * @n_others: how many other machines of those can be started again
 * @n_strangers: processes that keep KVM busy and are no machine of the list
 * @locked: the machine's configuration can't be changed
 * @saved_state: it has saved memory, which holds its old processor
 * @when: the person's choice
 * @start_again: the same: start the stopped ones again
 * @prove: the same: ask the guest
 *
 * All that a plan is made of.
 */
typedef struct {
  NbPlanGoal goal;
  NbChain chain;
  NbChainMachine machine;
  NbRemedy remedy;
  NbTristate next_boot;
  gboolean can_change_host;
  gboolean in_use;
  guint n_blockers;
  guint n_others;
  guint n_strangers;
  gboolean locked;
  gboolean saved_state;
  NbPlanWhen when;
  gboolean start_again;
  gboolean prove;
} NbPlanInput;

#define NB_PLAN_MAX 8

/**
 * NbPlanOutline:
 * @kinds: the steps, in order
 * @n_kinds: how many; none where nothing is missing
 * @obstacle: why there are none
 * @verb: what the helper is to do, where %NB_PLAN_HOST is among them
 * @when: when the computer changes
 * @asks: now or later is a choice
 * @can_now: now can be chosen
 * @stops: all machines that use KVM stop for it
 */
typedef struct {
  NbPlanKind kinds[NB_PLAN_MAX];
  guint n_kinds;
  NbPlanObstacle obstacle;
  NbVerb verb;
  NbPlanWhen when;
  gboolean asks;
  gboolean can_now;
  gboolean stops;
} NbPlanOutline;

/**
 * NbPlanDone:
 * @host: nested virtualization was changed
 * @reload: taking that back loads KVM anew, and it is in use
 * @cpu: `<cpu>` was changed
 * @running: the machine runs
 * @n_ran: how many machines ran before the plan and would have to be started in the end
 *
 * What there is to take back.
 */
typedef struct {
  gboolean host;
  gboolean reload;
  gboolean cpu;
  gboolean running;
  guint n_ran;
} NbPlanDone;

void nb_plan_outline_decide    (NbPlanOutline     *outline,
                                const NbPlanInput *input);
void nb_plan_outline_take_back (NbPlanOutline     *outline,
                                const NbPlanDone  *done);

G_END_DECLS
