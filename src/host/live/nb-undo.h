/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host-facts.h"
#include "nb-protocol.h"

G_BEGIN_DECLS

/* How many verbs it takes at most to go back. */
#define NB_UNDO_MAX 2

/**
 * NbUndo:
 * @is_msrs: whether ignore_msrs of kvm was switched; the values are then that parameter's, not those of nested
 * @own_file: what our own file said before, unknown where there was none
 * @live: the live value before, unknown where KVM was not loaded or could not be read
 */
typedef struct {
  gboolean is_msrs;
  NbTristate own_file;
  NbTristate live;
} NbUndo;

NbUndo   nb_undo_new     (const NbHostFacts *before,
                          NbVerb             verb);
guint    nb_undo_plan    (const NbUndo      *self,
                          const NbHostFacts *now,
                          NbVerb             verbs[NB_UNDO_MAX]);
gboolean nb_undo_reloads (const NbUndo      *self,
                          const NbHostFacts *now);

G_END_DECLS
