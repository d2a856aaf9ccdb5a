/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-power.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-virt.h"
#include "nb-machine-virt.h"

/* Windows installs its updates in that time. */
#define PATIENCE_SECONDS 180

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
carry_out (GVirDomain *domain, NbPowerVerb verb)
{
  switch (verb)
    {
    case NB_POWER_START:
      return gvir_domain_start (domain, GVIR_DOMAIN_START_NONE, NULL);
    case NB_POWER_RESUME:
      return gvir_domain_resume (domain, NULL);
    case NB_POWER_SHUT_DOWN:
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

  if (domain != NULL && !carry_out (domain, verb))
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
  NbStandIn *stand_in;

  g_return_val_if_fail (NB_IS_MACHINE (self), PATIENCE_SECONDS);
  stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  return stand_in != NULL ? nb_stand_in_get_patience (stand_in) : PATIENCE_SECONDS;
}

static void
run (NbMachine *self, GTask *task, NbPowerVerb verb)
{
  g_task_set_source_tag (task, nb_machine_power_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (verb), NULL);
  nb_machine_run_writable (self, task, power_thread);
}

/* A pretended guest has shut down. The test driver's own are off at once, and always obey. */
static void
guest_is_off (gpointer data)
{
  g_autoptr (GTask) task = g_task_new (data, NULL, NULL, NULL);

  run (data, task, NB_POWER_SHUT_DOWN);
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
  NbStandIn *stand_in;

  g_return_if_fail (NB_IS_MACHINE (self));

  stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  if (stand_in == NULL || verb != NB_POWER_SHUT_DOWN)
    {
      run (self, task, verb);
      return;
    }
  nb_stand_in_shut_down (stand_in, nb_machine_get_uuid (self), guest_is_off, g_object_ref (self), g_object_unref);
  g_task_set_source_tag (task, nb_machine_power_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (verb), NULL);
  g_task_return_boolean (task, TRUE);
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
