/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which steps are missing until a machine, or the computer, can run virtual machines, and in which order. Pure: nothing is read or done. */

#include "config.h"

#include "nb-plan-outline.h"

#include <string.h>

static void
add (NbPlanOutline *outline, NbPlanKind kind)
{
  g_assert (outline->n_kinds < NB_PLAN_MAX);
  outline->kinds[outline->n_kinds++] = kind;
}

/* What is no machine of the list can't be shut down from here. */
static void
ask_when (NbPlanOutline *outline, const NbPlanInput *input, NbVerb now, NbVerb later)
{
  outline->asks = TRUE;
  outline->can_now = input->n_blockers > 0 && input->n_strangers == 0;
  outline->when = outline->can_now ? input->when : NB_PLAN_LATER;
  outline->stops = outline->when == NB_PLAN_NOW;
  outline->verb = outline->stops ? now : later;
}

/* What is to be done about this computer. FALSE where nothing can be. */
static gboolean
decide_host (NbPlanOutline *outline, const NbPlanInput *input)
{
  const NbVerb now = input->next_boot == NB_TRISTATE_YES ? NB_VERB_ENABLE_NOW : NB_VERB_ENABLE;

  switch (input->remedy)
    {
    case NB_REMEDY_ENABLE:
    case NB_REMEDY_START_KVM:
      outline->verb = NB_VERB_ENABLE;
      return TRUE;
    case NB_REMEDY_ENABLE_NOW:
      outline->verb = NB_VERB_ENABLE_NOW;
      return TRUE;
    case NB_REMEDY_ENABLE_BUSY:
      ask_when (outline, input, now, NB_VERB_ENABLE_LATER);
      return TRUE;
    case NB_REMEDY_ENABLE_LATER:
      outline->when = NB_PLAN_LATER;
      outline->verb = NB_VERB_ENABLE_LATER;
      return TRUE;
    case NB_REMEDY_NONE:
    case NB_REMEDY_SET_UP_MACHINE:
    case NB_REMEDY_KEEP_ON:
    case NB_REMEDY_TRY_AGAIN:
    case NB_REMEDY_TEST_AGAIN:
      return FALSE;
    }

  return FALSE;
}

static NbPlanObstacle
find_obstacle (NbPlanOutline *outline, const NbPlanInput *input, gboolean host_missing, gboolean cpu_missing)
{
  if (host_missing)
    {
      if (!input->machine.local)
        return NB_PLAN_OBSTACLE_ELSEWHERE;
      if (!decide_host (outline, input))
        return NB_PLAN_OBSTACLE_HOST;
      if (!input->can_change_host)
        return NB_PLAN_OBSTACLE_HELPER;
    }
  if (input->chain.verdict == NB_MACHINE_VERDICT_IMPOSSIBLE)
    return NB_PLAN_OBSTACLE_MACHINE;
  if (input->chain.verdict == NB_MACHINE_VERDICT_CANNOT_START)
    return NB_PLAN_OBSTACLE_START;
  if (input->machine.override != NULL && !nb_proof_is_yes (input->machine.proof))
    return NB_PLAN_OBSTACLE_OVERRIDE;
  if (input->chain.broken == NB_LINK_LIBVIRT && !input->machine.emulated)
    return input->machine.local ? NB_PLAN_OBSTACLE_LIBVIRT : NB_PLAN_OBSTACLE_ELSEWHERE;
  if (cpu_missing && input->locked)
    return NB_PLAN_OBSTACLE_LOCKED;
  if (!input->machine.running && input->saved_state &&
      (host_missing || cpu_missing || input->chain.states[NB_LINK_RUNNING] == NB_LINK_STATE_BROKEN))
    return NB_PLAN_OBSTACLE_SAVED_STATE;

  return NB_PLAN_OBSTACLE_NONE;
}

/* This computer alone. */
static void
decide_computer (NbPlanOutline *outline, const NbPlanInput *input)
{
  const NbTristate wanted = input->goal == NB_PLAN_GOAL_DISABLE ? NB_TRISTATE_NO : NB_TRISTATE_YES;

  switch (input->goal)
    {
    case NB_PLAN_GOAL_MACHINE:
    case NB_PLAN_GOAL_ENABLE:
      /* Somebody else was faster. */
      if (input->remedy == NB_REMEDY_SET_UP_MACHINE)
        return;
      if (!decide_host (outline, input))
        outline->obstacle = NB_PLAN_OBSTACLE_HOST;
      break;
    case NB_PLAN_GOAL_DISABLE:
      outline->verb = NB_VERB_DISABLE;
      if (input->in_use)
        ask_when (outline, input, NB_VERB_DISABLE, NB_VERB_DISABLE_LATER);
      break;
    case NB_PLAN_GOAL_UNDO:
      outline->stops = input->in_use;
      if (input->in_use && (input->n_blockers == 0 || input->n_strangers > 0))
        outline->obstacle = NB_PLAN_OBSTACLE_IN_USE;
      break;
    }
  if (outline->obstacle == NB_PLAN_OBSTACLE_NONE && !input->can_change_host)
    outline->obstacle = NB_PLAN_OBSTACLE_HELPER;
  if (outline->obstacle != NB_PLAN_OBSTACLE_NONE)
    return;

  if (outline->stops)
    add (outline, NB_PLAN_STOP);
  if (input->goal == NB_PLAN_GOAL_UNDO)
    add (outline, NB_PLAN_HOST_BACK);
  else if (outline->when == NB_PLAN_NOW || input->next_boot != wanted)
    add (outline, NB_PLAN_HOST);
  if (outline->stops && input->start_again && input->n_others > 0)
    add (outline, NB_PLAN_START);
}

/**
 * nb_plan_outline_decide:
 * @outline: (out caller-allocates): the plan
 * @input: what it is made of
 *
 * Plans the way from how things stand to a proof. Pure, any thread.
 */
void
nb_plan_outline_decide (NbPlanOutline *outline, const NbPlanInput *input)
{
  const gboolean host_missing = input->chain.broken >= NB_LINK_PROCESSOR && input->chain.broken <= NB_LINK_NESTED;
  const gboolean cpu_missing = input->machine.configured != NB_TRISTATE_YES;

  memset (outline, 0, sizeof *outline);
  outline->when = NB_PLAN_NOW;
  if (input->goal != NB_PLAN_GOAL_MACHINE)
    {
      decide_computer (outline, input);
      return;
    }

  outline->obstacle = find_obstacle (outline, input, host_missing, cpu_missing);
  if (outline->obstacle != NB_PLAN_OBSTACLE_NONE)
    return;

  if (outline->stops)
    add (outline, NB_PLAN_STOP);
  if (host_missing && !(outline->when == NB_PLAN_LATER && input->next_boot == NB_TRISTATE_YES))
    add (outline, NB_PLAN_HOST);
  if (outline->stops && input->start_again && input->n_others > 0)
    add (outline, NB_PLAN_START);
  if (cpu_missing)
    add (outline, NB_PLAN_CPU);

  /* The computer's restart is the machine's, too. */
  if (outline->when == NB_PLAN_LATER)
    return;

  /* A guest that was started while nested was off has no virtualization, whatever its configuration says. */
  if (!input->machine.running || outline->stops)
    add (outline, NB_PLAN_BOOT);
  else if (host_missing || cpu_missing || input->chain.states[NB_LINK_RUNNING] == NB_LINK_STATE_BROKEN)
    add (outline, NB_PLAN_RESTART);
  if (input->prove && !nb_proof_is_yes (input->machine.proof))
    add (outline, NB_PLAN_PROOF);
}

/**
 * nb_plan_outline_take_back:
 * @outline: (out caller-allocates): the plan
 * @done: what was done
 *
 * Plans the way back, in reverse. Pure, any thread.
 */
void
nb_plan_outline_take_back (NbPlanOutline *outline, const NbPlanDone *done)
{
  memset (outline, 0, sizeof *outline);
  outline->when = NB_PLAN_NOW;

  outline->stops = done->host && done->reload;
  if (outline->stops || (done->cpu && done->running))
    add (outline, NB_PLAN_STOP);
  if (done->cpu)
    add (outline, NB_PLAN_CPU_BACK);
  if (done->host)
    add (outline, NB_PLAN_HOST_BACK);
  if (done->n_ran > 0)
    add (outline, NB_PLAN_START);
}
