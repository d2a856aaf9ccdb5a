/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-start-virt.h"

#include <glib/gi18n-lib.h>

#include "nb-cpu-nesting.h"
#include "nb-cpu-start.h"
#include "nb-machine-error.h"

/* Whether libvirt judged the machine at all: it may have had no say, or nothing to say. */
static gboolean
is_judgement (const GError *error)
{
  return !g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED) &&
         !g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION) &&
         !g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_UNSUPPORTED) &&
         !g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_STATE) &&
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/**
 * nb_machine_start_judge_emulator:
 * @connect: a connection
 * @config: what was read of a machine
 * @error: why libvirt told no domain capabilities of its emulator
 *
 * Returns: what keeps the machine from starting
 */
NbRefusal
nb_machine_start_judge_emulator (virConnectPtr connect, const NbCpuConfig *config, const GError *error)
{
  g_autofree char *without = NULL;

  if (!is_judgement (error))
    return NB_REFUSAL_NONE;

  /* Where only KVM is missing the machine's software-emulated twin would start. */
  if (g_strcmp0 (config->type, "kvm") == 0)
    without = virConnectGetDomainCapabilities (connect, config->emulator, config->arch, config->machine, "qemu", 0);

  return without != NULL ? NB_REFUSAL_KVM : NB_REFUSAL_EMULATOR;
}

/**
 * nb_machine_start_judge:
 * @connect: a connection
 * @read: what was read of a machine, its capabilities among it
 * @config: the same, understood
 *
 * Has libvirt prepare a start as far as QEMU's command line, which checks the processor like a real start, and changes nothing.
 *
 * Returns: (transfer full) (nullable): why it would not start, in a sentence
 */
char *
nb_machine_start_judge (virConnectPtr connect, const NbMachineConfig *read, const NbCpuConfig *config)
{
  g_autoptr (NbCpuCaps) caps = nb_cpu_caps_new (read->capabilities, NULL, NULL, NULL);
  g_autofree char *plain = nb_cpu_start_dup_plain (read->inactive, config, caps);
  g_autofree char *command = virConnectDomainXMLToNative (connect, "qemu-argv", plain, 0);
  g_autoptr (GError) error = NULL;

  /* A machine that is not meant to run others is left to those who wrote it so. */
  if (command != NULL && nb_cpu_start_is_exact (config) &&
      nb_cpu_nesting_get_outcome (config, nb_cpu_nesting_find_vendor (config, caps)) == NB_TRISTATE_YES)
    return g_strdup (
      _ ("The machine asks for exactly its model’s features (check='full'), and KVM always adds one: hypervisor. "
         "libvirt ends it right after the start."));
  if (command != NULL)
    return NULL;

  nb_machine_error_from_libvirt (&error, _ ("The machine would not start."));
  g_debug ("%s", error->message);

  return is_judgement (error) ? g_strdup (error->message) : NULL;
}
