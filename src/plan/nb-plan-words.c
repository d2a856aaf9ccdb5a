/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan in words: why there is none, and how it ended. What its steps do, they say themselves. */

#include "config.h"

#include "nb-plan-words.h"

#include <glib/gi18n-lib.h>

/**
 * nb_plan_words_get_end:
 * @goal: what the plan was for
 * @when: when the computer changes
 * @proof: what the guest says of itself
 *
 * Returns: (transfer none): how a plan ended that has done all of its steps
 */
const char *
nb_plan_words_get_end (NbPlanGoal goal, NbPlanWhen when, NbTristate proof)
{
  if (goal == NB_PLAN_GOAL_UNDO)
    return _ ("What was done has been taken back.");
  if (goal != NB_PLAN_GOAL_MACHINE && when == NB_PLAN_LATER)
    return _ ("It takes effect when the computer restarts.");
  if (goal == NB_PLAN_GOAL_DISABLE)
    return _ ("Nested virtualization is off.");
  if (goal == NB_PLAN_GOAL_ENABLE)
    return _ ("Nested virtualization is on.");
  if (when == NB_PLAN_LATER)
    return _ ("Restart the computer, then start the machine: it can run virtual machines from then on.");
  if (proof == NB_TRISTATE_YES)
    return _ ("Proven: the guest itself sees virtualization. This machine can run virtual machines.");

  return _ ("All is set up. The guest itself has not said so yet.");
}

/**
 * nb_plan_obstacle_get_text:
 * @obstacle: why there is no plan
 *
 * Returns: (transfer none) (nullable): that in a translated sentence
 */
const char *
nb_plan_obstacle_get_text (NbPlanObstacle obstacle)
{
  switch (obstacle)
    {
    case NB_PLAN_OBSTACLE_NONE:
      return NULL;
    case NB_PLAN_OBSTACLE_MACHINE:
      return _ ("This machine can’t run virtual machines on this computer.");
    case NB_PLAN_OBSTACLE_HOST:
      return _ ("This computer has to change first, in a way that no program can do. See This Computer.");
    case NB_PLAN_OBSTACLE_HELPER:
      return _ ("This computer has to change first, and it can’t be changed from here.");
    case NB_PLAN_OBSTACLE_ELSEWHERE:
      return _ ("The machine runs on another computer, which does not offer virtualization to it. Enable nested "
                "virtualization there.");
    case NB_PLAN_OBSTACLE_LIBVIRT:
      return _ ("The computer is ready, but libvirt does not offer virtualization to this machine. Its emulator or "
                "machine type may be too old.");
    case NB_PLAN_OBSTACLE_START:
      return _ ("libvirt would not start this machine as it is configured. Its page says what has to change first.");
    case NB_PLAN_OBSTACLE_OVERRIDE:
      return _ (
        "The machine has an argument for QEMU of its own, which decides over its processor. Changes would have no "
        "effect. Check inside the guest what it has.");
    case NB_PLAN_OBSTACLE_LOCKED:
      return _ ("libvirt keeps no configuration of this machine, so changes can’t be kept.");
    case NB_PLAN_OBSTACLE_SAVED_STATE:
      return _ ("The machine has a saved state, which still holds its old processor. Start it and shut it down, or "
                "discard the saved state, then come back.");
    case NB_PLAN_OBSTACLE_IN_USE:
      return _ ("KVM is in use by something that can’t be shut down from here. Close it yourself, then come back.");
    }

  return NULL;
}
