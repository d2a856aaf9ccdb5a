/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of checks. Those that virt-host-validate makes too agree with it in level; what differs on purpose is
 * listed and explained in tests/host/compare-virt-host-validate. */

#include "config.h"

#include "nb-checks.h"

#include "nb-checks-private.h"

#include <glib/gi18n-lib.h>

typedef enum
{
  FLAG_NONE = 0,
  FLAG_HIDDEN_IN_SANDBOX = 1 << 0, /* a Flatpak sandbox has its own /dev, /etc, groups and mounts */
} Flags;

typedef struct
{
  const char *id;
  NbCheckGroup group;
  const char *title;
  NbCheckFunc *run;
  const char *argument;
  Flags flags;
} Row;

#define KVM        NB_CHECK_GROUP_KVM
#define NESTING    NB_CHECK_GROUP_NESTING
#define DEVICES    NB_CHECK_GROUP_DEVICES
#define RESOURCES  NB_CHECK_GROUP_RESOURCES
#define SECURITY   NB_CHECK_GROUP_SECURITY
#define SERVICES   NB_CHECK_GROUP_SERVICES
#define CONTAINERS NB_CHECK_GROUP_CONTAINERS
#define HIDDEN     FLAG_HIDDEN_IN_SANDBOX

/* clang-format off */
static const Row rows[] = {
  { "cpu-virtualization", KVM, N_("Hardware virtualization"), nb_checks_virtualization },
  { "kvm-module", KVM, N_("KVM module"), nb_checks_kvm_module },
  { "kvm-log", KVM, N_("What the kernel says of KVM"), nb_checks_kvm_log },
  { "config-lines", KVM, N_("Settings of KVM without effect"), nb_checks_config_lines, NULL, HIDDEN },
  { "kvm-device", KVM, N_("Device /dev/kvm"), nb_checks_kvm_device, NULL, HIDDEN },
  { "kvm-access", KVM, N_("Access to /dev/kvm"), nb_checks_kvm_access, NULL, HIDDEN },
  { "kvm-permissions", KVM, N_("Permissions of /dev/kvm"), nb_checks_kvm_permissions, NULL, HIDDEN },
  { "kvm-group", KVM, N_("Membership in the group kvm"), nb_checks_kvm_group, NULL, HIDDEN },
  { "kvm-hv", KVM, N_("KVM module for POWER"), nb_checks_kvm_hv },
  { "rival", KVM, N_("Other virtualization programs"), nb_checks_rival },
  { "virt-at-load", KVM, N_("When KVM takes the processor"), nb_checks_virt_at_load },

  { "inside-vm", NESTING, N_("Runs on real hardware"), nb_checks_hypervisor },
  { "proof", NESTING, N_("Nested virtualization, tried"), nb_checks_proof },
  { "slat", NESTING, N_("Fast memory for nesting (EPT, NPT)"), nb_checks_slat },
  { "shadow-vmcs", NESTING, N_("Faster nesting (shadow VMCS)"), nb_checks_shadow_vmcs },
  { "huge-pages", NESTING, N_("Huge pages and nesting"), nb_checks_huge_pages },
  { "ignore-msrs", NESTING, N_("Unknown processor registers (MSRs)"), nb_checks_ignore_msrs },

  { "vhost-net", DEVICES, N_("Faster networks (/dev/vhost-net)"), nb_checks_vhost_net, NULL, HIDDEN },
  { "tun", DEVICES, N_("Networks (/dev/net/tun)"), nb_checks_tun, NULL, HIDDEN },

  { "cgroup-cpu", RESOURCES, N_("Limits on processor time"), nb_checks_cgroup, "cpu", HIDDEN },
  { "cgroup-cpuacct", RESOURCES, N_("Accounting of processor time"), nb_checks_cgroup, "cpuacct", HIDDEN },
  { "cgroup-cpuset", RESOURCES, N_("Choice of processors"), nb_checks_cgroup, "cpuset", HIDDEN },
  { "cgroup-memory", RESOURCES, N_("Limits on memory"), nb_checks_cgroup, "memory", HIDDEN },
  { "cgroup-devices", RESOURCES, N_("Limits on devices"), nb_checks_cgroup, "devices", HIDDEN },
  { "cgroup-blkio", RESOURCES, N_("Limits on disk speed"), nb_checks_cgroup, "blkio", HIDDEN },

  { "iommu", SECURITY, N_("Whole devices for virtual machines (IOMMU)"), nb_checks_iommu, NULL, HIDDEN },
  { "iommu-enabled", SECURITY, N_("IOMMU in use"), nb_checks_iommu_enabled, NULL, HIDDEN },
  { "secure-guests", SECURITY, N_("Encrypted virtual machines"), nb_checks_secure_guests, NULL, HIDDEN },
  { "sev-es", SECURITY, N_("Encrypted processor state (SEV-ES)"), nb_checks_sev_feature, "sev-es", HIDDEN },
  { "sev-snp", SECURITY, N_("Protected memory (SEV-SNP)"), nb_checks_sev_feature, "sev-snp", HIDDEN },
  { "access-control", SECURITY, N_("SELinux or AppArmor"), nb_checks_access_control, NULL, HIDDEN },
  { "denials", SECURITY, N_("Accesses denied to virtual machines"), nb_checks_denials },

  { "libvirt", SERVICES, N_("Libvirt service"), nb_checks_libvirt },
  { "libvirt-parts", SERVICES, N_("Libvirt’s networks and storage"), nb_checks_libvirt_parts },
  { "virtlogd", SERVICES, N_("Log service of virtual machines"), nb_checks_virtlogd },
  { "libvirt-group", SERVICES, N_("Membership in the group libvirt"), nb_checks_libvirt_group, NULL, HIDDEN },

  { "lxc-kernel", CONTAINERS, N_("Linux 2.6.26 or newer"), nb_checks_kernel },
  { "lxc-namespace-ipc", CONTAINERS, N_("Namespace “ipc”"), nb_checks_namespace, "ipc" },
  { "lxc-namespace-mnt", CONTAINERS, N_("Namespace “mnt”"), nb_checks_namespace, "mnt" },
  { "lxc-namespace-pid", CONTAINERS, N_("Namespace “pid”"), nb_checks_namespace, "pid" },
  { "lxc-namespace-uts", CONTAINERS, N_("Namespace “uts”"), nb_checks_namespace, "uts" },
  { "lxc-namespace-net", CONTAINERS, N_("Namespace “net”"), nb_checks_namespace, "net" },
  { "lxc-namespace-user", CONTAINERS, N_("Namespace “user”"), nb_checks_namespace, "user" },
  { "lxc-cgroup-cpu", CONTAINERS, N_("Control group “cpu”"), nb_checks_cgroup_containers, "cpu", HIDDEN },
  { "lxc-cgroup-cpuacct", CONTAINERS, N_("Control group “cpuacct”"), nb_checks_cgroup_containers, "cpuacct", HIDDEN },
  { "lxc-cgroup-cpuset", CONTAINERS, N_("Control group “cpuset”"), nb_checks_cgroup_containers, "cpuset", HIDDEN },
  { "lxc-cgroup-memory", CONTAINERS, N_("Control group “memory”"), nb_checks_cgroup_containers, "memory", HIDDEN },
  { "lxc-cgroup-devices", CONTAINERS, N_("Control group “devices”"), nb_checks_cgroup_containers, "devices", HIDDEN },
  { "lxc-cgroup-freezer", CONTAINERS, N_("Control group “freezer”"), nb_checks_cgroup_containers, "freezer", HIDDEN },
  { "lxc-cgroup-blkio", CONTAINERS, N_("Control group “blkio”"), nb_checks_cgroup_containers, "blkio", HIDDEN },
  { "lxc-fuse", CONTAINERS, N_("File systems in programs (FUSE)"), nb_checks_fuse, NULL, HIDDEN },
};
/* clang-format on */

static NbCheck *
make_check (const Row *row, const NbFinding *finding)
{
  const char *detail = finding->detail_text;

  if (detail == NULL && finding->detail != NULL)
    detail = _ (finding->detail);

  return g_object_new (NB_TYPE_CHECK,                                            /**/
                       "id", row->id,                                            /**/
                       "group", row->group,                                      /**/
                       "level", finding->level,                                  /**/
                       "title", _ (row->title),                                  /**/
                       "detail", detail,                                         /**/
                       "hint", finding->hint != NULL ? _ (finding->hint) : NULL, /**/
                       "command", finding->command,                              /**/
                       "remedy", finding->remedy,                                /**/
                       "position", (guint) (row - rows),                         /**/
                       NULL);
}

/**
 * nb_checks_run:
 * @root: (nullable): the computer's folder; %NULL or `/` is the real one
 * @facts: what nb_host_facts_read() found under the same root
 *
 * Makes every check that has a meaning on this computer. Reads files and, on the real computer, asks the processor and
 * the kernel; opens no device. May block on slow files: call it from a worker thread, where no translation changes.
 *
 * Returns: (transfer full) (element-type NbCheck): in the order of the table; nb_check_compare() puts the worst first
 */
GPtrArray *
nb_checks_run (const char *root, const NbHostFacts *facts)
{
  g_autoptr (NbInspector) inspector = NULL;
  g_autoptr (GPtrArray) checks = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (facts != NULL, NULL);

  inspector = nb_inspector_new (root, facts);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      NbFinding finding = { NB_LEVEL_PASS };
      gboolean applies = TRUE;

      if (facts->sandbox == NB_TRISTATE_YES && (rows[i].flags & FLAG_HIDDEN_IN_SANDBOX))
        nb_finding_set (&finding, NB_LEVEL_NOTE, N_ ("This can’t be seen from inside the application’s sandbox."),
                        N_ ("To check this too, use Nestbox as a package of your distribution."));
      else
        applies = rows[i].run (inspector, rows[i].argument, &finding);

      if (applies)
        g_ptr_array_add (checks, make_check (&rows[i], &finding));
      g_free (finding.detail_text);
      g_free (finding.command);
    }

  return g_steal_pointer (&checks);
}

/**
 * nb_checks_get_watched:
 *
 * What checks read under /sys and /proc has no file events; module and device events (uevents) tell of most of it.
 *
 * Returns: files and folders, as seen from the root, whose coming, going or change may change a check's answer
 */
const char *const *
nb_checks_get_watched (void)
{
  static const char *const paths[] = { "/dev/kvm",
                                       "/dev/net",
                                       "/dev/net/tun",
                                       "/dev/sev",
                                       "/dev/vhost-net",
                                       "/etc/group",
                                       "/run/libvirt",
                                       "/run/libvirt/libvirt-sock",
                                       "/run/libvirt/virtlogd-sock",
                                       "/run/libvirt/virtnetworkd-sock",
                                       "/run/libvirt/virtnodedevd-sock",
                                       "/run/libvirt/virtqemud-sock",
                                       "/run/libvirt/virtstoraged-sock",
                                       NULL };

  return paths;
}
