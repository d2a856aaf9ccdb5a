/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-prover.h"

G_DEFINE_INTERFACE (NbProver, nb_prover, G_TYPE_OBJECT)

static void
nb_prover_default_init (NbProverInterface *iface)
{
}

/**
 * nb_prover_prove_async:
 * @self: a prover
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Tries whether a virtual machine can run a virtual machine here, for ten seconds at most.
 */
void
nb_prover_prove_async (NbProver *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail (NB_IS_PROVER (self));

  NB_PROVER_GET_IFACE (self)->prove_async (self, cancellable, callback, data);
}

/**
 * nb_prover_prove_finish:
 * @self: a prover
 * @result: what the callback got
 * @error: for %G_IO_ERROR_CANCELLED, the only one: everything else is an answer
 *
 * Returns: (transfer full): how it ended, or %NULL with @error
 */
NbProofAnswer *
nb_prover_prove_finish (NbProver *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (NB_IS_PROVER (self), NULL);

  return NB_PROVER_GET_IFACE (self)->prove_finish (self, result, error);
}
