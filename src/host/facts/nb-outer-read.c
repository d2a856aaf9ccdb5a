/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether this computer is a virtual machine, and whose. */

#include "config.h"

#include "nb-outer-read.h"

#include "nb-root.h"

#include <string.h>

#define TEXT_LIMIT (64 * 1024)

/* The tag that Azure gives every machine's chassis. Source: cloud-init, DataSourceAzure.py, AZURE_CHASSIS_ASSET_TAG. */
#define AZURE_TAG "7783-7084-3265-9085-8269-3286-77"

/* s390x: /proc/sysinfo has lines such as "VM00 Control Program: KVM/Linux". */
static NbOuter
ask_sysinfo (const char *root)
{
  g_autofree char *text = nb_root_read (root, "proc/sysinfo", TEXT_LIMIT, NULL, NULL);

  if (text == NULL || strstr (text, "VM00 Control Program:") == NULL)
    return NB_OUTER_NONE;
  if (strstr (text, "KVM/Linux") != NULL)
    return NB_OUTER_KVM;

  return strstr (text, "z/VM") != NULL ? NB_OUTER_ZVM : NB_OUTER_OTHER;
}

static NbOuter
ask_firmware (const char *root)
{
  g_autofree char *vendor = nb_root_read_line (root, "sys/class/dmi/id/sys_vendor");
  g_autofree char *product = nb_root_read_line (root, "sys/class/dmi/id/product_name");
  g_autofree char *tag = nb_root_read_line (root, "sys/class/dmi/id/chassis_asset_tag");
  NbOuter outer = nb_outer_from_firmware (vendor, product);

  return outer == NB_OUTER_HYPER_V && g_strcmp0 (tag, AZURE_TAG) == 0 ? NB_OUTER_AZURE : outer;
}

/* ARM and POWER: what the hypervisor writes into the device tree; and Xen's own place for any of them. */
static NbOuter
ask_device_tree (const char *root)
{
  static const struct
  {
    const char *path;
    const char *text;
    NbOuter outer;
  } signs[] = {
    { "proc/device-tree/hypervisor/compatible", "linux,kvm", NB_OUTER_KVM },
    { "proc/device-tree/hypervisor/compatible", "xen", NB_OUTER_XEN },
    { "proc/device-tree/hypervisor/compatible", "vmware", NB_OUTER_VMWARE },
    { "proc/device-tree/hypervisor/compatible", "", NB_OUTER_OTHER },
    { "proc/device-tree/compatible", "linux,dummy-virt", NB_OUTER_KVM },
    { "proc/device-tree/compatible", "qemu,pseries", NB_OUTER_KVM },
    { "proc/device-tree/ibm,partition-name", "", NB_OUTER_POWERVM },
    { "sys/hypervisor/type", "xen", NB_OUTER_XEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      gsize length;
      g_autofree char *text = nb_root_read (root, signs[i].path, TEXT_LIMIT, &length, NULL);

      if (text != NULL && memmem (text, length, signs[i].text, strlen (signs[i].text)) != NULL)
        return signs[i].outer;
    }

  return NB_OUTER_NONE;
}

/* Source: the kernels that Microsoft builds for WSL call themselves "…-microsoft-standard-WSL2"; init is theirs, too. */
static gboolean
is_wsl (const NbHostFacts *facts, const char *root)
{
  return (facts->release != NULL && (strstr (facts->release, "microsoft") != NULL || strstr (facts->release, "WSL"))) ||
         nb_root_exists (root, "proc/sys/fs/binfmt_misc/WSLInterop");
}

/**
 * nb_outer_read:
 * @facts: facts in the making, with what is no file known
 * @root: "/" or a fixture
 *
 * Fills in what runs this computer, where it is a virtual machine.
 */
void
nb_outer_read (NbHostFacts *facts, const char *root)
{
  if (facts->machine != NULL && g_str_has_prefix (facts->machine, "s390"))
    {
      facts->outer = ask_sysinfo (root);
      return;
    }
  /* The processor's own word that there is nothing below. */
  if (facts->cpuid_hypervisor == NB_TRISTATE_NO)
    return;

  facts->outer = is_wsl (facts, root) ? NB_OUTER_WSL : ask_firmware (root);
  if (facts->outer == NB_OUTER_NONE || facts->outer == NB_OUTER_KVM)
    {
      NbOuter named = nb_outer_from_signature (facts->hypervisor);

      facts->outer = named != NB_OUTER_NONE ? named : facts->outer;
    }
  if (facts->outer == NB_OUTER_NONE)
    facts->outer = ask_device_tree (root);
  if (facts->outer == NB_OUTER_NONE && facts->cpuid_hypervisor == NB_TRISTATE_YES)
    facts->outer = NB_OUTER_OTHER;
}
