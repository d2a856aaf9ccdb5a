/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-facts.h"

#include <glib/gi18n-lib.h>
#include <libvirt/virterror.h>

#include "nb-machine-error.h"
#include "nb-virt.h"
#include "nb-machine-facts-virt.h"

static NbMachineState
state_from_libvirt (int state)
{
  if (state == VIR_DOMAIN_RUNNING || state == VIR_DOMAIN_BLOCKED)
    return NB_MACHINE_STATE_RUNNING;
  if (state == VIR_DOMAIN_PAUSED)
    return NB_MACHINE_STATE_PAUSED;
  if (state == VIR_DOMAIN_SHUTDOWN)
    return NB_MACHINE_STATE_SHUTTING_DOWN;
  if (state == VIR_DOMAIN_SHUTOFF)
    return NB_MACHINE_STATE_SHUT_OFF;
  if (state == VIR_DOMAIN_CRASHED)
    return NB_MACHINE_STATE_CRASHED;
  if (state == VIR_DOMAIN_PMSUSPENDED)
    return NB_MACHINE_STATE_SUSPENDED;
  return NB_MACHINE_STATE_UNKNOWN;
}

static NbMachineFacts *
facts_new (virDomainPtr domain)
{
  NbMachineFacts *facts = g_new0 (NbMachineFacts, 1);
  const unsigned int id = virDomainGetID (domain);

  virDomainGetUUIDString (domain, facts->uuid);
  facts->name = g_strdup (virDomainGetName (domain));
  facts->id = id == (unsigned int) -1 ? -1 : (int) id;
  return facts;
}

/* Which of @by_uuid match @filter, set in the member at @offset. One call, whatever the number of machines. */
static void
mark (virConnectPtr connect, unsigned int filter, GHashTable *by_uuid, gsize offset)
{
  virDomainPtr *domains = NULL;
  const int n = virConnectListAllDomains (connect, &domains, filter);

  for (int i = 0; i < n; i++)
    {
      char uuid[VIR_UUID_STRING_BUFLEN];
      NbMachineFacts *facts;

      virDomainGetUUIDString (domains[i], uuid);
      facts = g_hash_table_lookup (by_uuid, uuid);
      if (facts != NULL)
        G_STRUCT_MEMBER (gboolean, facts, offset) = TRUE;
      virDomainFree (domains[i]);
    }
  free (domains);
}

/**
 * nb_machine_facts_list:
 * @connection: an open connection
 * @error: why it could not be listed
 *
 * Three calls, however many machines there are, and no XML. Never waits for a machine whose monitor is stuck. Blocks:
 * worker threads only.
 *
 * Returns: (transfer full) (element-type NbMachineFacts): all machines
 */
GPtrArray *
nb_machine_facts_list (GVirConnection *connection, GError **error)
{
  virConnectPtr connect = nb_virt_get_connect (connection);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) nb_machine_facts_free);
  g_autoptr (GHashTable) by_uuid = g_hash_table_new (g_str_hash, g_str_equal);
  virDomainStatsRecordPtr *records = NULL;
  const int n =
    virConnectGetAllDomainStats (connect, VIR_DOMAIN_STATS_STATE, &records, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);

  if (n < 0)
    {
      nb_machine_error_from_libvirt (error, _ ("The virtual machines could not be listed."));
      return NULL;
    }
  for (int i = 0; i < n; i++)
    {
      NbMachineFacts *facts = facts_new (records[i]->dom);
      int state = VIR_DOMAIN_NOSTATE;

      virTypedParamsGetInt (records[i]->params, records[i]->nparams, "state.state", &state);
      facts->state = state_from_libvirt (state);
      g_ptr_array_add (all, facts);
      g_hash_table_insert (by_uuid, facts->uuid, facts);
    }
  virDomainStatsRecordListFree (records);

  if (n > 0)
    {
      mark (connect, VIR_CONNECT_LIST_DOMAINS_PERSISTENT, by_uuid, G_STRUCT_OFFSET (NbMachineFacts, persistent));
      mark (connect, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE, by_uuid, G_STRUCT_OFFSET (NbMachineFacts, managed_save));
    }
  return g_steal_pointer (&all);
}

/**
 * nb_machine_facts_look_up:
 * @connection: an open connection
 * @uuid: which machine
 *
 * Blocks: worker threads only.
 *
 * Returns: (transfer full) (nullable): its facts, or %NULL; then virGetLastErrorCode() tells whether it is gone
 */
NbMachineFacts *
nb_machine_facts_look_up (GVirConnection *connection, const char *uuid)
{
  nb_auto_domain domain = virDomainLookupByUUIDString (nb_virt_get_connect (connection), uuid);
  g_autoptr (NbMachineFacts) facts = NULL;
  int state;

  if (domain == NULL || virDomainGetState (domain, &state, NULL, 0) < 0)
    return NULL;
  facts = facts_new (domain);
  facts->state = state_from_libvirt (state);
  facts->persistent = virDomainIsPersistent (domain) == 1;
  facts->managed_save = virDomainHasManagedSaveImage (domain, 0) == 1;
  return g_steal_pointer (&facts);
}

void
nb_machine_facts_free (NbMachineFacts *facts)
{
  g_free (facts->name);
  g_free (facts);
}

/**
 * nb_machine_state_get_id:
 * @state: a state
 *
 * Returns: (transfer none): its name in reports, which is never translated
 */
const char *
nb_machine_state_get_id (NbMachineState state)
{
  switch (state)
    {
    case NB_MACHINE_STATE_UNKNOWN:
      return "unknown";
    case NB_MACHINE_STATE_RUNNING:
      return "running";
    case NB_MACHINE_STATE_PAUSED:
      return "paused";
    case NB_MACHINE_STATE_SHUTTING_DOWN:
      return "shutting-down";
    case NB_MACHINE_STATE_SHUT_OFF:
      return "shut-off";
    case NB_MACHINE_STATE_CRASHED:
      return "crashed";
    case NB_MACHINE_STATE_SUSPENDED:
      return "suspended";
    }
  g_return_val_if_reached (NULL);
}

/**
 * nb_machine_state_is_active:
 * @state: a state
 *
 * Returns: whether there is a running configuration beside the stored one
 */
gboolean
nb_machine_state_is_active (NbMachineState state)
{
  return state == NB_MACHINE_STATE_RUNNING || state == NB_MACHINE_STATE_PAUSED ||
         state == NB_MACHINE_STATE_SHUTTING_DOWN || state == NB_MACHINE_STATE_SUSPENDED;
}
