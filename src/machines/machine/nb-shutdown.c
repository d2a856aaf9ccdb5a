/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-shutdown.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-enums.h"
#include "nb-machine-error.h"
#include "nb-machine-power.h"

/**
 * NbShutdown:
 *
 * Several may want the same machine off at the same time. They share one asking and one clock, and all are answered when it is
 * off; what comes then, a start or nothing, is what the last of them wanted.
 */
struct _NbShutdown
{
  GObject parent_instance;

  NbMachine *machine;
  GSList *tasks; /* GTask: all who wait for the end; their data are their flags */
  NbShutdownFlags flags;
  NbShutdownState state;
  guint seconds; /* how many the guest gets, or 0 for as many as its machine says */
  guint seconds_left;
  guint tick;
  guint round; /* an answer to a question of an earlier round is nobody's any more */
  char *error;
};

G_DEFINE_FINAL_TYPE (NbShutdown, nb_shutdown, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_SECONDS_LEFT,
  PROP_ERROR,
  N_PROPS
};

enum
{
  SIGNAL_LATE,
  SIGNAL_FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_state (NbShutdown *self, NbShutdownState state, guint seconds_left)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (state != NB_SHUTDOWN_COUNTING)
    g_clear_handle_id (&self->tick, g_source_remove);
  if (self->state != state)
    {
      g_debug ("%s: shutdown: %d -> %d", nb_machine_get_name (self->machine), self->state, state);
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (self->seconds_left != seconds_left)
    {
      self->seconds_left = seconds_left;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_error (NbShutdown *self, const char *text)
{
  if (g_strcmp0 (self->error, text) == 0)
    return;

  g_free (self->error);
  self->error = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/* What was cancelled, and a dismissed password dialog, are no failures to tell. */
static void
tell (NbShutdown *self, const GError *error)
{
  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  set_error (self, error->message);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

/* Answers those of whom all of @flags are true. An answered one may ask for something at once. */
static void
answer (NbShutdown *self, NbShutdownFlags flags, const GError *error)
{
  g_autoptr (GSList) tasks = g_steal_pointer (&self->tasks);
  g_autoptr (GSList) answered = NULL;

  for (GSList *link = tasks; link != NULL; link = link->next)
    if ((GPOINTER_TO_UINT (g_task_get_task_data (link->data)) & flags) == flags)
      answered = g_slist_append (answered, link->data);
    else
      self->tasks = g_slist_append (self->tasks, link->data);
  if (self->tasks == NULL)
    set_state (self, NB_SHUTDOWN_IDLE, 0);

  for (GSList *link = answered; link != NULL; link = link->next)
    {
      g_autoptr (GTask) task = link->data;

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
end (NbShutdown *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (NbShutdown) alive = g_object_ref (self);

  self->round++;
  tell (self, error);
  answer (self, NB_SHUTDOWN_STAYS_OFF, error);
}

typedef struct
{
  NbShutdown *self;
  guint round;
} Call;

static void
call (NbShutdown *self, NbPowerVerb verb, GAsyncReadyCallback callback)
{
  Call *data = g_new (Call, 1);

  data->self = g_object_ref (self);
  data->round = ++self->round;
  nb_machine_power_async (self->machine, verb, NULL, callback, data);
}

/* (transfer full): who called, or null where the answer comes too late. */
static NbShutdown *
end_call (gpointer data, GAsyncResult *result, GError **error)
{
  Call *ended = data;
  g_autoptr (NbShutdown) self = ended->self;
  const gboolean counts = ended->round == self->round;

  g_free (ended);
  nb_machine_power_finish (NB_MACHINE (g_task_get_source_object (G_TASK (result))), result, error);

  return counts ? g_steal_pointer (&self) : NULL;
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbShutdown) self = end_call (data, result, &error);

  if (self != NULL)
    end (self, error);
}

/* A machine whose connection was lost, or removed, is neither off nor on: nobody knows. */
static void
end_unknown (NbShutdown *self)
{
  const char *said = nb_connection_get_message (nb_machine_get_connection (self->machine));
  g_autoptr (GError) error = g_error_new_literal (
    NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION,
    said != NULL ? said : _ ("The connection was closed. A guest that was asked to shut down may still do so."));

  end (self, error);
}

static void
machine_cb (NbShutdown *self)
{
  if (self->state == NB_SHUTDOWN_IDLE || nb_machine_is_active (self->machine))
    return;

  if (nb_machine_get_state (self->machine) == NB_MACHINE_STATE_UNKNOWN)
    end_unknown (self);
  else if (self->state == NB_SHUTDOWN_STARTING)
    return;
  else if (self->flags & NB_SHUTDOWN_STARTS_AGAIN)
    {
      set_state (self, NB_SHUTDOWN_STARTING, 0);
      call (self, NB_POWER_START, started_cb);
    }
  else
    end (self, NULL);
}

static guint
get_patience (NbShutdown *self)
{
  return self->seconds > 0 ? self->seconds : nb_machine_get_patience (self->machine);
}

static void
be_late (NbShutdown *self)
{
  gboolean asked = FALSE;

  set_state (self, NB_SHUTDOWN_LATE, 0);
  if (self->flags & NB_SHUTDOWN_TELLS_LATE)
    g_signal_emit (self, signals[SIGNAL_LATE], 0, &asked);
}

/* Once a second, and only while somebody waits. */
static gboolean
tick_cb (gpointer data)
{
  NbShutdown *self = data;

  if (self->seconds_left > 1)
    {
      set_state (self, NB_SHUTDOWN_COUNTING, self->seconds_left - 1);
      return G_SOURCE_CONTINUE;
    }

  self->tick = 0;
  be_late (self);

  return G_SOURCE_REMOVE;
}

static void
count (NbShutdown *self)
{
  g_clear_handle_id (&self->tick, g_source_remove);
  set_state (self, NB_SHUTDOWN_COUNTING, get_patience (self));
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
}

/* The guest has its time from here on: before, a password may have been asked for. */
static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbShutdown) self = end_call (data, result, &error);

  if (self == NULL)
    return;

  if (error != NULL && nb_machine_is_active (self->machine))
    {
      end (self, error);
      return;
    }
  count (self);
  machine_cb (self);
}

/* Those who asked the guest go on waiting for it. */
static void
forced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbShutdown) self = end_call (data, result, &error);

  if (self == NULL)
    return;

  if (error == NULL || !nb_machine_is_active (self->machine))
    {
      machine_cb (self);
      return;
    }
  tell (self, error);
  set_state (self, NB_SHUTDOWN_LATE, 0);
  answer (self, NB_SHUTDOWN_FORCES, error);
}

static void
nb_shutdown_dispose (GObject *object)
{
  NbShutdown *self = NB_SHUTDOWN (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  self->round++;
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (nb_shutdown_parent_class)->dispose (object);
}

static void
nb_shutdown_finalize (GObject *object)
{
  NbShutdown *self = NB_SHUTDOWN (object);

  g_slist_free_full (self->tasks, g_object_unref);
  g_free (self->error);

  G_OBJECT_CLASS (nb_shutdown_parent_class)->finalize (object);
}

static void
nb_shutdown_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbShutdown *self = NB_SHUTDOWN (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, self->seconds_left);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_shutdown_class_init (NbShutdownClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = nb_shutdown_dispose;
  object_class->finalize = nb_shutdown_finalize;
  object_class->get_property = nb_shutdown_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_SHUTDOWN_STATE, NB_SHUTDOWN_IDLE, flags);
  properties[PROP_SECONDS_LEFT] = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_LATE] = g_signal_new ("late", NB_TYPE_SHUTDOWN, G_SIGNAL_RUN_LAST, 0,
                                       g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 0);
  signals[SIGNAL_FAILED] =
    g_signal_new ("failed", NB_TYPE_SHUTDOWN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
nb_shutdown_init (NbShutdown *self)
{
}

/**
 * nb_shutdown_new:
 * @machine: a machine
 *
 * For its editor alone, so that there is one.
 *
 * Returns: (transfer full): its shutting down
 */
NbShutdown *
nb_shutdown_new (NbMachine *machine)
{
  NbShutdown *self = g_object_new (NB_TYPE_SHUTDOWN, NULL);

  self->machine = g_object_ref (machine);
  g_signal_connect_object (machine, "notify::state", G_CALLBACK (machine_cb), self, G_CONNECT_SWAPPED);

  return self;
}

NbShutdownState
nb_shutdown_get_state (NbShutdown *self)
{
  g_return_val_if_fail (NB_IS_SHUTDOWN (self), NB_SHUTDOWN_IDLE);
  return self->state;
}

gboolean
nb_shutdown_get_starts_again (NbShutdown *self)
{
  g_return_val_if_fail (NB_IS_SHUTDOWN (self), FALSE);
  return self->state != NB_SHUTDOWN_IDLE && (self->flags & NB_SHUTDOWN_STARTS_AGAIN) != 0;
}

guint
nb_shutdown_get_seconds_left (NbShutdown *self)
{
  g_return_val_if_fail (NB_IS_SHUTDOWN (self), 0);
  return self->seconds_left;
}

const char *
nb_shutdown_get_error (NbShutdown *self)
{
  g_return_val_if_fail (NB_IS_SHUTDOWN (self), NULL);
  return self->error;
}

/**
 * nb_shutdown_is_waiting:
 * @self: a shutting down
 *
 * Returns: whether it waits for the guest, so that it can be cancelled
 */
gboolean
nb_shutdown_is_waiting (NbShutdown *self)
{
  g_return_val_if_fail (NB_IS_SHUTDOWN (self), FALSE);
  return self->state == NB_SHUTDOWN_ASKED || self->state == NB_SHUTDOWN_COUNTING || self->state == NB_SHUTDOWN_LATE;
}

/* Why it can't begin, or null. */
static GError *
dup_obstacle (NbShutdown *self, NbShutdownFlags flags)
{
  const char *name = nb_machine_get_name (self->machine);

  if ((flags & NB_SHUTDOWN_STARTS_AGAIN) && !nb_machine_is_persistent (self->machine))
    return g_error_new (NB_MACHINE_ERROR, NB_MACHINE_ERROR_TRANSIENT,
                        _ ("“%s” would be gone after shutting down: libvirt keeps no configuration of it."), name);
  if (self->state == NB_SHUTDOWN_STARTING)
    return g_error_new (NB_MACHINE_ERROR, NB_MACHINE_ERROR_STATE, _ ("“%s” is being started again just now."), name);

  return NULL;
}

/**
 * nb_shutdown_run_async:
 * @self: the shutting down of a machine that runs
 * @flags: how, and what comes then: of several who want it the last decides
 * @seconds: how many the guest has until it is late; 0 for as many as its machine says
 * @callback: called when it is off, or runs again
 * @data: for @callback
 *
 * Asks the guest to shut down and waits for that as long as it takes, or pulls the plug. Where it is under way already the
 * guest is asked once more only when it is late.
 */
void
nb_shutdown_run_async (
  NbShutdown *self, NbShutdownFlags flags, guint seconds, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, NULL, callback, data);
  GError *obstacle;

  g_return_if_fail (NB_IS_SHUTDOWN (self));

  g_task_set_source_tag (task, nb_shutdown_run_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (flags), NULL);
  obstacle = dup_obstacle (self, flags);
  if (obstacle != NULL)
    {
      g_task_return_error (task, obstacle);
      g_object_unref (task);
      return;
    }

  set_error (self, NULL);
  self->tasks = g_slist_append (self->tasks, task);
  self->flags = flags;
  self->seconds = seconds;
  if (!nb_machine_is_active (self->machine))
    {
      set_state (self, NB_SHUTDOWN_ASKED, 0);
      machine_cb (self);
    }
  else if (flags & NB_SHUTDOWN_FORCES)
    {
      set_state (self, NB_SHUTDOWN_FORCED, 0);
      call (self, NB_POWER_DESTROY, forced_cb);
    }
  else if (self->state == NB_SHUTDOWN_IDLE || self->state == NB_SHUTDOWN_LATE)
    {
      set_state (self, NB_SHUTDOWN_ASKED, get_patience (self));
      call (self, NB_POWER_SHUT_DOWN, asked_cb);
    }
  else if (self->state == NB_SHUTDOWN_COUNTING)
    count (self);
}

/**
 * nb_shutdown_run_finish:
 * @self: the shutting down
 * @result: what the callback got
 * @error: %G_IO_ERROR_CANCELLED where somebody stopped the waiting or closed the password dialog;
 *   %NB_MACHINE_ERROR_CONNECTION where the connection was lost or removed, so that nobody knows; others
 *
 * Returns: whether it is off, or runs again where the last who wanted it off wanted that
 */
gboolean
nb_shutdown_run_finish (NbShutdown *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nb_shutdown_wait_more:
 * @self: a shutting down that is late
 * @seconds: for how long, from now; 0 for as long as the machine says
 *
 * Has it be late later.
 */
void
nb_shutdown_wait_more (NbShutdown *self, guint seconds)
{
  g_return_if_fail (NB_IS_SHUTDOWN (self));

  self->seconds = seconds;
  if (self->state == NB_SHUTDOWN_COUNTING || self->state == NB_SHUTDOWN_LATE)
    count (self);
}

/**
 * nb_shutdown_cancel:
 * @self: the shutting down
 *
 * Stops the waiting, whoever waits. The guest may shut down all the same; it is not started again then.
 */
void
nb_shutdown_cancel (NbShutdown *self)
{
  g_autoptr (GError) error = g_error_new_literal (
    G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled. A guest that was asked to shut down may still do so."));

  g_return_if_fail (NB_IS_SHUTDOWN (self));

  if (nb_shutdown_is_waiting (self))
    end (self, error);
}
