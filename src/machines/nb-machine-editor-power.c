/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an opened machine is told to do, other than to take another processor. */

#include "config.h"

#include "nb-machine-editor-private.h"

static void
power_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (!nb_machine_power_finish (NB_MACHINE (source), result, &error))
    nb_machine_editor_fail (self, error);
}

/**
 * nb_machine_editor_power:
 * @self: an editor
 * @verb: what to do; the person asked for it
 *
 * Starts the machine, asks it to shut down, and so on.
 */
void
nb_machine_editor_power (NbMachineEditor *self, NbPowerVerb verb)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->busy != NB_EDITOR_IDLE)
    return;

  nb_machine_editor_set_busy (self, verb == NB_POWER_START || verb == NB_POWER_RESUME ? NB_EDITOR_STARTING
                                                                                      : NB_EDITOR_STOPPING);
  nb_machine_power_async (self->machine, verb, NULL, power_cb, g_object_ref (self));
}

static void
restart_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->waiting);
  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (!nb_machine_restart_finish (NB_MACHINE (source), result, &error))
    nb_machine_editor_fail (self, error);
}

/**
 * nb_machine_editor_restart:
 * @self: an editor whose machine runs
 * @seconds: how long the guest may take to shut down
 *
 * Shuts the machine down and starts it, which a changed processor needs; never forces it off.
 */
void
nb_machine_editor_restart (NbMachineEditor *self, guint seconds)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->busy != NB_EDITOR_IDLE)
    return;

  nb_machine_editor_set_busy (self, NB_EDITOR_RESTARTING);
  self->waiting = g_cancellable_new ();
  nb_machine_restart_async (self->machine, seconds, self->waiting, restart_cb, g_object_ref (self));
}

/**
 * nb_machine_editor_stop_waiting:
 * @self: an editor that waits for its machine to shut down
 *
 * Stops waiting. The guest may shut down all the same; it is not started again then.
 */
void
nb_machine_editor_stop_waiting (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  g_cancellable_cancel (self->waiting);
}

static void
guest_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;
  const NbGuestAnswer answer = nb_machine_ask_guest_finish (NB_MACHINE (source), result, &error);

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (error != NULL)
    nb_machine_editor_fail (self, error);
  else
    nb_machine_editor_set_answer (self, answer);
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

  if (self->busy != NB_EDITOR_IDLE)
    return;

  nb_machine_editor_set_busy (self, NB_EDITOR_ASKING);
  nb_machine_ask_guest_async (self->machine, self->cancellable, guest_cb, g_object_ref (self));
}
