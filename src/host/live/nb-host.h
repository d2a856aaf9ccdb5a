/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-host-facts.h"
#include "nb-prover.h"
#include "nb-verdict.h"

G_BEGIN_DECLS

#define NB_TYPE_HOST (nb_host_get_type ())

G_DECLARE_FINAL_TYPE (NbHost, nb_host, NB, HOST, GObject)

/* Properties: root (construct only), facts (NbHostFacts, null before the first reading), verdict (NbVerdict), held
 * (while TRUE nothing is read: a helper is at work), proving (read-only: what KVM can is tried, and nothing is read). Facts are read in a worker thread; one notify for each change.
 * Signals: read (it was read, with news or without). */

NbHost      *nb_host_new           (const char          *root);
const char  *nb_host_get_root      (NbHost              *self);
gboolean     nb_host_is_real       (NbHost              *self);
NbHostFacts *nb_host_get_facts     (NbHost              *self);
NbVerdict    nb_host_get_verdict   (NbHost              *self);
void         nb_host_set_held      (NbHost              *self,
                                    gboolean             held);
void         nb_host_set_load_error (NbHost             *self,
                                    int                  load_error);
void         nb_host_set_prover    (NbHost              *self,
                                    NbProver            *prover);
gboolean     nb_host_has_prover    (NbHost              *self);
gboolean     nb_host_get_proving   (NbHost              *self);
gboolean     nb_host_get_can_prove (NbHost              *self);
void         nb_host_prove         (NbHost              *self);
void         nb_host_refresh       (NbHost              *self);
void         nb_host_refresh_async (NbHost              *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             data);
gboolean     nb_host_refresh_finish (NbHost             *self,
                                    GAsyncResult        *result,
                                    GError             **error);

G_END_DECLS
