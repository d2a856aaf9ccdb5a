/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-proof-answer.h"

G_BEGIN_DECLS

#define NB_TYPE_PROVER (nb_prover_get_type ())

G_DECLARE_INTERFACE (NbProver, nb_prover, NB, PROVER, GObject)

/**
 * NbProverInterface:
 *
 * Who tries whether a virtual machine can run a virtual machine on this computer. Opens /dev/kvm: never while a helper
 * is at work. One try at a time. Main thread.
 */
struct _NbProverInterface
{
  GTypeInterface parent;

  void           (*prove_async)  (NbProver             *self,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              data);
  NbProofAnswer *(*prove_finish) (NbProver             *self,
                                  GAsyncResult         *result,
                                  GError              **error);
};

void           nb_prover_prove_async  (NbProver             *self,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              data);
NbProofAnswer *nb_prover_prove_finish (NbProver             *self,
                                       GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
