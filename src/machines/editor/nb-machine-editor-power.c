/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an opened machine is told to do, other than to take another processor. */

#include "config.h"

#include "nb-machine-editor-private.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"

static void
power_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  NbMachineEditor *self = g_task_get_source_object (task);
  GError *error = NULL;

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (nb_machine_power_finish (NB_MACHINE (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  nb_machine_editor_fail (self, error);
  g_task_return_error (task, error);
}

/**
 * nb_machine_editor_power_async:
 * @self: an editor, also one that still reads its machine
 * @verb: starts it, lets it go on, or discards its saved state. Shutting it down is nb_machine_editor_shut_down_async()'s
 * @callback: (nullable): called when it is done; a failure is told by "failed" as well
 * @data: for @callback
 */
void
nb_machine_editor_power_async (NbMachineEditor *self, NbPowerVerb verb, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);
  NbEditorBusy busy;

  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));
  g_return_if_fail (verb != NB_POWER_SHUT_DOWN && verb != NB_POWER_DESTROY);

  g_task_set_source_tag (task, nb_machine_editor_power_async);
  busy = nb_machine_editor_get_busy (self);
  if (busy != NB_EDITOR_IDLE && busy != NB_EDITOR_LOADING)
    {
      g_task_return_new_error (task, NB_MACHINE_ERROR, NB_MACHINE_ERROR_STATE,
                               _ ("Something else is under way with this machine. Try again in a moment."));
      return;
    }
  nb_machine_editor_set_busy (self, NB_EDITOR_STARTING);
  nb_machine_power_async (self->machine, verb, NULL, power_cb, g_steal_pointer (&task));
}

/**
 * nb_machine_editor_power_finish:
 * @self: an editor
 * @result: what the callback got
 * @error: an error of %NB_MACHINE_ERROR, or %G_IO_ERROR_CANCELLED where a password dialog was closed
 *
 * Returns: whether it was done; the machine's state follows by libvirt's events
 */
gboolean
nb_machine_editor_power_finish (NbMachineEditor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
shut_down_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (nb_shutdown_run_finish (NB_SHUTDOWN (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_editor_shut_down_async:
 * @self: an editor whose machine runs
 * @flags: how, and what comes then
 * @seconds: how many the guest has until it is late; 0 for as many as its machine says
 * @callback: (nullable): called when it is off, or runs again; a failure is told by "failed" as well
 * @data: for @callback
 *
 * Runs the machine's #NbShutdown, and keeps the editor as long as that takes.
 */
void
nb_machine_editor_shut_down_async (
  NbMachineEditor *self, NbShutdownFlags flags, guint seconds, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  g_task_set_source_tag (task, nb_machine_editor_shut_down_async);
  nb_machine_editor_clear_error (self);
  nb_shutdown_run_async (self->shutdown, flags, seconds, shut_down_cb, task);
}

/**
 * nb_machine_editor_shut_down_finish:
 * @self: an editor
 * @result: what the callback got
 * @error: see nb_shutdown_run_finish()
 *
 * Returns: whether it is off, or runs again
 */
gboolean
nb_machine_editor_shut_down_finish (NbMachineEditor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
guest_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  nb_machine_ask_guest_finish (NB_MACHINE (source), result, &error);
  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (error != NULL)
    nb_machine_editor_fail (self, error);
}

/**
 * nb_machine_editor_check_guest:
 * @self: an editor whose machine runs
 *
 * Asks the guest through its agent, which taints the running machine: only when a person wants that.
 */
void
nb_machine_editor_check_guest (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (nb_machine_editor_get_busy (self) != NB_EDITOR_IDLE)
    return;

  nb_machine_editor_set_busy (self, NB_EDITOR_ASKING);
  nb_machine_ask_guest_async (self->machine, self->cancellable, guest_cb, g_object_ref (self));
}
