/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-options.h"
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
} NbModuleState;

typedef enum {
  NB_DECIDER_UNKNOWN,
  NB_DECIDER_DEFAULT,
  NB_DECIDER_FILE,
  NB_DECIDER_COMMAND_LINE,
} NbDecider;

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
 *
 * @vendor: who made the processor's virtualization
 * @model: the processor's name
 * @cpu_flag: whether /proc/cpuinfo shows vmx, svm (x86), sie (s390x)
 * @module: the module with the nested parameter: kvm_intel, kvm_amd, kvm_hv, kvm
 * @module_state: where it is
 * @modules_directory: whether the running kernel's /lib/modules/RELEASE exists
 * @parameter: what /sys/module/MODULE/parameters/nested says
 * @live: nested now: the parameter, or the ioctl where sysfs is hidden
 * @refcnt: the vendor module's use count, or -1
 * @slat: ept or npt
 * @ignore_msrs: kvm.ignore_msrs
 * @hugepages: s390x: kvm's hpage excludes nested on this kernel
 * @modules_disabled: kernel.modules_disabled
 * @owner: (nullable): vboxdrv or vmmon, where one is loaded
 * @load_error: errno of the last try to load the module, or 0
 *
 * @next_boot: nested after a restart
 * @decider: what decides that
 * @decider_file: the file, as seen from /
 * @decider_line: its line, from 1
 * @decider_later: whether that file sorts after ours, so that ours cannot override it
 * @own_file: what our own drop-in says for this module, unknown where there is none
 * @decider_before_boot: the deciding file is older than this start of the computer
 * @blocked_file: (nullable): where an `install` line or module_blacklist= stands (`command line` is %NULL with a line)
 * @blocked_line: its line, 0 for none; with @blocked_by_command_line it counts for nothing
 * @blocked_by_command_line: module_blacklist= names the module
 * @blacklist_file: (nullable): a mere `blacklist` line: it stops autoload only
 * @blacklist_line: its line
 * @blacklisted: the module does not load by itself at boot: a `blacklist` line, or modprobe.blacklist=
 * @initramfs_command: (nullable): what makes the initramfs anew here, where that could explain that live and configured
 *   differ
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

  NbVendor vendor;
  char *model;
  NbTristate cpu_flag;
  const char *module;
  NbModuleState module_state;
  NbTristate modules_directory;
  NbTristate parameter;
  NbTristate live;
  int refcnt;
  NbTristate slat;
  NbTristate ignore_msrs;
  NbTristate hugepages;
  NbTristate modules_disabled;
  const char *owner;
  int load_error;

  NbTristate next_boot;
  NbDecider decider;
  char *decider_file;
  guint decider_line;
  gboolean decider_later;
  NbTristate own_file;
  NbTristate decider_before_boot;
  char *blocked_file;
  guint blocked_line;
  gboolean blocked_by_command_line;
  char *blacklist_file;
  guint blacklist_line;
  gboolean blacklisted;
  const char *initramfs_command;
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbHostFacts, nb_host_facts_unref)

G_END_DECLS
