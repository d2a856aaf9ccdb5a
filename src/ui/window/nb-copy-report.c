/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Copy Report: what nestbox --report prints, of the connections and machines that the window has. */

#include "config.h"

#include "nb-copy-report.h"

#include <glib/gi18n-lib.h>

#include "nb-machines-report.h"

typedef struct
{
  GWeakRef window;
  NbMachineList *machines;
  char *root;
  NbHostFacts *facts;
  gboolean demo;
  NbReport *report;
} Order;

static void
order_free (Order *order)
{
  g_weak_ref_clear (&order->window);
  g_object_unref (order->machines);
  g_free (order->root);
  nb_host_facts_unref (order->facts);
  g_clear_pointer (&order->report, nb_report_free);
  g_free (order);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Order, order_free)

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Order) order = data;
  g_autoptr (NbWindow) window = g_weak_ref_get (&order->window);
  g_autoptr (GListModel) connections = NULL;
  g_autofree char *text = NULL;

  /* Late or not: what is not known says so. */
  nb_machines_report_wait_finish (order->machines, result);
  if (window == NULL)
    return;

  g_object_get (order->machines, "connections", &connections, NULL);
  nb_machines_report_add (order->report, nb_verdict_decide (order->facts), connections, order->machines);
  text = nb_report_to_text (order->report);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), text);
  nb_window_tell (window, _ ("Report copied"));
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Order *order = data;

  order->report = g_task_propagate_pointer (G_TASK (result), NULL);
  nb_machines_report_wait_async (order->machines, NB_MACHINES_REPORT_SECONDS, waited_cb, order);
}

static void
make_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;

  g_task_return_pointer (task, nb_report_new (order->root, order->facts, order->demo, FALSE),
                         (GDestroyNotify) nb_report_free);
}

/**
 * nb_copy_report:
 * @window: whose clipboard gets it, and who says so
 * @host: this computer; before its first reading nothing happens
 * @machines: the machines
 * @demo: whether the computer is a pretended one
 *
 * Makes the report in a worker thread, waits for the machines, and copies it as text without names.
 */
void
nb_copy_report (NbWindow *window, NbHost *host, NbMachineList *machines, gboolean demo)
{
  g_autoptr (GTask) task = NULL;
  Order *order;

  if (nb_host_get_facts (host) == NULL)
    return;

  order = g_new0 (Order, 1);
  g_weak_ref_init (&order->window, window);
  order->machines = g_object_ref (machines);
  order->root = g_strdup (nb_host_get_root (host));
  order->facts = nb_host_facts_ref (nb_host_get_facts (host));
  order->demo = demo;

  task = g_task_new (NULL, NULL, made_cb, order);
  g_task_set_source_tag (task, nb_copy_report);
  g_task_set_task_data (task, order, NULL);
  g_task_run_in_thread (task, make_in_thread);
}
