/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"
#include "nb-host.h"

G_BEGIN_DECLS

#define NB_TYPE_HOST_CONTROLLER (nb_host_controller_get_type ())

G_DECLARE_FINAL_TYPE (NbHostController, nb_host_controller, NB, HOST_CONTROLLER, GObject)

/* Properties: host, helper (construct only; without a helper nothing can be changed), running, can-cancel, can-change,
 * can-undo, steps (GListModel of NbProgressStep), error-title, error-message, error-detail,
 * warning, commands (GStrv: what to type where the last change could not be started; while one runs in a sandbox, what
 * the password question names). Signal "finished" (char *message): a change was made, and
 * nb_host_controller_undo_async() takes it back. */

NbHostController *nb_host_controller_new           (NbHost           *host,
                                                    NbHelper         *helper);
NbHost           *nb_host_controller_get_host      (NbHostController *self);
NbHelper         *nb_host_controller_get_helper    (NbHostController *self);
gboolean          nb_host_controller_get_running   (NbHostController *self);
gboolean          nb_host_controller_get_can_cancel (NbHostController *self);
gboolean          nb_host_controller_get_can_change (NbHostController *self);
gboolean          nb_host_controller_get_can_undo  (NbHostController *self);
gboolean          nb_host_controller_get_undo_reloads (NbHostController *self);
void              nb_host_controller_run_async     (NbHostController *self,
                                                    NbVerb            verb,
                                                    GAsyncReadyCallback callback,
                                                    gpointer          data);
void              nb_host_controller_undo_async    (NbHostController *self,
                                                    GAsyncReadyCallback callback,
                                                    gpointer          data);
gboolean          nb_host_controller_run_finish    (NbHostController *self,
                                                    GAsyncResult     *result,
                                                    GError          **error);
void              nb_host_controller_cancel        (NbHostController *self);
void              nb_host_controller_clear_error   (NbHostController *self);
void              nb_host_controller_forget        (NbHostController *self);

G_END_DECLS
