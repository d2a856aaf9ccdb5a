/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-host-proof.h"

#include "nb-verdict.h"

/**
 * NbHostProof:
 *
 * What was shown on this computer, and for which state of KVM: an answer counts until KVM's module, its value or its
 * device change, or a helper was at work.
 */
struct _NbHostProof
{
  GObject parent_instance;

  NbProver *prover; /* null where nothing is tried */
  NbProofAnswer *answer;
  char *state;               /* of KVM, as the last facts had it; null where nested virtualization is not on */
  GCancellable *cancellable; /* of the try under way */
};

G_DEFINE_FINAL_TYPE (NbHostProof, nb_host_proof, G_TYPE_OBJECT)

enum
{
  STARTED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
nb_host_proof_dispose (GObject *object)
{
  NbHostProof *self = NB_HOST_PROOF (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->prover);
  g_clear_pointer (&self->answer, nb_proof_answer_unref);
  g_clear_pointer (&self->state, g_free);

  G_OBJECT_CLASS (nb_host_proof_parent_class)->dispose (object);
}

static void
nb_host_proof_class_init (NbHostProofClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_host_proof_dispose;

  signals[STARTED] =
    g_signal_new ("started", NB_TYPE_HOST_PROOF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", NB_TYPE_HOST_PROOF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_host_proof_init (NbHostProof *self)
{
}

/**
 * nb_host_proof_new:
 *
 * Returns: (transfer full): nothing was shown yet, and without a prover nothing will be
 */
NbHostProof *
nb_host_proof_new (void)
{
  return g_object_new (NB_TYPE_HOST_PROOF, NULL);
}

/**
 * nb_host_proof_set_prover:
 * @self: a proof
 * @prover: (nullable): who tries
 */
void
nb_host_proof_set_prover (NbHostProof *self, NbProver *prover)
{
  g_set_object (&self->prover, prover);
}

/**
 * nb_host_proof_has_prover:
 * @self: a proof
 *
 * Returns: whether somebody tries
 */
gboolean
nb_host_proof_has_prover (NbHostProof *self)
{
  return self->prover != NULL;
}

static char *
dup_state (const NbHostFacts *facts)
{
  if (!nb_verdict_is_on (nb_verdict_decide (facts)))
    return NULL;

  return g_strdup_printf ("%s %d %d %d %d", facts->module, facts->module_state, facts->live, facts->slat,
                          facts->kvm_device);
}

/**
 * nb_host_proof_take:
 * @self: a proof
 * @facts: facts that were read just now, and that nobody else has yet
 *
 * Gives @facts the answer that still counts for them. Facts of a folder keep their own.
 */
void
nb_host_proof_take (NbHostProof *self, NbHostFacts *facts)
{
  g_autofree char *state = NULL;

  if (self->prover == NULL)
    return;

  g_clear_pointer (&facts->proof, nb_proof_answer_unref);
  state = dup_state (facts);
  if (state == NULL || g_strcmp0 (state, self->state) != 0)
    nb_host_proof_forget (self);
  g_free (self->state);
  self->state = g_steal_pointer (&state);
  if (self->answer != NULL)
    facts->proof = nb_proof_answer_ref (self->answer);
}

/**
 * nb_host_proof_is_possible:
 * @self: a proof
 *
 * Returns: whether there is something to try, and somebody who tries it
 */
gboolean
nb_host_proof_is_possible (NbHostProof *self)
{
  return self->prover != NULL && self->state != NULL;
}

/**
 * nb_host_proof_is_due:
 * @self: a proof
 *
 * Returns: whether nested virtualization is on and was not tried yet
 */
gboolean
nb_host_proof_is_due (NbHostProof *self)
{
  return nb_host_proof_is_possible (self) && self->answer == NULL && !nb_host_proof_is_running (self);
}

/**
 * nb_host_proof_is_running:
 * @self: a proof
 *
 * Returns: whether one is tried now
 */
gboolean
nb_host_proof_is_running (NbHostProof *self)
{
  return self->cancellable != NULL;
}

/* Forgetting while it runs makes the answer one of a state that has gone. */
static void
proved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbHostProof) self = data;
  g_autoptr (NbProofAnswer) answer = nb_prover_prove_finish (NB_PROVER (source), result, NULL);

  if (self->cancellable == NULL)
    return; /* disposed */

  g_clear_object (&self->cancellable);
  if (self->state != NULL)
    self->answer = g_steal_pointer (&answer);
  g_signal_emit (self, signals[ENDED], 0);
}

/**
 * nb_host_proof_start:
 * @self: a proof
 *
 * Tries, where that is possible and nothing is tried already. The caller sees to it that no helper is at work.
 */
void
nb_host_proof_start (NbHostProof *self)
{
  if (!nb_host_proof_is_possible (self) || nb_host_proof_is_running (self))
    return;

  g_clear_pointer (&self->answer, nb_proof_answer_unref);
  self->cancellable = g_cancellable_new ();
  g_signal_emit (self, signals[STARTED], 0);
  nb_prover_prove_async (self->prover, self->cancellable, proved_cb, g_object_ref (self));
}

/**
 * nb_host_proof_forget:
 * @self: a proof
 *
 * What was shown no longer counts: KVM is, or will be, another one.
 */
void
nb_host_proof_forget (NbHostProof *self)
{
  g_clear_pointer (&self->answer, nb_proof_answer_unref);
  g_clear_pointer (&self->state, g_free);
}
