/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machines-report.h"

#include "nb-machine-judge.h"

/* A report that waits for its machines. */
typedef struct
{
  NbMachineList *machines;
  GPtrArray *asked;
  guint timeout;
} Wait;

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  g_clear_handle_id (&wait->timeout, g_source_remove);
  g_object_unref (wait->machines);
  g_ptr_array_unref (wait->asked);
  g_free (wait);
}

static void
wait_end (GTask *task, gboolean ready)
{
  Wait *wait = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (wait->machines, task);
  for (guint i = 0; i < wait->asked->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (wait->asked, i), task);
  g_clear_handle_id (&wait->timeout, g_source_remove);
  g_task_return_boolean (task, ready);
  g_object_unref (task);
}

static void
look (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  gboolean ready = nb_machine_list_is_settled (wait->machines);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (wait->machines)); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (wait->machines), i);

      nb_machine_request_summary (machine);
      if (nb_machine_get_summary (machine) != NULL)
        continue;
      ready = FALSE;
      if (g_ptr_array_find (wait->asked, machine, NULL))
        continue;
      g_signal_connect_swapped (machine, "notify::summarized", G_CALLBACK (look), task);
      g_ptr_array_add (wait->asked, g_steal_pointer (&machine));
    }
  if (ready)
    wait_end (task, TRUE);
}

static gboolean
late_cb (gpointer data)
{
  GTask *task = data;
  Wait *wait = g_task_get_task_data (task);

  wait->timeout = 0;
  wait_end (task, FALSE);
  return G_SOURCE_REMOVE;
}

/**
 * nb_machines_report_wait_async:
 * @machines: the machines; their connections were opened
 * @seconds: how long at most
 * @callback: called when the connections are open or failed and every machine was read, or when the time is up
 * @data: for @callback
 */
void
nb_machines_report_wait_async (NbMachineList *machines, guint seconds, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (machines, NULL, callback, data);
  Wait *wait = g_new0 (Wait, 1);

  g_task_set_source_tag (task, nb_machines_report_wait_async);
  wait->machines = g_object_ref (machines);
  wait->asked = g_ptr_array_new_with_free_func (g_object_unref);
  wait->timeout = g_timeout_add_seconds (seconds, late_cb, task);
  g_task_set_task_data (task, wait, wait_free);
  g_signal_connect_swapped (machines, "notify::settled", G_CALLBACK (look), task);
  g_signal_connect_swapped (machines, "items-changed", G_CALLBACK (look), task);
  look (task);
}

/**
 * nb_machines_report_wait_finish:
 * @machines: the machines
 * @result: what the callback got
 *
 * Returns: whether all was read in time
 */
gboolean
nb_machines_report_wait_finish (NbMachineList *machines, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, machines), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

static const char *
get_state_id (NbConnection *connection)
{
  switch (nb_connection_get_state (connection))
    {
    case NB_CONNECTION_OPEN:
      return "open";
    case NB_CONNECTION_READ_ONLY:
      return "read-only";
    case NB_CONNECTION_CLOSED:
      return "closed";
    case NB_CONNECTION_OPENING:
    case NB_CONNECTION_FAILED:
      return "failed";
    }
  g_return_val_if_reached (NULL);
}

/* Whose computer it is, is nobody's business; which kind of connection it is, is. */
static char *
dup_uri (NbReport *report, NbConnection *connection)
{
  static const char *const known[] = { "/system", "/session", "/embed", "/", "", NULL };
  const char *uri = nb_connection_get_uri (connection);
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NON_DNS | G_URI_FLAGS_ENCODED_QUERY, NULL);
  const char *path = parsed != NULL ? g_uri_get_path (parsed) : "";
  g_autofree char *host = NULL;
  g_autofree char *stand_in = NULL;
  g_autofree char *full = NULL;

  if (nb_connection_get_stand_in (connection) != NULL)
    return g_strdup ("test:///demo");
  if (nb_report_has_names (report) || parsed == NULL)
    return nb_report_dup_name (report, "uri", uri);
  /* Other hypervisors have names of data centres and files there. */
  if (!g_strv_contains (known, path))
    {
      stand_in = nb_report_dup_name (report, "path", path);
      path = full = g_strconcat ("/", stand_in, NULL);
    }
  if (nb_connection_is_local (connection))
    return g_strdup_printf ("%s://%s", g_uri_get_scheme (parsed), path);
  host = nb_report_dup_name (report, "host", g_uri_get_host (parsed));
  return g_strdup_printf ("%s://%s%s", g_uri_get_scheme (parsed), host, path);
}

static JsonNode *
describe_connection (NbReport *report, NbConnection *connection)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *uri = dup_uri (report, connection);
  const char *message = nb_connection_get_message (connection);
  const char *detail = nb_connection_get_detail (connection);
  g_autofree char *both = NULL;

  /* The report's time is up, and it still opens. */
  if (nb_connection_get_state (connection) == NB_CONNECTION_OPENING)
    message = nb_connection_problem_get_sentence (NB_CONNECTION_PROBLEM_NO_ANSWER);
  /* What libvirt said names hosts, people and files. */
  if (message != NULL && detail != NULL && nb_report_has_names (report))
    message = both = g_strdup_printf ("%s %s", message, detail);
  json_object_set_string_member (object, "uri", uri);
  json_object_set_boolean_member (object, "local", nb_connection_is_local (connection));
  json_object_set_string_member (object, "state", get_state_id (connection));
  if (message != NULL)
    json_object_set_string_member (object, "error", message);
  else
    json_object_set_null_member (object, "error");
  json_node_take_object (node, object);
  return node;
}

static const char *
get_nesting_id (NbCpuNesting nesting)
{
  switch (nesting)
    {
    case NB_CPU_NESTING_DEFAULT:
      return "default";
    case NB_CPU_NESTING_ON:
      return "on";
    case NB_CPU_NESTING_OFF:
      return "off";
    }
  g_return_val_if_reached (NULL);
}

static void
add_verdict (JsonObject *object, NbVerdict host, NbMachine *machine)
{
  NbChainMachine facts;
  NbChain chain;

  nb_machine_judge_get_facts (&facts, machine);
  nb_chain_decide (&chain, host, &facts);
  json_object_set_string_member (object, "verdict", nb_machine_verdict_get_id (chain.verdict));
  if (chain.broken >= 0)
    json_object_set_string_member (object, "step", nb_link_get_id ((NbLink) chain.broken));
  else
    json_object_set_null_member (object, "step");
}

static JsonNode *
describe_machine (NbReport *report, NbVerdict host, NbMachine *machine)
{
  /* Null until somebody has read the machine's configuration. */
  static const char *const read[] = { "type",    "arch",  "state",   "cpu-mode", "nesting",
                                      "pending", "proof", "verdict", "step" };
  const NbMachineSummary *summary = nb_machine_get_summary (machine);
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *name = nb_report_dup_name (report, "machine", nb_machine_get_name (machine));
  g_autofree char *uuid = nb_report_dup_name (report, "uuid", nb_machine_get_uuid (machine));
  g_autofree char *uri = dup_uri (report, nb_machine_get_connection (machine));

  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "uuid", uuid);
  json_object_set_string_member (object, "uri", uri);
  for (gsize i = 0; i < G_N_ELEMENTS (read); i++)
    json_object_set_null_member (object, read[i]);
  json_object_set_string_member (object, "state", nb_machine_state_get_id (nb_machine_get_state (machine)));
  json_object_set_string_member (object, "proof",
                                 nb_proof_get_id (nb_guest_answer_get_level (nb_machine_get_answer (machine))));
  if (summary != NULL)
    {
      json_object_set_string_member (object, "type", summary->type);
      json_object_set_string_member (object, "arch", summary->arch);
      json_object_set_string_member (
        object, "cpu-mode", summary->mode != NB_CPU_MODE_DEFAULT ? nb_cpu_mode_get_name (summary->mode) : "default");
      json_object_set_string_member (object, "nesting", get_nesting_id (summary->nesting));
      if (summary->pending == NB_CPU_PENDING_UNKNOWN)
        json_object_set_null_member (object, "pending");
      else
        json_object_set_boolean_member (object, "pending", summary->pending == NB_CPU_PENDING_DIFFERS);
      add_verdict (object, host, machine);
    }
  json_node_take_object (node, object);
  return node;
}

/* libvirt lists them in whatever order. */
static int
compare_machines (gconstpointer a, gconstpointer b)
{
  NbMachine *first = *(NbMachine *const *) a;
  NbMachine *second = *(NbMachine *const *) b;
  int order = strcmp (nb_connection_get_uri (nb_machine_get_connection (first)),
                      nb_connection_get_uri (nb_machine_get_connection (second)));

  if (order == 0)
    order = g_utf8_collate (nb_machine_get_name (first), nb_machine_get_name (second));
  return order != 0 ? order : strcmp (nb_machine_get_uuid (first), nb_machine_get_uuid (second));
}

/**
 * nb_machines_report_add:
 * @report: the report
 * @host: this computer's verdict
 * @connections: a list of #NbConnection
 * @machines: their machines; what nobody read has fewer keys
 *
 * Adds the connections and the machines to @report, under stand-ins for their names if it wants them.
 */
void
nb_machines_report_add (NbReport *report, NbVerdict host, GListModel *connections, NbMachineList *machines)
{
  JsonArray *connection_array = json_array_new ();
  JsonArray *machine_array = json_array_new ();
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (connections, i);

      json_array_add_element (connection_array, describe_connection (report, connection));
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machines)); i++)
    g_ptr_array_add (sorted, g_list_model_get_item (G_LIST_MODEL (machines), i));
  g_ptr_array_sort (sorted, compare_machines);
  for (guint i = 0; i < sorted->len; i++)
    json_array_add_element (machine_array, describe_machine (report, host, g_ptr_array_index (sorted, i)));
  nb_report_set_machines (report, connection_array, machine_array);
}
