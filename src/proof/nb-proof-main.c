/* SPDX-License-Identifier: GPL-3.0-or-later */

/* nestbox-proof: shows that a virtual machine can run a virtual machine here. A program of its own, so that a KVM that
 * hangs or crashes harms nobody else. It takes no argument, needs no right but that to open /dev/kvm, and changes nothing. */

#include "nb-proof.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Whoever started us may have died since, so we end ourselves; a signal's default action also ends KVM_RUN. What is
 * inherited of signals does not count. */
static void
limit_ourselves (void)
{
  const struct rlimit none = { 0, 0 };
  const struct rlimit seconds = { NB_PROOF_TIME_LIMIT, NB_PROOF_TIME_LIMIT + 1 };
  sigset_t signals;

  setrlimit (RLIMIT_CORE, &none);
  setrlimit (RLIMIT_CPU, &seconds);
  prctl (PR_SET_DUMPABLE, 0);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);

  sigemptyset (&signals);
  sigprocmask (SIG_SETMASK, &signals, NULL);
  signal (SIGALRM, SIG_DFL);
  signal (SIGXCPU, SIG_DFL);
  alarm (NB_PROOF_TIME_LIMIT + 2);
}

static const char *
get_result (int exit_code)
{
  switch (exit_code)
    {
    case NB_PROOF_EXIT_PROVEN:
      return "proven";
    case NB_PROOF_EXIT_NOT_OFFERED:
      return "not-offered";
    case NB_PROOF_EXIT_FAILED:
      return "failed";
    case NB_PROOF_EXIT_UNAVAILABLE:
      return "unavailable";
    default:
      return "not-tried";
    }
}

static void
print (const NbProof *proof)
{
  printf ("proof result=%s", get_result (proof->exit_code));
  if (proof->at != NULL)
    printf (" at=%s", proof->at);
  if (proof->error_number != 0)
    printf (" errno=%d", proof->error_number);
  if (proof->kvm_exit != 0)
    printf (" kvm-exit=%u", proof->kvm_exit);
  if (proof->machine_exit != 0)
    printf (" exit=0x%" PRIx64, proof->machine_exit);
  if (proof->instruction_error != 0)
    printf (" error=%" PRIu64, proof->instruction_error);
  if (proof->field != 0)
    printf (" field=0x%" PRIx64, proof->field);
  if (proof->trips != 0)
    printf (" trips=%u", proof->trips);
  if (proof->nanoseconds != 0)
    printf (" nanoseconds=%" PRIu64, proof->nanoseconds);
  putchar ('\n');
}

int
main (void)
{
  NbProof proof;

  limit_ourselves ();
  nb_proof_run (&proof);
  print (&proof);

  return proof.exit_code;
}
