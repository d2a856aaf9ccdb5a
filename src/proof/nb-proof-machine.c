/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The outer virtual machine, made with KVM's interface (the kernel's Documentation/virt/kvm/api.rst): one processor in
 * 64-bit mode, 64 KiB of memory, no device. What it executes is in nb-proof-payload.S. */

#include "nb-proof-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define N_CPUID 256

#define CPUID_1_ECX_VMX        (1u << 5)
#define CPUID_80000001_ECX_SVM (1u << 2)

/* Intel's processors need three pages of the outer machine's addresses for themselves, where there is no memory. */
#define PAGES_FOR_INTEL 0xfffbd000

typedef union
{
  struct kvm_cpuid2 list; /* its entries are the room's rest */
  uint8_t room[sizeof (struct kvm_cpuid2) + N_CPUID * sizeof (struct kvm_cpuid_entry2)];
} Cpuid;

typedef struct
{
  int kvm;
  int machine;
  int processor;
  uint8_t *memory;
  struct kvm_run *run;
  size_t run_size;
  bool intel;
  Cpuid cpuid;
} Machine;

static const char *const place_names[NB_PROOF_N_PLACES] = {
  [NB_PROOF_AT_START] = "start",       [NB_PROOF_AT_EFER_SVME] = "EFER.SVME", [NB_PROOF_AT_HSAVE] = "VM_HSAVE_PA",
  [NB_PROOF_AT_VMRUN] = "VMRUN",       [NB_PROOF_AT_CR4_VMXE] = "CR4.VMXE",   [NB_PROOF_AT_VMXON] = "VMXON",
  [NB_PROOF_AT_VMCLEAR] = "VMCLEAR",   [NB_PROOF_AT_VMPTRLD] = "VMPTRLD",     [NB_PROOF_AT_VMWRITE] = "VMWRITE",
  [NB_PROOF_AT_VMLAUNCH] = "VMLAUNCH", [NB_PROOF_AT_VMREAD] = "VMREAD",       [NB_PROOF_AT_VMRESUME] = "VMRESUME",
};

/* KVM's own answer: vmx and svm are offered to guests only while nested is on. */
static bool
ask_for_nesting (Machine *self, NbProof *proof)
{
  bool amd = false;

  self->cpuid.list.nent = N_CPUID;
  if (ioctl (self->kvm, KVM_GET_SUPPORTED_CPUID, &self->cpuid) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_GET_SUPPORTED_CPUID", errno);

  for (uint32_t i = 0; i < self->cpuid.list.nent; i++)
    {
      const struct kvm_cpuid_entry2 *entry = &self->cpuid.list.entries[i];

      if (entry->function == 1 && (entry->ecx & CPUID_1_ECX_VMX) != 0)
        self->intel = true;
      else if (entry->function == 0x80000001 && (entry->ecx & CPUID_80000001_ECX_SVM) != 0)
        amd = true;
    }

  if (!self->intel && !amd)
    return nb_proof_fail (proof, NB_PROOF_EXIT_NOT_OFFERED, NULL, 0);
  return true;
}

static bool
open_kvm (Machine *self, NbProof *proof)
{
  self->kvm = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (self->kvm < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "open", errno);
  if (ioctl (self->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_GET_API_VERSION", errno);

  return ask_for_nesting (self, proof);
}

static bool
make_machine (Machine *self, NbProof *proof)
{
  struct kvm_userspace_memory_region region = { .memory_size = NB_PROOF_MEMORY };
  int size;

  do
    self->machine = ioctl (self->kvm, KVM_CREATE_VM, 0);
  while (self->machine < 0 && errno == EINTR);
  if (self->machine < 0)
    {
      /* Another hypervisor that holds the processor is an answer; what this process may not have is none. */
      bool none = errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == EPERM || errno == EACCES;

      return nb_proof_fail (proof, none ? NB_PROOF_EXIT_UNAVAILABLE : NB_PROOF_EXIT_FAILED, "KVM_CREATE_VM", errno);
    }

  self->memory = mmap (NULL, NB_PROOF_MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (self->memory == MAP_FAILED)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "mmap", errno);
  region.userspace_addr = (uintptr_t) self->memory;
  if (ioctl (self->machine, KVM_SET_USER_MEMORY_REGION, &region) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_SET_USER_MEMORY_REGION", errno);
  if (self->intel && ioctl (self->machine, KVM_SET_TSS_ADDR, PAGES_FOR_INTEL) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_SET_TSS_ADDR", errno);

  self->processor = ioctl (self->machine, KVM_CREATE_VCPU, 0);
  if (self->processor < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_CREATE_VCPU", errno);
  size = ioctl (self->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  if (size < (int) sizeof *self->run)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_GET_VCPU_MMAP_SIZE", errno);
  self->run_size = size;
  self->run = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, self->processor, 0);
  if (self->run == MAP_FAILED)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "mmap", errno);

  return true;
}

/* Page tables that map the first 2 MiB one to one: KVM answers VMRUN without paging with an invalid opcode. */
static bool
fill_memory (Machine *self, NbProof *proof)
{
  nb_proof_put (self->memory, NB_PROOF_PML4, NB_PROOF_PDPT | 0x3, 8); /* present, written to */
  nb_proof_put (self->memory, NB_PROOF_PDPT, NB_PROOF_PD | 0x3, 8);
  nb_proof_put (self->memory, NB_PROOF_PD, 0x83, 8); /* and large */
  nb_proof_put (self->memory, NB_PROOF_BATCH, NB_PROOF_TRIPS, 8);
  nb_proof_put (self->memory, NB_PROOF_CONTROL_POINTER, NB_PROOF_CONTROL, 8);
  nb_proof_put (self->memory, NB_PROOF_HOST_POINTER, NB_PROOF_HOST, 8);

  if (self->intel)
    return nb_proof_intel_prepare (self->memory, self->kvm, proof);
  nb_proof_amd_prepare (self->memory);
  return true;
}

static bool
set_registers (Machine *self, NbProof *proof)
{
  const struct kvm_segment code = {
    .selector = NB_PROOF_CS,
    .limit = 0xffffffff,
    .type = 0xb,
    .present = 1,
    .s = 1,
    .l = 1,
    .g = 1,
  };
  const struct kvm_segment data = {
    .selector = NB_PROOF_DS,
    .limit = 0xffffffff,
    .type = 0x3,
    .present = 1,
    .s = 1,
    .db = 1,
    .g = 1,
  };
  const struct kvm_segment task = {
    .selector = NB_PROOF_TR,
    .base = NB_PROOF_TSS,
    .limit = NB_PROOF_TR_LIMIT,
    .type = 0xb,
    .present = 1,
  };
  struct kvm_regs registers = { .rip = NB_PROOF_CODE, .rsp = NB_PROOF_STACK, .rflags = NB_PROOF_RFLAGS };
  struct kvm_sregs special;

  if (ioctl (self->processor, KVM_SET_CPUID2, &self->cpuid) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_SET_CPUID2", errno);
  if (self->intel && !nb_proof_intel_unlock (self->processor, proof))
    return false;
  if (ioctl (self->processor, KVM_GET_SREGS, &special) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_GET_SREGS", errno);

  special.cs = code;
  special.ds = special.es = special.fs = special.gs = special.ss = data;
  special.tr = task;
  special.cr0 = NB_PROOF_CR0;
  special.cr3 = NB_PROOF_PML4;
  special.cr4 = NB_PROOF_CR4;
  special.efer = NB_PROOF_EFER;
  if (ioctl (self->processor, KVM_SET_SREGS, &special) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_SET_SREGS", errno);
  if (ioctl (self->processor, KVM_SET_REGS, &registers) < 0)
    return nb_proof_fail (proof, NB_PROOF_EXIT_UNAVAILABLE, "KVM_SET_REGS", errno);

  return true;
}

static uint64_t
get_nanoseconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Lets the outer machine run until it has made a batch of round trips. */
static bool
run_batch (Machine *self, NbProof *proof)
{
  const struct kvm_run *run = self->run;
  uint64_t place;

  while (ioctl (self->processor, KVM_RUN, 0) < 0)
    if (errno != EINTR && errno != EAGAIN)
      return nb_proof_fail (proof, NB_PROOF_EXIT_FAILED, "KVM_RUN", errno);

  if (run->exit_reason == KVM_EXIT_IO && run->io.port == NB_PROOF_PORT &&
      ((const uint8_t *) run)[run->io.data_offset] == NB_PROOF_SAYS_BATCH)
    return true;

  if (run->exit_reason != KVM_EXIT_IO)
    proof->kvm_exit = run->exit_reason;
  proof->machine_exit = nb_proof_get (self->memory, NB_PROOF_EXIT);
  proof->instruction_error = nb_proof_get (self->memory, NB_PROOF_ERROR);
  proof->field = nb_proof_get (self->memory, NB_PROOF_FIELD);
  place = nb_proof_get (self->memory, NB_PROOF_AT);
  return nb_proof_fail (proof, NB_PROOF_EXIT_FAILED, place_names[place < NB_PROOF_N_PLACES ? place : 0], 0);
}

static int
compare (const void *a, const void *b)
{
  const uint64_t *x = a;
  const uint64_t *y = b;

  return (*x > *y) - (*x < *y);
}

/* Every batch is timed, and the median counts: whatever else the computer does lengthens some of them. */
static bool
make_trips (Machine *self, NbProof *proof)
{
  uint64_t times[NB_PROOF_BATCHES];

  for (int i = 0; i < NB_PROOF_BATCHES; i++)
    {
      uint64_t began = get_nanoseconds ();

      if (!run_batch (self, proof))
        return false;
      times[i] = get_nanoseconds () - began;
      proof->trips += NB_PROOF_TRIPS;
      /* The inner machine counts its turns itself: nobody else writes there. */
      if (nb_proof_get (self->memory, NB_PROOF_COUNT) != proof->trips)
        return nb_proof_fail (proof, NB_PROOF_EXIT_FAILED, "count", 0);
    }

  qsort (times, NB_PROOF_BATCHES, sizeof times[0], compare);
  proof->nanoseconds = times[NB_PROOF_BATCHES / 2] / NB_PROOF_TRIPS;
  return true;
}

static void
close_all (Machine *self)
{
  if (self->run != MAP_FAILED)
    munmap (self->run, self->run_size);
  if (self->processor >= 0)
    close (self->processor);
  if (self->machine >= 0)
    close (self->machine);
  if (self->memory != MAP_FAILED)
    munmap (self->memory, NB_PROOF_MEMORY);
  if (self->kvm >= 0)
    close (self->kvm);
}

/* Makes a virtual machine that runs a virtual machine; everything is gone again when this returns. */
void
nb_proof_run (NbProof *proof)
{
  Machine self = { .kvm = -1, .machine = -1, .processor = -1, .memory = MAP_FAILED, .run = MAP_FAILED };

  *proof = (NbProof){ .exit_code = NB_PROOF_EXIT_PROVEN };
  if (open_kvm (&self, proof) && make_machine (&self, proof) && fill_memory (&self, proof) &&
      set_registers (&self, proof))
    make_trips (&self, proof);
  close_all (&self);
}
