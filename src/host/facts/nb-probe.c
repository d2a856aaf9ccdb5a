/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The facts that are not files: the CPUID instruction, KVM's own answer, uname, the uptime, the sandbox. For a fixture
 * they stand in ROOT/facts.ini, and nothing of the real computer is asked. */

#include "config.h"

#include "nb-probe.h"

#include "nb-outer.h"
#include "nb-root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#define NB_ON_X86 1
#else
#define NB_ON_X86 0
#endif

#define FACTS_LIMIT 65536
#define FACTS_GROUP "facts"

#if NB_ON_X86

#define CPUID_LEAF1_ECX_VMX        (1u << 5)
#define CPUID_LEAF1_ECX_HYPERVISOR (1u << 31)
#define CPUID_EXTENDED_ECX_SVM     (1u << 2)

/* Linux virtual machines with Hyper-V's enlightenments show KVM's own leaves a little further up. */
static void
ask_hypervisor (NbHostFacts *facts)
{
  for (guint leaf = 0x40000000; leaf <= 0x40000100; leaf += 0x100)
    {
      guint32 eax, words[3];
      char signature[13] = "";

      __cpuid (leaf, eax, words[0], words[1], words[2]);
      memcpy (signature, words, sizeof words);
      if (nb_outer_from_signature (signature) == NB_OUTER_NONE)
        continue;
      g_free (facts->hypervisor);
      facts->hypervisor = g_strdup (signature);
    }
}

/* What the processor says itself, whatever the kernel hides from /proc/cpuinfo. */
static void
ask_processor (NbHostFacts *facts)
{
  unsigned int eax, ebx, ecx, edx;
  gboolean found = FALSE;

  if (!__get_cpuid (1, &eax, &ebx, &ecx, &edx))
    return;
  found = (ecx & CPUID_LEAF1_ECX_VMX) != 0;
  facts->cpuid_hypervisor = (ecx & CPUID_LEAF1_ECX_HYPERVISOR) != 0;

  if (facts->cpuid_hypervisor == NB_TRISTATE_YES)
    ask_hypervisor (facts);

  if (__get_cpuid (0x80000001, &eax, &ebx, &ecx, &edx))
    found = found || (ecx & CPUID_EXTENDED_ECX_SVM) != 0;
  facts->cpuid_virtualization = found;
}

/* Whether KVM offers vmx or svm to guests: only while nested is on. */
static NbTristate
ask_kvm (int fd)
{
  for (guint n = 256; n <= 4096; n *= 4)
    {
      g_autofree struct kvm_cpuid2 *answer = NULL;

      answer = g_malloc0 (sizeof *answer + n * sizeof answer->entries[0]);
      answer->nent = n;
      if (ioctl (fd, KVM_GET_SUPPORTED_CPUID, answer) < 0)
        {
          if (errno == E2BIG)
            continue;
          return NB_TRISTATE_UNKNOWN;
        }

      for (guint i = 0; i < answer->nent; i++)
        {
          const struct kvm_cpuid_entry2 *entry = &answer->entries[i];

          if (entry->function == 1 && (entry->ecx & CPUID_LEAF1_ECX_VMX) != 0)
            return NB_TRISTATE_YES;
          if (entry->function == 0x80000001 && (entry->ecx & CPUID_EXTENDED_ECX_SVM) != 0)
            return NB_TRISTATE_YES;
        }
      return NB_TRISTATE_NO;
    }

  return NB_TRISTATE_UNKNOWN;
}

#else

static void
ask_processor (NbHostFacts *facts)
{
}

static NbTristate
ask_kvm (int fd)
{
#ifdef __aarch64__
#ifndef KVM_CAP_ARM_EL2
#define KVM_CAP_ARM_EL2 240
#endif
  int answer = ioctl (fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_EL2);

  return answer < 0 ? NB_TRISTATE_UNKNOWN : answer > 0;
#else
  return NB_TRISTATE_UNKNOWN;
#endif
}

#endif

/* An open /dev/kvm keeps the module busy, so this is closed at once and never done while a helper is at work. */
static void
ask_device (NbHostFacts *facts)
{
  int fd;

  /* Opening the node that systemd makes beforehand would have the kernel load kvm: looking must not change anything. */
  if (nb_root_is_directory ("/", "sys/module") && !nb_root_is_directory ("/", "sys/module/kvm"))
    {
      facts->kvm_device = NB_KVM_DEVICE_ABSENT;
      return;
    }

  fd = open ("/dev/kvm", O_RDWR | O_CLOEXEC);

  if (fd >= 0)
    {
      facts->kvm_nested = ask_kvm (fd);
      close (fd);
      facts->kvm_device = NB_KVM_DEVICE_USABLE;
    }
  else if (errno == EACCES || errno == EPERM)
    {
      facts->kvm_device = NB_KVM_DEVICE_DENIED;
    }
  else if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
    {
      /* systemd makes the node before there is a module behind it. */
      facts->kvm_device = NB_KVM_DEVICE_ABSENT;
    }
}

static gboolean
etc_is_read_only (void)
{
  struct statvfs info;

  if (statvfs ("/etc/modprobe.d", &info) < 0 && statvfs ("/etc", &info) < 0)
    return FALSE;

  return (info.f_flag & ST_RDONLY) != 0;
}

static void
read_real (NbHostFacts *facts)
{
  struct utsname name;
  g_autofree char *uptime = NULL;

  if (uname (&name) == 0)
    {
      facts->machine = g_strdup (name.machine);
      facts->release = g_strdup (name.release);
    }
  uptime = nb_root_read_line ("/", "proc/uptime");
  if (uptime != NULL && g_ascii_isdigit (*uptime))
    facts->uptime = g_ascii_strtoll (uptime, NULL, 10);
  facts->sandbox = nb_root_exists ("/", ".flatpak-info");
  facts->config_managed = etc_is_read_only ();

  ask_processor (facts);
  ask_device (facts);
}

static NbTristate
get_tristate (GKeyFile *file, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, FACTS_GROUP, key, NULL);

  if (text == NULL || *text == '\0')
    return NB_TRISTATE_UNKNOWN;

  return nb_options_parse_value (text);
}

/* A fixture says how a try ended: `proof`, `proof-round-trip-ns`, `proof-detail`. */
static NbProofAnswer *
read_fixture_proof (GKeyFile *file)
{
  g_autofree char *proof = g_key_file_get_string (file, FACTS_GROUP, "proof", NULL);
  g_autofree char *nanoseconds = g_key_file_get_string (file, FACTS_GROUP, "proof-round-trip-ns", NULL);
  g_autofree char *detail = g_key_file_get_string (file, FACTS_GROUP, "proof-detail", NULL);

  if (g_strcmp0 (proof, "yes") == 0)
    return nb_proof_answer_new (
      NB_PROOF_RESULT_PROVEN,
      nanoseconds != NULL && g_ascii_isdigit (*nanoseconds) ? g_ascii_strtoll (nanoseconds, NULL, 10) : -1, 0, NULL);
  if (g_strcmp0 (proof, "no") == 0)
    return nb_proof_answer_new (detail != NULL ? NB_PROOF_RESULT_FAILED : NB_PROOF_RESULT_NOT_OFFERED, -1, 0, detail);

  return NULL;
}

static void
read_fixture (NbHostFacts *facts, const char *root)
{
  static const char *const devices[] = { "unknown", "usable", "denied", "absent" };
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *device = NULL;
  g_autofree char *uptime = NULL;
  gsize length;

  text = nb_root_read (root, "facts.ini", FACTS_LIMIT, &length, NULL);
  if (text == NULL)
    return;
  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, &error))
    {
      g_info ("%s/facts.ini can't be read: %s", root, error->message);
      return;
    }

  facts->machine = g_key_file_get_string (file, FACTS_GROUP, "machine", NULL);
  facts->release = g_key_file_get_string (file, FACTS_GROUP, "release", NULL);
  uptime = g_key_file_get_string (file, FACTS_GROUP, "uptime", NULL);
  if (uptime != NULL && g_ascii_isdigit (*uptime))
    facts->uptime = g_ascii_strtoll (uptime, NULL, 10);
  facts->cpuid_virtualization = get_tristate (file, "cpuid-virtualization");
  facts->cpuid_hypervisor = get_tristate (file, "cpuid-hypervisor");
  facts->kvm_nested = get_tristate (file, "kvm-nested");
  facts->sandbox = get_tristate (file, "sandbox");
  facts->hypervisor = g_key_file_get_string (file, FACTS_GROUP, "hypervisor", NULL);
  facts->decider_ctime = g_key_file_get_int64 (file, FACTS_GROUP, "decided-by-ctime", NULL);
  facts->config_managed = get_tristate (file, "etc-read-only") == NB_TRISTATE_YES;

  facts->proof = read_fixture_proof (file);

  device = g_key_file_get_string (file, FACTS_GROUP, "kvm-device", NULL);
  for (guint i = 0; device != NULL && i < G_N_ELEMENTS (devices); i++)
    if (strcmp (device, devices[i]) == 0)
      facts->kvm_device = (NbKvmDevice) i;
}

/**
 * nb_probe_read:
 * @facts: facts in the making
 * @root: "/" for this computer, else a fixture
 *
 * Fills in the facts that are not files, and whether /etc is read-only (for a fixture the key `etc-read-only`).
 */
void
nb_probe_read (NbHostFacts *facts, const char *root)
{
  if (nb_root_is_real (root))
    read_real (facts);
  else
    read_fixture (facts, root);
}
