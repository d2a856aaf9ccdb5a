/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-apply.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-machine-xml.h"
#include "nb-virt.h"
#include "nb-machine-config-virt.h"
#include "nb-machine-virt.h"

typedef struct
{
  char *base;
  char *new;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->base);
  g_free (change->new);
  g_free (change);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbMachine *self = source;
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  NbMachineConfig *config = NULL;
  GError *error = NULL;
  nb_auto_connect connect = NULL;
  nb_auto_domain domain = nb_machine_look_up (self, &connect, &error);

  if (domain != NULL)
    config = nb_machine_config_read (domain, stand_in, NB_READ_ALL, &error);
  if (config != NULL)
    g_task_return_pointer (task, config, (GDestroyNotify) nb_machine_config_free);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_load_async:
 * @self: a machine
 * @cancellable: (nullable): drops the answer
 * @callback: called with the answer
 * @data: for @callback
 *
 * Reads what the page of a machine shows. Never asks for a password: on a read-only connection it is what can be read.
 */
void
nb_machine_load_async (NbMachine *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_load_async);
  nb_connection_run (nb_machine_get_connection (self), task, load_thread);
}

/**
 * nb_machine_load_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_GONE, %NB_MACHINE_ERROR_CONNECTION and others
 *
 * Returns: (transfer full) (nullable): its configuration
 */
NbMachineConfig *
nb_machine_load_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
check_persistent (virDomainPtr domain, GError **error)
{
  const int persistent = virDomainIsPersistent (domain);

  if (persistent < 0)
    nb_machine_error_from_libvirt (error, _ ("The virtual machine could not be looked at."));
  else if (persistent == 0)
    g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_TRANSIENT,
                         _ ("This machine exists only as long as it runs. libvirt keeps no configuration of it, so "
                            "changes cannot be kept."));
  return persistent > 0;
}

static char *
read_stored (virDomainPtr domain, GError **error)
{
  char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

  if (xml == NULL)
    nb_machine_error_from_libvirt (error, _ ("The virtual machine’s configuration could not be read."));
  return xml;
}

/* libvirt has no compare-and-swap. Defining a machine that was undefined meanwhile would bring it back from the dead,
 * so it is looked for once more right before: what remains is the time between two calls. */
static gboolean
define (virConnectPtr connect, NbMachine *self, const char *xml, GError **error)
{
  nb_auto_domain still = virDomainLookupByUUIDString (connect, nb_machine_get_uuid (self));
  nb_auto_domain defined = NULL;

  if (still == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The virtual machine is not there any more; nothing was changed."));
      return FALSE;
    }
  if (!check_persistent (still, error))
    return FALSE;

  /* Not VALIDATE: it would judge all of the machine by the schema, and refuse what libvirt itself wrote in the rest. The
   * <cpu> was checked against the capabilities when it was edited, and is compared below. */
  defined = virDomainDefineXMLFlags (connect, xml, 0);
  if (defined == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The change was not stored."));
      return FALSE;
    }
  return TRUE;
}

static NbApplied *
apply (NbMachine *self, const Change *change, GError **error)
{
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  g_autoptr (NbApplied) applied = g_new0 (NbApplied, 1);
  g_autofree char *patched = NULL;
  nb_auto_connect connect = NULL;
  nb_auto_domain domain = nb_machine_look_up (self, &connect, error);

  if (domain == NULL || !check_persistent (domain, error))
    return NULL;
  applied->previous = read_stored (domain, error);
  if (applied->previous == NULL)
    return NULL;

  if (!nb_machine_xml_same (applied->previous, change->base))
    {
      g_propagate_error (error,
                         nb_machine_error_new_with_xml (NB_MACHINE_ERROR_CHANGED,
                                                        _ ("Somebody else changed this machine’s processor meanwhile. "
                                                           "Nothing was changed."),
                                                        applied->previous));
      return NULL;
    }
  patched = nb_machine_xml_graft (applied->previous, change->new, error);
  if (patched == NULL || !define (connect, self, patched, error))
    return NULL;

  applied->config = nb_machine_config_read (domain, stand_in, NB_READ_ALL, error);
  if (applied->config == NULL)
    return NULL;
  if (!nb_machine_xml_stored (patched, applied->config->inactive))
    {
      g_propagate_error (
        error, nb_machine_error_new_with_xml (NB_MACHINE_ERROR_NOT_STORED,
                                              _ ("The change was stored, but libvirt made something else of it."),
                                              applied->config->inactive));
      return NULL;
    }
  return g_steal_pointer (&applied);
}

static void
apply_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  NbApplied *applied = apply (source, data, &error);

  if (applied != NULL)
    g_task_return_pointer (task, applied, (GDestroyNotify) nb_applied_free);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_apply_async:
 * @self: a machine
 * @base_xml: the stored domain XML that the edit began with
 * @new_xml: the edited one
 * @cancellable: (nullable): drops it as long as it has not begun
 * @callback: called with the answer
 * @data: for @callback
 *
 * Stores the `<cpu>`, `<vcpu>` and `<vcpus>` of @new_xml, in one job: the machine still has to exist under its UUID, be
 * persistent, and have the ones of @base_xml. All else is as it is stored at that moment, whoever changed it. Undo is the
 * same with the two swapped: #NbApplied's config as the base, its previous as the new one.
 */
void
nb_machine_apply_async (NbMachine *self,
                        const char *base_xml,
                        const char *new_xml,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Change *change = g_new0 (Change, 1);

  g_return_if_fail (NB_IS_MACHINE (self));
  change->base = g_strdup (base_xml);
  change->new = g_strdup (new_xml);
  g_task_set_source_tag (task, nb_machine_apply_async);
  g_task_set_task_data (task, change, change_free);
  nb_machine_run_writable (self, task, apply_thread);
}

/**
 * nb_machine_apply_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_CHANGED and %NB_MACHINE_ERROR_NOT_STORED carry the other XML; %NB_MACHINE_ERROR_CONNECTION
 *   means that the outcome is unknown until the machine is loaded again
 *
 * Returns: (transfer full) (nullable): what was and what is stored
 */
NbApplied *
nb_machine_apply_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
nb_applied_free (NbApplied *applied)
{
  g_free (applied->previous);
  g_clear_pointer (&applied->config, nb_machine_config_free);
  g_free (applied);
}
