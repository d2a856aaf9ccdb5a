/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-versions.h"

#include "nb-virt.h"

typedef struct
{
  char *folder; /* null but in the demo: the XDG state folder */
  char *uri;
  char *uuid;
  char *xml;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->folder);
  g_free (request->uri);
  g_free (request->uuid);
  g_free (request->xml);
  g_free (request);
}

static void
run (GTask *task, const char *xml, GTaskThreadFunc func)
{
  NbMachine *machine = g_task_get_source_object (task);
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (machine));
  Request *request = g_new0 (Request, 1);

  request->folder = stand_in != NULL ? g_strdup (nb_stand_in_get_versions (stand_in)) : NULL;
  request->uri = g_strdup (nb_connection_get_uri (nb_machine_get_connection (machine)));
  request->uuid = g_strdup (nb_machine_get_uuid (machine));
  request->xml = g_strdup (xml);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, func);
}

static void
add_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  g_autoptr (NbCpuHistory) history = nb_cpu_history_new (request->folder);
  GError *error = NULL;
  gboolean added;

  nb_virt_enter ();
  added = nb_cpu_history_add (history, request->uri, request->uuid, request->xml, g_get_real_time () / G_USEC_PER_SEC,
                              &error);
  nb_virt_leave ();
  if (added)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_versions_add_async:
 * @machine: a machine
 * @xml: the domain XML that was replaced; its `<cpu>` and `<vcpu>` are kept, nothing else
 * @callback: called with the answer
 * @data: for @callback
 *
 * Keeps an earlier version under the XDG state folder.
 */
void
nb_machine_versions_add_async (NbMachine *machine, const char *xml, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (machine, NULL, callback, data);

  g_return_if_fail (NB_IS_MACHINE (machine));
  g_task_set_source_tag (task, nb_machine_versions_add_async);
  run (task, xml, add_thread);
}

/**
 * nb_machine_versions_add_finish:
 * @machine: a machine
 * @result: what the callback got
 * @error: why it can't be written
 *
 * Returns: whether it is kept
 */
gboolean
nb_machine_versions_add_finish (NbMachine *machine, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, machine), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Request *request = data;
  g_autoptr (NbCpuHistory) history = nb_cpu_history_new (request->folder);
  GError *error = NULL;
  GPtrArray *versions;

  nb_virt_enter ();
  versions = nb_cpu_history_list (history, request->uri, request->uuid, &error);
  nb_virt_leave ();
  if (versions != NULL)
    g_task_return_pointer (task, versions, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_versions_list_async:
 * @machine: a machine
 * @cancellable: (nullable): drops the answer
 * @callback: called with the answer
 * @data: for @callback
 *
 * Reads the processors that this machine had before.
 */
void
nb_machine_versions_list_async (NbMachine *machine,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  g_autoptr (GTask) task = g_task_new (machine, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (machine));
  g_task_set_source_tag (task, nb_machine_versions_list_async);
  run (task, NULL, list_thread);
}

/**
 * nb_machine_versions_list_finish:
 * @machine: a machine
 * @result: what the callback got
 * @error: why they can't be read
 *
 * Returns: (transfer full) (nullable) (element-type NbCpuVersion): newest first
 */
GPtrArray *
nb_machine_versions_list_finish (NbMachine *machine, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, machine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
