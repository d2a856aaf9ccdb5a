/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was shown of a running guest, and its words. Pure functions. */

#include "config.h"

#include "nb-guest-answer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * nb_proof_is_yes:
 * @proof: what was shown
 *
 * Returns: whether that shows that the guest can run virtual machines
 */
gboolean
nb_proof_is_yes (NbProof proof)
{
  switch (proof)
    {
    case NB_PROOF_NOT_ASKED:
    case NB_PROOF_NO:
      return FALSE;
    case NB_PROOF_GIVEN:
    case NB_PROOF_READY:
    case NB_PROOF_RUNS:
      return TRUE;
    }

  return FALSE;
}

/**
 * nb_proof_get_id:
 * @proof: what was shown
 *
 * Returns: (transfer none): its id, which is stable
 */
const char *
nb_proof_get_id (NbProof proof)
{
  switch (proof)
    {
    case NB_PROOF_NOT_ASKED:
      break;
    case NB_PROOF_NO:
      return "no";
    case NB_PROOF_GIVEN:
      return "given";
    case NB_PROOF_READY:
      return "ready";
    case NB_PROOF_RUNS:
      return "runs";
    }

  return "not-asked";
}

/**
 * nb_guest_system_from_id:
 * @id: (nullable): what the guest's agent calls its system, or an URL of libosinfo's
 *
 * Returns: what kind of system that is
 */
NbGuestSystem
nb_guest_system_from_id (const char *id)
{
  static const char *const bsd[] = { "freebsd", "openbsd", "netbsd", "dragonfly", "hardenedbsd", "ghostbsd" };
  static const char *const linuxes[] = { "linux",         "debian",   "ubuntu",     "fedoraproject", "redhat",
                                         "centos",        "rocky",    "suse",       "archlinux",     "gentoo",
                                         "nixos",         "mageia",   "endlessos",  "popos",         "system76",
                                         "oracle.com/ol", "cirros",   "guix",       "voidlinux",     "asianux",
                                         "altlinux",      "pureos",   "silverblue", "eurolinux",     "circle",
                                         "miracle",       "slackware" };
  /* The agent's words are those of /etc/os-release; libosinfo's URLs have the same names in them. */
  static const char *const others[] = { "macos",      "apple.com", "solaris", "illumos", "haiku",
                                        "vmware.com", "msdos",     "freedos", "reactos", "android" };

  if (id == NULL || *id == '\0')
    return NB_GUEST_SYSTEM_UNKNOWN;
  if (strcmp (id, "mswindows") == 0 || strstr (id, "microsoft.com") != NULL)
    return NB_GUEST_SYSTEM_WINDOWS;
  for (gsize i = 0; i < G_N_ELEMENTS (bsd); i++)
    if (strstr (id, bsd[i]) != NULL)
      return NB_GUEST_SYSTEM_BSD;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    if (strstr (id, others[i]) != NULL)
      return NB_GUEST_SYSTEM_UNKNOWN;
  /* What calls itself by a name of its own is a distribution of Linux; libosinfo also knows what is none. */
  if (strstr (id, "://") == NULL)
    return NB_GUEST_SYSTEM_LINUX;
  for (gsize i = 0; i < G_N_ELEMENTS (linuxes); i++)
    if (strstr (id, linuxes[i]) != NULL)
      return NB_GUEST_SYSTEM_LINUX;

  return NB_GUEST_SYSTEM_UNKNOWN;
}

/**
 * nb_guest_answer_from_monitor:
 * @monitor: what QEMU says
 * @system: what the guest runs
 *
 * Returns: what that says; %NB_GUEST_ANSWER_NONE where QEMU does not know
 */
NbGuestAnswer
nb_guest_answer_from_monitor (const NbGuestMonitor *monitor, NbGuestSystem system)
{
  switch (monitor->has)
    {
    case NB_TRISTATE_UNKNOWN:
      return NB_GUEST_ANSWER_NONE;
    case NB_TRISTATE_NO:
      return NB_GUEST_ANSWER_NO;
    case NB_TRISTATE_YES:
      break;
    }
  if (monitor->runs == NB_TRISTATE_YES)
    return NB_GUEST_ANSWER_RUNS;

  switch (system)
    {
    case NB_GUEST_SYSTEM_UNKNOWN:
      break;
    case NB_GUEST_SYSTEM_LINUX:
      return monitor->vmx ? NB_GUEST_ANSWER_GIVEN_VMX : NB_GUEST_ANSWER_GIVEN_SVM;
    case NB_GUEST_SYSTEM_WINDOWS:
      return NB_GUEST_ANSWER_GIVEN_WINDOWS;
    case NB_GUEST_SYSTEM_BSD:
      return NB_GUEST_ANSWER_GIVEN_BSD;
    }

  return NB_GUEST_ANSWER_GIVEN;
}

/**
 * nb_guest_answer_from_cpuinfo:
 * @cpuinfo: a guest's /proc/cpuinfo
 * @has_kvm: whether KVM is loaded there
 *
 * Returns: what that says, by the first processor's flags
 */
NbGuestAnswer
nb_guest_answer_from_cpuinfo (const char *cpuinfo, gboolean has_kvm)
{
  g_auto (GStrv) lines = g_strsplit (cpuinfo, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "flags"))
      {
        const char *colon = strchr (lines[i], ':');
        g_auto (GStrv) flags = g_strsplit (colon != NULL ? colon + 1 : "", " ", -1);
        const gboolean vmx = g_strv_contains ((const char *const *) flags, "vmx");
        const gboolean svm = g_strv_contains ((const char *const *) flags, "svm");

        return !vmx && !svm ? NB_GUEST_ANSWER_NO
               : has_kvm    ? NB_GUEST_ANSWER_READY
               : vmx        ? NB_GUEST_ANSWER_GIVEN_VMX
                            : NB_GUEST_ANSWER_GIVEN_SVM;
      }
  return NB_GUEST_ANSWER_NO;
}

/**
 * nb_guest_answer_get_level:
 * @answer: what was said of a guest
 *
 * Returns: what that shows
 */
NbProof
nb_guest_answer_get_level (NbGuestAnswer answer)
{
  switch (answer)
    {
    case NB_GUEST_ANSWER_NONE:
    case NB_GUEST_ANSWER_WINDOWS:
    case NB_GUEST_ANSWER_REFUSED:
      return NB_PROOF_NOT_ASKED;
    case NB_GUEST_ANSWER_NO:
    case NB_GUEST_ANSWER_NO_OVERRIDDEN:
    case NB_GUEST_ANSWER_NO_LEFT_OUT:
      return NB_PROOF_NO;
    case NB_GUEST_ANSWER_GIVEN:
    case NB_GUEST_ANSWER_GIVEN_VMX:
    case NB_GUEST_ANSWER_GIVEN_SVM:
    case NB_GUEST_ANSWER_GIVEN_WINDOWS:
    case NB_GUEST_ANSWER_GIVEN_BSD:
      return NB_PROOF_GIVEN;
    case NB_GUEST_ANSWER_READY:
      return NB_PROOF_READY;
    case NB_GUEST_ANSWER_RUNS:
      return NB_PROOF_RUNS;
    }

  return NB_PROOF_NOT_ASKED;
}

/**
 * nb_guest_answer_get_proof:
 * @answer: what was said of a guest
 *
 * Returns: whether that shows that it can run virtual machines
 */
NbTristate
nb_guest_answer_get_proof (NbGuestAnswer answer)
{
  const NbProof level = nb_guest_answer_get_level (answer);

  return nb_proof_is_yes (level) ? NB_TRISTATE_YES : level == NB_PROOF_NO ? NB_TRISTATE_NO : NB_TRISTATE_UNKNOWN;
}

/**
 * nb_guest_answer_get_text:
 * @answer: what was said of a guest
 *
 * Returns: (transfer none) (nullable): that in translated sentences
 */
const char *
nb_guest_answer_get_text (NbGuestAnswer answer)
{
  switch (answer)
    {
    case NB_GUEST_ANSWER_NONE:
      return NULL;
    case NB_GUEST_ANSWER_NO:
      return _ ("The guest’s processor has no virtualization.");
    case NB_GUEST_ANSWER_NO_OVERRIDDEN:
      return _ (
        "The guest’s processor has no virtualization: an argument for QEMU in the machine’s configuration (-cpu) "
        "decides over what is set here. Remove it from the configuration.");
    case NB_GUEST_ANSWER_NO_LEFT_OUT:
      return _ ("The guest’s processor has no virtualization, although the configuration has it: KVM did not offer it "
                "when the machine was started. Shut the machine down and start it again once this computer is ready.");
    case NB_GUEST_ANSWER_GIVEN:
      return _ ("The guest has it; nothing there uses it yet. In Linux, load KVM; in Windows, turn on the feature "
                "Virtual Machine Platform.");
    case NB_GUEST_ANSWER_GIVEN_VMX:
      return _ ("The guest has it; nothing there uses it yet. In the guest, type: sudo modprobe kvm_intel");
    case NB_GUEST_ANSWER_GIVEN_SVM:
      return _ ("The guest has it; nothing there uses it yet. In the guest, type: sudo modprobe kvm_amd");
    case NB_GUEST_ANSWER_GIVEN_WINDOWS:
      return _ ("The guest has it; nothing there uses it yet. In Windows, turn on the feature Virtual Machine Platform "
                "for WSL 2, or Hyper-V, and restart Windows.");
    case NB_GUEST_ANSWER_GIVEN_BSD:
      return _ (
        "The guest has it; nothing there uses it yet. In FreeBSD, type: kldload vmm; in NetBSD: modload nvmm; in "
        "OpenBSD: rcctl start vmd");
    case NB_GUEST_ANSWER_READY:
      return _ ("The guest can run virtual machines: its processor has virtualization, and KVM works there.");
    case NB_GUEST_ANSWER_RUNS:
      return _ ("A hypervisor runs in the guest right now: QEMU sees that the guest has turned virtualization on.");
    case NB_GUEST_ANSWER_WINDOWS:
      return _ (
        "The guest runs Windows, where no file can tell. Turn on its feature Virtual Machine Platform: if WSL 2 or "
        "Hyper-V then starts a machine, that is the proof.");
    case NB_GUEST_ANSWER_REFUSED:
      return _ ("The guest’s agent answers, but is not allowed to open files there. In a Linux guest, type: grep -cwE "
                "'vmx|svm' "
                "/proc/cpuinfo — any number but 0 is a yes.");
    }

  return NULL;
}
