/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "nb-proof-payload.h"
#include "nb-proof.h"

/* For x86-64 only. */

/* How the outer machine is set up, and with it the inner one. */
#define NB_PROOF_CR0      0x80000033 /* PG, NE, ET, MP, PE */
#define NB_PROOF_CR4      0x20       /* PAE */
#define NB_PROOF_EFER     0x500      /* LMA, LME */
#define NB_PROOF_RFLAGS   0x2
#define NB_PROOF_DR7      0x400
#define NB_PROOF_CS       0x8
#define NB_PROOF_DS       0x10
#define NB_PROOF_TR       0x18
#define NB_PROOF_TR_LIMIT 0x67

/* nb-proof-payload.S */
extern const uint8_t nb_proof_amd_begin[], nb_proof_amd_inner[], nb_proof_amd_end[];
extern const uint8_t nb_proof_intel_begin[], nb_proof_intel_back[], nb_proof_intel_inner[], nb_proof_intel_end[];

static inline void
nb_proof_put (uint8_t *memory, uint64_t address, uint64_t value, size_t size)
{
  memcpy (memory + address, &value, size);
}

static inline uint64_t
nb_proof_get (const uint8_t *memory, uint64_t address)
{
  uint64_t value;

  memcpy (&value, memory + address, sizeof value);
  return value;
}

/* Returns false, for the caller to return. */
static inline bool
nb_proof_fail (NbProof *proof, int exit_code, const char *at, int error_number)
{
  proof->exit_code = exit_code;
  proof->at = at;
  proof->error_number = error_number;

  return false;
}

void nb_proof_amd_prepare   (uint8_t *memory);
bool nb_proof_intel_prepare (uint8_t *memory,
                             int      kvm,
                             NbProof *proof);
bool nb_proof_intel_unlock  (int      processor,
                             NbProof *proof);
