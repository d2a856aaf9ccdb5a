/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands and lines that a person may copy. */

#include "config.h"

#include "nb-verdict.h"

#include "nb-proof-text.h"

#include <string.h>

/* Why KVM did not start, in the kernel's own words. */
#define KERNEL_LOG "journalctl --boot --dmesg --grep='kvm|svm|vmx'"

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

/* Takes away a boot option as it stands. One that a shell would read otherwise is left to a person. */
static void
add_remove_option (GStrvBuilder *commands, const NbHostFacts *facts)
{
  static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-=";
  const char *tool = facts->boot_tool;
  g_autofree char *text = NULL;

  if (tool == NULL || facts->decider != NB_DECIDER_COMMAND_LINE || facts->decider_why != NB_WHY_VALUE ||
      facts->decider_text == NULL || facts->decider_text[strspn (facts->decider_text, plain)] != '\0')
    return;

  text = g_strconcat (strcmp (tool, "grubby") == 0 ? "sudo grubby --update-kernel=ALL --remove-args="
                                                   : "sudo rpm-ostree kargs --delete-if-present=",
                      facts->decider_text, NULL);
  g_strv_builder_add (commands, text);
}

/* The option, and how this system adds it. Where it stands with another value, that one has to go first. */
static void
add_boot_option (GStrvBuilder *commands, const NbHostFacts *facts, const char *option)
{
  const char *tool = facts->boot_tool;
  g_autofree char *text = NULL;

  if (g_strcmp0 (facts->decider_text, option) == 0)
    return;

  g_strv_builder_add (commands, option);
  add_remove_option (commands, facts);
  if (facts->nixos)
    text = g_strdup_printf ("boot.kernelParams = [ \"%s\" ];", option);
  else if (tool != NULL)
    text = g_strconcat (strcmp (tool, "grubby") == 0 ? "sudo grubby --update-kernel=ALL --args="
                                                     : "sudo rpm-ostree kargs --append-if-missing=",
                        option, NULL);
  if (text != NULL)
    g_strv_builder_add (commands, text);
}

/* What the computer that runs this one has to be told. */
static void
add_outer (GStrvBuilder *commands, const NbHostFacts *facts)
{
  if (facts->outer == NB_OUTER_HYPER_V)
    g_strv_builder_add (commands, "Set-VMProcessor -VMName NAME -ExposeVirtualizationExtensions $true");
  else if (facts->outer == NB_OUTER_WSL)
    g_strv_builder_add (commands, "nestedVirtualization=true");
}

/* All of its modules, those that use others first: modprobe removes none that is in use. */
static void
add_remove_owner (GStrvBuilder *commands, const NbHostFacts *facts)
{
  g_autofree char *modules = g_strjoinv (" ", facts->owner_modules);
  g_autofree char *text = g_strconcat ("sudo modprobe -r ", modules, NULL);

  if (*modules != '\0')
    g_strv_builder_add (commands, text);
}

static void
add_no_device (GStrvBuilder *commands, const NbHostFacts *facts)
{
  if (facts->container == NULL)
    {
      /* Source: Documentation/admin-guide/devices.txt, 10 char, 232 = /dev/kvm. */
      g_strv_builder_add (commands, "sudo mknod /dev/kvm c 10 232");
      g_strv_builder_add (commands, "sudo udevadm trigger /dev/kvm");
    }
  else if (strcmp (facts->container, "docker") == 0)
    {
      g_strv_builder_add (commands, "docker run --device /dev/kvm");
    }
  else if (strcmp (facts->container, "podman") == 0)
    {
      g_strv_builder_add (commands, "podman run --device /dev/kvm");
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
      add_boot_option (commands, facts, "kvm-arm.mode=nested");
      break;
    case NB_VERDICT_BUILTIN_BOOT_OPTION:
      text = g_strdup_printf ("%s.nested=1", facts->module);
      add_boot_option (commands, facts, text);
      break;
    case NB_VERDICT_FIRMWARE_OFF:
      if (facts->vendor != NB_VENDOR_ARM)
        g_strv_builder_add (commands, "systemctl reboot --firmware-setup");
      g_strv_builder_add (commands, KERNEL_LOG);
      break;
    case NB_VERDICT_INSIDE_VM:
      add_outer (commands, facts);
      break;
    case NB_VERDICT_UNKNOWN:
      g_strv_builder_add (commands, KERNEL_LOG);
      break;
    case NB_VERDICT_RESTART_AFTER_UPDATE:
      g_strv_builder_add (commands, "systemctl reboot");
      break;
    case NB_VERDICT_VT_OWNED_ELSEWHERE:
      add_remove_owner (commands, facts);
      break;
    case NB_VERDICT_NOT_WORKING:
      text = nb_proof_dup_command (facts);
      g_strv_builder_add (commands, text);
      break;
    case NB_VERDICT_NO_DEVICE:
      add_no_device (commands, facts);
      break;
    case NB_VERDICT_KVM_NOT_LOADED:
      /* The way back for VirtualBox, which can't run machines as long as KVM has the processor. */
      if (facts->owner != NULL && facts->enable_virt_at_load != NB_TRISTATE_NO)
        {
          text = g_strdup_printf ("sudo modprobe -r %s kvm", facts->module);
          g_strv_builder_add (commands, text);
        }
      if (facts->load_error != 0)
        g_strv_builder_add (commands, KERNEL_LOG);
      break;
    case NB_VERDICT_UNTIL_RESTART_CMDLINE:
      add_remove_option (commands, facts);
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
    case NB_VERDICT_NO_HARDWARE:
    case NB_VERDICT_KVM_MISSING:
    case NB_VERDICT_BLOCKED:
    case NB_VERDICT_MODULES_LOCKED:
    case NB_VERDICT_UNTIL_RESTART_OTHER_FILE:
    case NB_VERDICT_ON_NEXT_BOOT_UNKNOWN:
    case NB_VERDICT_SLOW:
    case NB_VERDICT_READY:
    case NB_VERDICT_OFF_LIVE_WRITABLE:
    case NB_VERDICT_HUGEPAGE_CONFLICT:
    case NB_VERDICT_OFF:
    case NB_VERDICT_OFF_BUSY:
      break;
    }

  return g_strv_builder_end (commands);
}
