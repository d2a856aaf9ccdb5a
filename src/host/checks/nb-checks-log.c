/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why KVM did not start, as the kernel's log tells it. Nothing of the log's own words is passed on. */

#include "config.h"

#include "nb-checks-private.h"

#include "nb-verdict.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define COMMAND "sudo journalctl --boot --dmesg --grep='kvm|svm|vmx|lockdown'"

typedef struct
{
  const char *subject; /* a word that the line has as well, or NULL; both in lower case */
  const char *words;
  const char *detail;
  const char *hint;
} Reason;

#define FIRMWARE                                                                                                       \
  N_ ("The kernel’s log says that the firmware has turned virtualization off."),                                       \
    N_ ("Restart into the firmware settings and turn it on. It is called Intel Virtualization Technology, VT-x or "    \
        "SVM Mode there.")
#define HYP_MODE                                                                                                       \
  N_ ("The kernel’s log says that it was not started in the mode that KVM needs (EL2)."),                              \
    N_ ("The firmware keeps that mode to itself, or this computer is a virtual machine to which nested "               \
        "virtualization is not passed on.")
#define VERSION                                                                                                        \
  N_ ("The kernel’s log says that a module of KVM was made for another kernel."),                                      \
    N_ ("Restart this computer, so that the kernel and its modules are of one version. If that does not help, "        \
        "install the kernel’s package anew.")
#define SIGNATURE                                                                                                      \
  N_ ("The kernel’s log says that a module of KVM was refused, for it is not signed as Secure Boot asks."),            \
    N_ ("Use the modules that came with the kernel, or sign your own with a key that this computer trusts.")

/* clang-format off */
/* Source: arch/x86/kernel/cpu/feat_ctl.c, arch/x86/kvm/svm/svm.c, arch/x86/kvm/x86.c and vmx/vmx.c of before 6.1;
 * kernel/params.c; arch/arm64/kvm/arm.c; kernel/module/main.c, version.c, signing.c; security/lockdown/lockdown.c. */
static const Reason reasons[] = {
  { NULL, "vmx (outside txt) disabled by bios", FIRMWARE },
  { "kvm", "disabled by bios", FIRMWARE },
  { NULL, "svm disabled (by bios)", FIRMWARE },
  { "kvm", "invalid for parameter",
    N_ ("The kernel’s log says that it refused the value of an option of KVM’s, and did not load KVM at all."),
    N_ ("Correct the line in the files of modprobe.d, or remove it.") },
  { "kvm", "hyp mode not available", HYP_MODE },
  { "lockdown:", "module loading is restricted", SIGNATURE },
  { "kvm", "loading of unsigned module is rejected", SIGNATURE },
  { "kvm", "loading of module with unavailable key is rejected", SIGNATURE },
  { "kvm", "disagrees about version of symbol", VERSION },
  { "kvm", "no symbol version for", VERSION },
  { "kvm", "unknown symbol", VERSION },
  { "kvm", "version magic", VERSION },
};
/* clang-format on */

static const Reason *
find_reason (const char *line)
{
  g_autofree char *lower = g_ascii_strdown (line, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (strstr (lower, reasons[i].words) != NULL &&
        (reasons[i].subject == NULL || strstr (lower, reasons[i].subject) != NULL))
      return &reasons[i];

  return NULL;
}

/* Where KVM runs as it should, an old complaint explains nothing. */
static gboolean
is_asked (const NbHostFacts *facts)
{
  const NbVerdict verdict = nb_verdict_decide (facts);

  return verdict == NB_VERDICT_KVM_NOT_LOADED || verdict == NB_VERDICT_FIRMWARE_OFF ||
         verdict == NB_VERDICT_NOT_WORKING ||
         (verdict == NB_VERDICT_UNKNOWN && facts->kvm_device == NB_KVM_DEVICE_ABSENT);
}

/* The last reason counts: what came before was tried again. */
gboolean
nb_checks_kvm_log (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  const Reason *reason = NULL;

  if (!is_asked (nb_inspector_get_facts (inspector)))
    return FALSE;

  finding->command = g_strdup (COMMAND);
  text = nb_inspector_read_log (inspector);
  if (text == NULL)
    {
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("You may not read the system log."),
                      N_ ("If the kernel said why KVM does not work, the log shows it. Members of the group "
                          "systemd-journal may read it, and administrators."));
      return TRUE;
    }

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      const Reason *found = find_reason (*line);

      reason = found != NULL ? found : reason;
    }

  if (reason != NULL)
    nb_finding_set (finding, NB_LEVEL_WARN, reason->detail, reason->hint);
  else
    nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("The kernel’s log names no reason that Nestbox knows."), NULL);
  return TRUE;
}
