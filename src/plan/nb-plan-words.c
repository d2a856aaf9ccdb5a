/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plan in words: what each step does, and what can go wrong. */

#include "config.h"

#include "nb-plan-words.h"

#include <glib/gi18n-lib.h>

static const char *
get_host_title (NbVerb verb)
{
  switch ((int) verb)
    {
    case NB_VERB_ENABLE_LATER:
      return _ ("Enable Nested Virtualization at the Next Restart");
    case NB_VERB_DISABLE_LATER:
      return _ ("Disable Nested Virtualization at the Next Restart");
    case NB_VERB_DISABLE:
      return _ ("Disable Nested Virtualization");
    default:
      return _ ("Enable Nested Virtualization");
    }
}

static char *
dup_title (NbPlanKind kind, const NbPlanOutline *outline, const NbPlanContext *context)
{
  switch (kind)
    {
    case NB_PLAN_STOP:
      /* Translators: %s are names of machines, with commas */
      return g_strdup_printf (_ ("Shut Down %s"), context->blockers);
    case NB_PLAN_HOST:
      return g_strdup (get_host_title (outline->verb));
    case NB_PLAN_START:
      return g_strdup_printf (_ ("Start %s Again"), context->others);
    case NB_PLAN_CPU:
      return g_strdup (_ ("Change the Machine’s Processor"));
    case NB_PLAN_RESTART:
      return g_strdup_printf (_ ("Shut Down and Start %s"), context->name);
    case NB_PLAN_BOOT:
      return g_strdup_printf (_ ("Start %s"), context->name);
    case NB_PLAN_PROOF:
      return g_strdup (_ ("Check Inside the Guest"));
    case NB_PLAN_CPU_BACK:
      return g_strdup (_ ("Bring the Earlier Processor Back"));
    case NB_PLAN_HOST_BACK:
      return g_strdup (_ ("Set Nested Virtualization as It Was"));
    }

  return NULL;
}

static const char *
get_host_explanation (NbVerb verb)
{
  switch ((int) verb)
    {
    case NB_VERB_ENABLE_LATER:
    case NB_VERB_DISABLE_LATER:
      return _ ("The setting is stored and takes effect when the computer restarts. Nothing stops now. Asks for an "
                "administrator’s password.");
    case NB_VERB_DISABLE:
      return _ ("KVM is loaded again with nested virtualization off, and the setting is kept after a restart. Virtual "
                "machines can no longer run virtual machines then. Asks for an administrator’s password.");
    case NB_VERB_ENABLE_NOW:
      return _ ("KVM is loaded again with nested virtualization on, as the computer’s configuration says already. Asks "
                "for an administrator’s password.");
    default:
      return _ ("KVM is loaded again with nested virtualization on, and the setting is kept after a restart. Asks for "
                "an administrator’s password.");
    }
}

static const char *
get_explanation (NbPlanKind kind, const NbPlanOutline *outline, const NbPlanContext *context)
{
  switch (kind)
    {
    case NB_PLAN_STOP:
      return outline->stops
               ? _ ("KVM can be changed only while no machine uses it. The guests are asked to shut down, as "
                    "with their own power button; none is forced.")
               : _ ("The guest is asked to shut down, as with its own power button. A machine gets its "
                    "processor when it starts.");
    case NB_PLAN_HOST:
      return get_host_explanation (outline->verb);
    case NB_PLAN_START:
      return _ ("Only those that were shut down for this.");
    case NB_PLAN_CPU:
      return context->changes != NULL ? context->changes
                                      : _ ("The machine gets a processor that can run virtual machines.");
    case NB_PLAN_RESTART:
      return _ ("A machine gets its processor when it starts; a restart inside the guest is not enough.");
    case NB_PLAN_BOOT:
      return _ ("It starts with its new processor.");
    case NB_PLAN_PROOF:
      return _ (
        "Looks for virtualization and KVM in a Linux guest through the QEMU guest agent, once the guest has started. "
        "libvirt then marks the running machine as tainted until it shuts down; nothing else changes.");
    case NB_PLAN_CPU_BACK:
      return _ ("The machine’s configuration is stored as it was before.");
    case NB_PLAN_HOST_BACK:
      return _ ("Both the setting and what is in effect now. May ask for the password again.");
    }

  return NULL;
}

static char *
dup_risk (NbPlanKind kind, const NbPlanOutline *outline, const NbPlanContext *context)
{
  switch (kind)
    {
    case NB_PLAN_STOP:
      return context->transient != NULL
               ? g_strdup_printf (_ ("libvirt keeps no configuration of %s: once shut down, it is gone. Save your work "
                                     "inside the guests first."),
                                  context->transient)
               : g_strdup (_ ("Save your work inside the guests first. A guest that does not answer is asked about; "
                              "nothing happens to it by itself."));
    case NB_PLAN_HOST:
      return g_strdup (outline->when == NB_PLAN_LATER ? _ ("If the setting can’t be stored, everything stays as it is.")
                                                      : _ ("If KVM refuses the setting, the old one is put back."));
    case NB_PLAN_CPU:
      return g_strdup (
        context->is_amd
          ? _ ("A guest may notice a new processor: Windows may ask to be activated again. Saving or migrating this "
               "machine while virtual machines run inside it is not supported on AMD.")
          : _ ("A guest may notice a new processor: Windows may ask to be activated again."));
    case NB_PLAN_RESTART:
      return g_strdup (_ ("Save your work inside the guest first. If it does not shut down in time, you are asked."));
    case NB_PLAN_BOOT:
      return g_strdup (_ ("If this computer can’t give it that processor, libvirt refuses and says why."));
    case NB_PLAN_PROOF:
      return g_strdup (_ ("Without an agent in the guest there is no answer; then you get the command to type."));
    case NB_PLAN_START:
    case NB_PLAN_CPU_BACK:
    case NB_PLAN_HOST_BACK:
      return NULL;
    }

  return NULL;
}

/**
 * nb_plan_words_new_step:
 * @kind: what the step does
 * @outline: the plan
 * @context: the names
 *
 * Returns: (transfer full): the step in words
 */
NbPlanStep *
nb_plan_words_new_step (NbPlanKind kind, const NbPlanOutline *outline, const NbPlanContext *context)
{
  g_autofree char *title = dup_title (kind, outline, context);
  g_autofree char *risk = dup_risk (kind, outline, context);

  return nb_plan_step_new (kind, title, get_explanation (kind, outline, context), risk,
                           kind == NB_PLAN_CPU ? context->difference : NULL);
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
