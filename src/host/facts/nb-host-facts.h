/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-config-line.h"
#include "nb-options.h"
#include "nb-outer.h"
#include "nb-proof-answer.h"

G_BEGIN_DECLS

typedef enum {
  NB_KVM_DEVICE_UNKNOWN,
  NB_KVM_DEVICE_USABLE,
  NB_KVM_DEVICE_DENIED,
  NB_KVM_DEVICE_ABSENT,
} NbKvmDevice;

typedef enum {
  NB_VENDOR_UNKNOWN,
  NB_VENDOR_INTEL,
  NB_VENDOR_AMD,
  NB_VENDOR_S390,
  NB_VENDOR_POWER,
  NB_VENDOR_ARM,
} NbVendor;

typedef enum {
  NB_MODULE_STATE_UNKNOWN,  /* can't be read */
  NB_MODULE_STATE_LOADED,
  NB_MODULE_STATE_BUILT_IN,
  NB_MODULE_STATE_AVAILABLE, /* its file is there, it is not loaded */
  NB_MODULE_STATE_MISSING,
  NB_MODULE_STATE_NOT_LOADED, /* and no kernel's files are here to tell more: a container, or WSL */
} NbModuleState;

/**
 * NbHostFacts:
 *
 * What is known of a computer. Immutable once made, counted by reference; strings are %NULL where nothing is known.
 * The first group are the facts that are not files (host.md: `facts.ini` under a fixture's root).
 *
 * @machine: uname -m
 * @release: uname -r
 * @uptime: seconds since the start, or -1
 * @cpuid_virtualization: what the CPUID instruction itself says of vmx or svm
 * @cpuid_hypervisor: CPUID leaf 1 ECX bit 31: this computer is a virtual machine
 * @kvm_device: /dev/kvm for this user
 * @kvm_nested: what KVM_GET_SUPPORTED_CPUID (arm64: the capability) offers to guests
 * @sandbox: whether the application runs in a Flatpak sandbox
 * @hypervisor: (nullable): what CPUID leaf 0x40000000 says: `KVMKVMKVM`
 * @decider_ctime: when the deciding file was last changed in whatever way, seconds since 1970, or 0
 *
 * @vendor: who made the processor's virtualization
 * @model: the processor's name
 * @cpu_flag: whether /proc/cpuinfo shows vmx, svm (x86), sie (s390x)
 * @slat_flag: whether it shows ept or npt
 * @outer: what runs this computer, where it is a virtual machine
 * @container: (nullable): the container that the application runs in: `podman`, `docker`, `container`
 * @module: the module with the nested parameter: kvm_intel, kvm_amd, kvm_hv, kvm
 * @module_state: where it is
 * @dependencies: the modules that it needs, as far as that is known, %NULL-terminated
 * @modules_directory: whether the running kernel's /lib/modules/RELEASE exists
 * @parameter: what /sys/module/MODULE/parameters/nested says
 * @live: nested now: the parameter, or the ioctl where sysfs is hidden
 * @refcnt: the vendor module's use count, or -1
 * @slat: ept or npt
 * @ignore_msrs: kvm.ignore_msrs
 * @enable_virt_at_load: kvm.enable_virt_at_load: KVM takes the processor as soon as it is loaded
 * @hugepages: s390x: kvm's hpage, now or as it is configured, excludes nested on this kernel
 * @modules_disabled: kernel.modules_disabled
 * @owner: (nullable): vboxdrv or vmmon, where one is loaded, or `xen`
 * @owner_modules: the owner's modules in the order in which they can be removed, %NULL-terminated
 * @owner_busy: whether something other than its own modules uses the owner
 * @load_error: errno of the last try to load the module, or 0
 *
 * @next_boot: nested after a restart
 * @decider: what decides that
 * @decider_why: in which way
 * @decider_file: (nullable): the file, as seen from /
 * @decider_path: (nullable): the same as it is, without a slash in front: not fit to be shown
 * @decider_line: its line, from 1
 * @decider_text: (nullable): what stands there: `kvm-intel.nested=N`
 * @decider_later: whether our own file can't override it, because it sorts after ours
 * @own_file: what our own drop-in says for this module, unknown where there is none
 * @own_msrs: what it says of kvm.ignore_msrs
 * @decider_before_boot: the deciding file is older than this start of the computer
 * @obstacles: (element-type NbConfigLine): every line that keeps the module from loading, by itself or at all, or that
 *   the helper won't load it with
 * @initramfs_command: (nullable): what makes the initramfs anew here, where that could explain that live and configured
 *   differ
 * @boot_tool: (nullable): what changes boot options here: `grubby` or `rpm-ostree`
 * @nixos: the settings are made from configuration.nix
 * @config_managed: NixOS, or /etc/modprobe.d is on a read-only file system
 * @config_error: (nullable): why the configuration can't be read
 *
 * @proof: (nullable): what a virtual machine inside a virtual machine showed here; %NULL where none was tried. Only who
 *   made the facts may set it, before anybody else has them.
 */
typedef struct {
  char *machine;
  char *release;
  gint64 uptime;
  NbTristate cpuid_virtualization;
  NbTristate cpuid_hypervisor;
  NbKvmDevice kvm_device;
  NbTristate kvm_nested;
  NbTristate sandbox;
  char *hypervisor;
  gint64 decider_ctime;

  NbVendor vendor;
  char *model;
  NbTristate cpu_flag;
  NbTristate slat_flag;
  NbOuter outer;
  char *container;
  const char *module;
  NbModuleState module_state;
  char **dependencies;
  NbTristate modules_directory;
  NbTristate parameter;
  NbTristate live;
  int refcnt;
  NbTristate slat;
  NbTristate ignore_msrs;
  NbTristate enable_virt_at_load;
  NbTristate hugepages;
  NbTristate modules_disabled;
  const char *owner;
  char **owner_modules;
  gboolean owner_busy;
  int load_error;

  NbTristate next_boot;
  NbDecider decider;
  NbWhy decider_why;
  char *decider_file;
  char *decider_path;
  guint decider_line;
  char *decider_text;
  gboolean decider_later;
  NbTristate own_file;
  NbTristate own_msrs;
  NbTristate decider_before_boot;
  GPtrArray *obstacles;
  const char *initramfs_command;
  const char *boot_tool;
  gboolean nixos;
  gboolean config_managed;
  char *config_error;

  NbProofAnswer *proof;
} NbHostFacts;

#define NB_TYPE_HOST_FACTS (nb_host_facts_get_type ())

GType        nb_host_facts_get_type (void);
NbHostFacts *nb_host_facts_new      (void);
NbHostFacts *nb_host_facts_read     (const char  *root,
                                     int          load_error);
NbHostFacts *nb_host_facts_ref      (NbHostFacts *self);
void         nb_host_facts_unref    (NbHostFacts *self);
gboolean     nb_host_facts_equal    (const NbHostFacts *a,
                                     const NbHostFacts *b);
gboolean     nb_host_facts_get_wont_load (const NbHostFacts *self);
const NbConfigLine *
             nb_host_facts_find_obstacle (const NbHostFacts *self,
                                     NbWhy              why,
                                     gboolean           now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbHostFacts, nb_host_facts_unref)

G_END_DECLS
