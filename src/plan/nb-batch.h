/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

/**
 * NbBatchState:
 * @NB_BATCH_READING: the machines are being read, one after the other
 * @NB_BATCH_READY: what will change is known; nothing was changed
 * @NB_BATCH_APPLYING: the changes are being stored, one machine after the other
 * @NB_BATCH_APPLIED: all was tried; see the steps
 * @NB_BATCH_UNDOING: what was applied is being taken back
 * @NB_BATCH_UNDONE: it was
 */
typedef enum {
  NB_BATCH_READING,
  NB_BATCH_READY,
  NB_BATCH_APPLYING,
  NB_BATCH_APPLIED,
  NB_BATCH_UNDOING,
  NB_BATCH_UNDONE,
} NbBatchState;

/* What is not chosen stays as it is in each machine. */
#define NB_BATCH_LEAVE (-1)

#define NB_TYPE_BATCH (nb_batch_get_type ())

G_DECLARE_FINAL_TYPE (NbBatch, nb_batch, NB, BATCH, GObject)

/* Several machines set at once. Properties to read: state (NbBatchState), n-changes (how many machines will change), can-undo,
 * summary (what will change, or how it went, a sentence a line). Each is notified when it has another value. */

NbBatch      *nb_batch_new           (GPtrArray    *machines);
GListModel   *nb_batch_get_steps     (NbBatch      *self);
NbBatchState  nb_batch_get_state     (NbBatch      *self);
guint         nb_batch_get_n_changes (NbBatch      *self);
gboolean      nb_batch_get_can_undo  (NbBatch      *self);
const char   *nb_batch_get_summary   (NbBatch      *self);
void          nb_batch_choose        (NbBatch      *self,
                                      int           mode,
                                      int           nesting);
void          nb_batch_apply         (NbBatch      *self);
void          nb_batch_undo          (NbBatch      *self);

G_END_DECLS
