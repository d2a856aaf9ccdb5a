/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-power.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-virt.h"
#include "nb-machine-virt.h"

/* Windows installs its updates in that time. In the demo nobody wants to wait that long. */
#define PATIENCE_SECONDS      180
#define DEMO_PATIENCE_SECONDS 15

static const char *
get_failure (NbPowerVerb verb)
{
  switch (verb)
    {
    case NB_POWER_START:
      return _ ("The virtual machine could not be started.");
    case NB_POWER_RESUME:
      return _ ("The virtual machine could not go on.");
    case NB_POWER_SHUT_DOWN:
      return _ ("The virtual machine could not be asked to shut down.");
    case NB_POWER_DESTROY:
      return _ ("The virtual machine could not be turned off.");
    case NB_POWER_DISCARD_SAVED_STATE:
      return _ ("The saved state could not be discarded.");
    }
  g_return_val_if_reached (NULL);
}

/* A guest that is paused does not see its power button. */
static gboolean
press_power_button (GVirDomain *domain)
{
  int state;

  if (virDomainGetState (nb_virt_get_domain (domain), &state, NULL, 0) < 0)
    return FALSE;
  if (state == VIR_DOMAIN_PAUSED && !gvir_domain_resume (domain, NULL))
    return FALSE;

  return gvir_domain_shutdown (domain, GVIR_DOMAIN_SHUTDOWN_NONE, NULL);
}

/* Where it fails, why is libvirt's last error of this thread. */
static gboolean
carry_out (NbMachine *self, GVirDomain *domain, NbPowerVerb verb)
{
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));

  switch (verb)
    {
    case NB_POWER_START:
      return gvir_domain_start (domain, GVIR_DOMAIN_START_NONE, NULL);
    case NB_POWER_RESUME:
      return gvir_domain_resume (domain, NULL);
    case NB_POWER_SHUT_DOWN:
      /* The test driver's guests are off at once, and always obey. */
      if (stand_in != NULL && !nb_stand_in_guest_obeys (stand_in, nb_machine_get_uuid (self)))
        return TRUE;
      return press_power_button (domain);
    case NB_POWER_DESTROY:
      return gvir_domain_stop (domain, 0, NULL);
    case NB_POWER_DISCARD_SAVED_STATE:
      return virDomainManagedSaveRemove (nb_virt_get_domain (domain), 0) == 0;
    }
  g_return_val_if_reached (FALSE);
}

static void
power_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const NbPowerVerb verb = GPOINTER_TO_UINT (data);
  GError *error = NULL;
  nb_auto_gvir_domain domain = nb_machine_look_up (source, &error);

  if (domain != NULL && !carry_out (source, domain, verb))
    nb_machine_error_from_libvirt (&error, get_failure (verb));
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * nb_machine_get_patience:
 * @self: a machine
 *
 * Returns: how many seconds its guest may take to shut down before a person is asked
 */
guint
nb_machine_get_patience (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), PATIENCE_SECONDS);
  return nb_connection_get_stand_in (nb_machine_get_connection (self)) != NULL ? DEMO_PATIENCE_SECONDS
                                                                               : PATIENCE_SECONDS;
}

/**
 * nb_machine_get_pace:
 * @self: a machine
 *
 * Returns: how many milliseconds a second of its patience has: the tests' pretended guests hurry
 */
guint
nb_machine_get_pace (NbMachine *self)
{
  NbStandIn *stand_in;

  g_return_val_if_fail (NB_IS_MACHINE (self), 1000);
  stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  return stand_in != NULL ? nb_stand_in_get_pace (stand_in) : 1000;
}

/**
 * nb_machine_power_async:
 * @self: a machine
 * @verb: what to do
 * @cancellable: (nullable): drops it as long as it has not begun
 * @callback: called when it is done; the machine's state follows by libvirt's events
 * @data: for @callback
 */
void
nb_machine_power_async (
  NbMachine *self, NbPowerVerb verb, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_power_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (verb), NULL);
  nb_machine_run_writable (self, task, power_thread);
}

/**
 * nb_machine_power_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: an error of %NB_MACHINE_ERROR
 *
 * Returns: whether it was done
 */
gboolean
nb_machine_power_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  const NbPowerVerb verb = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  if (verb == NB_POWER_DISCARD_SAVED_STATE)
    nb_connection_say_changed (nb_machine_get_connection (self), nb_machine_get_uuid (self));
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* While Shut Down, and Shut Down and Start, wait for the guest: the three things that can end the waiting. They share the one
 * reference on the task that the waiting owns. */
typedef struct
{
  guint seconds; /* 0: as long as it takes */
  gboolean start_again;
  gulong state_handler;
  GSource *timeout;
  GSource *cancelled;
} Waiting;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
stop_waiting (GTask *task)
{
  Waiting *waiting = g_task_get_task_data (task);

  g_clear_signal_handler (&waiting->state_handler, g_task_get_source_object (task));
  clear_source (&waiting->timeout);
  clear_source (&waiting->cancelled);
}

static void
on_restarted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (nb_machine_power_finish (NB_MACHINE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_state (NbMachine *self, GParamSpec *pspec, GTask *task)
{
  const Waiting *waiting = g_task_get_task_data (task);

  if (nb_machine_get_state (self) != NB_MACHINE_STATE_SHUT_OFF)
    return;
  stop_waiting (task);
  if (waiting->start_again)
    nb_machine_power_async (self, NB_POWER_START, g_task_get_cancellable (task), on_restarted, task);
  else
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static gboolean
on_timeout (gpointer data)
{
  g_autoptr (GTask) task = data;

  stop_waiting (task);
  g_task_return_new_error (task, NB_MACHINE_ERROR, NB_MACHINE_ERROR_TIMED_OUT,
                           _ ("“%s” was asked to shut down and did not. It runs on as before."),
                           nb_machine_get_name (g_task_get_source_object (task)));
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = data;

  stop_waiting (task);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
wait_for_shut_off (NbMachine *self, GTask *task)
{
  Waiting *waiting = g_task_get_task_data (task);

  waiting->state_handler = g_signal_connect (self, "notify::state", G_CALLBACK (on_state), task);
  if (waiting->seconds > 0)
    {
      waiting->timeout = g_timeout_source_new_seconds (waiting->seconds);
      g_source_set_callback (waiting->timeout, on_timeout, task, NULL);
      g_source_attach (waiting->timeout, NULL);
    }
  if (g_task_get_cancellable (task) != NULL)
    {
      waiting->cancelled = g_cancellable_source_new (g_task_get_cancellable (task));
      g_source_set_callback (waiting->cancelled, G_SOURCE_FUNC (on_cancelled), task, NULL);
      g_source_attach (waiting->cancelled, NULL);
    }
  /* The event may have come before the answer. */
  on_state (self, NULL, task);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachine *self = NB_MACHINE (source);
  GTask *task = data;
  GError *error = NULL;

  if (nb_machine_power_finish (self, result, &error))
    wait_for_shut_off (self, task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

static void
shut_down (NbMachine *self, gboolean start_again, guint seconds, GTask *task)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->seconds = seconds;
  waiting->start_again = start_again;
  g_task_set_task_data (task, waiting, g_free);
  nb_machine_power_async (self, NB_POWER_SHUT_DOWN, g_task_get_cancellable (task), on_asked, g_object_ref (task));
}

/**
 * nb_machine_shut_down_async:
 * @self: a running machine
 * @cancellable: (nullable): stops the waiting; the guest may shut down all the same
 * @callback: called when it is off
 * @data: for @callback
 *
 * Asks the guest to shut down and waits until it has, as long as that takes: the end of patience is the caller's. Ends
 * with nb_machine_restart_finish().
 */
void
nb_machine_shut_down_async (NbMachine *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_shut_down_async);
  shut_down (self, FALSE, 0, task);
}

/**
 * nb_machine_restart_async:
 * @self: a running machine
 * @seconds: how long its guest may take to shut down; 0 for as long as it takes
 * @cancellable: (nullable): stops the waiting; the guest may shut down all the same
 * @callback: called when it runs again, or did not shut down in time
 * @data: for @callback
 *
 * Shuts it down and starts it: what makes a changed `<cpu>` take effect, other than a reboot. Waits for libvirt's event,
 * asks nobody in between, and never pulls the plug.
 */
void
nb_machine_restart_async (
  NbMachine *self, guint seconds, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_restart_async);
  if (!nb_machine_is_persistent (self))
    {
      g_task_return_new_error (task, NB_MACHINE_ERROR, NB_MACHINE_ERROR_TRANSIENT,
                               _ ("“%s” would be gone after shutting down: libvirt keeps no configuration of it."),
                               nb_machine_get_name (self));
      return;
    }
  shut_down (self, TRUE, seconds, task);
}

/**
 * nb_machine_restart_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_TIMED_OUT, %NB_MACHINE_ERROR_TRANSIENT, what starting it may bring
 *
 * Returns: whether it was shut down, and runs again where that was wanted
 */
gboolean
nb_machine_restart_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
