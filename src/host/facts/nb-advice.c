/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where each command and line comes from that a person may copy from a verdict. A test holds that none is missing. */

#include "config.h"

#include "nb-advice.h"

#include <glib/gi18n-lib.h>

#define HYPER_V_PAGE                                                                                                   \
  "https://learn.microsoft.com/en-us/virtualization/hyper-v-on-windows/user-guide/enable-nested-virtualization"
#define WSL_PAGE "https://github.com/MicrosoftDocs/WSL/releases/tag/20175"
#define KARGS_PAGE                                                                                                     \
  "https://docs.redhat.com/ja/documentation/red_hat_enterprise_linux/10/html/"                                         \
  "using_image_mode_for_rhel_to_build_deploy_and_manage_operating_systems/"                                            \
  "how-to-edit-kernel-arguments-in-bootc-systems"
#define GRUBBY_PAGE "https://docs.oracle.com/it-it/iaas/oracle-linux/oci/manage-kernels-grubby.htm"

static const NbAdvice advices[] = {
  /* The outer computer's own way. */
  { "Set-VMProcessor -VMName * -ExposeVirtualizationExtensions $true", "Microsoft", HYPER_V_PAGE ", 2026-12-01" },
  { "nestedVirtualization=true", "Microsoft", WSL_PAGE ", 2026-12-01" },

  /* Boot options and lines of configuration. */
  { "sudo rpm-ostree kargs --append-if-missing=*", "Red Hat", KARGS_PAGE ", 2026-12-01" },
  { "sudo rpm-ostree kargs --delete-if-present=*", "Red Hat", KARGS_PAGE ", 2026-12-01" },
  { "sudo grubby --update-kernel=ALL --remove-args=*", "Oracle", "grubby(8); " GRUBBY_PAGE ", 2026-12-01" },
  { "sudo grubby --update-kernel=ALL --args=*", "Oracle", "grubby(8); " GRUBBY_PAGE ", 2026-12-01" },
  { "boot.kernelParams = *", "NixOS", "NixOS manual, boot.kernelParams" },
  { "boot.extraModprobeConfig = *", "NixOS", "NixOS manual, boot.extraModprobeConfig" },
  { "kvm-arm.mode=nested", NULL, "Linux, Documentation/admin-guide/kernel-parameters.txt" },
  { "kvm_intel.nested=1", NULL, "Linux, Documentation/admin-guide/kernel-parameters.txt" },
  { "kvm_amd.nested=1", NULL, "Linux, Documentation/admin-guide/kernel-parameters.txt" },
  { "kvm_hv.nested=1", NULL, "Linux, arch/powerpc/kvm/book3s_hv.c" },
  { "kvm.nested=1", NULL, "Linux, arch/s390/kvm/kvm-s390.c" },
  { "options * nested=1", NULL, "modprobe.d(5)" },

  /* This system's own tools. */
  { "flatpak override --user --filesystem=*", NULL, "flatpak-override(1)" },
  { "grep . /sys/module/*", NULL, "grep(1)" },
  { "modprobe -c | grep *", NULL, "modprobe(8)" },
  { "sudo modprobe -r *", NULL, "modprobe(8)" },
  { "journalctl --boot --dmesg --grep=*", NULL, "journalctl(1)" },
  { "systemctl reboot", NULL, "systemctl(1)" },
  { "systemctl reboot --firmware-setup", NULL, "systemctl(1)" },
  { "sudo mknod /dev/kvm c 10 232", NULL, "mknod(1); Linux, Documentation/admin-guide/devices.txt" },
  { "sudo udevadm trigger /dev/kvm", NULL, "udevadm(8)" },
  { "sudo update-initramfs -u", NULL, "update-initramfs(8)" },
  { "sudo dracut --force", NULL, "dracut(8)" },
  { "sudo mkinitcpio -P", NULL, "mkinitcpio(8)" },
  { "sudo rpm-ostree initramfs-etc --force-sync", NULL, "rpm-ostree(1)" },
  { "docker run --device /dev/kvm", "Docker", "docker-run(1)" },
  { "podman run --device /dev/kvm", "Podman", "podman-run(1)" },
};

/**
 * nb_advice_find:
 * @command: a command or a line as it is offered
 *
 * Returns: (transfer none) (nullable): where it comes from
 */
const NbAdvice *
nb_advice_find (const char *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (advices); i++)
    if (g_pattern_match_simple (advices[i].pattern, command))
      return &advices[i];

  return NULL;
}

/**
 * nb_advice_dup_attribution:
 * @commands: (array zero-terminated=1): what is offered
 *
 * Returns: (transfer full) (nullable): a translated sentence that says whose documentation it follows, where that is
 *   not this system's own
 */
char *
nb_advice_dup_attribution (const char *const *commands)
{
  for (guint i = 0; commands[i] != NULL; i++)
    {
      const NbAdvice *advice = nb_advice_find (commands[i]);

      if (advice != NULL && advice->whose != NULL)
        /* Translators: %s is a maker's name, such as Microsoft */
        return g_strdup_printf (_ ("This follows the documentation of %s."), advice->whose);
    }

  return NULL;
}
