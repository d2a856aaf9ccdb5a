/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-job.h"

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} Waiting;

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer data)
{
  NbConnection *connection = NB_CONNECTION (source);
  Waiting *waiting = data;
  GError *error = NULL;

  if (nb_connection_upgrade_finish (connection, result, &error))
    nb_connection_run (connection, waiting->task, waiting->func);
  else
    g_task_return_error (waiting->task, error);
  g_object_unref (waiting->task);
  g_free (waiting);
}

/**
 * nb_machine_run_writable:
 * @self: a machine
 * @task: (transfer none): a task whose source is @self
 * @func: does it, in the worker thread of the machine's connection
 *
 * Runs a job that changes something: a read-only connection becomes writable first, and polkit may ask.
 */
void
nb_machine_run_writable (NbMachine *self, GTask *task, GTaskThreadFunc func)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->task = g_object_ref (task);
  waiting->func = func;
  nb_connection_upgrade_async (nb_machine_get_connection (self), g_task_get_cancellable (task), on_upgraded, waiting);
}
