/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where things lie in the memory of the outer virtual machine, and what it says there: for C and for assembly. Physical
 * addresses; the page tables map them one to one, and both machines use the same. */

#define NB_PROOF_PML4    0x1000 /* page tables: one page for each level, the last maps a page of 2 MiB */
#define NB_PROOF_PDPT    0x2000
#define NB_PROOF_PD      0x3000
#define NB_PROOF_CODE    0x4000
#define NB_PROOF_TSS     0x5000 /* stays empty: Intel wants a task register, and nobody uses it */
#define NB_PROOF_CONTROL 0x6000 /* AMD: the VMCB. Intel: the VMCS. */
#define NB_PROOF_HOST    0x7000 /* AMD: the host save area. Intel: the VMXON region. */
#define NB_PROOF_TABLE   0x8000 /* Intel: pairs of a VMCS field and its value; a field of -1 ends them */
#define NB_PROOF_WORDS   0x9000 /* what follows */
#define NB_PROOF_STACK   0xa000 /* below it; not used */
#define NB_PROOF_MEMORY  0x10000

/* Eight bytes each. */
#define NB_PROOF_AT      (NB_PROOF_WORDS + 0x00) /* one of the places below */
#define NB_PROOF_EXIT    (NB_PROOF_WORDS + 0x08) /* the inner machine's last exit code or exit reason */
#define NB_PROOF_ERROR   (NB_PROOF_WORDS + 0x10) /* Intel's VM-instruction error */
#define NB_PROOF_FIELD   (NB_PROOF_WORDS + 0x18) /* the VMCS field that was written last */
#define NB_PROOF_COUNT   (NB_PROOF_WORDS + 0x20) /* how often the inner machine ran: it counts itself */
#define NB_PROOF_BATCH   (NB_PROOF_WORDS + 0x28) /* round trips until the outer machine reports */
#define NB_PROOF_CONTROL_POINTER (NB_PROOF_WORDS + 0x30) /* Intel's instructions take addresses from memory */
#define NB_PROOF_HOST_POINTER    (NB_PROOF_WORDS + 0x38)

/* A test builds a program that makes one round trip. */
#ifndef NB_PROOF_BATCHES
#define NB_PROOF_BATCHES 20
#define NB_PROOF_TRIPS   50 /* in each batch */
#endif

/* The outer machine reports by writing a byte to this port. */
#define NB_PROOF_PORT        0xe0
#define NB_PROOF_SAYS_BATCH  1 /* a batch of round trips is done */
#define NB_PROOF_SAYS_FAILED 2

/* Places, in the order of nb_proof_place_names. */
#define NB_PROOF_AT_START     0
#define NB_PROOF_AT_EFER_SVME 1
#define NB_PROOF_AT_HSAVE     2
#define NB_PROOF_AT_VMRUN     3
#define NB_PROOF_AT_CR4_VMXE  4
#define NB_PROOF_AT_VMXON     5
#define NB_PROOF_AT_VMCLEAR   6
#define NB_PROOF_AT_VMPTRLD   7
#define NB_PROOF_AT_VMWRITE   8
#define NB_PROOF_AT_VMLAUNCH  9
#define NB_PROOF_AT_VMREAD    10
#define NB_PROOF_AT_VMRESUME  11
#define NB_PROOF_N_PLACES     12

/* The inner machine ends its turn with VMMCALL or VMCALL; both are three bytes long. */
#define NB_PROOF_CALL_LENGTH 3

/* AMD64 Architecture Programmer's Manual, volume 2, appendix B "VMCB Layout" and C "SVM Intercept Exit Codes" */
#define NB_PROOF_VMCB_EXITCODE   0x070
#define NB_PROOF_VMCB_RIP        0x578
#define NB_PROOF_VMEXIT_VMMCALL  0x81

/* Intel Software Developer's Manual, volume 3, appendix B "Field Encoding in VMCS" and C "VMX Basic Exit Reasons" */
#define NB_PROOF_VMCS_VM_INSTRUCTION_ERROR 0x4400
#define NB_PROOF_VMCS_EXIT_REASON          0x4402
#define NB_PROOF_VMCS_GUEST_RIP            0x681e
#define NB_PROOF_EXIT_REASON_VMCALL        18
