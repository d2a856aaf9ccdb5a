/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-cpu-config.h"
#include "nb-machine-config.h"

G_BEGIN_DECLS

/**
 * NbMachineSummary:
 * @type: the virtualization type: kvm, qemu, test
 * @arch: the architecture
 * @vcpus: how many virtual processors it starts with
 * @mode: the configured mode of `<cpu>`
 * @nesting: whether vmx or svm is asked for
 * @offered: whether the machine's own emulator, architecture, machine type and type have vmx or svm to give
 * @configured: whether what is stored gives it to the guest, where it is offered
 * @live: whether what runs gives it to the guest; inferred, no proof
 * @pending: whether a change waits for the next start
 * @refused: whether libvirt would start it
 * @refusal: (nullable): why not, a sentence
 * @unknown: (nullable): why what is offered is not known, a sentence
 * @override: (nullable): QEMU's own argument that decides over `<cpu>`
 * @seal: (nullable): what keeps the guest's memory from the host, `sev`
 * @os_id: (nullable): what libosinfo's metadata in the machine say, an URL
 *
 * What a row shows of a machine's XML. The XML itself is not kept.
 */
typedef struct
{
  char *type;
  char *arch;
  guint vcpus;
  NbCpuMode mode;
  NbCpuNesting nesting;
  NbTristate offered;
  NbTristate configured;
  NbTristate live;
  NbCpuPending pending;
  NbRefusal refused;
  char *refusal;
  char *unknown;
  char *override;
  char *seal;
  char *os_id;
} NbMachineSummary;

NbMachineSummary *nb_machine_summary_new  (const NbMachineConfig  *config,
                                           GError                **error);
void              nb_machine_summary_free (NbMachineSummary       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbMachineSummary, nb_machine_summary_free)

G_END_DECLS
