/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-demo-prover.h"

/* What a laptop of 2020 takes. */
#define NANOSECONDS 1900

/**
 * NbDemoProver:
 *
 * Pretends that a virtual machine ran inside a virtual machine.
 */
struct _NbDemoProver
{
  GObject parent_instance;

  guint pace;
};

static void nb_demo_prover_iface_init (NbProverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbDemoProver,
                               nb_demo_prover,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_PROVER, nb_demo_prover_iface_init))

static gboolean
pace_cb (gpointer data)
{
  GTask *task = data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (
      task, nb_proof_answer_new (NB_PROOF_RESULT_PROVEN, NANOSECONDS, g_get_real_time () / G_USEC_PER_SEC, NULL),
      (GDestroyNotify) nb_proof_answer_unref);

  return G_SOURCE_REMOVE;
}

static void
nb_demo_prover_prove_async (NbProver *prover, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (prover, cancellable, callback, data);

  g_task_set_source_tag (task, nb_demo_prover_prove_async);
  g_timeout_add_full (G_PRIORITY_DEFAULT, NB_DEMO_PROVER (prover)->pace, pace_cb, task, g_object_unref);
}

static NbProofAnswer *
nb_demo_prover_prove_finish (NbProver *prover, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
nb_demo_prover_iface_init (NbProverInterface *iface)
{
  iface->prove_async = nb_demo_prover_prove_async;
  iface->prove_finish = nb_demo_prover_prove_finish;
}

static void
nb_demo_prover_class_init (NbDemoProverClass *klass)
{
}

static void
nb_demo_prover_init (NbDemoProver *self)
{
}

/**
 * nb_demo_prover_new:
 * @pace: milliseconds until the answer, so that a person can follow
 *
 * Returns: (transfer full): a prover
 */
NbProver *
nb_demo_prover_new (guint pace)
{
  NbDemoProver *self = g_object_new (NB_TYPE_DEMO_PROVER, NULL);

  self->pace = pace;

  return NB_PROVER (self);
}
