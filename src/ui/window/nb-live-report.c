/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What nestbox --report prints, of the connections and machines that the window has. */

#include "config.h"

#include "nb-live-report.h"

#include "nb-machines-report.h"

typedef struct
{
  NbMachineList *machines;
  char *root;
  NbHostFacts *facts;
  gboolean demo;
  NbReport *report;
} Order;

static void
order_free (Order *order)
{
  g_object_unref (order->machines);
  g_free (order->root);
  nb_host_facts_unref (order->facts);
  g_clear_pointer (&order->report, nb_report_free);
  g_free (order);
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Order *order = g_task_get_task_data (task);
  g_autoptr (GListModel) connections = NULL;

  /* Late or not: what is not known says so. */
  nb_machines_report_wait_finish (order->machines, result);
  if (g_task_return_error_if_cancelled (task))
    return;

  g_object_get (order->machines, "connections", &connections, NULL);
  nb_machines_report_add (order->report, nb_verdict_decide (order->facts), connections, order->machines);
  g_task_return_pointer (task, nb_report_to_text (order->report), g_free);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Order *order = g_task_get_task_data (data);

  order->report = g_task_propagate_pointer (G_TASK (result), NULL);
  nb_machines_report_wait_async (order->machines, NB_MACHINES_REPORT_SECONDS, waited_cb, data);
}

static void
make_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;

  g_task_return_pointer (task, nb_report_new (order->root, order->facts, order->demo, FALSE),
                         (GDestroyNotify) nb_report_free);
}

/**
 * nb_live_report_async:
 * @host: this computer; it has been read
 * @machines: the machines
 * @demo: whether the computer is a pretended one
 *
 * Makes the report in a worker thread and waits for the machines, some seconds at most. Being cancelled is the only failure.
 */
void
nb_live_report_async (NbHost *host,
                      NbMachineList *machines,
                      gboolean demo,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) maker = NULL;
  GTask *task;
  Order *order;

  g_return_if_fail (nb_host_get_facts (host) != NULL);

  order = g_new0 (Order, 1);
  order->machines = g_object_ref (machines);
  order->root = g_strdup (nb_host_get_root (host));
  order->facts = nb_host_facts_ref (nb_host_get_facts (host));
  order->demo = demo;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, nb_live_report_async);
  g_task_set_task_data (task, order, (GDestroyNotify) order_free);

  maker = g_task_new (NULL, NULL, made_cb, task);
  g_task_set_source_tag (maker, nb_live_report_async);
  g_task_set_task_data (maker, order, NULL);
  g_task_run_in_thread (maker, make_in_thread);
}

/**
 * nb_live_report_finish:
 *
 * Returns: (transfer full): the report as text without names
 */
char *
nb_live_report_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
