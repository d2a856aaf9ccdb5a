/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-host-controller.h"

#include <glib/gi18n-lib.h>

#include "nb-change-texts.h"
#include "nb-plain-commands.h"
#include "nb-progress.h"
#include "nb-sandbox-helper.h"
#include "nb-undo.h"

/**
 * NbHostController:
 *
 * The host and who changes it: runs one change at a time and keeps what a page shows of it, its steps, its error, and
 * what would take it back.
 */
struct _NbHostController
{
  GObject parent_instance;

  NbHost *host;
  NbHelper *helper;

  GListStore *steps;
  GCancellable *cancellable;
  GTask *task;   /* the change under way, or null */
  GError *error; /* why it was not made, or null */

  /* What is still to be run. */
  NbVerb queue[NB_UNDO_MAX];
  guint queue_length;
  const char *module; /* that the last change is about */
  gboolean undoing;
  gboolean waits_for_proof;

  /* How things were before the last change. */
  gboolean can_undo;
  NbUndo before;

  const char *error_title;
  char *error_message;
  char *error_detail;
  char **commands;
  char *warning;
};

G_DEFINE_FINAL_TYPE (NbHostController, nb_host_controller, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_HOST,
  PROP_HELPER,
  PROP_STEPS,
  PROP_RUNNING,
  PROP_CAN_CANCEL,
  PROP_CAN_CHANGE,
  PROP_CAN_UNDO,
  PROP_ERROR_TITLE,
  PROP_ERROR_MESSAGE,
  PROP_ERROR_DETAIL,
  PROP_COMMANDS,
  PROP_WARNING,
  N_PROPS
};

enum
{
  FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void run_next (NbHostController *self);

static void
notify_running (NbHostController *self)
{
  nb_host_set_held (self->host, self->task != NULL);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CHANGE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}

static void
set_error (NbHostController *self, const char *title, const char *message, const char *detail)
{
  self->error_title = title;
  g_free (self->error_message);
  self->error_message = g_strdup (message);
  g_free (self->error_detail);
  self->error_detail = g_strdup (detail);

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_TITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_MESSAGE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_DETAIL]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_commands (NbHostController *self, char **commands)
{
  g_strfreev (self->commands);
  self->commands = commands;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMMANDS]);
}

static void
set_warning (NbHostController *self, char *warning)
{
  g_free (self->warning);
  self->warning = warning;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WARNING]);
}

static void
step_cb (NbHostController *self, NbStep step)
{
  if (self->task != NULL)
    nb_progress_advance (self->steps, step);
}

static void
refresh_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (NbHostController) self = data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  nb_host_refresh_finish (self->host, async_result, NULL);

  self->can_undo = self->error == NULL && !self->undoing;
  if (self->error_message == NULL)
    set_commands (self, NULL);
  notify_running (self);

  if (self->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&self->error));
      return;
    }
  g_signal_emit (self, signals[FINISHED], 0,
                 nb_change_get_success (self->queue[0], self->undoing, nb_host_get_facts (self->host)));
  g_task_return_boolean (task, TRUE);
}

/* The page turns to the new state in one go: the run ends when the host has been read again, and tried where it is on. What
 * fails then takes nothing back. */
static void
finish (NbHostController *self)
{
  nb_host_set_held (self->host, FALSE);
  nb_host_refresh_async (self->host, NULL, refresh_cb, g_object_ref (self));
}

static void
run_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (NbHostController) self = data;
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const gboolean done = nb_helper_run_finish (self->helper, async_result, &result, &error);
  char *warnings = nb_change_dup_warnings (result);

  /* After a failure too: what could not be put back as it was is told by nothing else. */
  if (warnings != NULL)
    set_warning (self, warnings);
  if (done)
    {
      nb_host_set_load_error (self->host, 0);

      if (self->queue_length > 1)
        {
          self->queue[0] = self->queue[1];
          self->queue_length = 1;
          run_next (self);
          return;
        }
    }
  else if (!g_error_matches (error, NB_HELPER_ERROR, NB_HELPER_ERROR_DISMISSED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      set_error (self, nb_change_get_error_title (self->queue[0], self->undoing), error->message,
                 result != NULL ? result->detail : NULL);
      set_commands (self, nb_plain_commands_dup_instead (self->helper, self->queue[0], self->module, error));
      if (result != NULL && result->load_error != 0)
        nb_host_set_load_error (self->host, result->load_error);
    }

  self->error = g_steal_pointer (&error);
  finish (self);
}

static void
run_next (NbHostController *self)
{
  nb_progress_start (self->steps, self->queue[0], nb_host_has_prover (self->host));
  /* The computer outside a sandbox knows no action of ours: its question names this command, and no more. */
  if (NB_IS_SANDBOX_HELPER (self->helper))
    set_commands (self, nb_plain_commands_dup_own (self->helper, self->queue[0], self->module));
  nb_helper_run_async (self->helper, self->queue[0], self->module, self->cancellable, run_cb, g_object_ref (self));
}

/* What is tried has the module open: the change waits for its end. What is tried after it is its last step. */
static void
proving_cb (NbHostController *self)
{
  const gboolean proving = nb_host_get_proving (self->host);

  if (proving && self->task != NULL)
    nb_progress_advance (self->steps, NB_PROGRESS_STEP_PROOF);
  if (proving || !self->waits_for_proof)
    return;

  self->waits_for_proof = FALSE;
  run_next (self);
}

static void
start (NbHostController *self, GTask *task)
{
  self->task = task;
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->can_undo = FALSE;

  set_error (self, NULL, NULL, NULL);
  set_commands (self, NULL);
  set_warning (self, NULL);
  notify_running (self);
  self->waits_for_proof = nb_host_get_proving (self->host);
  if (!self->waits_for_proof)
    run_next (self);
}

static void
can_cancel_cb (NbHostController *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CANCEL]);
}

static void
facts_cb (NbHostController *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CHANGE]);
}

static void
nb_host_controller_constructed (GObject *object)
{
  NbHostController *self = NB_HOST_CONTROLLER (object);

  G_OBJECT_CLASS (nb_host_controller_parent_class)->constructed (object);

  g_signal_connect_object (self->host, "notify::facts", G_CALLBACK (facts_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->host, "notify::proving", G_CALLBACK (proving_cb), self, G_CONNECT_SWAPPED);
  if (self->helper != NULL)
    {
      g_signal_connect_object (self->helper, "step", G_CALLBACK (step_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->helper, "notify::can-cancel", G_CALLBACK (can_cancel_cb), self, G_CONNECT_SWAPPED);
    }
}

static void
nb_host_controller_dispose (GObject *object)
{
  NbHostController *self = NB_HOST_CONTROLLER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->steps);
  g_clear_object (&self->helper);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_host_controller_parent_class)->dispose (object);
}

static void
nb_host_controller_finalize (GObject *object)
{
  NbHostController *self = NB_HOST_CONTROLLER (object);

  g_clear_error (&self->error);
  g_free (self->error_message);
  g_free (self->error_detail);
  g_strfreev (self->commands);
  g_free (self->warning);

  G_OBJECT_CLASS (nb_host_controller_parent_class)->finalize (object);
}

static void
nb_host_controller_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbHostController *self = NB_HOST_CONTROLLER (object);

  switch (property_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_HELPER:
      g_value_set_object (value, self->helper);
      break;
    case PROP_STEPS:
      g_value_set_object (value, self->steps);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->task != NULL);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, nb_host_controller_get_can_cancel (self));
      break;
    case PROP_CAN_CHANGE:
      g_value_set_boolean (value, nb_host_controller_get_can_change (self));
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, nb_host_controller_get_can_undo (self));
      break;
    case PROP_ERROR_TITLE:
      g_value_set_string (value, self->error_title);
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, self->error_message);
      break;
    case PROP_ERROR_DETAIL:
      g_value_set_string (value, self->error_detail);
      break;
    case PROP_COMMANDS:
      g_value_set_boxed (value, self->commands);
      break;
    case PROP_WARNING:
      g_value_set_string (value, self->warning);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_host_controller_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbHostController *self = NB_HOST_CONTROLLER (object);

  switch (property_id)
    {
    case PROP_HOST:
      self->host = g_value_dup_object (value);
      break;
    case PROP_HELPER:
      self->helper = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_host_controller_class_init (NbHostControllerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = nb_host_controller_constructed;
  object_class->dispose = nb_host_controller_dispose;
  object_class->finalize = nb_host_controller_finalize;
  object_class->get_property = nb_host_controller_get_property;
  object_class->set_property = nb_host_controller_set_property;

  properties[PROP_HOST] = g_param_spec_object ("host", NULL, NULL, NB_TYPE_HOST,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HELPER] = g_param_spec_object ("helper", NULL, NULL, NB_TYPE_HELPER,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_STEPS] =
    g_param_spec_object ("steps", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_RUNNING] =
    g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_CANCEL] =
    g_param_spec_boolean ("can-cancel", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_CHANGE] =
    g_param_spec_boolean ("can-change", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_UNDO] =
    g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR_TITLE] =
    g_param_spec_string ("error-title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR_MESSAGE] =
    g_param_spec_string ("error-message", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR_DETAIL] =
    g_param_spec_string ("error-detail", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMMANDS] =
    g_param_spec_boxed ("commands", NULL, NULL, G_TYPE_STRV, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WARNING] =
    g_param_spec_string ("warning", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nb_host_controller_init (NbHostController *self)
{
  self->steps = g_list_store_new (NB_TYPE_PROGRESS_STEP);
}

/**
 * nb_host_controller_new:
 * @host: the computer
 * @helper: (nullable): who changes it; without one nothing can be changed
 *
 * Returns: (transfer full): a controller
 */
NbHostController *
nb_host_controller_new (NbHost *host, NbHelper *helper)
{
  g_return_val_if_fail (NB_IS_HOST (host), NULL);

  return g_object_new (NB_TYPE_HOST_CONTROLLER, "host", host, "helper", helper, NULL);
}

NbHost *
nb_host_controller_get_host (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), NULL);
  return self->host;
}

/**
 * nb_host_controller_get_helper:
 * @self: a controller
 *
 * Returns: (transfer none) (nullable): who changes it
 */
NbHelper *
nb_host_controller_get_helper (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), NULL);
  return self->helper;
}

gboolean
nb_host_controller_get_running (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), FALSE);
  return self->task != NULL;
}

gboolean
nb_host_controller_get_can_cancel (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), FALSE);
  return self->task != NULL && nb_helper_get_can_cancel (self->helper);
}

gboolean
nb_host_controller_get_can_change (NbHostController *self)
{
  NbHostFacts *facts;

  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), FALSE);

  facts = nb_host_get_facts (self->host);
  return self->helper != NULL && self->task == NULL && facts != NULL && facts->module != NULL;
}

gboolean
nb_host_controller_get_can_undo (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), FALSE);
  return self->can_undo && nb_host_controller_get_can_change (self);
}

gboolean
nb_host_controller_get_undo_reloads (NbHostController *self)
{
  g_return_val_if_fail (NB_IS_HOST_CONTROLLER (self), FALSE);
  return nb_host_controller_get_can_undo (self) && nb_undo_reloads (&self->before, nb_host_get_facts (self->host));
}

/**
 * nb_host_controller_run_async:
 * @self: a controller
 * @verb: a verb that changes the computer
 * @callback: (nullable): called when that has ended and the computer was read again
 * @data: for @callback
 *
 * Carries @verb out. Its end is told as well: by "finished", or by the error properties.
 */
void
nb_host_controller_run_async (NbHostController *self, NbVerb verb, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (NB_IS_HOST_CONTROLLER (self));
  g_return_if_fail (verb != NB_VERB_SHOW_HOLDERS);

  g_task_set_source_tag (task, nb_host_controller_run_async);
  if (!nb_host_controller_get_can_change (self))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                               _ ("Another change of this computer is under way. Try again in a moment."));
      return;
    }

  self->before = nb_undo_new (nb_host_get_facts (self->host), verb);
  self->module = self->before.is_msrs ? "kvm" : nb_host_get_facts (self->host)->module;
  self->undoing = FALSE;
  self->queue[0] = verb;
  self->queue_length = 1;
  start (self, g_steal_pointer (&task));
}

/**
 * nb_host_controller_undo_async:
 * @self: a controller
 * @callback: (nullable): called when that has ended and the computer was read again
 * @data: for @callback
 *
 * Takes the last change back: file and live value. KVM that was not loaded before stays loaded.
 */
void
nb_host_controller_undo_async (NbHostController *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (NB_IS_HOST_CONTROLLER (self));

  g_task_set_source_tag (task, nb_host_controller_undo_async);
  if (nb_host_controller_get_can_undo (self))
    {
      self->queue_length = nb_undo_plan (&self->before, nb_host_get_facts (self->host), self->queue);
      self->undoing = TRUE;
      if (self->queue_length > 0)
        {
          start (self, g_steal_pointer (&task));
          return;
        }
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("There is nothing to take back any more."));
}

/**
 * nb_host_controller_run_finish:
 * @self: a controller
 * @result: what the callback of a change or of its undo got
 * @error: %NB_HELPER_ERROR_DISMISSED or %G_IO_ERROR_CANCELLED where no password was given; %G_IO_ERROR_BUSY,
 *   %G_IO_ERROR_NOT_FOUND (there was nothing to undo) and others of %NB_HELPER_ERROR
 *
 * Returns: whether the change was made
 */
gboolean
nb_host_controller_run_finish (NbHostController *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Cancels the change under way, as long as that is safe. */
void
nb_host_controller_cancel (NbHostController *self)
{
  g_return_if_fail (NB_IS_HOST_CONTROLLER (self));

  if (nb_host_controller_get_can_cancel (self))
    g_cancellable_cancel (self->cancellable);
}

/* Forgets the last error, after a person has read it. */
void
nb_host_controller_clear_error (NbHostController *self)
{
  g_return_if_fail (NB_IS_HOST_CONTROLLER (self));

  if (self->error_message == NULL)
    return;
  set_error (self, NULL, NULL, NULL);
  set_commands (self, NULL);
}

/* Forgets what has been: the host has become another one. */
void
nb_host_controller_forget (NbHostController *self)
{
  g_return_if_fail (NB_IS_HOST_CONTROLLER (self));

  self->can_undo = FALSE;
  set_error (self, NULL, NULL, NULL);
  set_commands (self, NULL);
  set_warning (self, NULL);
  nb_host_set_load_error (self->host, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}
