/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From reading to writing, at the first change. */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "nb-connection-private.h"
#include "nb-machine-error.h"

static void
answer (NbConnection *self, GTask *upgrade, const NbOpening *opening, gboolean opened)
{
  if (opening->cancelled)
    g_task_return_new_error (upgrade, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _ ("Authentication was dismissed"));
  else if (!opened)
    g_task_return_new_error (
      upgrade, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED, _ ("%s may only be read: %s"), nb_connection_get_uri (self),
      opening->detail != NULL ? opening->detail : nb_connection_problem_get_sentence (opening->problem));
  else if (nb_connection_get_state (self) == NB_CONNECTION_OPEN)
    g_task_return_boolean (upgrade, TRUE);
  else
    g_task_return_new_error (upgrade, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION,
                             _ ("The connection to %s was lost."), nb_connection_get_uri (self));
}

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer data)
{
  NbConnection *self = NB_CONNECTION (source);
  g_autoptr (NbOpening) opening = nb_connection_opening_finish (result);
  const gboolean opened = opening->handle != NULL;
  GQueue waiting = *nb_connection_get_upgrades (self);
  GTask *upgrade;

  /* Who comes from now on asks anew. */
  g_queue_init (nb_connection_get_upgrades (self));
  if (opened && !opening->cancelled && nb_connection_get_state (self) == NB_CONNECTION_READ_ONLY)
    nb_connection_take (self, opening);
  while ((upgrade = g_queue_pop_head (&waiting)) != NULL)
    {
      answer (self, upgrade, opening, opened);
      g_object_unref (upgrade);
    }
}

/**
 * nb_connection_upgrade_async:
 * @self: a connection
 * @cancellable: (nullable): gives up waiting
 * @callback: called when it is writable, or refused
 * @data: for @callback
 *
 * Makes a read-only connection writable, before the first change. polkit may ask for a password, once for all who ask at
 * the same time. A connection that is writable already stays as it is.
 */
void
nb_connection_upgrade_async (NbConnection *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) upgrade = g_task_new (self, cancellable, callback, data);
  const NbConnectionState state = nb_connection_get_state (self);

  g_return_if_fail (NB_IS_CONNECTION (self));
  g_task_set_source_tag (upgrade, nb_connection_upgrade_async);
  if (state == NB_CONNECTION_OPEN)
    {
      g_task_return_boolean (upgrade, TRUE);
      return;
    }
  if (state != NB_CONNECTION_READ_ONLY)
    {
      g_task_return_new_error (upgrade, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION, _ ("%s is not connected."),
                               nb_connection_get_uri (self));
      return;
    }
  g_queue_push_tail (nb_connection_get_upgrades (self), g_steal_pointer (&upgrade));
  if (g_queue_get_length (nb_connection_get_upgrades (self)) == 1)
    nb_connection_start_opening (self, NB_OPEN_WRITABLE, nb_connection_reserve_generation (self), on_upgraded, NULL);
}

/**
 * nb_connection_upgrade_finish:
 * @self: a connection
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_REFUSED, %NB_MACHINE_ERROR_CONNECTION, or %G_IO_ERROR_CANCELLED when the password dialog was
 *   dismissed
 *
 * Returns: whether it is writable now
 */
gboolean
nb_connection_upgrade_finish (NbConnection *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
