/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A computer, live: its facts and the verdict on them, read in a worker thread whenever something changed. */

#include "config.h"

#include "nb-host.h"

#include "nb-facts-enums.h"
#include "nb-host-proof.h"
#include "nb-host-watch.h"
#include "nb-root.h"

struct _NbHost
{
  GObject parent_instance;

  char *root;
  NbHostFacts *facts;
  NbVerdict verdict;
  int load_error;
  gboolean held;
  gboolean unsettled; /* a helper was at work, and nothing was read since */

  NbHostWatch *watch;
  NbHostProof *proof;
  GCancellable *cancellable;
  gboolean reading;
  gboolean stale;      /* what is being read was overtaken by a change: read again, drop that answer */
  GPtrArray *waiting;  /* GTasks that want a reading that begins after they were made */
  GPtrArray *answered; /* GTasks that the reading under way answers */
};

G_DEFINE_FINAL_TYPE (NbHost, nb_host, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ROOT,
  PROP_FACTS,
  PROP_VERDICT,
  PROP_HELD,
  PROP_PROVING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  READ,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  char *root;
  int load_error;
} Order;

static void start_reading (NbHost *self);

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->root);
  g_free (order);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;

  g_task_return_pointer (task, nb_host_facts_read (order->root, order->load_error),
                         (GDestroyNotify) nb_host_facts_unref);
}

static void
take_facts (NbHost *self, NbHostFacts *facts)
{
  NbVerdict verdict = nb_verdict_decide (facts);
  gboolean news = self->facts == NULL || !nb_host_facts_equal (self->facts, facts);
  gboolean turned = self->facts == NULL || self->verdict != verdict;

  g_clear_pointer (&self->facts, nb_host_facts_unref);
  self->facts = nb_host_facts_ref (facts);
  self->verdict = verdict;

  g_object_freeze_notify (G_OBJECT (self));
  if (news)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
  if (turned)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERDICT]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[READ], 0);
}

static void
answer_all (GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    {
      GTask *task = g_ptr_array_index (tasks, i);

      if (!g_task_return_error_if_cancelled (task))
        g_task_return_boolean (task, TRUE);
    }
}

/* Whoever waits goes on waiting for the answer that counts. */
static void
wait_on (NbHost *self)
{
  g_ptr_array_extend_and_steal (self->waiting, g_steal_pointer (&self->answered));
  self->answered = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbHost) self = data;
  g_autoptr (NbHostFacts) facts = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GPtrArray) answered = NULL;

  self->reading = FALSE;
  if (facts == NULL)
    return; /* disposed meanwhile */

  if (self->stale || self->held)
    {
      wait_on (self);
      start_reading (self);
      return;
    }

  nb_host_proof_take (self->proof, facts);
  if (self->unsettled && nb_host_proof_is_due (self->proof))
    {
      /* After a change nothing is called on that was not shown: what is read after the try counts. */
      wait_on (self);
      nb_host_proof_start (self->proof);
      return;
    }

  self->unsettled = FALSE;
  answered = g_steal_pointer (&self->answered);
  self->answered = g_ptr_array_new_with_free_func (g_object_unref);
  take_facts (self, facts);
  if (nb_host_proof_is_due (self->proof))
    nb_host_proof_start (self->proof);
  answer_all (answered);
}

static void
start_reading (NbHost *self)
{
  g_autoptr (GTask) task = NULL;
  Order *order;

  self->stale = TRUE;
  /* A try counts as a use of KVM while it lasts. */
  if (self->reading || self->held || nb_host_proof_is_running (self->proof))
    return;

  order = g_new0 (Order, 1);
  order->root = g_strdup (self->root);
  order->load_error = self->load_error;
  self->stale = FALSE;
  self->reading = TRUE;
  g_ptr_array_extend_and_steal (self->answered, g_steal_pointer (&self->waiting));
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);

  /* The worker may drop the task after us, and a computer must not die in its thread: the callback owns the reference. */
  task = g_task_new (NULL, self->cancellable, on_read, g_object_ref (self));
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, read_in_thread);
}

static void
proving_cb (NbHost *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROVING]);
}

static void
nb_host_constructed (GObject *object)
{
  NbHost *self = NB_HOST (object);

  G_OBJECT_CLASS (nb_host_parent_class)->constructed (object);

  if (self->root == NULL)
    self->root = g_strdup ("/");
  self->watch = nb_host_watch_new (self->root);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (nb_host_refresh), self, G_CONNECT_SWAPPED);
  self->proof = nb_host_proof_new ();
  g_signal_connect_object (self->proof, "started", G_CALLBACK (proving_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->proof, "ended", G_CALLBACK (proving_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->proof, "ended", G_CALLBACK (nb_host_refresh), self, G_CONNECT_SWAPPED);
  start_reading (self);
}

static void
nb_host_dispose (GObject *object)
{
  NbHost *self = NB_HOST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->watch);
  if (self->proof != NULL)
    g_object_run_dispose (G_OBJECT (self->proof));

  G_OBJECT_CLASS (nb_host_parent_class)->dispose (object);
}

static void
nb_host_finalize (GObject *object)
{
  NbHost *self = NB_HOST (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->proof);
  g_clear_pointer (&self->facts, nb_host_facts_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->answered, g_ptr_array_unref);
  g_clear_pointer (&self->root, g_free);

  G_OBJECT_CLASS (nb_host_parent_class)->finalize (object);
}

static void
nb_host_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbHost *self = NB_HOST (object);

  switch (id)
    {
    case PROP_ROOT:
      g_value_set_string (value, self->root);
      break;
    case PROP_FACTS:
      g_value_set_boxed (value, self->facts);
      break;
    case PROP_VERDICT:
      g_value_set_enum (value, self->verdict);
      break;
    case PROP_HELD:
      g_value_set_boolean (value, self->held);
      break;
    case PROP_PROVING:
      g_value_set_boolean (value, nb_host_get_proving (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_host_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  NbHost *self = NB_HOST (object);

  switch (id)
    {
    case PROP_ROOT:
      self->root = g_value_dup_string (value);
      break;
    case PROP_HELD:
      nb_host_set_held (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_host_class_init (NbHostClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = nb_host_constructed;
  object_class->dispose = nb_host_dispose;
  object_class->finalize = nb_host_finalize;
  object_class->get_property = nb_host_get_property;
  object_class->set_property = nb_host_set_property;

  properties[PROP_ROOT] =
    g_param_spec_string ("root", NULL, NULL, NULL, flags | G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_FACTS] = g_param_spec_boxed ("facts", NULL, NULL, NB_TYPE_HOST_FACTS, flags);
  properties[PROP_VERDICT] = g_param_spec_enum ("verdict", NULL, NULL, NB_TYPE_VERDICT, NB_VERDICT_UNKNOWN, flags);
  properties[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_PROVING] = g_param_spec_boolean ("proving", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[READ] = g_signal_new ("read", NB_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_host_init (NbHost *self)
{
  self->verdict = NB_VERDICT_UNKNOWN;
  self->cancellable = g_cancellable_new ();
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->answered = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * nb_host_new:
 * @root: "/" for this computer, or a folder that holds another one's files
 *
 * Begins to read at once; until then facts are %NULL and the verdict is unknown. Main thread.
 *
 * Returns: (transfer full): a computer
 */
NbHost *
nb_host_new (const char *root)
{
  g_return_val_if_fail (root != NULL, NULL);

  return g_object_new (NB_TYPE_HOST, "root", root, NULL);
}

/**
 * nb_host_get_root:
 * @self: a computer
 *
 * Returns: (transfer none): where its files are
 */
const char *
nb_host_get_root (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), NULL);

  return self->root;
}

/**
 * nb_host_is_real:
 * @self: a computer
 *
 * Returns: whether it is the one that we run on
 */
gboolean
nb_host_is_real (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), FALSE);

  return nb_root_is_real (self->root);
}

/**
 * nb_host_get_facts:
 * @self: a computer
 *
 * Returns: (transfer none) (nullable): what is known of it, NULL before the first reading
 */
NbHostFacts *
nb_host_get_facts (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), NULL);

  return self->facts;
}

/**
 * nb_host_get_verdict:
 * @self: a computer
 *
 * Returns: the verdict on its facts; unknown before the first reading
 */
NbVerdict
nb_host_get_verdict (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), NB_VERDICT_UNKNOWN);

  return self->verdict;
}

/**
 * nb_host_set_held:
 * @self: a computer
 * @held: whether a helper is at work
 *
 * While held nothing is read, for reading opens /dev/kvm, which keeps the module busy, and a state between two would be
 * shown. Afterwards everything is read anew, and tried anew. A try that runs already is not cancelled: a helper waits
 * until nb_host_get_proving() is %FALSE.
 */
void
nb_host_set_held (NbHost *self, gboolean held)
{
  g_return_if_fail (NB_IS_HOST (self));

  held = !!held;
  if (self->held == held)
    return;

  self->held = held;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
  nb_host_proof_forget (self->proof);
  self->unsettled = TRUE;
  if (!held)
    start_reading (self);
}

/**
 * nb_host_set_load_error:
 * @self: a computer
 * @load_error: errno of the last try to load KVM's module, or 0
 *
 * ENODEV and EOPNOTSUPP mean that the firmware has virtualization turned off.
 */
void
nb_host_set_load_error (NbHost *self, int load_error)
{
  g_return_if_fail (NB_IS_HOST (self));

  if (self->load_error == load_error)
    return;

  self->load_error = load_error;
  start_reading (self);
}

/**
 * nb_host_refresh:
 * @self: a computer
 *
 * Reads everything anew, now or as soon as it is no longer held.
 */
void
nb_host_refresh (NbHost *self)
{
  g_return_if_fail (NB_IS_HOST (self));

  start_reading (self);
}

/**
 * nb_host_refresh_async:
 * @self: a computer
 * @cancellable: (nullable): a cancellable
 * @callback: called on the main thread when facts are there that were read after this call
 * @data: for @callback
 *
 * While the computer is held, the answer comes after that.
 */
void
nb_host_refresh_async (NbHost *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail (NB_IS_HOST (self));

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, nb_host_refresh_async);
  g_ptr_array_add (self->waiting, task);
  start_reading (self);
}

/**
 * nb_host_refresh_finish:
 * @self: a computer
 * @result: what the callback got
 * @error: for %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the facts are fresh
 */
gboolean
nb_host_refresh_finish (NbHost *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * nb_host_set_prover:
 * @self: a computer
 * @prover: (nullable): who tries whether a virtual machine runs inside a virtual machine here
 *
 * From now on that is tried whenever nested virtualization is on and was not tried since KVM changed.
 */
void
nb_host_set_prover (NbHost *self, NbProver *prover)
{
  g_return_if_fail (NB_IS_HOST (self));

  nb_host_proof_set_prover (self->proof, prover);
  start_reading (self);
}

/**
 * nb_host_has_prover:
 * @self: a computer
 *
 * Returns: whether what KVM can will be tried
 */
gboolean
nb_host_has_prover (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), FALSE);

  return nb_host_proof_has_prover (self->proof);
}

/**
 * nb_host_get_proving:
 * @self: a computer
 *
 * Returns: whether a virtual machine inside a virtual machine is tried now
 */
gboolean
nb_host_get_proving (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), FALSE);

  return nb_host_proof_is_running (self->proof);
}

/**
 * nb_host_get_can_prove:
 * @self: a computer
 *
 * Returns: whether nb_host_prove() would try something
 */
gboolean
nb_host_get_can_prove (NbHost *self)
{
  g_return_val_if_fail (NB_IS_HOST (self), FALSE);

  return nb_host_proof_is_possible (self->proof) && !nb_host_proof_is_running (self->proof) && !self->held;
}

/**
 * nb_host_prove:
 * @self: a computer
 *
 * Tries once more whether a virtual machine runs inside a virtual machine; the answer is among the next facts.
 */
void
nb_host_prove (NbHost *self)
{
  g_return_if_fail (NB_IS_HOST (self));

  if (nb_host_get_can_prove (self))
    nb_host_proof_start (self->proof);
}
