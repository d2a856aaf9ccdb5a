/* SPDX-License-Identifier: GPL-3.0-or-later */

/* AMD's side: the VMCB of the inner machine. AMD64 Architecture Programmer's Manual, volume 2, appendix B "VMCB
 * Layout"; what VMRUN checks stands in 15.5.1 "Basic Operation". */

#include "nb-proof-private.h"

/* Control area, table B-1 */
#define INTERCEPT_SHUTDOWN 0x00c /* a double word; bit 31 */
#define INTERCEPT_SVM      0x010 /* a double word; bit 0 VMRUN, which must be intercepted, bit 1 VMMCALL */
#define GUEST_ASID         0x058 /* must not be 0 */

/* State save area, table B-2. A segment is selector, attributes, limit and base, in 2, 2, 4 and 8 bytes. */
#define ES     0x400
#define CS     0x410
#define SS     0x420
#define DS     0x430
#define TR     0x490
#define EFER   0x4d0
#define CR4    0x548
#define CR3    0x550
#define CR0    0x558
#define DR7    0x560
#define DR6    0x568
#define RFLAGS 0x570
#define RSP    0x5d8
#define PAT    0x668

/* Attributes, 15.5.1: a descriptor's bits 55:52 and 47:40 together */
#define CODE_64 0x29b /* long, present, code, read, accessed */
#define DATA    0xc93 /* big, present, data, written, accessed */
#define TASK    0x08b /* present, a busy task of 64 bits */

static void
put_segment (uint8_t *memory, uint64_t field, uint64_t selector, uint64_t attributes, uint64_t limit, uint64_t base)
{
  nb_proof_put (memory, NB_PROOF_CONTROL + field, selector, 2);
  nb_proof_put (memory, NB_PROOF_CONTROL + field + 2, attributes, 2);
  nb_proof_put (memory, NB_PROOF_CONTROL + field + 4, limit, 4);
  nb_proof_put (memory, NB_PROOF_CONTROL + field + 8, base, 8);
}

void
nb_proof_amd_prepare (uint8_t *memory)
{
  const struct
  {
    uint64_t field;
    uint64_t value;
    size_t size;
  } values[] = {
    { INTERCEPT_SHUTDOWN, 1u << 31, 4 },
    { INTERCEPT_SVM, 1 << 1 | 1 << 0, 4 },
    { GUEST_ASID, 1, 4 },
    { EFER, NB_PROOF_EFER | 1 << 12, 8 }, /* SVME must be set in the inner machine as well */
    { CR0, NB_PROOF_CR0, 8 },
    { CR3, NB_PROOF_PML4, 8 },
    { CR4, NB_PROOF_CR4, 8 },
    { DR6, 0xffff0ff0, 8 },
    { DR7, NB_PROOF_DR7, 8 },
    { RFLAGS, NB_PROOF_RFLAGS, 8 },
    { NB_PROOF_VMCB_RIP, NB_PROOF_CODE + (nb_proof_amd_inner - nb_proof_amd_begin), 8 },
    { RSP, NB_PROOF_STACK, 8 },
    { PAT, 0x0007040600070406, 8 },
  };

  memcpy (memory + NB_PROOF_CODE, nb_proof_amd_begin, nb_proof_amd_end - nb_proof_amd_begin);
  for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
    nb_proof_put (memory, NB_PROOF_CONTROL + values[i].field, values[i].value, values[i].size);
  put_segment (memory, CS, NB_PROOF_CS, CODE_64, 0xffffffff, 0);
  put_segment (memory, DS, NB_PROOF_DS, DATA, 0xffffffff, 0);
  put_segment (memory, ES, NB_PROOF_DS, DATA, 0xffffffff, 0);
  put_segment (memory, SS, NB_PROOF_DS, DATA, 0xffffffff, 0);
  put_segment (memory, TR, NB_PROOF_TR, TASK, NB_PROOF_TR_LIMIT, NB_PROOF_TSS);
}
