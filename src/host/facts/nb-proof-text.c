/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was shown on this computer, in words. */

#include "config.h"

#include "nb-proof-text.h"

#include <glib/gi18n-lib.h>

/**
 * nb_proof_dup_round_trip:
 * @answer: (nullable): what was shown
 *
 * Returns: (transfer full) (nullable): the time of one round trip, with its unit
 */
char *
nb_proof_dup_round_trip (const NbProofAnswer *answer)
{
  if (answer == NULL || answer->nanoseconds < 0)
    return NULL;

  if (answer->nanoseconds < 10 * 1000)
    /* Translators: a time in microseconds */
    return g_strdup_printf (_ ("%.1f µs"), answer->nanoseconds / 1e3);
  if (answer->nanoseconds < 1000 * 1000)
    /* Translators: a time in microseconds */
    return g_strdup_printf (_ ("%.0f µs"), answer->nanoseconds / 1e3);

  /* Translators: a time in milliseconds */
  return g_strdup_printf (_ ("%.1f ms"), answer->nanoseconds / 1e6);
}

/**
 * nb_proof_dup_sentence:
 * @answer: (nullable): what was shown
 *
 * Returns: (transfer full) (nullable): a sentence for the card; %NULL where nothing was tried yet, or where the verdict
 *   itself says that it does not work
 */
char *
nb_proof_dup_sentence (const NbProofAnswer *answer)
{
  g_autofree char *round_trip = nb_proof_dup_round_trip (answer);

  if (answer == NULL)
    return NULL;

  switch (answer->result)
    {
    case NB_PROOF_RESULT_PROVEN:
      if (round_trip == NULL)
        return g_strdup (_ ("Tested: a virtual machine ran inside a virtual machine here."));
      /* Translators: %s is a time such as 1.9 µs; a round trip goes from the inner machine to the outer one and back */
      return g_strdup_printf (_ ("Tested: a virtual machine ran inside a virtual machine here, %s a round trip."),
                              round_trip);
    case NB_PROOF_RESULT_UNAVAILABLE:
      /* Translators: %s is the technical reason, such as “open: Permission denied” */
      return g_strdup_printf (_ ("Not tested: /dev/kvm can’t be used from here (%s)."), answer->detail);
    case NB_PROOF_RESULT_NOT_TRIED:
      return g_strdup (_ ("Not tested: there is no test for this kind of processor."));
    case NB_PROOF_RESULT_TIME_LIMIT:
      return g_strdup (_ ("Not tested: the test took too long and was stopped. KVM may hang."));
    case NB_PROOF_RESULT_KILLED:
      /* Translators: %s is a signal's name */
      return g_strdup_printf (_ ("Not tested: the test ended before it had an answer (%s)."), answer->detail);
    case NB_PROOF_RESULT_NOT_STARTED:
      /* Translators: %s is the reason, in words */
      return g_strdup_printf (_ ("Not tested: the test could not be started (%s)."), answer->detail);
    case NB_PROOF_RESULT_NOT_OFFERED:
    case NB_PROOF_RESULT_FAILED:
      break;
    }

  return NULL;
}

/* When, as the locale writes it. */
static char *
dup_time (const NbProofAnswer *answer)
{
  g_autoptr (GDateTime) time = answer->time > 0 ? g_date_time_new_from_unix_local (answer->time) : NULL;

  return time != NULL ? g_date_time_format (time, "%X") : NULL;
}

/**
 * nb_proof_dup_row:
 * @answer: what was shown
 *
 * Returns: (transfer full): the same for a row of facts: whether it works, and since when that is known
 */
char *
nb_proof_dup_row (const NbProofAnswer *answer)
{
  g_autofree char *round_trip = nb_proof_dup_round_trip (answer);
  g_autofree char *time = dup_time (answer);

  switch (answer->result)
    {
    case NB_PROOF_RESULT_PROVEN:
      if (round_trip != NULL && time != NULL)
        /* Translators: a time such as 1.9 µs, and a time of day */
        return g_strdup_printf (_ ("A virtual machine ran inside a virtual machine, %s a round trip (at %s)"),
                                round_trip, time);
      if (round_trip != NULL)
        /* Translators: a time such as 1.9 µs */
        return g_strdup_printf (_ ("A virtual machine ran inside a virtual machine, %s a round trip"), round_trip);
      return g_strdup (_ ("A virtual machine ran inside a virtual machine"));
    case NB_PROOF_RESULT_NOT_OFFERED:
      return g_strdup (_ ("Does not work: the setting says on, KVM offers nothing"));
    case NB_PROOF_RESULT_FAILED:
      /* Translators: %s names what failed, such as “VMRUN, exit 0x7f” */
      return g_strdup_printf (_ ("Does not work: %s"), answer->detail);
    case NB_PROOF_RESULT_UNAVAILABLE:
    case NB_PROOF_RESULT_NOT_TRIED:
    case NB_PROOF_RESULT_TIME_LIMIT:
    case NB_PROOF_RESULT_KILLED:
    case NB_PROOF_RESULT_NOT_STARTED:
      break;
    }

  return nb_proof_dup_sentence (answer);
}

/* What most likely stands in the way, and who can do something about it. */
static const char *
get_advice (const NbHostFacts *facts)
{
  if (facts->cpuid_hypervisor == NB_TRISTATE_YES)
    return _ ("This computer is itself a virtual machine: the computer that runs it passes on only a part of the "
              "processor’s virtualization. It has to be set up there.");
  if (facts->owner != NULL)
    return _ ("Another virtualization program seems to hold the processor. Quit it, and test again.");

  return _ ("The kernel’s log may say why. If a newer kernel or firmware does not help either, report it with this "
            "computer’s report.");
}

/**
 * nb_proof_dup_failure:
 * @facts: facts whose proof says that it does not work
 *
 * Returns: (transfer full): what failed and what helps
 */
char *
nb_proof_dup_failure (const NbHostFacts *facts)
{
  const NbProofAnswer *answer = facts->proof;

  if (answer != NULL && answer->result == NB_PROOF_RESULT_NOT_OFFERED)
    /* Translators: the first %s is a kernel module, the second a whole sentence that says what helps */
    return g_strdup_printf (_ ("The setting of %s says on, but KVM offers virtual machines no virtualization. %s"),
                            facts->module != NULL ? facts->module : "KVM", get_advice (facts));
  /* Translators: the first %s names what failed, such as “VMRUN, exit 0x7f”, the second is a whole sentence that says
   * what helps */
  return g_strdup_printf (
    _ ("KVM offers it, but a virtual machine inside a virtual machine does not run here (%s). %s"), answer->detail,
    get_advice (facts));
}

/**
 * nb_proof_dup_command:
 * @facts: facts whose proof says that it does not work
 *
 * Returns: (transfer full): what a person may type to find out more, or to help
 */
char *
nb_proof_dup_command (const NbHostFacts *facts)
{
  if (facts->owner_modules != NULL && facts->owner_modules[0] != NULL)
    {
      g_autofree char *modules = g_strjoinv (" ", facts->owner_modules);

      return g_strconcat ("sudo modprobe -r ", modules, NULL);
    }

  return g_strdup ("journalctl --boot --dmesg --grep='kvm|svm|vmx'");
}
