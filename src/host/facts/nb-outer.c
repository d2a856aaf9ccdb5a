/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What hypervisors call themselves in CPUID leaf 0x40000000, and in the DMI tables. Names are not translated. */

#include "config.h"

#include "nb-outer.h"

#include <string.h>

static const struct
{
  NbOuter outer;
  const char *signature;
  const char *vendor;
  const char *product; /* how the product's name begins, where the vendor makes real computers too */
} table[] = {
  { NB_OUTER_KVM, "KVMKVMKVM", NULL, NULL },
  { NB_OUTER_HYPER_V, "Microsoft Hv", "Microsoft Corporation", "Virtual Machine" },
  { NB_OUTER_VMWARE, "VMwareVMware", "VMware, Inc.", NULL },
  { NB_OUTER_XEN, "XenVMMXenVMM", "Xen", NULL },
  { NB_OUTER_VIRTUALBOX, "VBoxVBoxVBox", "innotek GmbH", NULL },
  { NB_OUTER_QEMU, "TCGTCGTCGTCG", NULL, NULL },
  { NB_OUTER_BHYVE, "bhyve bhyve ", "BHYVE", NULL },
  { NB_OUTER_PARALLELS, "prl hyperv  ", "Parallels Software International Inc.", NULL },
  { NB_OUTER_PARALLELS, " lrpepyh  vr", "Parallels International GmbH.", NULL },
  { NB_OUTER_ACRN, "ACRNACRNACRN", NULL, NULL },
  { NB_OUTER_APPLE, "VirtualApple", "Apple Inc.", "Apple Virtualization" },
  { NB_OUTER_KVM, NULL, "QEMU", NULL },
  { NB_OUTER_KVM, NULL, "Red Hat", "KVM" },
  { NB_OUTER_KVM, NULL, "oVirt", NULL },
  { NB_OUTER_KVM, NULL, "OpenStack Foundation", NULL },
  { NB_OUTER_AMAZON, NULL, "Amazon EC2", NULL },
  { NB_OUTER_GOOGLE, NULL, "Google", "Google Compute Engine" },
  { NB_OUTER_DIGITALOCEAN, NULL, "DigitalOcean", NULL },
};

/**
 * nb_outer_from_signature:
 * @signature: (nullable): twelve letters of the CPUID instruction, without zeros at their end
 *
 * Returns: whose they are, %NB_OUTER_NONE for unknown ones
 */
NbOuter
nb_outer_from_signature (const char *signature)
{
  for (gsize i = 0; signature != NULL && i < G_N_ELEMENTS (table); i++)
    if (g_strcmp0 (table[i].signature, signature) == 0)
      return table[i].outer;

  return NB_OUTER_NONE;
}

/**
 * nb_outer_from_firmware:
 * @vendor: (nullable): the DMI tables' sys_vendor
 * @product: (nullable): their product_name
 *
 * Returns: whose virtual machine that is, %NB_OUTER_NONE for a real computer
 */
NbOuter
nb_outer_from_firmware (const char *vendor, const char *product)
{
  for (gsize i = 0; vendor != NULL && i < G_N_ELEMENTS (table); i++)
    {
      if (g_strcmp0 (table[i].vendor, vendor) != 0)
        continue;
      if (table[i].product != NULL && (product == NULL || !g_str_has_prefix (product, table[i].product)))
        continue;
      /* Amazon rents out whole computers as well. */
      if (table[i].outer == NB_OUTER_AMAZON && product != NULL && strstr (product, ".metal") != NULL)
        continue;
      return table[i].outer;
    }

  return NB_OUTER_NONE;
}

/**
 * nb_outer_get_name:
 *
 * Returns: (nullable): its name as its makers write it; %NULL where it is not known
 */
const char *
nb_outer_get_name (NbOuter outer)
{
  switch (outer)
    {
    case NB_OUTER_NONE:
    case NB_OUTER_OTHER:
      return NULL;
    case NB_OUTER_KVM:
      return "KVM";
    case NB_OUTER_QEMU:
      return "QEMU";
    case NB_OUTER_HYPER_V:
      return "Hyper-V";
    case NB_OUTER_WSL:
      return "WSL 2";
    case NB_OUTER_VMWARE:
      return "VMware";
    case NB_OUTER_VIRTUALBOX:
      return "VirtualBox";
    case NB_OUTER_XEN:
      return "Xen";
    case NB_OUTER_PARALLELS:
      return "Parallels";
    case NB_OUTER_APPLE:
      return "Apple Virtualization";
    case NB_OUTER_BHYVE:
      return "bhyve";
    case NB_OUTER_ACRN:
      return "ACRN";
    case NB_OUTER_AMAZON:
      return "Amazon EC2";
    case NB_OUTER_GOOGLE:
      return "Google Compute Engine";
    case NB_OUTER_AZURE:
      return "Azure";
    case NB_OUTER_DIGITALOCEAN:
      return "DigitalOcean";
    case NB_OUTER_ZVM:
      return "z/VM";
    case NB_OUTER_POWERVM:
      return "PowerVM";
    }

  g_return_val_if_reached (NULL);
}
