/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Presets. They set the draft and nothing else. */

#include "config.h"

#include "nb-purpose.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * nb_purpose_get_title:
 * @self: a purpose
 *
 * Returns: (transfer none): its translated name
 */
const char *
nb_purpose_get_title (NbPurpose self)
{
  switch (self)
    {
    case NB_PURPOSE_LINUX:
      return _ ("Linux Hypervisor or Kubernetes");
    case NB_PURPOSE_WINDOWS:
      return _ ("Windows With WSL2 or Hyper-V");
    case NB_PURPOSE_ANDROID:
      return _ ("Android Emulator");
    case NB_PURPOSE_ESXI:
      return _ ("ESXi or Proxmox");
    case NB_PURPOSE_HIDE:
      return _ ("Hide Virtualization");
    }

  return NULL;
}

/**
 * nb_purpose_get_text:
 * @self: a purpose
 *
 * Returns: (transfer none): what it does and why, translated
 */
const char *
nb_purpose_get_text (NbPurpose self)
{
  switch (self)
    {
    case NB_PURPOSE_LINUX:
      return _ (
        "An exact copy of the host’s processor with nesting on: KVM, minikube or kind with virtual machines work "
        "in the guest.");
    case NB_PURPOSE_WINDOWS:
      return _ (
        "An exact copy of the host’s processor with nesting on. What Windows’ own hypervisor needs is turned on with "
        "it (Hyper-V enlightenments).");
    case NB_PURPOSE_ANDROID:
      return _ ("An exact copy of the host’s processor with nesting on: without it the emulator refuses to start, or "
                "crawls.");
    case NB_PURPOSE_ESXI:
      return _ ("An exact copy of the host’s processor with nesting on. Such guests may touch processor registers that "
                "KVM does not know.");
    case NB_PURPOSE_HIDE:
      return _ ("Nesting off: the guest sees a processor that cannot run virtual machines.");
    }

  return NULL;
}

/**
 * nb_purpose_guess:
 * @os_id: (nullable): libosinfo's id of the machine's system, an URL
 *
 * Returns: what the machine is most likely for
 */
NbPurpose
nb_purpose_guess (const char *os_id)
{
  if (os_id == NULL)
    return NB_PURPOSE_LINUX;
  if (strstr (os_id, "microsoft.com/") != NULL)
    return NB_PURPOSE_WINDOWS;
  if (strstr (os_id, "android") != NULL)
    return NB_PURPOSE_ANDROID;
  if (strstr (os_id, "vmware.com/") != NULL || strstr (os_id, "proxmox.com/") != NULL)
    return NB_PURPOSE_ESXI;

  return NB_PURPOSE_LINUX;
}

/* An exact copy, or the most that can be had where none is offered, as in software emulation. */
static NbCpuMode
get_mode (NbCpuEdit *edit)
{
  NbCpuCaps *caps = nb_cpu_edit_get_caps (edit);

  if (caps == NULL || nb_cpu_caps_offers_mode (caps, NB_CPU_MODE_HOST_PASSTHROUGH))
    return NB_CPU_MODE_HOST_PASSTHROUGH;
  if (nb_cpu_caps_offers_mode (caps, NB_CPU_MODE_MAXIMUM))
    return NB_CPU_MODE_MAXIMUM;

  return nb_cpu_edit_get_mode (edit);
}

/**
 * nb_purpose_apply:
 * @self: a purpose
 * @edit: the draft to change
 *
 * Sets the draft; stores nothing.
 */
void
nb_purpose_apply (NbPurpose self, NbCpuEdit *edit)
{
  g_return_if_fail (NB_IS_CPU_EDIT (edit));

  if (self != NB_PURPOSE_HIDE)
    nb_cpu_edit_set_mode (edit, get_mode (edit));
  else if (!nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_mode (edit, NB_CPU_MODE_HOST_MODEL);

  if (nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_nesting (edit, self == NB_PURPOSE_HIDE ? NB_CPU_NESTING_OFF : NB_CPU_NESTING_ON);
  nb_cpu_edit_set_enlighten (edit, self == NB_PURPOSE_WINDOWS);
}

/**
 * nb_purpose_is_applied:
 * @self: a purpose
 * @edit: a draft
 *
 * Returns: whether nb_purpose_apply() would change nothing
 */
gboolean
nb_purpose_is_applied (NbPurpose self, NbCpuEdit *edit)
{
  g_return_val_if_fail (NB_IS_CPU_EDIT (edit), FALSE);

  if (self == NB_PURPOSE_HIDE)
    return nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_OFF;

  if (self == NB_PURPOSE_WINDOWS && !nb_cpu_edit_get_enlighten (edit))
    {
      g_auto (GStrv) missing = nb_cpu_edit_dup_enlightenments (edit);

      if (missing[0] != NULL)
        return FALSE;
    }

  return nb_cpu_edit_get_mode (edit) == get_mode (edit) &&
         (!nb_cpu_edit_get_can_nest (edit) || nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_ON);
}
