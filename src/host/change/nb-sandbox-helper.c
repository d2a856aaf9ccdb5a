/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Carries verbs out from inside a Flatpak sandbox: finds out whether and how the helper may be run as root on the computer
 * outside, then leaves the run to an NbPkexecHelper with that command. */

#include "config.h"

#include "nb-sandbox-helper.h"

#include "nb-pkexec-helper.h"
#include "nb-portal.h"

#include <glib/gi18n-lib.h>

struct _NbSandboxHelper
{
  GObject parent_instance;

  char *info_path;
  char **spawn;
  char *program;
  char *loader;

  guint n_runs;
  NbHelper *current; /* the run under way, once its command is known */
};

typedef struct
{
  NbVerb verb;
  char *module;
  NbHelper *helper;
  NbHelperResult *result;
} Run;

static void nb_sandbox_helper_iface_init (NbHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbSandboxHelper,
                               nb_sandbox_helper,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_HELPER, nb_sandbox_helper_iface_init))

enum
{
  PROP_RUNNING = 1,
  PROP_CAN_CANCEL,
};

static void
run_free (Run *run)
{
  g_free (run->module);
  g_clear_object (&run->helper);
  g_clear_pointer (&run->result, nb_helper_result_free);
  g_free (run);
}

static void
notify_state (NbSandboxHelper *self)
{
  g_object_notify (G_OBJECT (self), "running");
  g_object_notify (G_OBJECT (self), "can-cancel");
}

static void
step_cb (NbSandboxHelper *self, int step)
{
  g_signal_emit_by_name (self, "step", step);
}

static void
run_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (GTask) task = data;
  NbSandboxHelper *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean good = nb_helper_run_finish (run->helper, async_result, &run->result, &error);

  if (self->current == run->helper)
    self->current = NULL;
  self->n_runs--;
  notify_state (self);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbSandboxHelper *self = source;
  g_autoptr (GError) error = NULL;
  g_autoptr (NbPortal) portal = nb_portal_open (self->info_path, (const char *const *) self->spawn, &error);
  char **prefix = NULL;

  if (portal != NULL)
    prefix = nb_portal_find_helper (portal, self->program, self->loader, &error);
  if (prefix != NULL)
    g_task_return_pointer (task, prefix, (GDestroyNotify) g_strfreev);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
found_cb (GObject *object, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (GTask) task = data;
  NbSandboxHelper *self = NB_SANDBOX_HELPER (object);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  g_auto (GStrv) prefix = g_task_propagate_pointer (G_TASK (async_result), &error);

  if (prefix == NULL)
    {
      self->n_runs--;
      notify_state (self);
      g_task_return_error (task, error);
      return;
    }

  run->helper = nb_pkexec_helper_new_prefix ((const char *const *) prefix);
  self->current = run->helper;
  g_signal_connect_object (run->helper, "step", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (run->helper, "notify::can-cancel", G_CALLBACK (notify_state), self, G_CONNECT_SWAPPED);
  nb_helper_run_async (run->helper, run->verb, run->module, g_task_get_cancellable (task), run_cb, g_object_ref (task));
}

static void
nb_sandbox_helper_run_async (NbHelper *helper,
                             NbVerb verb,
                             const char *module,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  NbSandboxHelper *self = NB_SANDBOX_HELPER (helper);
  g_autoptr (GTask) find = NULL;
  GTask *task = g_task_new (self, cancellable, callback, data);
  Run *run = g_new0 (Run, 1);

  run->verb = verb;
  run->module = g_strdup (module);
  g_task_set_source_tag (task, nb_sandbox_helper_run_async);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  g_task_set_check_cancellable (task, FALSE);

  self->n_runs++;
  notify_state (self);
  find = g_task_new (self, cancellable, found_cb, task);
  g_task_set_source_tag (find, nb_sandbox_helper_run_async);
  g_task_run_in_thread (find, find_in_thread);
}

static gboolean
nb_sandbox_helper_run_finish (NbHelper *helper, GAsyncResult *async_result, NbHelperResult **result, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (async_result));

  g_return_val_if_fail (g_task_is_valid (async_result, helper), FALSE);

  /* Callers look into the result whatever happened. */
  if (run->result == NULL)
    run->result = nb_helper_result_new ();
  if (result != NULL)
    *result = g_steal_pointer (&run->result);

  return g_task_propagate_boolean (G_TASK (async_result), error);
}

/* What to type outside: there flatpak-spawn is not needed. */
static char **
nb_sandbox_helper_dup_command (NbHelper *helper, NbVerb verb, const char *module)
{
  NbSandboxHelper *self = NB_SANDBOX_HELPER (helper);
  g_autoptr (NbPortal) portal = nb_portal_open (self->info_path, (const char *const *) self->spawn, NULL);
  g_autoptr (NbHelper) outside = NULL;
  g_auto (GStrv) prefix = NULL;

  if (portal != NULL)
    prefix = nb_portal_dup_helper (portal, self->program, self->loader, NULL);
  outside = prefix != NULL ? nb_pkexec_helper_new_prefix ((const char *const *) prefix)
                           : nb_pkexec_helper_new (NULL, self->program);

  return nb_helper_dup_command (outside, verb, module);
}

static void
nb_sandbox_helper_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbSandboxHelper *self = NB_SANDBOX_HELPER (object);

  switch (id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->n_runs > 0);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value,
                           self->n_runs > 0 && (self->current == NULL || nb_helper_get_can_cancel (self->current)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_sandbox_helper_finalize (GObject *object)
{
  NbSandboxHelper *self = NB_SANDBOX_HELPER (object);

  /* Tasks hold a reference to us, so no run is left. */
  g_free (self->info_path);
  g_strfreev (self->spawn);
  g_free (self->program);
  g_free (self->loader);

  G_OBJECT_CLASS (nb_sandbox_helper_parent_class)->finalize (object);
}

static void
nb_sandbox_helper_iface_init (NbHelperInterface *iface)
{
  iface->dup_command = nb_sandbox_helper_dup_command;
  iface->run_async = nb_sandbox_helper_run_async;
  iface->run_finish = nb_sandbox_helper_run_finish;
}

static void
nb_sandbox_helper_class_init (NbSandboxHelperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nb_sandbox_helper_get_property;
  object_class->finalize = nb_sandbox_helper_finalize;

  g_object_class_override_property (object_class, PROP_RUNNING, "running");
  g_object_class_override_property (object_class, PROP_CAN_CANCEL, "can-cancel");
}

static void
nb_sandbox_helper_init (NbSandboxHelper *self)
{
}

/**
 * nb_sandbox_helper_new:
 * @info_path: (nullable): where the sandbox describes itself, NULL for where it does
 * @spawn: (nullable): what stands before a command for the computer outside, NULL for flatpak-spawn --host
 * @program: (nullable): nestbox-helper's path inside, NULL for where it is installed
 * @loader: (nullable): the dynamic loader's path inside, NULL for our own
 *
 * Returns: (transfer full): what carries verbs out on the computer outside the sandbox
 */
NbHelper *
nb_sandbox_helper_new (const char *info_path, const char *const *spawn, const char *program, const char *loader)
{
  NbSandboxHelper *self = g_object_new (NB_TYPE_SANDBOX_HELPER, NULL);

  self->info_path = g_strdup (info_path != NULL ? info_path : NB_PORTAL_INFO);
  self->spawn = g_strdupv ((char **) spawn);
  self->program = g_strdup (program != NULL ? program : NB_HELPER_PATH);
  self->loader = loader != NULL ? g_strdup (loader) : nb_portal_dup_loader ();

  return NB_HELPER (self);
}
