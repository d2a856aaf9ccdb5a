/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The processor, KVM's module and its device. */

#include "config.h"

#include "nb-checks-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define KVM "/dev/kvm"

/* As virt-host-validate does: the processor's flags, and POWER is taken to have it always.
 * Returns: unknown where the processor tells nothing (arm64), or with @error where it can't be read */
static NbTristate
has_virtualization (NbInspector *inspector, const char **detail, GError **error)
{
  static const struct
  {
    const char *family;
    const char *flag;
    const char *detail;
  } flags[] = {
    { "x86", "vmx", N_ ("The processor offers VT-x.") },
    { "x86", "svm", N_ ("The processor offers AMD-V.") },
    { "s390", "sie", N_ ("The processor offers virtualization (sie).") },
  };
  NbTristate found = NB_TRISTATE_UNKNOWN;

  *detail = N_ ("Every processor of this family offers virtualization.");
  if (nb_inspector_is_machine (inspector, "ppc64"))
    return NB_TRISTATE_YES;

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (!nb_inspector_is_machine (inspector, flags[i].family))
        continue;
      found = nb_inspector_has_flag (inspector, flags[i].flag, error);
      *detail = flags[i].detail;
      if (found != NB_TRISTATE_NO)
        break;
    }
  return found;
}

gboolean
nb_checks_virtualization (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  const char *detail;
  GError *error = NULL;

  switch (has_virtualization (inspector, &detail, &error))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, detail, NULL);
      return TRUE;
    case NB_TRISTATE_UNKNOWN:
      if (error == NULL)
        return FALSE;
      nb_finding_set_unreadable (finding, error);
      return TRUE;
    case NB_TRISTATE_NO:
    default:
      break;
    }

  /* The tool goes by the flag alone; a KVM that needs none (pvm) is not emulation. */
  if (facts->kvm_device == NB_KVM_DEVICE_USABLE)
    nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("The processor shows no virtualization, but KVM works all the same."),
                    N_ ("This kind of KVM does without the processor’s help. Virtual machines run, but can’t pass "
                        "virtualization on."));
  else if (facts->cpuid_hypervisor == NB_TRISTATE_YES)
    nb_finding_set (
      finding, NB_LEVEL_FAIL, N_ ("The processor shows no virtualization to this virtual machine."),
      N_ ("Virtual machines can only be emulated, which is very slow. The computer that runs this one has "
          "to pass its virtualization on: nested virtualization is set up there."));
  else if (facts->cpuid_virtualization == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The processor has virtualization, but it is turned off."),
                    N_ ("Restart into the firmware settings and turn it on. It is called Intel Virtualization "
                        "Technology, VT-x or SVM Mode there."));
  else
    nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The processor shows no virtualization."),
                    N_ ("Virtual machines can only be emulated, which is very slow. Look in the firmware settings for "
                        "Intel Virtualization Technology, VT-x or SVM Mode; if there is none, the processor lacks "
                        "it."));
  return TRUE;
}

/* Says no other than the verdict: what would not start KVM is not offered. */
static void
set_not_loaded (NbFinding *finding, const NbHostFacts *facts)
{
  const NbVerdict verdict = nb_verdict_decide (facts);

  finding->level = NB_LEVEL_FAIL;
  finding->detail_text = g_strdup_printf (_ ("%s is not loaded."), facts->module);
  if (verdict == NB_VERDICT_KVM_NOT_LOADED && nb_verdict_get_remedy (verdict, facts) == NB_REMEDY_START_KVM)
    {
      finding->hint = N_ ("Without KVM virtual machines are emulated, which is very slow. Start KVM.");
      finding->remedy = NB_REMEDY_START_KVM;
      /* modprobe hands on every value, also one that the kernel refuses. */
      if (nb_host_facts_find_obstacle (facts, NB_WHY_REFUSED, FALSE) == NULL)
        finding->command = g_strdup_printf ("sudo modprobe %s", facts->module);
    }
  else
    {
      finding->hint = N_ ("Without KVM virtual machines are emulated, which is very slow. What keeps it from starting "
                          "stands at the top of this page.");
    }
}

gboolean
nb_checks_kvm_module (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);

  if (facts->module == NULL || facts->cpu_flag == NB_TRISTATE_NO)
    return FALSE;

  switch (facts->module_state)
    {
    case NB_MODULE_STATE_LOADED:
      /* Translators: a kernel module's name */
      finding->detail_text = g_strdup_printf (_ ("%s is loaded."), facts->module);
      break;
    case NB_MODULE_STATE_BUILT_IN:
      finding->detail_text = g_strdup_printf (_ ("%s is part of the kernel."), facts->module);
      break;
    case NB_MODULE_STATE_AVAILABLE:
    case NB_MODULE_STATE_NOT_LOADED:
      set_not_loaded (finding, facts);
      break;
    case NB_MODULE_STATE_MISSING:
      finding->level = NB_LEVEL_FAIL;
      finding->detail_text = g_strdup_printf (_ ("%s is not installed."), facts->module);
      finding->hint =
        N_ ("The running kernel has no such module. After an update of the kernel, restart this computer; "
            "otherwise install a kernel with KVM.");
      break;
    case NB_MODULE_STATE_UNKNOWN:
      finding->level = NB_LEVEL_NOTE;
      finding->detail_text = g_strdup_printf (_ ("Whether %s is loaded can’t be read."), facts->module);
      break;
    }
  return TRUE;
}

/* Device nodes of a fixture may be described in facts.ini instead of being there. */
static NbTristate
has_device (NbInspector *inspector, GError **error)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);

  if (!nb_inspector_is_real (inspector) && facts->kvm_device != NB_KVM_DEVICE_UNKNOWN)
    return facts->kvm_device == NB_KVM_DEVICE_ABSENT ? NB_TRISTATE_NO : NB_TRISTATE_YES;
  return nb_inspector_exists (inspector, KVM, error);
}

/**
 * nb_checks_kvm_usable:
 *
 * Asks with access(2), which opens nothing: an open /dev/kvm pins KVM's module.
 *
 * Returns: whether this user may read and write /dev/kvm; unknown where it is missing, or with @error
 */
NbTristate
nb_checks_kvm_usable (NbInspector *inspector, GError **error)
{
  NbTristate exists = has_device (inspector, error);

  if (exists != NB_TRISTATE_YES)
    return NB_TRISTATE_UNKNOWN;
  if (!nb_inspector_is_real (inspector))
    return nb_inspector_get_facts (inspector)->kvm_device == NB_KVM_DEVICE_DENIED ? NB_TRISTATE_NO : NB_TRISTATE_YES;
  return access (KVM, R_OK | W_OK) == 0 ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}

gboolean
nb_checks_kvm_device (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  g_autoptr (GError) ignored = NULL;
  GError *error = NULL;
  const char *detail;
  struct stat status;

  switch (has_device (inspector, &error))
    {
    case NB_TRISTATE_YES:
      if (nb_inspector_stat (inspector, KVM, &status, NULL) && S_ISDIR (status.st_mode))
        nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("There is a folder in the device’s place."),
                        N_ ("Something has made a folder where the kernel keeps a device. Restart this computer, and "
                            "find out which program made it if it comes back."));
      else
        nb_finding_set (finding, NB_LEVEL_PASS, N_ ("The device is there."), NULL);
      return TRUE;
    case NB_TRISTATE_UNKNOWN:
      nb_finding_set_unreadable (finding, error);
      return TRUE;
    case NB_TRISTATE_NO:
    default:
      break;
    }

  /* Where the processor has no virtualization, a missing device is no news. */
  if (has_virtualization (inspector, &detail, &ignored) == NB_TRISTATE_NO)
    return FALSE;
  if (facts->module_state == NB_MODULE_STATE_LOADED)
    nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The device is missing, although KVM is loaded."),
                    N_ ("In a container the device has to be passed in when it is started; elsewhere something has "
                        "removed it."));
  else
    nb_finding_set (
      finding, NB_LEVEL_FAIL, N_ ("The device is missing."),
      N_ ("Virtual machines use the processor’s virtualization through this device. It appears when KVM’s "
          "module is loaded."));
  return TRUE;
}

gboolean
nb_checks_kvm_access (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autoptr (GError) error = NULL;

  switch (nb_checks_kvm_usable (inspector, &error))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("You may use it."), NULL);
      return TRUE;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("You may not use it."),
                      N_ ("Your own virtual machines can only be emulated, which is very slow. Those of the system "
                          "connection are not affected. You probably need to join the kvm group."));
      return TRUE;
    case NB_TRISTATE_UNKNOWN:
    default:
      return FALSE;
    }
}

/* udev gives the device its group and mode a moment after the module was loaded; where it does not run, or a rule is
 * missing, the device stays root's own. */
gboolean
nb_checks_kvm_permissions (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const char *fixture = nb_inspector_get_fact (inspector, "kvm-mode");
  struct stat status;
  guint mode;

  if (nb_inspector_is_real (inspector))
    {
      if (!nb_inspector_stat (inspector, KVM, &status, NULL) || !S_ISCHR (status.st_mode))
        return FALSE;
      mode = status.st_mode & 0777;
    }
  else if (fixture != NULL)
    mode = g_ascii_strtoull (fixture, NULL, 8) & 0777;
  else
    return FALSE;

  /* Translators: permissions as an octal number, 0660 */
  finding->detail_text = g_strdup_printf (_ ("The permissions are %04o."), mode);
  if ((mode & 0060) != 0060 && (mode & 0006) != 0006)
    {
      finding->level = NB_LEVEL_WARN;
      g_free (finding->detail_text);
      /* Translators: permissions as an octal number, 0600 */
      finding->detail_text = g_strdup_printf (_ ("Only root may use the device (%04o)."), mode);
      finding->hint = N_ ("The service that prepares devices (udev) has not seen it, perhaps because KVM was only just "
                          "loaded. Ask udev to look again.");
      finding->command = g_strdup ("sudo udevadm trigger " KVM);
    }
  return TRUE;
}

gboolean
nb_checks_rival (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  static const struct
  {
    const char *module;
    const char *name;
  } rivals[] = { { "vboxdrv", "VirtualBox" }, { "vmmon", "VMware" } };
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  const gboolean owned = nb_verdict_decide (facts) == NB_VERDICT_VT_OWNED_ELSEWHERE;

  if (!nb_inspector_is_machine (inspector, "x86"))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (rivals); i++)
    {
      g_autofree char *path = g_strconcat ("/sys/module/", rivals[i].module, NULL);
      GError *error = NULL;
      NbTristate loaded = nb_inspector_exists (inspector, path, &error);

      if (loaded == NB_TRISTATE_UNKNOWN)
        {
          nb_finding_set_unreadable (finding, error);
          return TRUE;
        }
      if (loaded == NB_TRISTATE_NO)
        continue;

      /* Translators: a program's name and its kernel module's */
      finding->detail_text = g_strdup_printf (_ ("The module of %s (%s) is loaded."), rivals[i].name, rivals[i].module);
      finding->level = owned ? NB_LEVEL_WARN : NB_LEVEL_NOTE;
      finding->hint = owned ? N_ ("It may have taken the processor’s virtualization for itself, and KVM can’t start as "
                                  "long as it does. Quit that program and unload its modules.")
                            : N_ ("Only one of the two can run virtual machines at a time. If virtual machines don’t "
                                  "start, quit the other program first.");
      /* modprobe removes no module that another one uses. */
      if (owned && facts->owner_modules[0] != NULL)
        {
          g_autofree char *modules = g_strjoinv (" ", facts->owner_modules);

          finding->command = g_strconcat ("sudo modprobe -r ", modules, NULL);
        }
      return TRUE;
    }

  nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Neither VirtualBox nor VMware is in the way."), NULL);
  return TRUE;
}

gboolean
nb_checks_kvm_hv (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autofree char *modules = NULL;
  GError *error = NULL;

  if (!nb_inspector_is_machine (inspector, "ppc64"))
    return FALSE;

  modules = nb_inspector_read (inspector, "/proc/modules", &error);
  if (modules == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      nb_finding_set_unreadable (finding, error);
      return TRUE;
    }
  g_clear_error (&error);

  if (modules != NULL && (g_str_has_prefix (modules, "kvm_hv") || strstr (modules, "\nkvm_hv") != NULL))
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("kvm_hv is loaded."), NULL);
  else
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("kvm_hv is not loaded."),
                      N_ ("Virtual machines run much faster with it, and only it can nest them."));
      finding->command = g_strdup ("sudo modprobe kvm_hv");
    }
  return TRUE;
}
