/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What nestbox-proof says and how it leaves. Plain C without a library: the program and its client share it.
 *
 * It prints one line on stdout, words of the form NAME=VALUE after the first:
 *
 *   proof result=proven trips=1000 nanoseconds=1900
 *   proof result=failed at=VMRUN exit=0xffffffffffffffff
 *
 * `trips` is the number of round trips, `nanoseconds` the median time of one. `at` names the instruction, the register or
 * the ioctl at which it ended, `errno` what an ioctl answered, `kvm-exit` why KVM_RUN came back, `exit` the inner virtual
 * machine's exit code (AMD) or exit reason (Intel), `error` Intel's VM-instruction error, `field` the last field of
 * the VMCS that was written. */

#define NB_PROOF_PROGRAM "nestbox-proof"

/* Seconds after which a proof is given up: by its client, and, a little later, by itself. A real one takes milliseconds. */
#define NB_PROOF_TIME_LIMIT 10

/* Exit codes of its own: never 1 (a shell's), 126 or 127. */
enum {
  NB_PROOF_EXIT_PROVEN = 0,
  NB_PROOF_EXIT_NOT_OFFERED = 3, /* KVM offers no nested virtualization */
  NB_PROOF_EXIT_FAILED = 4,      /* offered, but it does not work */
  NB_PROOF_EXIT_UNAVAILABLE = 5, /* no /dev/kvm, no permission, no memory: nothing was shown */
  NB_PROOF_EXIT_NOT_TRIED = 6,   /* not on this kind of computer */
};
