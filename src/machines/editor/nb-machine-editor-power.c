/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an opened machine is told to do, other than to take another processor. */

#include "config.h"

#include "nb-machine-editor-private.h"

/* A machine that is still being read can be told what to do. */
static gboolean
is_free (NbMachineEditor *self)
{
  return self->busy == NB_EDITOR_IDLE || self->busy == NB_EDITOR_LOADING;
}

static void
power_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (!nb_machine_power_finish (NB_MACHINE (source), result, &error))
    nb_machine_editor_fail (self, error);
}

/* Nothing is under way that would end by it: what waits for the machine goes on. */
static void
forced_off_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  if (!nb_machine_power_finish (NB_MACHINE (source), result, &error))
    nb_machine_editor_fail (self, error);
}

/**
 * nb_machine_editor_power:
 * @self: an editor
 * @verb: what to do; the person asked for it
 *
 * Starts the machine, asks it to shut down, and so on. Who waits for the guest to shut down may lose patience: it can be
 * forced off meanwhile.
 */
void
nb_machine_editor_power (NbMachineEditor *self, NbPowerVerb verb)
{
  const gboolean waits = self->waiting != NULL;

  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (!is_free (self) && !(waits && verb == NB_POWER_DESTROY))
    return;

  if (!waits)
    nb_machine_editor_set_busy (self, verb == NB_POWER_START || verb == NB_POWER_RESUME ? NB_EDITOR_STARTING
                                                                                        : NB_EDITOR_STOPPING);
  nb_machine_power_async (self->machine, verb, NULL, waits ? forced_off_cb : power_cb, g_object_ref (self));
}

/* Once a second, and only while a person waits. */
static gboolean
tick_cb (gpointer data)
{
  NbMachineEditor *self = data;
  const guint seconds = self->seconds_left - 1;

  if (seconds == 0)
    self->tick = 0;
  nb_machine_editor_set_seconds_left (self, seconds);
  if (seconds == 0)
    nb_machine_editor_say_late (self);

  return seconds > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
shut_down_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->waiting);
  g_clear_handle_id (&self->tick, g_source_remove);
  nb_machine_editor_set_seconds_left (self, 0);
  nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (!nb_machine_restart_finish (NB_MACHINE (source), result, &error))
    nb_machine_editor_fail (self, error);
}

/**
 * nb_machine_editor_shut_down:
 * @self: an editor whose machine runs
 * @start_again: whether it then starts, which a changed processor needs
 * @seconds: after how long a person is asked, by the signal "late"
 *
 * Asks the guest to shut down and waits for that; never forces it off.
 */
void
nb_machine_editor_shut_down (NbMachineEditor *self, gboolean start_again, guint seconds)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (!is_free (self))
    return;

  /* What is gone when it is off is not waited for. */
  if (!start_again && !nb_machine_is_persistent (self->machine))
    {
      nb_machine_editor_power (self, NB_POWER_SHUT_DOWN);
      return;
    }

  self->waiting = g_cancellable_new ();
  nb_machine_editor_set_busy (self, start_again ? NB_EDITOR_RESTARTING : NB_EDITOR_STOPPING);
  nb_machine_editor_wait_more (self, seconds);
  if (start_again)
    nb_machine_restart_async (self->machine, 0, self->waiting, shut_down_cb, g_object_ref (self));
  else
    nb_machine_shut_down_async (self->machine, self->waiting, shut_down_cb, g_object_ref (self));
}

/**
 * nb_machine_editor_wait_more:
 * @self: an editor that waits for its machine to shut down
 * @seconds: for how long, from now
 *
 * Has the person asked later.
 */
void
nb_machine_editor_wait_more (NbMachineEditor *self, guint seconds)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  if (self->waiting == NULL)
    return;

  g_clear_handle_id (&self->tick, g_source_remove);
  nb_machine_editor_set_seconds_left (self, seconds);
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

/**
 * nb_machine_editor_is_waiting:
 * @self: an editor
 *
 * Returns: whether it waits for its machine to shut down
 */
gboolean
nb_machine_editor_is_waiting (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), FALSE);

  return self->waiting != NULL;
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
