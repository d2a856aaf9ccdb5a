/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a verdict is called, the sentence that explains it, and the commands that a person may copy. */

#include "config.h"

#include "nb-verdict.h"

#include <glib/gi18n-lib.h>

/**
 * nb_verdict_get_title:
 * @verdict: a verdict
 *
 * Returns: (transfer none): a translated title that says the whole thing
 */
const char *
nb_verdict_get_title (NbVerdict verdict)
{
  switch (verdict)
    {
    case NB_VERDICT_UNREADABLE:
      return _ ("Nested Virtualization Can’t Be Checked From Here");
    case NB_VERDICT_ARCH_UNSUPPORTED:
      return _ ("Not Supported on This Kind of Computer");
    case NB_VERDICT_ARM_BOOT_OPTION:
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
      return _ ("Nested Virtualization Needs a Boot Option");
    case NB_VERDICT_VENDOR_UNSUPPORTED:
      return _ ("Nested Virtualization Isn’t Offered by This Host");
    case NB_VERDICT_INSIDE_VM:
      return _ ("This Computer Is Itself a Virtual Machine");
    case NB_VERDICT_NO_HARDWARE:
      return _ ("The Processor Doesn’t Support Virtualization");
    case NB_VERDICT_FIRMWARE_OFF:
      return _ ("Virtualization Is Turned Off in the Firmware Settings");
    case NB_VERDICT_RESTART_AFTER_UPDATE:
      return _ ("Restart Needed After an Update");
    case NB_VERDICT_KVM_MISSING:
      return _ ("KVM Is Not Installed");
    case NB_VERDICT_BLOCKED:
      return _ ("KVM Is Blocked by the Configuration");
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      return _ ("Another Virtualization Program Is in the Way");
    case NB_VERDICT_MODULES_LOCKED:
      return _ ("Locked by System Policy");
    case NB_VERDICT_KVM_NOT_LOADED:
      return _ ("KVM Isn’t Running");
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_UNTIL_RESTART:
      return _ ("On Until the Next Restart");
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
      return _ ("Nested Virtualization Is On");
    case NB_VERDICT_SLOW:
      return _ ("On, but Nested Virtual Machines Are Slow");
    case NB_VERDICT_READY:
      return _ ("Ready for Nested Virtual Machines");
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_OFF:
      return _ ("Nested Virtualization Is Off");
    case NB_VERDICT_HUGEPAGE_CONFLICT:
      return _ ("Nested Virtualization Conflicts With Huge Pages");
    case NB_VERDICT_CONFIG_MANAGED:
      return _ ("Off, and Managed by the System Configuration");
    case NB_VERDICT_AFTER_RESTART:
    case NB_VERDICT_AFTER_RESTART_BUSY:
      return _ ("On After the Next Restart");
    case NB_VERDICT_OFF_BUSY:
      return _ ("Off: Virtual Machines Must Stop First");
    case NB_VERDICT_UNKNOWN:
      return _ ("Can’t Tell Whether Nested Virtualization Works");
    }

  g_return_val_if_reached (NULL);
}

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
    case NB_VENDOR_ARM:
      break;
    }

  return g_strdup (_ ("The processor supports it. Restart into the firmware settings and turn virtualization on."));
}

static char *
sentence_blocked (const NbHostFacts *facts)
{
  if (facts->blocked_by_command_line)
    return g_strdup (_ ("The boot option “module_blacklist=” keeps KVM’s module from loading. Remove the module’s name "
                        "from it and restart."));

  /* Translators: a file name and the number of a line in it */
  return g_strdup_printf (_ ("An “install” line keeps KVM’s module from loading normally: %s, line %u. Remove the line "
                             "to use KVM."),
                          facts->blocked_file, facts->blocked_line);
}

static char *
sentence_not_loaded (const NbHostFacts *facts)
{
  if (facts->blacklist_file != NULL)
    /* Translators: a file name and the number of a line in it */
    return g_strdup_printf (_ ("Its module doesn’t load by itself because of %s, line %u. You can start KVM now, with "
                               "nested virtualization on."),
                            facts->blacklist_file, facts->blacklist_line);
  if (facts->blacklisted)
    return g_strdup (_ ("Its module doesn’t load by itself because of the boot option “modprobe.blacklist=”. You can "
                        "start KVM now, with nested virtualization on."));

  return g_strdup (_ ("The processor supports virtualization, but KVM’s module isn’t loaded. Start it, with nested "
                      "virtualization on."));
}

static char *
sentence_until_restart (const NbHostFacts *facts)
{
  if (facts->blacklisted && facts->blacklist_file != NULL)
    return g_strdup_printf (_ ("After a restart KVM won’t load by itself: %s, line %u blacklists its module."),
                            facts->blacklist_file, facts->blacklist_line);
  if (facts->decider == NB_DECIDER_FILE && facts->decider_file != NULL)
    return g_strdup_printf (_ ("Virtual machines can run virtual machines now. After a restart it is off again: %s, "
                               "line %u says so."),
                            facts->decider_file, facts->decider_line);

  return g_strdup (_ ("Virtual machines can run virtual machines now. After a restart it is off again, because that is "
                      "the system’s default."));
}

static char *
sentence_cmdline (const NbHostFacts *facts)
{
  if (facts->blacklisted)
    return g_strdup (_ ("After a restart KVM won’t load by itself, because of the boot option “modprobe.blacklist=”. "
                        "Remove the module’s name from it in the boot loader’s settings to keep nested virtualization "
                        "on."));

  /* Translators: %s is a kernel module, the whole is a boot option */
  return g_strdup_printf (
    _ ("After a restart it is off again, because of the boot option “%s.nested=0”, which overrides "
       "every file. Remove it in the boot loader’s settings to keep nested virtualization on."),
    facts->module);
}

static char *
sentence_slow (const NbHostFacts *facts)
{
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

/* What will take it back at the next restart is said before, not after. */
static char *
sentence_off (const NbHostFacts *facts)
{
  if (facts->next_boot == NB_TRISTATE_NO && facts->decider == NB_DECIDER_COMMAND_LINE && !facts->blacklisted)
    return g_strdup_printf (_ ("Virtual machines can’t run virtual machines yet. You can turn it on now, but the boot "
                               "option “%s.nested=0” turns it off again at every start."),
                            facts->module);
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
      return g_strdup (_ ("On ARM it is experimental and needs a recent processor and the boot option "
                          "“kvm-arm.mode=nested”. Add it in the boot loader’s settings and restart."));
    case NB_VERDICT_VENDOR_UNSUPPORTED:
      return g_strdup (
        _ ("Virtual machines run here, but by a kind of KVM that can’t pass virtualization on to them."));
    case NB_VERDICT_INSIDE_VM:
      return g_strdup (
        _ ("It sees no virtualization of its own. Turn nested virtualization on for this virtual machine "
           "on the computer that runs it: Nestbox does that there."));
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
      return g_strdup_printf (
        _ ("KVM is part of this kernel, so only the boot option “%s.nested=1” turns it on. Add it in "
           "the boot loader’s settings and restart."),
        facts->module);
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      /* Translators: %s is a kernel module, vboxdrv (VirtualBox) or vmmon (VMware) */
      return g_strdup_printf (
        _ ("The module %s is loaded and may keep the processor’s virtualization for itself. Stop its "
           "virtual machines, unload it, then try again."),
        facts->owner);
    case NB_VERDICT_MODULES_LOCKED:
      if (facts->next_boot == NB_TRISTATE_YES)
        return g_strdup (_ ("No kernel module can be loaded until the next restart. After it nested virtualization is "
                            "on."));
      return g_strdup (_ ("No kernel module can be loaded or unloaded until the next restart. You can turn nested "
                          "virtualization on for then."));
    case NB_VERDICT_KVM_NOT_LOADED:
      return sentence_not_loaded (facts);
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
      if (facts->config_error != NULL)
        /* Translators: %s is a whole sentence: why the settings can't be read */
        return g_strdup_printf (
          _ ("Virtual machines can run virtual machines now. Whether that stays so after a restart "
             "isn’t known. %s"),
          facts->config_error);
      return g_strdup (_ ("Virtual machines can run virtual machines now. Whether that stays so after a restart isn’t "
                          "known."));
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

/* NixOS has its own language for it; elsewhere it is the line of modprobe.d. */
static void
add_snippet (GStrvBuilder *commands, const NbHostFacts *facts)
{
  g_autofree char *line = g_strdup_printf ("options %s nested=1", facts->module);

  if (facts->nixos)
    {
      g_autofree char *nix = g_strdup_printf ("boot.extraModprobeConfig = \"%s\";", line);

      g_strv_builder_add (commands, nix);
    }
  else
    {
      g_strv_builder_add (commands, line);
    }
}

/**
 * nb_verdict_dup_commands:
 * @verdict: the verdict on @facts
 * @facts: the facts
 *
 * What a person may want to copy: commands for a terminal, a boot option, or a line of configuration.
 *
 * Returns: (transfer full): a list that may be empty
 */
char **
nb_verdict_dup_commands (NbVerdict verdict, const NbHostFacts *facts)
{
  g_autoptr (GStrvBuilder) commands = g_strv_builder_new ();
  g_autofree char *text = NULL;

  switch (verdict)
    {
    case NB_VERDICT_UNREADABLE:
      if (facts->sandbox == NB_TRISTATE_YES)
        g_strv_builder_add (commands, "flatpak override --user --filesystem=/sys/module:ro " NB_APP_ID);
      g_strv_builder_add (commands, "grep . /sys/module/kvm*/parameters/nested");
      g_strv_builder_add (commands, "modprobe -c | grep '^options kvm'");
      break;
    case NB_VERDICT_ARM_BOOT_OPTION:
      g_strv_builder_add (commands, "kvm-arm.mode=nested");
      break;
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
      text = g_strdup_printf ("%s.nested=1", facts->module);
      g_strv_builder_add (commands, text);
      break;
    case NB_VERDICT_FIRMWARE_OFF:
      g_strv_builder_add (commands, "systemctl reboot --firmware-setup");
      break;
    case NB_VERDICT_RESTART_AFTER_UPDATE:
      g_strv_builder_add (commands, "systemctl reboot");
      break;
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      text = g_strdup_printf ("sudo modprobe -r %s", facts->owner);
      g_strv_builder_add (commands, text);
      break;
    case NB_VERDICT_CONFIG_MANAGED:
      add_snippet (commands, facts);
      break;
    case NB_VERDICT_UNTIL_RESTART:
      if (facts->config_managed)
        add_snippet (commands, facts);
      break;
    case NB_VERDICT_AFTER_RESTART:
    case NB_VERDICT_AFTER_RESTART_BUSY:
      if (facts->initramfs_command != NULL)
        {
          text = g_strdup_printf ("sudo %s", facts->initramfs_command);
          g_strv_builder_add (commands, text);
        }
      break;
    case NB_VERDICT_ARCH_UNSUPPORTED:
    case NB_VERDICT_VENDOR_UNSUPPORTED:
    case NB_VERDICT_INSIDE_VM:
    case NB_VERDICT_NO_HARDWARE:
    case NB_VERDICT_KVM_MISSING:
    case NB_VERDICT_BLOCKED:
    case NB_VERDICT_MODULES_LOCKED:
    case NB_VERDICT_KVM_NOT_LOADED:
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
    case NB_VERDICT_SLOW:
    case NB_VERDICT_READY:
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_HUGEPAGE_CONFLICT:
    case NB_VERDICT_OFF:
    case NB_VERDICT_OFF_BUSY:
    case NB_VERDICT_UNKNOWN:
      break;
    }

  return g_strv_builder_end (commands);
}
