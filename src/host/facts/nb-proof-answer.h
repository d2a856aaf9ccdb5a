/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-options.h"

G_BEGIN_DECLS

/* How a try to run a virtual machine inside a virtual machine on this computer ended. */
typedef enum {
  NB_PROOF_RESULT_PROVEN,
  NB_PROOF_RESULT_NOT_OFFERED, /* the module's parameter says on, KVM itself offers nothing */
  NB_PROOF_RESULT_FAILED,      /* offered, but it does not work */
  /* Nothing was shown, neither way. */
  NB_PROOF_RESULT_UNAVAILABLE, /* /dev/kvm can't be used */
  NB_PROOF_RESULT_NOT_TRIED,   /* not on this kind of computer */
  NB_PROOF_RESULT_TIME_LIMIT,
  NB_PROOF_RESULT_KILLED,
  NB_PROOF_RESULT_NOT_STARTED, /* the program could not be started */
} NbProofResult;

/**
 * NbProofAnswer:
 * @result: how it ended
 * @nanoseconds: the median time of one round trip, or -1
 * @time: when, in seconds since 1970, or 0
 * @detail: (nullable): what failed or why there is no answer, in technical words, not translated
 *
 * Immutable, counted by reference.
 */
typedef struct {
  NbProofResult result;
  gint64 nanoseconds;
  gint64 time;
  char *detail;
} NbProofAnswer;

#define NB_TYPE_PROOF_ANSWER (nb_proof_answer_get_type ())

GType          nb_proof_answer_get_type  (void);
NbProofAnswer *nb_proof_answer_new       (NbProofResult        result,
                                          gint64               nanoseconds,
                                          gint64               time,
                                          const char          *detail);
NbProofAnswer *nb_proof_answer_ref       (NbProofAnswer       *self);
void           nb_proof_answer_unref     (NbProofAnswer       *self);
gboolean       nb_proof_answer_equal     (const NbProofAnswer *a,
                                          const NbProofAnswer *b);
NbTristate     nb_proof_answer_get_works (const NbProofAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbProofAnswer, nb_proof_answer_unref)

G_END_DECLS
