/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What makes nested virtual machines slow or impossible, beside the switch itself, which is the verdict's matter. */

#include "config.h"

#include "nb-checks-private.h"

#include "nb-proof-text.h"

#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <glib/gi18n-lib.h>

static gboolean
is_running (const NbHostFacts *facts)
{
  return facts->module_state == NB_MODULE_STATE_LOADED || facts->module_state == NB_MODULE_STATE_BUILT_IN;
}

gboolean
nb_checks_slat (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  const gboolean intel = g_strcmp0 (facts->module, "kvm_intel") == 0;

  if (!is_running (facts) || (!intel && g_strcmp0 (facts->module, "kvm_amd") != 0))
    return FALSE;

  switch (facts->slat)
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS,
                      intel ? N_ ("KVM uses the processor’s nested page tables (EPT).")
                            : N_ ("KVM uses the processor’s nested page tables (NPT)."),
                      NULL);
      break;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_WARN,
                      intel ? N_ ("KVM does not use nested page tables (EPT).")
                            : N_ ("KVM does not use nested page tables (NPT)."),
                      N_ ("Nested virtual machines run, but slowly, and Hyper-V, WSL 2 and VMware refuse to start in a "
                          "virtual machine. Either the processor lacks them or a module option turned them off: look "
                          "for ept=0 or npt=0."));
      finding->command = g_strdup ("grep -rs -e 'ept=' -e 'npt=' /etc/modprobe.d /proc/cmdline");
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("Whether KVM uses nested page tables can’t be read."), NULL);
      break;
    }
  return TRUE;
}

/* Source: arch/x86/kvm/vmx/vmx.c, enable_shadow_vmcs: a bool, 0444. */
gboolean
nb_checks_shadow_vmcs (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  static const char path[] = "/sys/module/kvm_intel/parameters/enable_shadow_vmcs";
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  g_autofree char *text = NULL;
  GError *error = NULL;

  if (g_strcmp0 (facts->module, "kvm_intel") != 0 || !is_running (facts))
    return FALSE;

  text = nb_inspector_read (inspector, path, &error);
  if (text == NULL)
    {
      nb_finding_set_unreadable (finding, error);
      return TRUE;
    }

  switch (*text != '\0' ? nb_options_parse_value (text) : NB_TRISTATE_UNKNOWN)
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("KVM uses it: nested virtual machines run faster."), NULL);
      break;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("KVM does not use it."),
                      N_ ("Everything works, but nested virtual machines are somewhat slower. Processors before 2013 "
                          "(Haswell) lack it, and so do most virtual machines."));
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      /* Translators: a file's path */
      finding->detail_text = g_strdup_printf (_ ("%s says neither yes nor no."), path);
      finding->level = NB_LEVEL_NOTE;
      break;
    }
  return TRUE;
}

/* What hypervisors call themselves in CPUID leaf 0x40000000, and in the DMI tables. Names are not translated. */
static const struct
{
  const char *signature;
  const char *vendor;
  const char *name;
} hypervisors[] = {
  { "KVMKVMKVM", "QEMU", "KVM" },
  { "Microsoft Hv", "Microsoft Corporation", "Hyper-V" },
  { "VMwareVMware", "VMware, Inc.", "VMware" },
  { "XenVMMXenVMM", "Xen", "Xen" },
  { "VBoxVBoxVBox", "innotek GmbH", "VirtualBox" },
  { "TCGTCGTCGTCG", NULL, "QEMU" },
  { "bhyve bhyve ", "BHYVE", "bhyve" },
  { "prl hyperv  ", "Parallels Software International Inc.", "Parallels" },
  { "ACRNACRNACRN", NULL, "ACRN" },
  { NULL, "Amazon EC2", "Amazon EC2" },
  { NULL, "Google", "Google Compute Engine" },
  { NULL, "DigitalOcean", "DigitalOcean" },
};

static const char *
name_by_signature (const char *signature)
{
  for (gsize i = 0; signature != NULL && i < G_N_ELEMENTS (hypervisors); i++)
    if (g_strcmp0 (hypervisors[i].signature, signature) == 0)
      return hypervisors[i].name;
  return NULL;
}

/* Linux virtual machines with Hyper-V's enlightenments show KVM's own leaves a little further up. */
static const char *
ask_processor (void)
{
  const char *name = NULL;
#if defined(__x86_64__) || defined(__i386__)
  for (guint leaf = 0x40000000; leaf <= 0x40000100; leaf += 0x100)
    {
      guint32 eax, words[3];
      char signature[13] = "";
      const char *found;

      __cpuid (leaf, eax, words[0], words[1], words[2]);
      memcpy (signature, words, sizeof words);
      found = name_by_signature (signature);
      if (found != NULL)
        name = found;
    }
#endif
  return name;
}

static const char *
ask_firmware (NbInspector *inspector)
{
  g_autofree char *vendor = nb_inspector_read (inspector, "/sys/class/dmi/id/sys_vendor", NULL);
  g_autofree char *product = nb_inspector_read (inspector, "/sys/class/dmi/id/product_name", NULL);

  for (gsize i = 0; vendor != NULL && i < G_N_ELEMENTS (hypervisors); i++)
    {
      if (g_strcmp0 (hypervisors[i].vendor, vendor) != 0)
        continue;
      /* Microsoft and Google make real computers too. */
      if (g_str_equal (vendor, "Microsoft Corporation") && g_strcmp0 (product, "Virtual Machine") != 0)
        continue;
      if (g_str_equal (vendor, "Google") && g_strcmp0 (product, "Google Compute Engine") != 0)
        continue;
      /* Amazon rents out whole computers as well. */
      if (g_str_equal (vendor, "Amazon EC2") && product != NULL && strstr (product, ".metal") != NULL)
        continue;
      return hypervisors[i].name;
    }
  return NULL;
}

/* s390x: /proc/sysinfo has lines such as "VM00 Control Program: KVM/Linux". */
static const char *
ask_sysinfo (NbInspector *inspector, NbTristate *virtual)
{
  g_autofree char *text = nb_inspector_read (inspector, "/proc/sysinfo", NULL);

  if (text == NULL)
    return NULL;
  *virtual = strstr (text, "VM00 Control Program:") != NULL ? NB_TRISTATE_YES : NB_TRISTATE_NO;
  return strstr (text, "KVM/Linux") != NULL ? "KVM" : strstr (text, "z/VM") != NULL ? "z/VM" : NULL;
}

gboolean
nb_checks_hypervisor (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  NbTristate virtual = nb_inspector_get_facts (inspector)->cpuid_hypervisor;
  const char *name = NULL;

  if (nb_inspector_is_machine (inspector, "s390"))
    name = ask_sysinfo (inspector, &virtual);
  else if (virtual == NB_TRISTATE_UNKNOWN && nb_inspector_is_machine (inspector, "x86"))
    virtual = nb_inspector_has_flag (inspector, "hypervisor", NULL);

  if (virtual != NB_TRISTATE_NO)
    {
      if (name == NULL && virtual == NB_TRISTATE_YES)
        name = nb_inspector_is_real (inspector) ? ask_processor ()
                                                : name_by_signature (nb_inspector_get_fact (inspector, "hypervisor"));
      if (name == NULL)
        name = ask_firmware (inspector);
      if (name != NULL)
        virtual = NB_TRISTATE_YES;
    }

  switch (virtual)
    {
    case NB_TRISTATE_YES:
      finding->level = NB_LEVEL_NOTE;
      /* Translators: a hypervisor's name, such as Hyper-V */
      finding->detail_text = name != NULL
                               ? g_strdup_printf (_ ("This computer is itself a virtual machine, run by %s."), name)
                               : g_strdup (_ ("This computer is itself a virtual machine."));
      finding->hint = N_ ("Its virtual machines are nested already, and theirs are one level deeper: that is slow and "
                          "less well tried. What this computer lacks must be set up on the computer that runs it.");
      return TRUE;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("This computer is not a virtual machine."), NULL);
      return TRUE;
    case NB_TRISTATE_UNKNOWN:
    default:
      return FALSE;
    }
}

/* What was shown, not what is set. Nothing is tried here: the answer is one of the facts. */
gboolean
nb_checks_proof (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);

  if (facts->proof == NULL)
    return FALSE;

  finding->detail_text = nb_proof_dup_row (facts->proof);
  switch (nb_proof_answer_get_works (facts->proof))
    {
    case NB_TRISTATE_YES:
      break;
    case NB_TRISTATE_NO:
      finding->level = NB_LEVEL_FAIL;
      finding->hint = N_ ("Virtual machines run, but hypervisors in them do not. If this computer is itself a virtual "
                          "machine, the computer that runs it has to be set up; otherwise another hypervisor may hold "
                          "the processor. The kernel’s log may say more.");
      finding->command = nb_proof_dup_command (facts);
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      finding->level = NB_LEVEL_NOTE;
      finding->hint = N_ ("Whether it works is not known before a virtual machine tries it.");
      break;
    }
  return TRUE;
}

gboolean
nb_checks_ignore_msrs (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  switch (nb_inspector_get_facts (inspector)->ignore_msrs)
    {
    case NB_TRISTATE_YES:
      nb_finding_set (
        finding, NB_LEVEL_NOTE, N_ ("KVM ignores accesses to registers that it doesn’t know."),
        N_ ("Some guests need that (VMware ESXi, macOS). Others may go wrong without an error: the option "
            "is ignore_msrs of the module kvm."));
      return TRUE;
    case NB_TRISTATE_NO:
      nb_finding_set (
        finding, NB_LEVEL_PASS, N_ ("KVM reports accesses to registers that it doesn’t know."),
        N_ ("Only if VMware ESXi or macOS stops at its start inside a virtual machine, set ignore_msrs."));
      return TRUE;
    case NB_TRISTATE_UNKNOWN:
    default:
      return FALSE;
    }
}

gboolean
nb_checks_huge_pages (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);

  if (!nb_inspector_is_machine (inspector, "s390") || facts->hugepages == NB_TRISTATE_UNKNOWN)
    return FALSE;

  if (facts->hugepages == NB_TRISTATE_YES)
    nb_finding_set (finding, NB_LEVEL_WARN, N_ ("KVM uses huge pages (hpage=1), which excludes nesting."),
                    N_ ("On this kernel KVM can do one or the other. To nest, remove hpage=1 from the options of the "
                        "module kvm; virtual machines that use huge pages no longer start then."));
  else
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Huge pages don’t stand in the way of nesting."), NULL);
  return TRUE;
}
