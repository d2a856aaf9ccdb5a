/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sentence that explains a verdict, and says what to do. */

#include "config.h"

#include "nb-verdict.h"

#include "nb-proof-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
sentence_firmware (const NbHostFacts *facts)
{
  switch (facts->vendor)
    {
    case NB_VENDOR_INTEL:
      return g_strdup (_ ("The processor supports it. Restart into the firmware settings and turn on “Intel "
                          "Virtualization Technology (VT-x)”."));
    case NB_VENDOR_AMD:
      return g_strdup (_ ("The processor supports it. Restart into the firmware settings and turn on “SVM Mode”."));
    case NB_VENDOR_UNKNOWN:
    case NB_VENDOR_S390:
    case NB_VENDOR_POWER:
      break;
    case NB_VENDOR_ARM:
      return g_strdup (
        _ ("KVM did not start, although it is part of this kernel. On ARM the firmware has to start Linux "
           "in the processor’s mode for hypervisors (EL2), and keeps it for itself here."));
    }

  return g_strdup (_ ("The processor supports it. Restart into the firmware settings and turn virtualization on."));
}

/* Where a line stands, and what stands there. */
static char *
dup_place (const NbConfigLine *line)
{
  switch (line->kind)
    {
    case NB_DECIDER_FILE:
      /* Translators: a file name, the number of a line in it, and what stands there */
      return g_strdup_printf (_ ("%s, line %u (%s)"), line->file, line->line, line->text);
    case NB_DECIDER_COMMAND_LINE:
      /* Translators: %s is a boot option as it stands in /proc/cmdline */
      return g_strdup_printf (_ ("the boot option “%s”"), line->text);
    case NB_DECIDER_UNKNOWN:
    case NB_DECIDER_DEFAULT:
      break;
    }

  return g_strdup (line->text);
}

typedef gboolean Filter (const NbConfigLine *line);

static gboolean
is_in_the_way (const NbConfigLine *line)
{
  return line->why == NB_WHY_INSTALL ? line->install == NB_INSTALL_NOTHING : TRUE;
}

static gboolean
is_blocking (const NbConfigLine *line)
{
  return line->blocks_now && line->why != NB_WHY_REFUSED;
}

static gboolean
is_refused (const NbConfigLine *line)
{
  return line->why == NB_WHY_REFUSED;
}

static gboolean
is_unclear (const NbConfigLine *line)
{
  return line->why == NB_WHY_INSTALL && line->install != NB_INSTALL_NOTHING;
}

/* All lines of a kind: "A; B". NULL where there is none. */
static char *
dup_places (const NbHostFacts *facts, Filter *filter)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < facts->obstacles->len; i++)
    if (filter (g_ptr_array_index (facts->obstacles, i)))
      g_ptr_array_add (places, dup_place (g_ptr_array_index (facts->obstacles, i)));
  if (places->len == 0)
    return NULL;
  g_ptr_array_add (places, NULL);

  return g_strjoinv ("; ", (char **) places->pdata);
}

static char *
sentence_blocked (const NbHostFacts *facts)
{
  g_autofree char *places = dup_places (facts, is_blocking);
  const NbConfigLine *line = nb_host_facts_find_obstacle (facts, NB_WHY_INSTALL, TRUE);

  if (line != NULL && line->install != NB_INSTALL_NOTHING)
    /* Translators: %s is a list of files, lines and what stands there */
    return g_strdup_printf (_ ("An “install” line runs a command in place of loading KVM’s module: %s. Nestbox doesn’t "
                               "run it. Remove the line to use KVM, or load the module in a terminal."),
                            places);

  return g_strdup_printf (ngettext ("This keeps KVM’s module from loading: %s. Remove it to use KVM.",
                                    "These keep KVM’s module from loading: %s. Remove them to use KVM.",
                                    facts->obstacles->len),
                          places);
}

/* Beside VirtualBox, what starting KVM does to it is said before. */
static char *
sentence_beside_owner (const NbHostFacts *facts)
{
  if (facts->enable_virt_at_load == NB_TRISTATE_NO)
    return NULL;

  /* Translators: %s is VirtualBox or VMware */
  return g_strdup_printf (_ ("You can start KVM now, with nested virtualization on. While it is loaded, %s can’t run "
                             "virtual machines; the command below unloads KVM again."),
                          strcmp (facts->owner, "vmmon") == 0 ? "VMware" : "VirtualBox");
}

static char *
sentence_not_loaded (const NbHostFacts *facts)
{
  const NbConfigLine *line = nb_host_facts_find_obstacle (facts, NB_WHY_BLACKLIST, FALSE);
  const NbConfigLine *refused = nb_host_facts_find_obstacle (facts, NB_WHY_REFUSED, TRUE);
  g_autofree char *places = NULL;

  if (facts->module_state == NB_MODULE_STATE_NOT_LOADED && facts->outer == NB_OUTER_WSL)
    return g_strdup (
      _ ("The processor supports virtualization, but KVM’s module isn’t loaded, and this kernel’s modules "
         "can’t be seen from here. Load it in a terminal."));
  if (facts->module_state == NB_MODULE_STATE_NOT_LOADED || facts->container != NULL)
    return g_strdup (_ ("The processor supports virtualization, but KVM’s module isn’t loaded, and it can’t be loaded "
                        "from a container. Load it on the computer itself."));
  if (refused != NULL)
    {
      places = dup_places (facts, is_refused);
      return g_strdup_printf (
        _ ("KVM can’t start, because the kernel refuses a value: %s. Correct that line, then start "
           "KVM."),
        places);
    }
  if (nb_host_facts_find_obstacle (facts, NB_WHY_REFUSED, FALSE) != NULL)
    {
      places = dup_places (facts, is_refused);
      return g_strdup_printf (_ ("Its module doesn’t load, because the kernel refuses a value: %s. Correct that line. "
                                 "Until then Nestbox can start KVM without it, with nested virtualization on."),
                              places);
    }
  if (line != NULL)
    {
      places = dup_places (facts, is_in_the_way);
      return g_strdup_printf (_ ("Its module doesn’t load by itself because of %s. You can start KVM now, with nested "
                                 "virtualization on."),
                              places);
    }
  if (facts->owner != NULL)
    {
      char *sentence = sentence_beside_owner (facts);

      if (sentence != NULL)
        return sentence;
    }

  return g_strdup (_ ("The processor supports virtualization, but KVM’s module isn’t loaded. Start it, with nested "
                      "virtualization on."));
}

/* What keeps the module away after a restart: every line, for all must go. */
static char *
sentence_wont_load (const NbHostFacts *facts)
{
  g_autofree char *places = dup_places (facts, is_in_the_way);

  if (facts->decider_why == NB_WHY_REFUSED)
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart KVM won’t load, because "
                               "the kernel refuses a value: %s. Correct it to keep nested virtualization on."),
                            places);
  if (facts->decider_why == NB_WHY_INSTALL)
    return g_strdup_printf (
      _ ("Virtual machines can run virtual machines now. After a restart KVM won’t load: %s keeps "
         "it away."),
      places);

  return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart KVM won’t load by itself, "
                             "because of %s."),
                          places);
}

static char *
sentence_until_restart (const NbHostFacts *facts)
{
  if (facts->next_boot == NB_TRISTATE_NO && nb_host_facts_get_wont_load (facts))
    return sentence_wont_load (facts);
  if (facts->decider == NB_DECIDER_FILE && facts->decider_why == NB_WHY_INSTALL)
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart it is off again: %s, "
                               "line %u loads the module with a command of its own (%s), which no file overrides."),
                            facts->decider_file, facts->decider_line, facts->decider_text);
  if (facts->decider == NB_DECIDER_FILE && facts->decider_file != NULL)
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart it is off again: %s, "
                               "line %u says “%s”."),
                            facts->decider_file, facts->decider_line, facts->decider_text);

  return g_strdup (_ ("Virtual machines can run virtual machines now. After a restart it is off again, because that is "
                      "the system’s default."));
}

static char *
sentence_cmdline (const NbHostFacts *facts)
{
  if (nb_host_facts_get_wont_load (facts))
    return sentence_wont_load (facts);

  /* Translators: %s is a boot option as it stands */
  return g_strdup_printf (_ ("After a restart it is off again, because of the boot option “%s” (in /proc/cmdline), "
                             "which overrides every file. "
                             "Remove it in the boot loader’s settings to keep nested virtualization on."),
                          facts->decider_text);
}

static char *
sentence_unclear (const NbHostFacts *facts)
{
  g_autofree char *places = dup_places (facts, is_unclear);

  if (places != NULL && facts->config_error == NULL)
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart it depends on a command "
                               "that an “install” line runs in place of loading KVM’s module: %s."),
                            places);
  if (facts->config_error != NULL)
    /* Translators: %s is a whole sentence: why the settings can't be read */
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. Whether that stays so after a restart "
                               "isn’t known. %s"),
                            facts->config_error);

  return g_strdup (_ ("Virtual machines can run virtual machines now. Whether that stays so after a restart isn’t "
                      "known."));
}

static char *
sentence_owned (const NbHostFacts *facts)
{
  if (facts->owner == NULL)
    return g_strdup (_ ("Another program owns the processor’s virtualization: loading KVM failed. Stop it, then try "
                        "again."));
  if (strcmp (facts->owner, "xen") == 0)
    return g_strdup (_ ("This system runs on Xen, which owns the processor’s virtualization. Restart the computer and "
                        "start Linux without Xen in the boot menu to use KVM."));
  if (facts->owner_busy)
    /* Translators: %s are kernel modules, such as vboxdrv (VirtualBox) or vmmon (VMware) */
    return g_strdup_printf (_ ("The module %s is in use and keeps the processor’s virtualization for itself. Stop its "
                               "virtual machines, then try again."),
                            facts->owner);

  return g_strdup_printf (_ ("The module %s is loaded and may keep the processor’s virtualization for itself. Stop its "
                             "virtual machines, unload it, then try again."),
                          facts->owner);
}

static char *
sentence_no_device (const NbHostFacts *facts)
{
  if (facts->container != NULL)
    return g_strdup (
      _ ("KVM runs on this computer with nested virtualization on, but this container has no /dev/kvm. Pass "
         "the device in when the container is started."));

  return g_strdup (
    _ ("KVM runs with nested virtualization on, but its device /dev/kvm is missing here. In a container, "
       "pass it in; elsewhere the commands below make it again."));
}

static char *
sentence_arm (const NbHostFacts *facts)
{
  if (facts->decider == NB_DECIDER_COMMAND_LINE && g_strcmp0 (facts->decider_text, "kvm-arm.mode=nested") == 0)
    return g_strdup (
      _ ("The boot option “kvm-arm.mode=nested” is there, but KVM offers no nested virtualization: it needs "
         "a processor with FEAT_NV2 and Linux 6.16 or newer."));
  if (facts->decider == NB_DECIDER_COMMAND_LINE && facts->decider_text != NULL)
    /* Translators: %s is a boot option as it stands */
    return g_strdup_printf (
      _ ("The boot option “%s” stands in the way. On ARM nested virtualization is experimental and "
         "needs a recent processor and “kvm-arm.mode=nested” in its place."),
      facts->decider_text);

  return g_strdup (_ ("On ARM it is experimental and needs a recent processor and the boot option "
                      "“kvm-arm.mode=nested”. Add it in the boot loader’s settings and restart."));
}

static char *
sentence_inside_vm (const NbHostFacts *facts)
{
  const char *name = nb_outer_get_name (facts->outer);

  if (facts->outer == NB_OUTER_WSL)
    return g_strdup (_ ("It is run by WSL 2 and sees no virtualization of its own. On Windows 11, write the line below "
                        "under [wsl2] in the file .wslconfig in your user folder, then run “wsl --shutdown” there."));
  if (facts->outer == NB_OUTER_HYPER_V)
    return g_strdup (_ ("It is run by Hyper-V and sees no virtualization of its own. Shut this virtual machine down, "
                        "and run the command below in PowerShell on the computer that runs it."));
  if (name != NULL)
    /* Translators: %s is what runs this virtual machine, such as Hyper-V */
    return g_strdup_printf (_ ("It is run by %s and sees no virtualization of its own. Nested virtualization has to be "
                               "turned on for this virtual machine there, on the computer that runs it."),
                            name);

  return g_strdup (_ ("It sees no virtualization of its own. Turn nested virtualization on for this virtual machine "
                      "on the computer that runs it: Nestbox does that there."));
}

static char *
sentence_builtin (const NbHostFacts *facts)
{
  if (facts->decider == NB_DECIDER_COMMAND_LINE && facts->decider_text != NULL)
    /* Translators: a boot option as it stands, and one to write in its place */
    return g_strdup_printf (_ ("KVM is part of this kernel, and the boot option “%s” (in /proc/cmdline) turns nested "
                               "virtualization off. Replace it by “%s.nested=1” in the boot loader’s settings and "
                               "restart."),
                            facts->decider_text, facts->module);

  return g_strdup_printf (_ ("KVM is part of this kernel, so only the boot option “%s.nested=1” turns it on. Add it in "
                             "the boot loader’s settings and restart."),
                          facts->module);
}

static char *
sentence_slow (const NbHostFacts *facts)
{
  if (facts->slat_flag == NB_TRISTATE_NO)
    return g_strdup (_ ("This processor has no nested page tables (EPT, NPT). Nested virtual machines run slowly, and "
                        "some hypervisors refuse to start in them."));
  if (facts->vendor == NB_VENDOR_AMD)
    return g_strdup (_ ("Nested paging (npt) is turned off for kvm_amd. Nested virtual machines run slowly, and some "
                        "hypervisors refuse to start in them."));

  return g_strdup (
    _ ("Extended page tables (ept) are turned off for kvm_intel. Nested virtual machines run slowly, and "
       "some hypervisors refuse to start in them."));
}

static char *
sentence_after_restart (const NbHostFacts *facts)
{
  if (facts->modules_disabled == NB_TRISTATE_YES)
    return g_strdup (_ ("The configuration says on, but system policy lets no module be loaded until then."));
  if (facts->decider_before_boot == NB_TRISTATE_YES && facts->decider_file != NULL)
    return g_strdup_printf (_ ("%s, line %u said on before this computer was started, yet it is off: KVM’s module was "
                               "loaded by hand, or by an old initramfs."),
                            facts->decider_file, facts->decider_line);

  return g_strdup (
    _ ("The configuration says on, but KVM still runs with the old setting. You don’t have to wait for a "
       "restart: nothing uses KVM now."));
}

/* What keeps the helper from doing it, or takes it back at the next restart, is said before, not after. */
static char *
sentence_off (const NbHostFacts *facts)
{
  g_autofree char *blocking = dup_places (facts, is_blocking);
  g_autofree char *refused = dup_places (facts, is_refused);
  g_autofree char *places = dup_places (facts, is_in_the_way);

  if (facts->container != NULL)
    return g_strdup (
      _ ("Virtual machines can’t run virtual machines yet, and a container can’t change that. Turn it on, "
         "on the computer itself."));
  if (blocking != NULL)
    return g_strdup_printf (
      _ ("Virtual machines can’t run virtual machines yet. It can’t be turned on from here, because "
         "of %s: with that, loading KVM’s module runs something else."),
      blocking);
  if (nb_host_facts_find_obstacle (facts, NB_WHY_REFUSED, TRUE) != NULL)
    return g_strdup_printf (
      _ ("Virtual machines can’t run virtual machines yet. KVM’s module can’t be loaded anew, because "
         "the kernel refuses a value: %s. Correct it first."),
      refused);
  if (nb_host_facts_get_wont_load (facts))
    return g_strdup_printf (_ ("Virtual machines can’t run virtual machines yet. You can turn it on now, but after a "
                               "restart KVM won’t load by itself, because of %s."),
                            places);
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider == NB_DECIDER_COMMAND_LINE)
    /* Translators: %s is a boot option as it stands */
    return g_strdup_printf (_ ("Virtual machines can’t run virtual machines yet. You can turn it on now, but the boot "
                               "option “%s” turns it off again at every start."),
                            facts->decider_text);
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider == NB_DECIDER_FILE && facts->decider_later)
    return g_strdup_printf (
      _ ("Virtual machines can’t run virtual machines yet. You can turn it on now, but %s, line %u "
         "turns it off again at every start."),
      facts->decider_file, facts->decider_line);
  if (facts->refcnt == 0)
    return g_strdup (
      _ ("Virtual machines can’t run virtual machines yet. You can turn it on now: nothing uses KVM at the "
         "moment."));

  return g_strdup (_ ("Virtual machines can’t run virtual machines yet. You can turn it on now."));
}

static char *
sentence_unknown (const NbHostFacts *facts)
{
  if (facts->kvm_device == NB_KVM_DEVICE_DENIED)
    return g_strdup (
      _ ("Only KVM itself could tell, and you may not use /dev/kvm. Being in the group “kvm” allows that, "
         "once you have logged in again."));

  return g_strdup (_ ("Nestbox can’t read enough to tell. Copy the report from the menu to ask for help."));
}

/**
 * nb_verdict_dup_sentence:
 * @verdict: the verdict on @facts
 * @facts: the facts
 *
 * Returns: (transfer full): one or two translated sentences: why, and what to do; plain text, not markup
 */
char *
nb_verdict_dup_sentence (NbVerdict verdict, const NbHostFacts *facts)
{
  switch (verdict)
    {
    case NB_VERDICT_UNREADABLE:
      if (facts->sandbox == NB_TRISTATE_YES)
        return g_strdup (
          _ ("Nestbox has lost the permission to see /sys/module, where the kernel tells of KVM. The first "
             "command below gives it back, for the next start of Nestbox; the others show the settings in "
             "a terminal."));
      return g_strdup (_ ("The application may not read the computer’s settings. The commands below show them in a "
                          "terminal."));
    case NB_VERDICT_ARCH_UNSUPPORTED:
      /* Translators: %s is the machine's name, such as riscv64 */
      return g_strdup_printf (_ ("Linux has no nested virtualization for %s computers."), facts->machine);
    case NB_VERDICT_ARM_BOOT_OPTION:
      return sentence_arm (facts);
    case NB_VERDICT_VENDOR_UNSUPPORTED:
      return g_strdup (
        _ ("Virtual machines run here, but by a kind of KVM that can’t pass virtualization on to them."));
    case NB_VERDICT_INSIDE_VM:
      return sentence_inside_vm (facts);
    case NB_VERDICT_NO_HARDWARE:
      return g_strdup (_ ("It has neither VT-x nor AMD-V, so KVM can’t run on this computer."));
    case NB_VERDICT_FIRMWARE_OFF:
      return sentence_firmware (facts);
    case NB_VERDICT_RESTART_AFTER_UPDATE:
      return g_strdup (
        _ ("The modules of the running kernel are gone, most likely because a newer kernel was installed. "
           "Restart the computer."));
    case NB_VERDICT_KVM_MISSING:
      /* Translators: %s is a kernel module, such as kvm_intel */
      return g_strdup_printf (
        _ ("The running kernel comes without the module %s. Install your distribution’s full kernel "
           "package."),
        facts->module);
    case NB_VERDICT_BLOCKED:
      return sentence_blocked (facts);
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
      return sentence_builtin (facts);
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      return sentence_owned (facts);
    case NB_VERDICT_MODULES_LOCKED:
      if (facts->next_boot == NB_TRISTATE_YES)
        return g_strdup (_ ("No kernel module can be loaded until the next restart. After it nested virtualization is "
                            "on."));
      return g_strdup (_ ("No kernel module can be loaded or unloaded until the next restart. You can turn nested "
                          "virtualization on for then."));
    case NB_VERDICT_KVM_NOT_LOADED:
      return sentence_not_loaded (facts);
    case NB_VERDICT_NOT_WORKING:
      return nb_proof_dup_failure (facts);
    case NB_VERDICT_NO_DEVICE:
      return sentence_no_device (facts);
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
      return sentence_cmdline (facts);
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
      return g_strdup_printf (
        _ ("After a restart it is off again: %s, line %u turns it off and is read after Nestbox’s own "
           "file. Change that line to keep nested virtualization on."),
        facts->decider_file, facts->decider_line);
    case NB_VERDICT_UNTIL_RESTART:
      return sentence_until_restart (facts);
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
      return sentence_unclear (facts);
    case NB_VERDICT_SLOW:
      return sentence_slow (facts);
    case NB_VERDICT_READY:
      return g_strdup (_ ("Virtual machines on this computer can run virtual machines, now and after a restart. Each "
                          "machine’s processor has to pass it on."));
    case NB_VERDICT_OFF_LIVE_WRITABLE:
      return g_strdup (
        _ ("Virtual machines can’t run virtual machines yet. It can be turned on at once; no virtual machine "
           "has to stop."));
    case NB_VERDICT_HUGEPAGE_CONFLICT:
      return g_strdup (
        _ ("On this kernel KVM’s option “hpage=1” excludes nested virtualization. Remove it from the settings "
           "of modprobe to use nesting."));
    case NB_VERDICT_CONFIG_MANAGED:
      return g_strdup (
        _ ("This system’s settings are made elsewhere, so Nestbox doesn’t write them. You can turn nested "
           "virtualization on until the next restart; add the lines below to keep it on."));
    case NB_VERDICT_AFTER_RESTART:
      return sentence_after_restart (facts);
    case NB_VERDICT_AFTER_RESTART_BUSY:
      return g_strdup (
        _ ("The configuration says on, but KVM still runs with the old setting and is in use. Restart the "
           "computer later, or stop what uses KVM and switch now."));
    case NB_VERDICT_OFF:
      return sentence_off (facts);
    case NB_VERDICT_OFF_BUSY:
      return g_strdup (_ ("Virtual machines can’t run virtual machines yet. KVM is in use. Shut down what uses it to "
                          "turn this on now."));
    case NB_VERDICT_UNKNOWN:
      return sentence_unknown (facts);
    }

  g_return_val_if_reached (NULL);
}
