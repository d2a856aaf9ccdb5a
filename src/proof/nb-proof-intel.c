/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Intel's side: the fields of the inner machine's VMCS, which the outer one writes. Intel Software Developer's Manual,
 * volume 3, appendix B "Field Encoding in VMCS"; what VMLAUNCH checks stands in the chapter "VM Entries", what the
 * capability registers mean in appendix A "VMX Capability Reporting Facility". */

#include "nb-proof-private.h"

#include <errno.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

/* Model-specific registers, volume 4 */
#define IA32_FEATURE_CONTROL         0x3a
#define IA32_VMX_BASIC               0x480
#define IA32_VMX_CR0_FIXED0          0x486
#define IA32_VMX_CR4_FIXED0          0x488
#define IA32_VMX_TRUE_PINBASED_CTLS  0x48d
#define IA32_VMX_TRUE_PROCBASED_CTLS 0x48e
#define IA32_VMX_TRUE_EXIT_CTLS      0x48f
#define IA32_VMX_TRUE_ENTRY_CTLS     0x490

#define LOCKED          (1 << 0)
#define VMX_OUTSIDE_SMX (1 << 2)

/* Fields, in the order of appendix B */
#define GUEST_ES_SELECTOR   0x0800
#define GUEST_CS_SELECTOR   0x0802
#define GUEST_SS_SELECTOR   0x0804
#define GUEST_DS_SELECTOR   0x0806
#define GUEST_TR_SELECTOR   0x080e
#define HOST_ES_SELECTOR    0x0c00
#define HOST_CS_SELECTOR    0x0c02
#define HOST_SS_SELECTOR    0x0c04
#define HOST_DS_SELECTOR    0x0c06
#define HOST_FS_SELECTOR    0x0c08
#define HOST_GS_SELECTOR    0x0c0a
#define HOST_TR_SELECTOR    0x0c0c
#define VMCS_LINK_POINTER   0x2800
#define PIN_BASED_CONTROLS  0x4000
#define PROCESSOR_CONTROLS  0x4002
#define EXCEPTION_BITMAP    0x4004
#define CR3_TARGET_COUNT    0x400a
#define EXIT_CONTROLS       0x400c
#define EXIT_MSR_STORES     0x400e
#define EXIT_MSR_LOADS      0x4010
#define ENTRY_CONTROLS      0x4012
#define ENTRY_MSR_LOADS     0x4014
#define ENTRY_INTERRUPTION  0x4016
#define GUEST_ES_LIMIT      0x4800
#define GUEST_CS_LIMIT      0x4802
#define GUEST_SS_LIMIT      0x4804
#define GUEST_DS_LIMIT      0x4806
#define GUEST_TR_LIMIT      0x480e
#define GUEST_GDTR_LIMIT    0x4810
#define GUEST_IDTR_LIMIT    0x4812
#define GUEST_ES_RIGHTS     0x4814
#define GUEST_CS_RIGHTS     0x4816
#define GUEST_SS_RIGHTS     0x4818
#define GUEST_DS_RIGHTS     0x481a
#define GUEST_FS_RIGHTS     0x481c
#define GUEST_GS_RIGHTS     0x481e
#define GUEST_LDTR_RIGHTS   0x4820
#define GUEST_TR_RIGHTS     0x4822
#define GUEST_INTERRUPTIBLE 0x4824
#define GUEST_ACTIVITY      0x4826
#define CR0_MASK            0x6000
#define CR4_MASK            0x6002
#define GUEST_CR0           0x6800
#define GUEST_CR3           0x6802
#define GUEST_CR4           0x6804
#define GUEST_ES_BASE       0x6806
#define GUEST_CS_BASE       0x6808
#define GUEST_SS_BASE       0x680a
#define GUEST_DS_BASE       0x680c
#define GUEST_TR_BASE       0x6814
#define GUEST_DR7           0x681a
#define GUEST_RSP           0x681c
#define GUEST_RFLAGS        0x6820
#define GUEST_PENDING_DEBUG 0x6822
#define HOST_CR0            0x6c00
#define HOST_CR3            0x6c02
#define HOST_CR4            0x6c04
#define HOST_TR_BASE        0x6c0a
#define HOST_GDTR_BASE      0x6c0c
#define HOST_IDTR_BASE      0x6c0e
#define HOST_RSP            0x6c14
#define HOST_RIP            0x6c16

/* Controls, chapter "Virtual Machine Control Structures" */
#define EXIT_HOST_ADDRESS_SPACE_SIZE (1 << 9) /* the outer machine is in 64-bit mode */
#define ENTRY_IA32E_MODE_GUEST       (1 << 9) /* the inner one, too */

/* Access rights, the chapter's table "Format of Access Rights" */
#define CODE_64  0xa09b /* granular, long, present, code, read, accessed */
#define DATA     0xc093 /* granular, big, present, data, written, accessed */
#define TASK     0x008b /* present, a busy task of 64 bits */
#define UNUSABLE 0x10000

enum
{
  BASIC,
  CR0_FIXED,
  CR4_FIXED,
  PIN_BASED,
  PROCESSOR,
  EXIT,
  ENTRY,
  N_CAPABILITIES
};

typedef union
{
  struct kvm_msrs list; /* its entries are the room's rest */
  uint8_t room[sizeof (struct kvm_msrs) + N_CAPABILITIES * sizeof (struct kvm_msr_entry)];
} Registers;

/* A capability register's lower half has the bits that must be set, its upper half those that may be. */
static uint32_t
adjust (uint32_t wanted, uint64_t capability)
{
  return (wanted | (uint32_t) capability) & (uint32_t) (capability >> 32);
}

static bool
read_capabilities (int kvm, uint64_t *values, NbProof *proof)
{
  static const uint32_t indices[N_CAPABILITIES] = {
    [BASIC] = IA32_VMX_BASIC,
    [CR0_FIXED] = IA32_VMX_CR0_FIXED0,
    [CR4_FIXED] = IA32_VMX_CR4_FIXED0,
    [PIN_BASED] = IA32_VMX_TRUE_PINBASED_CTLS,
    [PROCESSOR] = IA32_VMX_TRUE_PROCBASED_CTLS,
    [EXIT] = IA32_VMX_TRUE_EXIT_CTLS,
    [ENTRY] = IA32_VMX_TRUE_ENTRY_CTLS,
  };
  Registers registers = { .room = { 0 } };
  int n;

  registers.list.nmsrs = N_CAPABILITIES;
  for (int i = 0; i < N_CAPABILITIES; i++)
    registers.list.entries[i].index = indices[i];
  n = ioctl (kvm, KVM_GET_MSRS, &registers);
  if (n != N_CAPABILITIES)
    return nb_proof_fail (proof, NB_PROOF_EXIT_FAILED, "KVM_GET_MSRS", n < 0 ? errno : 0);
  for (int i = 0; i < N_CAPABILITIES; i++)
    values[i] = registers.list.entries[i].data;

  return true;
}

static void
write_table (uint8_t *memory, const uint64_t *capabilities)
{
  const uint64_t cr0 = NB_PROOF_CR0 | capabilities[CR0_FIXED];
  const uint64_t cr4 = NB_PROOF_CR4 | capabilities[CR4_FIXED];
  const uint64_t table[][2] = {
    { PIN_BASED_CONTROLS, adjust (0, capabilities[PIN_BASED]) },
    { PROCESSOR_CONTROLS, adjust (0, capabilities[PROCESSOR]) },
    { EXIT_CONTROLS, adjust (EXIT_HOST_ADDRESS_SPACE_SIZE, capabilities[EXIT]) },
    { ENTRY_CONTROLS, adjust (ENTRY_IA32E_MODE_GUEST, capabilities[ENTRY]) },
    { EXCEPTION_BITMAP, 0 },
    { CR3_TARGET_COUNT, 0 },
    { EXIT_MSR_STORES, 0 },
    { EXIT_MSR_LOADS, 0 },
    { ENTRY_MSR_LOADS, 0 },
    { ENTRY_INTERRUPTION, 0 },
    { CR0_MASK, 0 },
    { CR4_MASK, 0 },
    { VMCS_LINK_POINTER, UINT64_MAX },

    { GUEST_CR0, cr0 },
    { GUEST_CR3, NB_PROOF_PML4 },
    { GUEST_CR4, cr4 },
    { GUEST_DR7, NB_PROOF_DR7 },
    { GUEST_RSP, NB_PROOF_STACK },
    { NB_PROOF_VMCS_GUEST_RIP, NB_PROOF_CODE + (nb_proof_intel_inner - nb_proof_intel_begin) },
    { GUEST_RFLAGS, NB_PROOF_RFLAGS },
    { GUEST_INTERRUPTIBLE, 0 },
    { GUEST_ACTIVITY, 0 },
    { GUEST_PENDING_DEBUG, 0 },
    { GUEST_CS_SELECTOR, NB_PROOF_CS },
    { GUEST_CS_LIMIT, 0xffffffff },
    { GUEST_CS_RIGHTS, CODE_64 },
    { GUEST_CS_BASE, 0 },
    { GUEST_SS_SELECTOR, NB_PROOF_DS },
    { GUEST_SS_LIMIT, 0xffffffff },
    { GUEST_SS_RIGHTS, DATA },
    { GUEST_SS_BASE, 0 },
    { GUEST_DS_SELECTOR, NB_PROOF_DS },
    { GUEST_DS_LIMIT, 0xffffffff },
    { GUEST_DS_RIGHTS, DATA },
    { GUEST_DS_BASE, 0 },
    { GUEST_ES_SELECTOR, NB_PROOF_DS },
    { GUEST_ES_LIMIT, 0xffffffff },
    { GUEST_ES_RIGHTS, DATA },
    { GUEST_ES_BASE, 0 },
    { GUEST_FS_RIGHTS, UNUSABLE },
    { GUEST_GS_RIGHTS, UNUSABLE },
    { GUEST_LDTR_RIGHTS, UNUSABLE },
    { GUEST_TR_SELECTOR, NB_PROOF_TR },
    { GUEST_TR_LIMIT, NB_PROOF_TR_LIMIT },
    { GUEST_TR_RIGHTS, TASK },
    { GUEST_TR_BASE, NB_PROOF_TSS },
    { GUEST_GDTR_LIMIT, 0 },
    { GUEST_IDTR_LIMIT, 0 },

    { HOST_CR0, cr0 },
    { HOST_CR3, NB_PROOF_PML4 },
    { HOST_CR4, cr4 },
    { HOST_CS_SELECTOR, NB_PROOF_CS },
    { HOST_SS_SELECTOR, NB_PROOF_DS },
    { HOST_DS_SELECTOR, NB_PROOF_DS },
    { HOST_ES_SELECTOR, NB_PROOF_DS },
    { HOST_FS_SELECTOR, 0 },
    { HOST_GS_SELECTOR, 0 },
    { HOST_TR_SELECTOR, NB_PROOF_TR }, /* must not be 0 */
    { HOST_TR_BASE, NB_PROOF_TSS },
    { HOST_GDTR_BASE, 0 },
    { HOST_IDTR_BASE, 0 },
    { HOST_RSP, NB_PROOF_STACK },
    { HOST_RIP, NB_PROOF_CODE + (nb_proof_intel_back - nb_proof_intel_begin) },
    { UINT64_MAX, 0 },
  };

  _Static_assert(sizeof table <= NB_PROOF_WORDS - NB_PROOF_TABLE, "the table has a page");
  memcpy (memory + NB_PROOF_TABLE, table, sizeof table);
}

/* Capability registers in, code, table and regions out. FALSE where KVM has no such registers. */
bool
nb_proof_intel_prepare (uint8_t *memory, int kvm, NbProof *proof)
{
  uint64_t capabilities[N_CAPABILITIES];

  if (!read_capabilities (kvm, capabilities, proof))
    return false;

  memcpy (memory + NB_PROOF_CODE, nb_proof_intel_begin, nb_proof_intel_end - nb_proof_intel_begin);
  write_table (memory, capabilities);
  /* Both regions begin with the revision, bits 30:0. */
  nb_proof_put (memory, NB_PROOF_CONTROL, capabilities[BASIC] & 0x7fffffff, 4);
  nb_proof_put (memory, NB_PROOF_HOST, capabilities[BASIC] & 0x7fffffff, 4);

  return true;
}

/* Firmware does this on a real computer: without it VMXON faults. */
bool
nb_proof_intel_unlock (int processor, NbProof *proof)
{
  Registers registers = { .room = { 0 } };
  int n;

  registers.list.nmsrs = 1;
  registers.list.entries[0].index = IA32_FEATURE_CONTROL;
  registers.list.entries[0].data = LOCKED | VMX_OUTSIDE_SMX;
  n = ioctl (processor, KVM_SET_MSRS, &registers);
  if (n != 1)
    return nb_proof_fail (proof, NB_PROOF_EXIT_FAILED, "IA32_FEATURE_CONTROL", n < 0 ? errno : 0);
  return true;
}
