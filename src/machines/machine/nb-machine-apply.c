/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-apply.h"

#include <glib/gi18n-lib.h>
#include <libvirt-gconfig/libvirt-gconfig.h>
#include <libvirt/virterror.h>

#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-machine-stored.h"
#include "nb-machine-xml.h"
#include "nb-virt.h"
#include "nb-machine-config-virt.h"
#include "nb-machine-virt.h"

typedef struct
{
  char *base;
  char *new;
  gboolean whole;
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
  nb_auto_gvir_domain domain = nb_machine_look_up (self, &error);

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

static NbApplied *
applied_new (NbOutcome outcome, GError *error)
{
  NbApplied *applied = g_new0 (NbApplied, 1);

  applied->outcome = outcome;
  applied->error = error;
  return applied;
}

static void
end (NbApplied *applied, NbOutcome outcome, NbMachineError code, const char *sentence)
{
  applied->outcome = outcome;
  applied->error = g_error_new_literal (NB_MACHINE_ERROR, (int) code, sentence);
}

/* libvirt's answer to the one question tells both: a machine that is gone, and one that is not kept. */
static gboolean
check_persistent (GVirDomain *domain, GError **error)
{
  virResetLastError ();
  if (gvir_domain_get_persistent (domain))
    return TRUE;
  if (virGetLastErrorCode () == VIR_ERR_NO_DOMAIN)
    nb_machine_error_from_libvirt (error, _ ("The virtual machine is not there any more; nothing was changed."));
  else if (virGetLastErrorCode () != VIR_ERR_OK)
    nb_machine_error_from_libvirt (error, _ ("The virtual machine could not be looked at."));
  else
    g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_TRANSIENT,
                         _ ("This machine exists only as long as it runs. libvirt keeps no configuration of it, so "
                            "changes cannot be kept."));
  return FALSE;
}

static char *
read_stored (virDomainPtr domain, GError **error)
{
  char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);

  if (xml == NULL)
    nb_machine_error_from_libvirt (error, _ ("The virtual machine’s configuration could not be read."));
  return xml;
}

/* As nb_machine_config_read() gives it: the demo's machines are shown as what they pretend to be. */
static char *
dup_shown (NbMachine *self, const char *xml)
{
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));

  return stand_in != NULL ? nb_stand_in_dup_disguised (stand_in, xml) : g_strdup (xml);
}

/* Whether nobody else changed what the edit began with, or, where all of it is put back, anything. */
static gboolean
is_as_it_was (NbMachine *self, const Change *change, const char *stored)
{
  g_autofree char *shown = change->whole ? dup_shown (self, stored) : NULL;
  g_auto (GStrv) differences = NULL;

  if (!nb_machine_xml_same (stored, change->base))
    return FALSE;
  if (change->whole)
    differences = nb_machine_stored_compare (change->base, shown);
  return differences == NULL;
}

/* libvirt has no compare-and-swap. Defining a machine that was undefined meanwhile would bring it back from the dead, so it is
 * asked for right before: what remains is the time between two calls. And defining a text with another UUID makes that machine;
 * gvir_domain_set_config() sees it only then. */
static gboolean
define (NbMachine *self, GVirDomain *domain, const char *text, gboolean *asked, GError **error)
{
  g_autoptr (GError) failure = NULL;
  GVirConfigDomain *config;
  gboolean stored;

  if (!nb_machine_stored_has_uuid (text, nb_machine_get_uuid (self), error) || !check_persistent (domain, error))
    return FALSE;
  config = gvir_config_domain_new_from_xml (text, &failure);
  if (config == NULL)
    {
      g_set_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID, _ ("The change was not stored. %s"),
                   failure->message);
      return FALSE;
    }
  /* Without VALIDATE, which would judge all of the machine by the schema, and refuse what libvirt itself wrote in the rest.
   * The <cpu> was checked against the capabilities when it was edited, and is compared below. */
  *asked = TRUE;
  stored = gvir_domain_set_config (domain, config, NULL);
  if (!stored)
    nb_machine_error_from_libvirt (error, _ ("The change was not stored."));
  g_object_unref (config);
  return stored;
}

static gboolean
store (NbMachine *self, GVirDomain *domain, const char *text, NbApplied *applied)
{
  gboolean asked = FALSE;

  if (define (self, domain, text, &asked, &applied->error))
    return TRUE;
  if (asked && g_error_matches (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION))
    {
      g_clear_error (&applied->error);
      end (applied, NB_OUTCOME_UNKNOWN, NB_MACHINE_ERROR_CONNECTION,
           _ ("The connection was lost before libvirt answered. Whether the change was stored is not known yet."));
    }
  return FALSE;
}

static void
read_back (NbMachine *self, GVirDomain *domain, const char *sent, NbApplied *applied)
{
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (self));
  g_autofree char *shown = dup_shown (self, sent);

  applied->config = nb_machine_config_read (domain, stand_in, NB_READ_ALL, NULL);
  if (applied->config == NULL)
    {
      end (applied, NB_OUTCOME_UNKNOWN, NB_MACHINE_ERROR_CONNECTION,
           _ ("libvirt stored the change, but what is stored now could not be read."));
      return;
    }
  applied->outcome = NB_OUTCOME_STORED;
  if (!nb_machine_xml_stored (sent, applied->config->inactive))
    {
      end (applied, NB_OUTCOME_STORED_OTHERWISE, NB_MACHINE_ERROR_NOT_STORED,
           _ ("The change was stored, but libvirt made something else of it."));
      return;
    }
  applied->differences = nb_machine_stored_compare (shown, applied->config->inactive);
  if (applied->differences != NULL)
    {
      g_autofree char *names = g_strjoinv (", ", applied->differences);
      /* Translators: %s is a list of names from libvirt’s configuration, like “description, devices”. */
      g_autofree char *sentence = g_strdup_printf (
        _ ("The change was stored, but libvirt changed more than was asked for: %s. Undo puts all of it back."), names);

      end (applied, NB_OUTCOME_STORED_OTHERWISE, NB_MACHINE_ERROR_NOT_STORED, sentence);
    }
}

static void
apply (NbMachine *self, const Change *change, NbApplied *applied)
{
  nb_auto_gvir_domain domain = nb_machine_look_up (self, &applied->error);
  g_autofree char *previous = NULL;
  g_autofree char *patched = NULL;
  g_autofree char *sent = NULL;

  if (domain == NULL)
    return;
  previous = read_stored (nb_virt_get_domain (domain), &applied->error);
  if (previous == NULL)
    return;
  if (!is_as_it_was (self, change, previous))
    {
      applied->theirs = g_steal_pointer (&previous);
      end (applied, NB_OUTCOME_CHANGED, NB_MACHINE_ERROR_CHANGED,
           _ ("Somebody else changed this machine’s processor meanwhile. Nothing was changed."));
      return;
    }
  patched = change->whole ? g_strdup (change->new) : nb_machine_xml_graft (previous, change->new, &applied->error);
  if (patched == NULL)
    return;
  sent = nb_machine_stored_escape (patched);
  if (store (self, domain, sent, applied))
    read_back (self, domain, sent, applied);
  if (applied->outcome != NB_OUTCOME_NOT_STORED)
    applied->previous = g_steal_pointer (&previous);
}

static void
apply_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbApplied *applied = applied_new (NB_OUTCOME_NOT_STORED, NULL);

  apply (source, data, applied);
  g_task_return_pointer (task, applied, (GDestroyNotify) nb_applied_free);
}

static void
begin (NbMachine *self,
       const char *base_xml,
       const char *new_xml,
       gboolean whole,
       GCancellable *cancellable,
       gpointer tag,
       GAsyncReadyCallback callback,
       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Change *change = g_new0 (Change, 1);

  change->base = g_strdup (base_xml);
  change->new = g_strdup (new_xml);
  change->whole = whole;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, change, change_free);
  /* Once it has begun its end is told, whoever has cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  nb_machine_run_writable (self, task, apply_thread);
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
  g_return_if_fail (NB_IS_MACHINE (self));
  begin (self, base_xml, new_xml, FALSE, cancellable, nb_machine_apply_async, callback, data);
}

/**
 * nb_machine_put_back_async:
 * @self: a machine
 * @base_xml: the domain XML that is stored now, #NbApplied's config
 * @previous_xml: the domain XML that was stored before, #NbApplied's previous
 * @cancellable: (nullable): drops it as long as it has not begun
 * @callback: called with the answer
 * @data: for @callback
 *
 * Undo of what was stored otherwise than asked for: puts back all of @previous_xml, where all that is stored is still
 * @base_xml. Ends with nb_machine_apply_finish().
 */
void
nb_machine_put_back_async (NbMachine *self,
                           const char *base_xml,
                           const char *previous_xml,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_return_if_fail (NB_IS_MACHINE (self));
  begin (self, base_xml, previous_xml, TRUE, cancellable, nb_machine_put_back_async, callback, data);
}

/**
 * nb_machine_apply_finish:
 * @self: a machine
 * @result: what the callback got
 *
 * Returns: (transfer full): how it ended
 */
NbApplied *
nb_machine_apply_finish (NbMachine *self, GAsyncResult *result)
{
  NbApplied *applied;
  GError *error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  applied = g_task_propagate_pointer (G_TASK (result), &error);
  /* What never began. */
  if (applied == NULL)
    applied = applied_new (NB_OUTCOME_NOT_STORED, error);
  /* A single call may ask for a password too. */
  if (applied->outcome == NB_OUTCOME_NOT_STORED && g_error_matches (applied->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    applied->outcome = NB_OUTCOME_DISMISSED;
  return applied;
}

void
nb_applied_free (NbApplied *applied)
{
  g_free (applied->previous);
  g_clear_pointer (&applied->config, nb_machine_config_free);
  g_free (applied->theirs);
  g_strfreev (applied->differences);
  g_clear_error (&applied->error);
  g_free (applied);
}
