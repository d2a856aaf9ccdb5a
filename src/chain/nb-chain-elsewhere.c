/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Another computer is looked at through its libvirt, and changed by a person in a terminal. */

#include "config.h"

#include "nb-chain-elsewhere.h"

static const char *
get_module (NbCpuVendor vendor)
{
  switch (vendor)
    {
    case NB_CPU_VENDOR_INTEL:
      return "kvm_intel";
    case NB_CPU_VENDOR_AMD:
      return "kvm_amd";
    case NB_CPU_VENDOR_UNKNOWN:
      return NULL;
    }

  return NULL;
}

static void
add (GStrvBuilder *commands, const char *format, const char *module)
{
  g_auto (GStrv) parts = g_strsplit (format, "MODULE", -1);
  g_autofree char *command = g_strjoinv (module, parts);

  g_strv_builder_add (commands, command);
}

/**
 * nb_chain_dup_commands:
 * @chain: a decided chain
 * @machine: what it was decided from
 * @vendor: whose processor the other computer has
 *
 * What to type on another computer: how to look where its libvirt does not tell, how to mend what it tells.
 *
 * Returns: (transfer full): a list that is empty for this computer, and where nothing is to be done
 */
char **
nb_chain_dup_commands (const NbChain *chain, const NbChainMachine *machine, NbCpuVendor vendor)
{
  g_autoptr (GStrvBuilder) commands = g_strv_builder_new ();
  const char *module = get_module (vendor);

  if (machine->local || chain->states[NB_LINK_NESTED] == NB_LINK_STATE_GOOD)
    return g_strv_builder_end (commands);

  if (module == NULL)
    g_strv_builder_add (commands, "grep . /sys/module/kvm*/parameters/nested");
  else if (chain->states[NB_LINK_KVM] == NB_LINK_STATE_BROKEN)
    {
      add (commands, "sudo modprobe MODULE", module);
      g_strv_builder_add (commands, "sudo dmesg | grep -i kvm");
    }
  else
    add (commands, "cat /sys/module/MODULE/parameters/nested", module);

  if (module != NULL && chain->states[NB_LINK_NESTED] == NB_LINK_STATE_BROKEN)
    {
      add (commands, "echo 'options MODULE nested=1' | sudo tee /etc/modprobe.d/kvm-nested.conf", module);
      add (commands, "sudo modprobe -r MODULE && sudo modprobe MODULE", module);
    }

  return g_strv_builder_end (commands);
}
