/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-proof-answer.h"

G_DEFINE_BOXED_TYPE (NbProofAnswer, nb_proof_answer, nb_proof_answer_ref, nb_proof_answer_unref)

/**
 * nb_proof_answer_new:
 * @result: how it ended
 * @nanoseconds: the time of one round trip, or -1
 * @time: when, in seconds since 1970, or 0
 * @detail: (nullable): what failed, in technical words
 *
 * Returns: (transfer full): an answer
 */
NbProofAnswer *
nb_proof_answer_new (NbProofResult result, gint64 nanoseconds, gint64 time, const char *detail)
{
  NbProofAnswer *self = g_atomic_rc_box_new0 (NbProofAnswer);

  self->result = result;
  self->nanoseconds = nanoseconds;
  self->time = time;
  self->detail = g_strdup (detail);

  return self;
}

/**
 * nb_proof_answer_ref:
 * @self: an answer
 *
 * Returns: (transfer full): @self
 */
NbProofAnswer *
nb_proof_answer_ref (NbProofAnswer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  g_free (((NbProofAnswer *) data)->detail);
}

/**
 * nb_proof_answer_unref:
 * @self: (transfer full): an answer
 */
void
nb_proof_answer_unref (NbProofAnswer *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * nb_proof_answer_equal:
 * @a: (nullable): an answer
 * @b: (nullable): an answer
 *
 * Returns: whether both say the same, at the same time
 */
gboolean
nb_proof_answer_equal (const NbProofAnswer *a, const NbProofAnswer *b)
{
  if (a == NULL || b == NULL)
    return a == b;

  return a->result == b->result && a->nanoseconds == b->nanoseconds && a->time == b->time &&
         g_strcmp0 (a->detail, b->detail) == 0;
}

/**
 * nb_proof_answer_get_works:
 * @self: (nullable): an answer
 *
 * Returns: whether a virtual machine ran inside a virtual machine; unknown where nothing was shown
 */
NbTristate
nb_proof_answer_get_works (const NbProofAnswer *self)
{
  if (self == NULL)
    return NB_TRISTATE_UNKNOWN;

  switch (self->result)
    {
    case NB_PROOF_RESULT_PROVEN:
      return NB_TRISTATE_YES;
    case NB_PROOF_RESULT_NOT_OFFERED:
    case NB_PROOF_RESULT_FAILED:
      return NB_TRISTATE_NO;
    case NB_PROOF_RESULT_UNAVAILABLE:
    case NB_PROOF_RESULT_NOT_TRIED:
    case NB_PROOF_RESULT_TIME_LIMIT:
    case NB_PROOF_RESULT_KILLED:
    case NB_PROOF_RESULT_NOT_STARTED:
      break;
    }

  return NB_TRISTATE_UNKNOWN;
}
