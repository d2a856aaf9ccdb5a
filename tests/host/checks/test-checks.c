/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-checks.h"
#include "nb-checks-enums.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every file and folder that some check looks at. */
static const char *const paths[] = {
  "facts.ini",
  "journal",
  "boot/config-6.1.0-test",
  "dev/kvm",
  "dev/net/tun",
  "dev/sev",
  "dev/vhost-net",
  "etc/group",
  "etc/modprobe.d/kvm.conf",
  "etc/modules-load.d/kvm.conf",
  "etc/systemd/system/libvirtd.socket",
  "proc/cgroups",
  "proc/cmdline",
  "proc/cpuinfo",
  "proc/modules",
  "proc/mounts",
  "proc/self/ns/ipc",
  "proc/self/ns/user",
  "proc/sysinfo",
  "run/libvirt/libvirt-sock",
  "run/libvirt/virtlogd-sock",
  "run/libvirt/virtqemud-sock",
  "sys/bus/pci/devices",
  "sys/class/dmi/id/product_name",
  "sys/class/dmi/id/sys_vendor",
  "sys/firmware/acpi/tables/DMAR",
  "sys/firmware/acpi/tables/IORT",
  "sys/firmware/acpi/tables/IVRS",
  "sys/firmware/uv",
  "sys/fs/cgroup/cgroup.controllers",
  "sys/fs/fuse/connections",
  "sys/fs/selinux/enforce",
  "sys/kernel/iommu_groups",
  "sys/module/apparmor/parameters/enabled",
  "sys/module/kvm_amd/parameters/sev",
  "sys/module/kvm_intel/parameters/enable_shadow_vmcs",
  "sys/module/kvm_intel/parameters/tdx",
  "sys/module/vboxdrv",
  "sys/module/vmmon",
  "var/log/audit/audit.log",
  "var/log/kern.log",
};

static const char *const fixtures[] = {
  "aarch64",     "aarch64-no-smmu",  "amd-sev",        "amd-sev-long-flags",
  "amd-sev-off", "amd-v1",           "inside-hyper-v", "intel-hybrid",
  "intel-tdx",   "intel-v2",         "no-cgroups",     "ppc64le",
  "riscv64",     "s390x-huge-pages", "s390x-secure",   NULL,
};

static const char *const machines[] = { "x86_64", "i686",    "s390x",       "ppc64le", "aarch64",
                                        "armv7l", "riscv64", "loongarch64", NULL };

static void
init_facts (NbHostFacts *facts, const char *machine)
{
  static char *none[] = { NULL };
  static GPtrArray *no_lines;

  if (no_lines == NULL)
    no_lines = g_ptr_array_new ();
  *facts = (NbHostFacts){
    .obstacles = no_lines,
    .dependencies = none,
    .owner_modules = none,
    .enable_virt_at_load = NB_TRISTATE_UNKNOWN,
    .slat_flag = NB_TRISTATE_UNKNOWN,
    .machine = (char *) machine,
    .release = (char *) "6.1.0-test",
    .uptime = -1,
    .refcnt = -1,
    .cpuid_virtualization = NB_TRISTATE_UNKNOWN,
    .cpuid_hypervisor = NB_TRISTATE_UNKNOWN,
    .kvm_nested = NB_TRISTATE_UNKNOWN,
    .sandbox = NB_TRISTATE_NO,
    .cpu_flag = NB_TRISTATE_UNKNOWN,
    .module = "kvm_intel",
    .module_state = NB_MODULE_STATE_LOADED,
    .slat = NB_TRISTATE_UNKNOWN,
    .ignore_msrs = NB_TRISTATE_UNKNOWN,
    .hugepages = NB_TRISTATE_UNKNOWN,
    .modules_disabled = NB_TRISTATE_UNKNOWN,
  };
}

static NbCheck *
find (GPtrArray *checks, const char *id)
{
  for (guint i = 0; i < checks->len; i++)
    if (g_str_equal (nb_check_get_id (g_ptr_array_index (checks, i)), id))
      return g_ptr_array_index (checks, i);
  return NULL;
}

/* What every answer must be, whatever the computer is like. */
static void
assert_sane (GPtrArray *checks)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);
      const char *texts[] = { nb_check_get_title (check), nb_check_get_detail (check), nb_check_get_hint (check) };

      g_assert_true (g_hash_table_add (ids, (gpointer) nb_check_get_id (check)));
      g_assert_nonnull (nb_check_get_title (check));
      g_assert_nonnull (nb_check_get_detail (check));
      if (nb_check_get_level (check) >= NB_LEVEL_WARN)
        g_assert_nonnull (nb_check_get_hint (check));
      for (gsize j = 0; j < G_N_ELEMENTS (texts); j++)
        if (texts[j] != NULL)
          g_assert_true (g_utf8_validate (texts[j], -1, NULL));
    }
}

static void
run_all_machines (const char *root)
{
  for (const char *const *machine = machines; *machine != NULL; machine++)
    {
      g_autoptr (GPtrArray) checks = NULL;
      NbHostFacts facts;

      init_facts (&facts, *machine);
      checks = nb_checks_run (root, &facts);
      g_assert_cmpuint (checks->len, >, 20);
      assert_sane (checks);
    }
}

static void
put (const char *root, const char *path, const char *content, gssize length)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (full, content, length, &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  const char *arguments[] = { "rm", "-rf", path, NULL };

  g_chmod (path, 0755);
  g_assert_true (
    g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}

/* What can't be read is a note with the reason. */
static void
assert_unreadable (const char *root)
{
  static const char *const ids[] = { "cpu-virtualization", "cgroup-cpu", "lxc-cgroup-memory", "secure-guests",
                                     "iommu" };
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  checks = nb_checks_run (root, &facts);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      NbCheck *check = find (checks, ids[i]);

      g_assert_cmpint (nb_check_get_level (check), ==, NB_LEVEL_NOTE);
      g_assert_nonnull (strstr (nb_check_get_detail (check), "/proc/"));
    }
}

/* A new folder, in which @make makes something at each path. */
static void
run_odd (void (*make) (const char *full), gboolean unreadable)
{
  const gboolean was_root = geteuid () == 0;
  g_autofree char *root = g_dir_make_tmp ("nestbox-checks-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *full = g_build_filename (root, paths[i], NULL);
      g_autofree char *folder = g_path_get_dirname (full);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
      if (make != NULL)
        make (full);
    }

  /* Root reads everything: look as somebody else. */
  g_assert_cmpint (g_chmod (root, 0755), ==, 0);
  if (was_root)
    g_assert_cmpint (seteuid (65534), ==, 0);
  run_all_machines (root);
  if (unreadable)
    assert_unreadable (root);
  if (was_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  remove_tree (root);
}

static void
make_folder (const char *full)
{
  g_assert_cmpint (g_mkdir (full, 0755), ==, 0);
}

static void
make_fifo (const char *full)
{
  g_assert_cmpint (mkfifo (full, 0644), ==, 0);
}

static void
make_loop (const char *full)
{
  g_autofree char *name = g_path_get_basename (full);

  g_assert_cmpint (symlink (name, full), ==, 0);
}

static void
make_secret (const char *full)
{
  g_assert_true (g_file_set_contents (full, "1\n", -1, NULL));
  g_assert_cmpint (g_chmod (full, 0), ==, 0);
}

static void
make_empty (const char *full)
{
  g_assert_true (g_file_set_contents (full, "", 0, NULL));
}

static void
make_garbage (const char *full)
{
  static const char garbage[] = "\xff\xfe%s%n\n::::\nx /\\ cgroup2 rw\n\0[facts\n cgroup2 cgroup2 \n= = =\x80";

  g_assert_true (g_file_set_contents (full, garbage, sizeof garbage - 1, NULL));
}

static void
make_huge (const char *full)
{
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'x');

  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

static void
test_odd (gconstpointer data)
{
  run_odd ((void (*) (const char *)) data, FALSE);
}

static void
test_unreadable (gconstpointer data)
{
  run_odd ((void (*) (const char *)) data, TRUE);
}

/* A fixture's file `expected` has what every check there is to answer, a line each. */
static void
test_fixture (gconstpointer data)
{
  g_autofree char *root = g_test_build_filename (G_TEST_DIST, "host", "fixtures", "checks", data, NULL);
  g_autofree char *path = g_build_filename (root, "expected", NULL);
  g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);
  g_autoptr (GPtrArray) checks = nb_checks_run (root, facts);
  g_autoptr (GEnumClass) levels = g_type_class_ref (NB_TYPE_LEVEL);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  assert_sane (checks);
  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);

      g_string_append_printf (found, "%s %s\n", g_enum_get_value (levels, nb_check_get_level (check))->value_nick,
                              nb_check_get_id (check));
    }
  if (g_getenv ("NB_WRITE_EXPECTED") != NULL)
    g_file_set_contents (path, found->str, -1, NULL);

  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->str, ==, expected);
}

/* Forms of lines from Debian 12 (the kernel's own, and the audit's as journald has them), Ubuntu 24.04 and Fedora 41. */
#define STARTED "Linux version 6.12.48\n"
#define VM      "profile=\"libvirt-4e5bc69d-9446-48bd-acec-14f40f9179da\" name=\"/home/alex/secret.qcow2\" pid=18262 "
#define QEMU    "comm=\"qemu-system-x86\" requested_mask=\"r\" denied_mask=\"r\" fsuid=64055 ouid=1000\n"
#define KERNEL  "audit: type=1400 audit(1777400298.935:410): "
#define OPEN    "apparmor=\"DENIED\" operation=\"open\" class=\"file\" "
#define SELINUX                                                                                                        \
  "AVC avc:  denied  { read write } for  pid=2261 comm=\"qemu-system-x86\" name=\"alex.img\" dev=\"dm-0\" ino=1 "      \
  "scontext=system_u:system_r:svirt_t:s0:c383,c402 tcontext=unconfined_u:object_r:user_home_t:s0 tclass=file "

static const struct
{
  const char *journal;
  NbLevel level;
  const char *detail;
} logs[] = {
  { NULL, NB_LEVEL_NOTE, "may not read" },
  { "", NB_LEVEL_NOTE, "may not read" },
  { STARTED, NB_LEVEL_PASS, "None in" },
  { STARTED KERNEL OPEN VM QEMU, NB_LEVEL_WARN, "1 access that was denied to a virtual machine (AppArmor: open)" },
  /* Told twice: by the kernel, and by its audit. */
  { STARTED KERNEL OPEN VM QEMU "AVC " OPEN VM QEMU, NB_LEVEL_WARN, "1 access" },
  { STARTED "AVC " OPEN VM QEMU "AVC apparmor=\"DENIED\" operation=\"file_mmap\" " VM QEMU, NB_LEVEL_WARN,
    "2 accesses that were denied to virtual machines (the last: AppArmor: file_mmap)" },
  { KERNEL OPEN "profile=\"libvirtd\" name=\"/srv/qemu\" pid=4525 comm=\"libvirtd\"\n", NB_LEVEL_WARN, "1 access" },
  { KERNEL OPEN "profile=\"swtpm\" name=\"/srv/tpm\" pid=1 comm=\"swtpm\"", NB_LEVEL_WARN, "1 access" },
  /* QEMU looks around. */
  { KERNEL OPEN "profile=\"libvirt-1\" name=\"/sys/devices/system/node/\" pid=1 " QEMU, NB_LEVEL_NOTE, "1 access" },
  /* Others, whatever they were after. */
  { KERNEL OPEN "profile=\"firefox\" name=\"/usr/share/qemu/x\" pid=1 comm=\"firefox\"\n", NB_LEVEL_PASS, "None in" },
  { KERNEL "apparmor=\"ALLOWED\" operation=\"open\" " VM QEMU, NB_LEVEL_PASS, "None in" },
  { SELINUX "permissive=0\n", NB_LEVEL_WARN, "(SELinux: read write file)" },
  { SELINUX "permissive=1\n", NB_LEVEL_PASS, "None in" },
  { "AVC avc:  denied  { getattr } for  pid=1 comm=\"rpc-virtqemud\" scontext=system_u:system_r:virtqemud_t:s0 "
    "tcontext=system_u:object_r:nfs_t:s0 tclass=dir permissive=0\n",
    NB_LEVEL_WARN, "(SELinux: getattr dir)" },
  { "AVC avc:  denied  { read } for  pid=1 comm=\"sshd\" path=\"/run/libvirt\" scontext=system_u:system_r:sshd_t:s0 "
    "tcontext=system_u:object_r:virt_var_run_t:s0 tclass=dir permissive=0\n",
    NB_LEVEL_PASS, "None in" },
  /* Nothing that a line says gets further than a word of the kernel's. */
  { KERNEL "apparmor=\"DENIED\" operation=\"<b>alex@HOST</b>\" profile=\"libvirt-1\" comm=\"qemu-x\"\n", NB_LEVEL_WARN,
    "(AppArmor: …)" },
  { "avc:  denied  { ", NB_LEVEL_PASS, "None in" },
  { "apparmor=\"DENIED\" profile=\"libvirt", NB_LEVEL_WARN, "1 access" },
};

static void
test_denials (void)
{
  g_autofree char *root = g_dir_make_tmp ("nestbox-checks-XXXXXX", NULL);
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  for (gsize i = 0; i < G_N_ELEMENTS (logs); i++)
    {
      g_autoptr (GPtrArray) checks = NULL;
      NbCheck *check;

      if (logs[i].journal != NULL)
        put (root, "journal", logs[i].journal, -1);
      put (root, "sys/module/apparmor/parameters/enabled", "Y\n", -1);
      checks = nb_checks_run (root, &facts);
      assert_sane (checks);
      check = find (checks, "denials");
      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, nb_check_get_detail (check));
      g_assert_cmpint (nb_check_get_level (check), ==, logs[i].level);
      g_assert_nonnull (strstr (nb_check_get_detail (check), logs[i].detail));
      g_assert_null (strstr (nb_check_get_detail (check), "secret"));
      g_assert_null (strstr (nb_check_get_detail (check), "home"));

      /* Without either of the two there is nothing to ask. */
      put (root, "sys/module/apparmor/parameters/enabled", "N\n", -1);
      g_ptr_array_unref (checks);
      checks = nb_checks_run (root, &facts);
      g_assert_null (find (checks, "denials"));
    }
  remove_tree (root);
}

/* Lines as Linux 6.1 and 6.12 write them. */
static const struct
{
  const char *journal;
  NbLevel level;
  const char *detail;
} reasons[] = {
  { NULL, NB_LEVEL_NOTE, "may not read" },
  { STARTED, NB_LEVEL_NOTE, "no reason" },
  { STARTED "x86/cpu: VMX (outside TXT) disabled by BIOS\n", NB_LEVEL_WARN, "firmware" },
  { STARTED "kvm: support for 'kvm_intel' disabled by bios\n", NB_LEVEL_WARN, "firmware" },
  { STARTED "kvm_amd: SVM disabled (by BIOS) in MSR_VM_CR on CPU 3\n", NB_LEVEL_WARN, "firmware" },
  { STARTED "kvm_amd: `Y' invalid for parameter `nested'\n", NB_LEVEL_WARN, "refused the value" },
  { STARTED "snd: `Y' invalid for parameter `index'\n", NB_LEVEL_NOTE, "no reason" },
  { STARTED "kvm [1]: HYP mode not available\n", NB_LEVEL_WARN, "EL2" },
  { STARTED "Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7\n", NB_LEVEL_WARN,
    "signed" },
  { STARTED "Lockdown: Xorg: raw io port access is restricted; see man kernel_lockdown.7\n", NB_LEVEL_NOTE,
    "no reason" },
  { STARTED "kvm_intel: disagrees about version of symbol kvm_init\nkvm_intel: Unknown symbol kvm_init (err -22)\n",
    NB_LEVEL_WARN, "another kernel" },
  /* What was tried last counts. */
  { "kvm_amd: `Y' invalid for parameter `nested'\nkvm: disabled by bios\n", NB_LEVEL_WARN, "firmware" },
};

static void
test_kvm_log (void)
{
  g_autofree char *root = g_dir_make_tmp ("nestbox-checks-XXXXXX", NULL);
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  facts.vendor = NB_VENDOR_INTEL;
  facts.cpu_flag = facts.cpuid_virtualization = NB_TRISTATE_YES;
  facts.live = facts.next_boot = NB_TRISTATE_UNKNOWN;
  facts.kvm_device = NB_KVM_DEVICE_ABSENT;
  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (GPtrArray) checks = NULL;
      NbCheck *check;

      facts.module_state = NB_MODULE_STATE_AVAILABLE;
      if (reasons[i].journal != NULL)
        put (root, "journal", reasons[i].journal, -1);
      checks = nb_checks_run (root, &facts);
      assert_sane (checks);
      check = find (checks, "kvm-log");
      g_assert_nonnull (check);
      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, nb_check_get_detail (check));
      g_assert_cmpint (nb_check_get_level (check), ==, reasons[i].level);
      g_assert_nonnull (strstr (nb_check_get_detail (check), reasons[i].detail));
    }
  remove_tree (root);
}

static void
test_no_root (void)
{
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  checks = nb_checks_run ("/nonexistent/root", &facts);
  assert_sane (checks);
  g_assert_cmpint (nb_check_get_level (find (checks, "tun")), ==, NB_LEVEL_FAIL);
}

/* What stands behind a link in a fixture is the fixture's, also where the link says /. */
static void
test_confined (void)
{
  g_autofree char *root = g_dir_make_tmp ("nestbox-checks-XXXXXX", NULL);
  g_autofree char *link = g_build_filename (root, "dev", "net", NULL);
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;

  put (root, "dev/vhost-net", "", 0);
  g_assert_cmpint (symlink ("/proc/self", link), ==, 0);
  put (root, "proc/self/tun", "", 0);
  init_facts (&facts, "x86_64");
  checks = nb_checks_run (root, &facts);
  g_assert_cmpint (nb_check_get_level (find (checks, "tun")), ==, NB_LEVEL_PASS);
  remove_tree (root);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return nb_check_compare (*(NbCheck *const *) a, *(NbCheck *const *) b);
}

static void
test_order (void)
{
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;
  NbLevel last = NB_LEVEL_FAIL;
  gboolean containers = FALSE;

  init_facts (&facts, "x86_64");
  checks = nb_checks_run ("/nonexistent/root", &facts);
  g_ptr_array_sort (checks, compare);
  for (guint i = 0; i < checks->len; i++)
    {
      NbCheck *check = g_ptr_array_index (checks, i);

      if (!containers && nb_check_get_group (check) == NB_CHECK_GROUP_CONTAINERS)
        {
          containers = TRUE;
          last = NB_LEVEL_FAIL;
        }
      g_assert_cmpint (nb_check_get_group (check) == NB_CHECK_GROUP_CONTAINERS, ==, containers);
      g_assert_cmpint (nb_check_get_level (check), <=, last);
      last = nb_check_get_level (check);
    }
  g_assert_true (containers);
}

static void
test_sandbox (void)
{
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  facts.sandbox = NB_TRISTATE_YES;
  checks = nb_checks_run ("/nonexistent/root", &facts);
  assert_sane (checks);
  g_assert_cmpint (nb_check_get_level (find (checks, "tun")), ==, NB_LEVEL_NOTE);
}

static void
test_real (void)
{
  g_autoptr (GPtrArray) checks = NULL;
  NbHostFacts facts;

  init_facts (&facts, "x86_64");
  checks = nb_checks_run ("/", &facts);
  assert_sane (checks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/checks/no-root", test_no_root);
  g_test_add_func ("/checks/confined", test_confined);
  g_test_add_func ("/checks/order", test_order);
  g_test_add_func ("/checks/sandbox", test_sandbox);
  g_test_add_func ("/checks/real", test_real);
  g_test_add_func ("/checks/denials", test_denials);
  g_test_add_func ("/checks/kvm-log", test_kvm_log);
  g_test_add_data_func ("/checks/odd/nothing", NULL, test_odd);
  g_test_add_data_func ("/checks/odd/folder", make_folder, test_unreadable);
  g_test_add_data_func ("/checks/odd/fifo", make_fifo, test_unreadable);
  g_test_add_data_func ("/checks/odd/loop", make_loop, test_unreadable);
  g_test_add_data_func ("/checks/odd/secret", make_secret, test_unreadable);
  g_test_add_data_func ("/checks/odd/empty", make_empty, test_odd);
  g_test_add_data_func ("/checks/odd/garbage", make_garbage, test_odd);
  g_test_add_data_func ("/checks/odd/huge", make_huge, test_odd);

  for (const char *const *name = fixtures; *name != NULL; name++)
    {
      g_autofree char *path = g_strconcat ("/checks/fixture/", *name, NULL);

      g_test_add_data_func (path, *name, test_fixture);
    }

  return g_test_run ();
}
