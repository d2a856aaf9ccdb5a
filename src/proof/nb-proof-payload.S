/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the two virtual machines execute, in 64-bit mode. nb-proof-machine.c copies one of the two programs into the
 * outer machine's memory and starts it; it starts the inner machine, which counts one up and calls back, and so on.
 * Nothing catches an exception: a faulting instruction shuts the outer machine down, and NB_PROOF_AT says where.
 *
 * A test builds this file with NB_PROOF_FAULT: 1, the inner machine faults instead of calling; 2, it never comes back;
 * 3, it calls without having counted. */

#include "nb-proof-payload.h"

#ifndef NB_PROOF_FAULT
#define NB_PROOF_FAULT 0
#endif

        .section .rodata
        .code64

/* The inner machine's whole life. It touches no register, so that the outer one's survive. */
.macro INNER call
5:
#if NB_PROOF_FAULT == 1
        ud2
#elif NB_PROOF_FAULT == 2
        jmp     5b
#endif
#if NB_PROOF_FAULT != 3
        incq    NB_PROOF_COUNT
#endif
        \call
        jmp     5b
.endm

.macro AT place
        movq    $\place, NB_PROOF_AT
.endm

.macro SAY word
        mov     $\word, %al
        out     %al, $NB_PROOF_PORT
.endm

/* AMD: volume 2 of the manual, chapter 15 "Secure Virtual Machine". The VMCB is filled in beforehand. */

        .globl  nb_proof_amd_begin, nb_proof_amd_inner, nb_proof_amd_end
nb_proof_amd_begin:
        AT      NB_PROOF_AT_EFER_SVME           /* 15.4: enabling SVM */
        mov     $0xc0000080, %ecx               /* EFER */
        rdmsr
        or      $0x1000, %eax                   /* SVME, bit 12 */
        wrmsr

        AT      NB_PROOF_AT_HSAVE               /* 15.30.4: VM_HSAVE_PA */
        mov     $0xc0010117, %ecx
        mov     $NB_PROOF_HOST, %eax
        xor     %edx, %edx
        wrmsr

        mov     NB_PROOF_BATCH, %r12
        AT      NB_PROOF_AT_VMRUN
1:      mov     $NB_PROOF_CONTROL, %eax
        vmrun   %rax                            /* 15.5; comes back with the next exit of the inner machine */
        mov     NB_PROOF_CONTROL + NB_PROOF_VMCB_EXITCODE, %rbx
        cmp     $NB_PROOF_VMEXIT_VMMCALL, %rbx
        jne     2f
        addq    $NB_PROOF_CALL_LENGTH, NB_PROOF_CONTROL + NB_PROOF_VMCB_RIP
        dec     %r12
        jnz     1b
        SAY     NB_PROOF_SAYS_BATCH
        mov     NB_PROOF_BATCH, %r12
        jmp     1b

2:      mov     %rbx, NB_PROOF_EXIT
        SAY     NB_PROOF_SAYS_FAILED
nb_proof_amd_inner:
        INNER   vmmcall
nb_proof_amd_end:

/* Intel: volume 3 of the manual, chapters "Introduction to Virtual Machine Extensions" to "VMX Instruction Reference".
 * An instruction that fails sets CF where there is no current VMCS, else ZF and the VM-instruction error. */

        .globl  nb_proof_intel_begin, nb_proof_intel_back, nb_proof_intel_inner, nb_proof_intel_end
nb_proof_intel_begin:
        AT      NB_PROOF_AT_CR4_VMXE            /* "Enabling and Entering VMX Operation" */
        mov     %cr4, %rax
        or      $0x2000, %rax                   /* VMXE, bit 13 */
        mov     %rax, %cr4
        AT      NB_PROOF_AT_VMXON
        vmxon   NB_PROOF_HOST_POINTER
        jbe     4f

        AT      NB_PROOF_AT_VMCLEAR
        vmclear NB_PROOF_CONTROL_POINTER
        jbe     4f
        AT      NB_PROOF_AT_VMPTRLD
        vmptrld NB_PROOF_CONTROL_POINTER
        jbe     4f

        AT      NB_PROOF_AT_VMWRITE             /* the table that nb-proof-intel.c prepared */
        mov     $NB_PROOF_TABLE, %esi
1:      mov     (%rsi), %rax
        cmp     $-1, %rax
        je      2f
        mov     %rax, NB_PROOF_FIELD
        mov     8(%rsi), %rbx
        vmwrite %rbx, %rax
        jbe     4f
        add     $16, %rsi
        jmp     1b

2:      mov     NB_PROOF_BATCH, %r12
        AT      NB_PROOF_AT_VMLAUNCH
        vmlaunch                                /* comes back at nb_proof_intel_back, here only where it failed */
        jmp     4f

nb_proof_intel_back:
        mov     $NB_PROOF_VMCS_EXIT_REASON, %eax
        vmread  %rax, %rbx
        jbe     3f
        mov     %rbx, NB_PROOF_EXIT
        cmp     $NB_PROOF_EXIT_REASON_VMCALL, %rbx
        jne     5f
        mov     $NB_PROOF_VMCS_GUEST_RIP, %eax
        vmread  %rax, %rbx
        jbe     3f
        add     $NB_PROOF_CALL_LENGTH, %rbx
        AT      NB_PROOF_AT_VMWRITE
        mov     %rax, NB_PROOF_FIELD
        vmwrite %rbx, %rax
        jbe     4f
        dec     %r12
        jnz     2f
        SAY     NB_PROOF_SAYS_BATCH
        mov     NB_PROOF_BATCH, %r12
2:      AT      NB_PROOF_AT_VMRESUME
        vmresume
        jmp     4f

3:      AT      NB_PROOF_AT_VMREAD
4:      jc      5f
        mov     $NB_PROOF_VMCS_VM_INSTRUCTION_ERROR, %eax
        vmread  %rax, %rbx
        mov     %rbx, NB_PROOF_ERROR
5:      SAY     NB_PROOF_SAYS_FAILED
nb_proof_intel_inner:
        INNER   vmcall
nb_proof_intel_end:

        .section .note.GNU-stack, "", @progbits
