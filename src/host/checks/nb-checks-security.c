/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Encrypted virtual machines, and what keeps virtual machines from harming this computer. */

#include "config.h"

#include "nb-checks-private.h"

#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <glib/gi18n-lib.h>

#define SEV_PARAMETER "/sys/module/kvm_amd/parameters/sev"
#define TDX_PARAMETER "/sys/module/kvm_intel/parameters/tdx"

#define RARELY_NEEDED N_ ("Only needed for virtual machines whose memory must stay hidden from this computer.")

/* An absent file is an answer; one that can't be read is not. */
static gboolean
is_unreadable (NbFinding *finding, GError *error)
{
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    {
      g_clear_error (&error);
      return FALSE;
    }
  nb_finding_set_unreadable (finding, error);
  return TRUE;
}

/* Source: arch/s390/boot/uv.c takes prot_virt as kstrtobool() does, by the first letters. The first one counts for
 * libvirt. */
static NbTristate
has_prot_virt (NbInspector *inspector, GError **error)
{
  static const char *const values[] = { "y", "Y", "1", "on", "On", "oN", "ON" };
  g_autofree char *text = nb_inspector_read (inspector, "/proc/cmdline", error);
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    return NB_TRISTATE_UNKNOWN;

  words = g_strsplit (text, " ", 0);
  for (char **word = words; *word != NULL; word++)
    for (gsize i = 0; g_str_has_prefix (*word, "prot_virt=") && i < G_N_ELEMENTS (values); i++)
      if (g_str_has_prefix (*word + strlen ("prot_virt="), values[i]))
        return NB_TRISTATE_YES;
  return NB_TRISTATE_NO;
}

static void
check_s390 (NbInspector *inspector, NbFinding *finding, NbTristate facility)
{
  GError *error = NULL;
  NbTristate kernel;
  NbTristate option;

  if (facility != NB_TRISTATE_YES)
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The computer does not offer IBM Secure Execution."), RARELY_NEEDED);
      return;
    }

  kernel = nb_inspector_exists (inspector, "/sys/firmware/uv", &error);
  if (kernel == NB_TRISTATE_UNKNOWN && is_unreadable (finding, error))
    return;
  if (kernel != NB_TRISTATE_YES)
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("This kernel does not support IBM Secure Execution."), RARELY_NEEDED);
      return;
    }

  option = has_prot_virt (inspector, &error);
  if (option == NB_TRISTATE_UNKNOWN && is_unreadable (finding, error))
    return;
  if (option == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("IBM Secure Execution is on."), NULL);
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("IBM Secure Execution is off."),
                    N_ ("To use it, add prot_virt=1 to the kernel’s boot options. Most people don’t need it."));
}

static void
check_sev (NbInspector *inspector, NbFinding *finding)
{
  GError *error = NULL;
  NbTristate device;
  g_autofree char *text = nb_inspector_read (inspector, SEV_PARAMETER, &error);

  if (text == NULL)
    {
      if (!is_unreadable (finding, error))
        nb_finding_set (finding, NB_LEVEL_WARN, N_ ("KVM does not support AMD SEV, or is not loaded."), RARELY_NEEDED);
      return;
    }
  if (strchr ("1yY", *text) == NULL || *text == '\0')
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The processor offers AMD SEV, but KVM does not use it."),
                      N_ ("To use it, set the option sev=1 of the module kvm_amd. Most people don’t need it."));
      return;
    }

  device = nb_inspector_exists (inspector, "/dev/sev", &error);
  if (device == NB_TRISTATE_UNKNOWN && is_unreadable (finding, error))
    return;
  if (device == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("AMD SEV is on."), NULL);
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("AMD SEV is off in the firmware settings."),
                    N_ ("To use it, turn on SEV in the firmware settings. Most people don’t need it."));
}

/* Source: arch/x86/kvm/vmx/tdx.c; the parameter is there since Linux 6.16 and reads N where TDX could not start. */
static void
check_others (NbInspector *inspector, NbFinding *finding)
{
  GError *error = NULL;
  g_autofree char *text = nb_inspector_read (inspector, TDX_PARAMETER, &error);

  if (text == NULL && is_unreadable (finding, error))
    return;
  if (text == NULL || *text == '\0')
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("This computer doesn’t appear to support encrypted virtual machines."),
                    RARELY_NEEDED);
  else if (nb_options_parse_value (text) == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Intel TDX is on."), NULL);
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("Intel TDX is off, or the processor lacks it."),
                    N_ ("To use it, turn it on in the firmware settings and set the option tdx=1 of the module "
                        "kvm_intel. Most people don’t need it."));
}

/**
 * nb_checks_secure_guests:
 *
 * In the order in which virt-host-validate looks: facility 158 before the flag sev.
 */
gboolean
nb_checks_secure_guests (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  GError *error = NULL;
  NbTristate facility = nb_inspector_has_flag (inspector, "158", &error);

  if (facility == NB_TRISTATE_UNKNOWN)
    nb_finding_set_unreadable (finding, error);
  else if (nb_inspector_is_machine (inspector, "s390"))
    check_s390 (inspector, finding, facility);
  else if (nb_inspector_has_flag (inspector, "sev", NULL) == NB_TRISTATE_YES)
    check_sev (inspector, finding);
  else
    check_others (inspector, finding);
  return TRUE;
}

/* CPUID leaf 0x8000001f EAX: bit 3 is SEV-ES, bit 4 SEV-SNP (AMD's manual, volume 3, appendix E). */
static NbTristate
ask_processor (NbInspector *inspector, const char *feature)
{
#if defined(__x86_64__) || defined(__i386__)
  guint eax, ebx, ecx, edx;

  if (nb_inspector_is_real (inspector))
    {
      if (!__get_cpuid_count (0x8000001f, 0, &eax, &ebx, &ecx, &edx))
        return NB_TRISTATE_NO;
      return (eax >> (g_str_equal (feature, "sev-es") ? 3 : 4)) & 1 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    }
#endif
  return nb_inspector_get_tristate (inspector, g_str_equal (feature, "sev-es") ? "cpuid-sev-es" : "cpuid-sev-snp");
}

/**
 * nb_checks_sev_feature:
 * @argument: `sev-es` or `sev-snp`
 *
 * Asked only where the feature that it builds on is there.
 */
gboolean
nb_checks_sev_feature (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  NbFinding base = { NB_LEVEL_PASS };
  NbTristate found;

  if (nb_inspector_is_machine (inspector, "s390") || nb_inspector_has_flag (inspector, "sev", NULL) != NB_TRISTATE_YES)
    return FALSE;
  check_sev (inspector, &base);
  g_free (base.detail_text);
  if (base.level != NB_LEVEL_PASS)
    return FALSE;
  if (g_str_equal (argument, "sev-snp") && ask_processor (inspector, "sev-es") != NB_TRISTATE_YES)
    return FALSE;

  found = ask_processor (inspector, argument);
  if (found == NB_TRISTATE_UNKNOWN)
    return FALSE;
  if (found == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("The processor offers it."), NULL);
  else
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The processor does not offer it."), RARELY_NEEDED);
  return TRUE;
}

gboolean
nb_checks_access_control (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  switch (nb_checks_get_guard (inspector))
    {
    case NB_GUARD_SELINUX:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("SELinux is enforcing."), NULL);
      break;
    case NB_GUARD_SELINUX_PERMISSIVE:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("SELinux is permissive: it only reports."), NULL);
      break;
    case NB_GUARD_APPARMOR:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("AppArmor is on."), NULL);
      break;
    case NB_GUARD_NONE:
    default:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("Neither SELinux nor AppArmor is on."),
                      N_ ("With one of them a virtual machine that is broken into can’t reach the other machines’ "
                          "disks. Virtual machines run without."));
      break;
    }
  return TRUE;
}
