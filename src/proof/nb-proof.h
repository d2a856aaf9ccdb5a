/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nb-proof-codes.h"

/**
 * NbProof:
 * @exit_code: one of nb-proof-codes.h
 * @at: the ioctl, register or instruction at which it ended, or NULL
 * @error_number: errno of an ioctl that failed, or 0
 * @kvm_exit: why KVM_RUN came back where it should not have, or 0
 * @machine_exit: the inner machine's exit code or reason
 * @instruction_error: Intel's VM-instruction error
 * @field: the VMCS field written last
 * @trips: round trips that were made
 * @nanoseconds: the median time of one
 */
typedef struct {
  int exit_code;
  const char *at;
  int error_number;
  unsigned int kvm_exit;
  uint64_t machine_exit;
  uint64_t instruction_error;
  uint64_t field;
  unsigned int trips;
  uint64_t nanoseconds;
} NbProof;

void nb_proof_run (NbProof *proof);
