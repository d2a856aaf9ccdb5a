/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What makes nested virtual machines slow or impossible, beside the switch itself, which is the verdict's matter. */

#include "config.h"

#include "nb-checks-private.h"

#include "nb-proof-text.h"

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

  if (facts->slat == NB_TRISTATE_NO && facts->slat_flag == NB_TRISTATE_NO)
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The processor has no nested page tables (EPT, NPT)."),
                      N_ ("Nested virtual machines run, but slowly, and Hyper-V, WSL 2 and VMware refuse to start in a "
                          "virtual machine."));
      return TRUE;
    }

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
                          "virtual machine. The processor has them, but a module option turned them off: look for "
                          "ept=0 or npt=0."));
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

gboolean
nb_checks_hypervisor (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  const char *name = nb_outer_get_name (facts->outer);
  NbTristate virtual = facts->outer != NB_OUTER_NONE ? NB_TRISTATE_YES : facts->cpuid_hypervisor;

  if (virtual == NB_TRISTATE_UNKNOWN && nb_inspector_is_machine (inspector, "x86"))
    virtual = nb_inspector_has_flag (inspector, "hypervisor", NULL);
  if (virtual == NB_TRISTATE_YES)
    {
      finding->level = NB_LEVEL_NOTE;
      /* Translators: a hypervisor's name, such as Hyper-V */
      finding->detail_text = name != NULL
                               ? g_strdup_printf (_ ("This computer is itself a virtual machine, run by %s."), name)
                               : g_strdup (_ ("This computer is itself a virtual machine."));
      finding->hint = N_ ("Its virtual machines are nested already, and theirs are one level deeper: that is slow and "
                          "less well tried. What this computer lacks must be set up on the computer that runs it.");
      return TRUE;
    }

  /* s390x tells in /proc/sysinfo; elsewhere nothing said is not the same as a word that there is none. */
  if (virtual == NB_TRISTATE_NO || (nb_inspector_is_machine (inspector, "s390") &&
                                    nb_inspector_exists (inspector, "/proc/sysinfo", NULL) == NB_TRISTATE_YES))
    {
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("This computer is not a virtual machine."), NULL);
      return TRUE;
    }
  return FALSE;
}

/* Source: virt/kvm/kvm_main.c since Linux 6.12, enable_virt_at_load: a bool, 0444, on. */
gboolean
nb_checks_virt_at_load (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);

  switch (facts->enable_virt_at_load)
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, facts->owner != NULL ? NB_LEVEL_NOTE : NB_LEVEL_PASS,
                      N_ ("KVM takes the processor’s virtualization as soon as it is loaded."),
                      N_ ("While KVM is loaded, VirtualBox and VMware can’t run virtual machines. Unload KVM for them; "
                          "the option is enable_virt_at_load of the module kvm."));
      if (facts->owner != NULL && facts->module != NULL && facts->module_state == NB_MODULE_STATE_LOADED)
        finding->command = g_strdup_printf ("sudo modprobe -r %s kvm", facts->module);
      return TRUE;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_PASS,
                      N_ ("KVM takes the processor’s virtualization only while one of its virtual machines runs."),
                      N_ ("The option enable_virt_at_load of the module kvm is off, so VirtualBox and KVM can both be "
                          "loaded. Nested virtualization works all the same."));
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
    nb_finding_set (finding, NB_LEVEL_WARN,
                    N_ ("KVM uses huge pages (hpage=1), now or after a restart, which excludes nesting."),
                    N_ ("On this kernel KVM can do one or the other. To nest, remove hpage=1 from the options of the "
                        "module kvm; virtual machines that use huge pages no longer start then."));
  else
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Huge pages don’t stand in the way of nesting."), NULL);
  return TRUE;
}
