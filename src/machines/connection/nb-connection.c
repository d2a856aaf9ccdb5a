/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection.h"

#include <glib/gi18n-lib.h>

#include "nb-connection-enums.h"
#include "nb-connection-opener-virt.h"
#include "nb-connection-private.h"
#include "nb-connection-uri.h"
#include "nb-machine-error.h"
#include "nb-folder-watch.h"
#include "nb-virt.h"
#include "nb-connection-virt.h"

/* How long an opening may take before it is said that nobody answers. It goes on even then. */
#define ANSWER_SECONDS 10
/* A daemon binds its socket a moment before it listens, and one that is restarted is away for a moment: a few more tries
 * after the socket's appearing or the connection's loss, then none. */
#define FIRST_RETRY_MS 100
#define MAX_RETRIES    5
/* A remote computer that has said nothing for so long is asked whether it is still there. */
#define KEEPALIVE_SECONDS 10

struct _NbConnection
{
  GObject parent_instance;

  char *uri;
  NbStandIn *stand_in;
  gboolean local;
  guint keepalive;
  gboolean has_kvm;
  NbConnectionHost host;

  NbConnectionState state;
  NbConnectionProblem problem;
  char *detail;

  GMutex mutex; /* guards handle, which workers take too */
  NbHandle *handle;
  guint generation; /* of the handle, or of the opening under way; news of others are dropped */
  guint last_generation;
  gboolean was_open;

  GQueue upgrades;     /* GTasks that one attempt at becoming writable answers */
  GThreadPool *worker; /* one thread: jobs run in the order in which they came */
  GPtrArray *watches;
  guint answer_source;
  guint retry_source;
  guint retries;
};

enum
{
  PROP_URI = 1,
  PROP_STAND_IN,
  PROP_STATE,
  PROP_PROBLEM,
  PROP_MESSAGE,
  PROP_HINT,
  PROP_DETAIL,
  PROP_LOCAL,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_DOMAIN_EVENT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (NbConnection, nb_connection, G_TYPE_OBJECT)

typedef struct
{
  GTask *task;
  GTaskThreadFunc func;
} Job;

static void schedule_retry (NbConnection *self);

static gboolean
drop_task (gpointer task)
{
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;

  nb_virt_enter ();
  if (!g_task_return_error_if_cancelled (job->task))
    job->func (job->task, g_task_get_source_object (job->task), g_task_get_task_data (job->task),
               g_task_get_cancellable (job->task));
  nb_virt_leave ();
  /* It may be the last one to hold its source, and no object of ours may die in this thread. */
  g_idle_add_full (G_PRIORITY_DEFAULT, drop_task, job->task, NULL);
  g_free (job);
}

static void
set_state (NbConnection *self, NbConnectionState state, NbConnectionProblem problem, const char *detail)
{
  const NbConnectionState old_state = self->state;
  const NbConnectionProblem old_problem = self->problem;
  const gboolean other_detail = g_strcmp0 (self->detail, detail) != 0;

  self->state = state;
  self->problem = problem;
  if (other_detail)
    {
      g_free (self->detail);
      self->detail = g_strdup (detail);
    }
  if (state == NB_CONNECTION_OPEN || state == NB_CONNECTION_READ_ONLY)
    self->was_open = TRUE;
  if (state != NB_CONNECTION_OPENING)
    g_clear_handle_id (&self->answer_source, g_source_remove);

  g_object_freeze_notify (G_OBJECT (self));
  if (old_state != state)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (old_problem != problem)
    {
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MESSAGE]);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HINT]);
    }
  if (other_detail)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAIL]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
drop_handle (NbConnection *self)
{
  NbHandle *handle;

  g_mutex_lock (&self->mutex);
  handle = g_steal_pointer (&self->handle);
  self->generation = ++self->last_generation;
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&handle, nb_handle_free_in_thread);
}

static void
on_domain_event (GObject *owner, guint generation, const char *uuid, int event, int detail)
{
  NbConnection *self = NB_CONNECTION (owner);

  if (generation == self->generation)
    g_signal_emit (self, signals[SIGNAL_DOMAIN_EVENT], 0, uuid, event, detail);
}

static void
on_closed (GObject *owner, guint generation)
{
  NbConnection *self = NB_CONNECTION (owner);

  if (generation != self->generation)
    return;
  drop_handle (self);
  set_state (self, NB_CONNECTION_FAILED, self->local ? NB_CONNECTION_PROBLEM_GONE : NB_CONNECTION_PROBLEM_LOST, NULL);
  /* A service manager that holds the socket starts the daemon again at once; otherwise the socket's watch helps. Another
   * computer whose libvirt is frozen takes the connection, and answers when it is no longer. */
  self->retries = 0;
  schedule_retry (self);
}

GQueue *
nb_connection_get_upgrades (NbConnection *self)
{
  return &self->upgrades;
}

/* Both kinds of opening end here. */
void
nb_connection_take (NbConnection *self, NbOpening *opening)
{
  NbHandle *old;

  g_mutex_lock (&self->mutex);
  old = self->handle;
  self->handle = g_steal_pointer (&opening->handle);
  self->generation = opening->generation;
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&old, nb_handle_free_in_thread);
  self->host = opening->host;
  self->retries = 0;
  set_state (self, opening->writable ? NB_CONNECTION_OPEN : NB_CONNECTION_READ_ONLY, NB_CONNECTION_PROBLEM_NONE, NULL);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  NbConnection *self = NB_CONNECTION (source);
  g_autoptr (NbOpening) opening = nb_connection_opening_finish (result);
  gboolean retries;

  if (opening->generation != self->generation)
    return;
  if (opening->handle != NULL)
    {
      nb_connection_take (self, opening);
      return;
    }
  retries = self->retries > 0 &&
            (opening->problem == NB_CONNECTION_PROBLEM_NOT_RUNNING ||
             opening->problem == NB_CONNECTION_PROBLEM_NO_DAEMON || opening->problem == NB_CONNECTION_PROBLEM_NO_HOST);
  /* It was reached before: nothing is wrong with its name. */
  if (retries && opening->problem == NB_CONNECTION_PROBLEM_NO_HOST)
    opening->problem = NB_CONNECTION_PROBLEM_LOST;
  set_state (self, opening->problem == NB_CONNECTION_PROBLEM_NONE ? NB_CONNECTION_CLOSED : NB_CONNECTION_FAILED,
             opening->problem, opening->detail);
  if (retries)
    schedule_retry (self);
}

static gboolean
on_no_answer (gpointer data)
{
  NbConnection *self = data;

  self->answer_source = 0;
  set_state (self, NB_CONNECTION_OPENING, self->local ? NB_CONNECTION_PROBLEM_NO_ANSWER : NB_CONNECTION_PROBLEM_SILENT,
             NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_retry (gpointer data)
{
  NbConnection *self = data;

  self->retry_source = 0;
  if (self->state == NB_CONNECTION_FAILED || self->state == NB_CONNECTION_CLOSED)
    nb_connection_open (self);
  return G_SOURCE_REMOVE;
}

/* 100 ms, then twice as long each time, five times: a bounded answer to one event, no polling. */
static void
schedule_retry (NbConnection *self)
{
  if (self->retry_source != 0 || self->retries >= MAX_RETRIES)
    return;
  self->retry_source = g_timeout_add (FIRST_RETRY_MS << self->retries, on_retry, self);
  self->retries++;
}

static void
on_socket_changed (NbConnection *self)
{
  if (self->state != NB_CONNECTION_FAILED && self->state != NB_CONNECTION_CLOSED)
    return;
  self->retries = 0;
  schedule_retry (self);
}

static void
on_network_changed (NbConnection *self, gboolean available)
{
  if (!self->local && available && self->was_open && self->state == NB_CONNECTION_FAILED)
    nb_connection_open (self);
}

static void
watch_sockets (NbConnection *self)
{
  g_auto (GStrv) sockets = nb_connection_uri_dup_sockets (self->uri);

  if (self->watches->len > 0)
    return;
  for (guint i = 0; sockets != NULL && sockets[i] != NULL; i++)
    {
      NbFolderWatch *watch = nb_folder_watch_new_for_file (sockets[i]);

      g_signal_connect_object (watch, "changed", G_CALLBACK (on_socket_changed), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->watches, watch);
    }
}

static void
nb_connection_constructed (GObject *object)
{
  NbConnection *self = NB_CONNECTION (object);

  nb_connection_host_read (&self->host, NULL);
  self->local = nb_connection_uri_is_local (self->uri);
  self->keepalive = self->local ? 0 : KEEPALIVE_SECONDS;
  self->has_kvm = self->stand_in != NULL || nb_connection_uri_is_qemu (self->uri);
  if (!self->local)
    g_signal_connect_object (g_network_monitor_get_default (), "network-changed", G_CALLBACK (on_network_changed), self,
                             G_CONNECT_SWAPPED);
  G_OBJECT_CLASS (nb_connection_parent_class)->constructed (object);
}

static void
nb_connection_dispose (GObject *object)
{
  NbConnection *self = NB_CONNECTION (object);

  g_clear_handle_id (&self->answer_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_ptr_array_set_size (self->watches, 0);
  drop_handle (self);
  g_clear_object (&self->stand_in);
  G_OBJECT_CLASS (nb_connection_parent_class)->dispose (object);
}

static void
nb_connection_finalize (GObject *object)
{
  NbConnection *self = NB_CONNECTION (object);

  /* Every job holds its source, which holds this connection: the queue is empty. */
  g_thread_pool_free (self->worker, FALSE, FALSE);
  g_ptr_array_unref (self->watches);
  g_mutex_clear (&self->mutex);
  g_free (self->detail);
  g_free (self->uri);
  G_OBJECT_CLASS (nb_connection_parent_class)->finalize (object);
}

static void
nb_connection_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbConnection *self = NB_CONNECTION (object);

  switch (id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_STAND_IN:
      g_value_set_object (value, self->stand_in);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_PROBLEM:
      g_value_set_enum (value, (int) self->problem);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, nb_connection_get_message (self));
      break;
    case PROP_HINT:
      g_value_set_string (value, nb_connection_get_hint (self));
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_LOCAL:
      g_value_set_boolean (value, self->local);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_connection_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  NbConnection *self = NB_CONNECTION (object);

  switch (id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case PROP_STAND_IN:
      self->stand_in = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_connection_class_init (NbConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = nb_connection_constructed;
  object_class->dispose = nb_connection_dispose;
  object_class->finalize = nb_connection_finalize;
  object_class->get_property = nb_connection_get_property;
  object_class->set_property = nb_connection_set_property;

  props[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, fixed);
  props[PROP_STAND_IN] = g_param_spec_object ("stand-in", NULL, NULL, NB_TYPE_STAND_IN, fixed);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_CONNECTION_STATE, NB_CONNECTION_CLOSED, readable);
  props[PROP_PROBLEM] =
    g_param_spec_enum ("problem", NULL, NULL, NB_TYPE_CONNECTION_PROBLEM, NB_CONNECTION_PROBLEM_NONE, readable);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, readable);
  props[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, readable);
  props[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, readable);
  props[PROP_LOCAL] = g_param_spec_boolean ("local", NULL, NULL, FALSE, readable);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * NbConnection::domain-event:
   * @uuid: the domain's UUID as a string
   * @event: a virDomainEventType
   * @detail: what belongs to it
   *
   * A domain came, went or changed its state. In the main thread.
   */
  signals[SIGNAL_DOMAIN_EVENT] = g_signal_new ("domain-event", NB_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_INT, G_TYPE_INT);
}

static void
nb_connection_init (NbConnection *self)
{
  g_mutex_init (&self->mutex);
  self->worker = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  self->watches = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * nb_connection_new:
 * @uri: a libvirt connection URI
 * @stand_in: (nullable): who answers in libvirt's place, or NULL
 *
 * Returns: (transfer full): a closed connection
 */
NbConnection *
nb_connection_new (const char *uri, NbStandIn *stand_in)
{
  g_return_val_if_fail (uri != NULL, NULL);
  return g_object_new (NB_TYPE_CONNECTION, "uri", uri, "stand-in", stand_in, NULL);
}

const char *
nb_connection_get_uri (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return self->uri;
}

NbStandIn *
nb_connection_get_stand_in (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return self->stand_in;
}

NbConnectionState
nb_connection_get_state (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NB_CONNECTION_CLOSED);
  return self->state;
}

NbConnectionProblem
nb_connection_get_problem (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NB_CONNECTION_PROBLEM_NONE);
  return self->problem;
}

/**
 * nb_connection_get_message:
 * @self: a connection
 *
 * Returns: (nullable) (transfer none): why it is not open, as one translated sentence
 */
const char *
nb_connection_get_message (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return nb_connection_problem_get_sentence (self->problem);
}

/**
 * nb_connection_get_hint:
 * @self: a connection
 *
 * Returns: (nullable) (transfer none): the one thing to do about it, as one translated sentence
 */
const char *
nb_connection_get_hint (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return nb_connection_problem_get_hint (self->problem);
}

/**
 * nb_connection_get_detail:
 * @self: a connection
 *
 * Returns: (nullable) (transfer none): what libvirt said about it
 */
const char *
nb_connection_get_detail (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return self->detail;
}

/**
 * nb_connection_dup_command:
 * @self: a connection
 *
 * Returns: (nullable) (transfer full): a command to copy that does what the hint says
 */
char *
nb_connection_dup_command (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return nb_connection_problem_dup_command (self->problem, self->uri);
}

/**
 * nb_connection_get_host:
 * @self: a connection
 *
 * Returns: (transfer none): what it said of the other computer when it was opened last; nothing of this one
 */
const NbConnectionHost *
nb_connection_get_host (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  return &self->host;
}

/**
 * nb_connection_is_local:
 * @self: a connection
 *
 * Returns: whether its machines run on this computer, so that this computer's verdict is theirs
 */
gboolean
nb_connection_is_local (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), FALSE);
  return self->local;
}

/**
 * nb_connection_has_kvm:
 * @self: a connection
 *
 * Returns: whether its machines may run with KVM: QEMU's, and the demo's pretend to
 */
gboolean
nb_connection_has_kvm (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), FALSE);
  return self->has_kvm;
}

/**
 * nb_connection_is_usable:
 * @self: a connection
 *
 * Returns: whether it is open, for reading at least
 */
gboolean
nb_connection_is_usable (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), FALSE);
  return self->state == NB_CONNECTION_OPEN || self->state == NB_CONNECTION_READ_ONLY;
}

/**
 * nb_connection_dup_title:
 * @self: a connection
 *
 * Returns: (transfer full): how to call it in a list
 */
char *
nb_connection_dup_title (NbConnection *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION (self), NULL);
  if (self->stand_in != NULL)
    return g_strdup (_ ("Demo"));
  if (strcmp (self->uri, "qemu:///system") == 0)
    return g_strdup (_ ("This computer"));
  if (strcmp (self->uri, "qemu:///session") == 0)
    return g_strdup (_ ("Your session"));
  if (self->local || nb_connection_uri_is_session (self->uri))
    return g_strdup (self->uri);
  return nb_connection_uri_dup_computer (self->uri);
}

static void
begin (NbConnection *self)
{
  watch_sockets (self);
  drop_handle (self);
  if (nb_connection_opener_is_idle (self->uri))
    {
      set_state (self, NB_CONNECTION_CLOSED, NB_CONNECTION_PROBLEM_NONE, NULL);
      return;
    }

  set_state (self, NB_CONNECTION_OPENING, NB_CONNECTION_PROBLEM_NONE, NULL);
  g_clear_handle_id (&self->answer_source, g_source_remove);
  self->answer_source = g_timeout_add_seconds (ANSWER_SECONDS, on_no_answer, self);
  nb_connection_start_opening (self, NB_OPEN_SILENTLY, self->generation, on_opened, NULL);
}

/**
 * nb_connection_open:
 * @self: a connection
 *
 * Begins to open it, for writing where nobody has to be asked. Does nothing while it is open or opening. A session
 * that has neither a daemon nor machines stays closed, and opens by itself when its socket appears.
 */
void
nb_connection_open (NbConnection *self)
{
  g_return_if_fail (NB_IS_CONNECTION (self));
  if (self->state != NB_CONNECTION_OPENING && !nb_connection_is_usable (self))
    begin (self);
}

/**
 * nb_connection_reconnect:
 * @self: a connection
 *
 * Opens it anew, whatever it is: what is open or being opened is given up. Its machines stay who they are.
 */
void
nb_connection_reconnect (NbConnection *self)
{
  g_return_if_fail (NB_IS_CONNECTION (self));
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->retries = 0;
  begin (self);
}

/**
 * nb_connection_close:
 * @self: a connection
 *
 * Closes it, or gives up opening it. It does not come back by itself.
 */
void
nb_connection_close (NbConnection *self)
{
  g_return_if_fail (NB_IS_CONNECTION (self));
  g_ptr_array_set_size (self->watches, 0);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->was_open = FALSE;
  drop_handle (self);
  set_state (self, NB_CONNECTION_CLOSED, NB_CONNECTION_PROBLEM_NONE, NULL);
}

guint
nb_connection_reserve_generation (NbConnection *self)
{
  return ++self->last_generation;
}

void
nb_connection_start_opening (
  NbConnection *self, NbOpenMode mode, guint generation, GAsyncReadyCallback callback, gpointer data)
{
  nb_connection_opening_start (G_OBJECT (self), self->uri, self->keepalive, mode, generation, on_domain_event,
                               on_closed, callback, data);
}

/**
 * nb_connection_run:
 * @self: a connection
 * @task: (transfer none): what to do; its source object keeps @self alive
 * @func: does it, in this connection's only worker thread, after the jobs that came before
 */
void
nb_connection_run (NbConnection *self, GTask *task, GTaskThreadFunc func)
{
  Job *job = g_new0 (Job, 1);

  job->task = g_object_ref (task);
  job->func = func;
  g_thread_pool_push (self->worker, job, NULL);
}

/**
 * nb_connection_dup_handle:
 * @self: a connection
 * @error: %NB_MACHINE_ERROR_CONNECTION when it is not open
 *
 * Any thread; let the result go in a worker thread.
 *
 * Returns: (transfer full) (nullable): libvirt's connection of the moment
 */
GVirConnection *
nb_connection_dup_handle (NbConnection *self, GError **error)
{
  GVirConnection *connection = NULL;

  g_mutex_lock (&self->mutex);
  if (self->handle != NULL)
    connection = nb_handle_dup_connection (self->handle);
  g_mutex_unlock (&self->mutex);
  if (connection == NULL)
    g_set_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION, _ ("%s is not connected."), self->uri);
  return connection;
}

/**
 * nb_connection_get_generation:
 * @self: a connection
 *
 * Returns: a number that differs for every handle: what was read through an older one is stale
 */
guint
nb_connection_get_generation (NbConnection *self)
{
  return self->generation;
}

/**
 * nb_connection_say_changed:
 * @self: a connection
 * @uuid: which domain
 *
 * Has a domain looked at again after a change for which libvirt has no event.
 */
void
nb_connection_say_changed (NbConnection *self, const char *uuid)
{
  g_signal_emit (self, signals[SIGNAL_DOMAIN_EVENT], 0, uuid, -1, 0);
}

/**
 * nb_connection_set_keepalive:
 * @self: a connection to another computer, not open yet
 * @seconds: how long that may be silent before it is asked whether it is still there
 *
 * For tests, which have no time.
 */
void
nb_connection_set_keepalive (NbConnection *self, guint seconds)
{
  g_return_if_fail (NB_IS_CONNECTION (self) && !self->local);
  self->keepalive = seconds;
}
