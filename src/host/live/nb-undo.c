/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-undo.h"

/**
 * nb_undo_new:
 * @before: the computer before a change
 * @verb: the change
 *
 * Returns: what is needed to go back
 */
NbUndo
nb_undo_new (const NbHostFacts *before, NbVerb verb)
{
  NbUndo self = { verb == NB_VERB_ALLOW_MSRS || verb == NB_VERB_REFUSE_MSRS, before->own_file, NB_TRISTATE_UNKNOWN };

  if (self.is_msrs)
    {
      self.own_file = before->own_msrs;
      self.live = before->ignore_msrs;
    }
  else if (before->module_state == NB_MODULE_STATE_LOADED || before->module_state == NB_MODULE_STATE_BUILT_IN)
    self.live = before->live;

  return self;
}

/* No verb changes the live value without our line: the line that was not there before goes last. */
static guint
plan_msrs (const NbUndo *self, const NbHostFacts *now, NbVerb verbs[NB_UNDO_MAX])
{
  guint n = 0;

  if (now->ignore_msrs != self->live || (now->own_msrs != self->own_file && self->own_file != NB_TRISTATE_UNKNOWN))
    verbs[n++] = self->live == NB_TRISTATE_YES ? NB_VERB_ALLOW_MSRS : NB_VERB_REFUSE_MSRS;
  if (self->own_file == NB_TRISTATE_UNKNOWN && (n > 0 || now->own_msrs != NB_TRISTATE_UNKNOWN))
    verbs[n++] = NB_VERB_FORGET;

  return n;
}

/**
 * nb_undo_plan:
 * @self: how it was
 * @now: the computer now
 * @verbs: (out): the verbs that lead back, in order; the live value first, so that a failure leaves the file as it is
 *
 * Returns: how many verbs
 */
guint
nb_undo_plan (const NbUndo *self, const NbHostFacts *now, NbVerb verbs[NB_UNDO_MAX])
{
  gboolean live_differs = self->live != NB_TRISTATE_UNKNOWN && now->live != self->live;
  gboolean own_differs = now->own_file != self->own_file;
  guint n = 0;

  if (self->is_msrs)
    return plan_msrs (self, now, verbs);

  if (live_differs && own_differs && self->own_file == self->live)
    {
      verbs[n++] = self->live == NB_TRISTATE_YES ? NB_VERB_ENABLE : NB_VERB_DISABLE;
      return n;
    }

  if (live_differs)
    verbs[n++] = self->live == NB_TRISTATE_YES ? NB_VERB_ENABLE_NOW : NB_VERB_DISABLE_NOW;

  if (own_differs)
    switch (self->own_file)
      {
      case NB_TRISTATE_UNKNOWN:
        verbs[n++] = NB_VERB_FORGET;
        break;
      case NB_TRISTATE_NO:
        verbs[n++] = NB_VERB_DISABLE_LATER;
        break;
      case NB_TRISTATE_YES:
        verbs[n++] = NB_VERB_ENABLE_LATER;
        break;
      }

  return n;
}

/**
 * nb_undo_reloads:
 * @self: how things were
 * @now: how they are
 *
 * Returns: whether going back loads KVM anew, which works only while nothing uses it
 */
gboolean
nb_undo_reloads (const NbUndo *self, const NbHostFacts *now)
{
  NbVerb verbs[NB_UNDO_MAX];
  const guint n = nb_undo_plan (self, now, verbs);
  gboolean reloads = FALSE;

  for (guint i = 0; i < n; i++)
    reloads |= nb_verb_get_info (verbs[i])->reloads;

  return reloads && !nb_module_find (now->module)->live_writable;
}
