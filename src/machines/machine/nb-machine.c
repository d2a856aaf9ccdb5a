/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-enums.h"
#include "nb-machine-error.h"
#include "nb-cpu-enums.h"
#include "nb-virt.h"
#include "nb-connection-virt.h"
#include "nb-machine-config-virt.h"
#include "nb-machine-virt.h"

struct _NbMachine
{
  GObject parent_instance;

  NbConnection *connection;
  char uuid[VIR_UUID_STRING_BUFLEN];
  char *name;
  int id;
  NbMachineState state;
  gboolean persistent;
  gboolean managed_save;
  GObject *editor; /* weak: it says when it goes */
  NbGuestAnswer answer;

  NbMachineSummary *summary;
  gboolean wanted;  /* somebody looks at the summary */
  gboolean reading; /* it is being read */
  guint edition;    /* grows when what was read before is stale */
};

enum
{
  PROP_CONNECTION = 1,
  PROP_UUID,
  PROP_NAME,
  PROP_ID,
  PROP_STATE,
  PROP_ACTIVE,
  PROP_PERSISTENT,
  PROP_MANAGED_SAVE,
  PROP_EDITOR,
  PROP_ANSWER,
  PROP_SUMMARIZED,
  PROP_TYPE,
  PROP_ARCH,
  PROP_VCPUS,
  PROP_MODE,
  PROP_NESTING,
  PROP_OFFERED,
  PROP_CONFIGURED,
  PROP_LIVE,
  PROP_PENDING,
  PROP_REFUSAL,
  PROP_OVERRIDE,
  PROP_SEAL,
  PROP_OS_ID,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (NbMachine, nb_machine, G_TYPE_OBJECT)

static void read_summary (NbMachine *self);

static void
set_boolean (NbMachine *self, gboolean *member, gboolean value, guint prop)
{
  if (*member == value)
    return;
  *member = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_state (NbMachine *self, NbMachineState state)
{
  const gboolean was_active = nb_machine_state_is_active (self->state);

  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  if (was_active != nb_machine_state_is_active (state))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
  /* What was said counts as long as that guest runs. */
  nb_machine_set_answer (self, self->answer);
}

static void
set_summary (NbMachine *self, NbMachineSummary *summary)
{
  g_autoptr (NbMachineSummary) old = g_steal_pointer (&self->summary);
  GObject *object = G_OBJECT (self);

  self->summary = summary;
  g_object_freeze_notify (object);
  if (old == NULL)
    g_object_notify_by_pspec (object, props[PROP_SUMMARIZED]);
  if (old == NULL || g_strcmp0 (old->type, summary->type) != 0)
    g_object_notify_by_pspec (object, props[PROP_TYPE]);
  if (old == NULL || g_strcmp0 (old->arch, summary->arch) != 0)
    g_object_notify_by_pspec (object, props[PROP_ARCH]);
  if (old == NULL || old->vcpus != summary->vcpus)
    g_object_notify_by_pspec (object, props[PROP_VCPUS]);
  if (old == NULL || old->mode != summary->mode)
    g_object_notify_by_pspec (object, props[PROP_MODE]);
  if (old == NULL || old->nesting != summary->nesting)
    g_object_notify_by_pspec (object, props[PROP_NESTING]);
  if (old == NULL || old->offered != summary->offered)
    g_object_notify_by_pspec (object, props[PROP_OFFERED]);
  if (old == NULL || old->configured != summary->configured)
    g_object_notify_by_pspec (object, props[PROP_CONFIGURED]);
  if (old == NULL || old->live != summary->live)
    g_object_notify_by_pspec (object, props[PROP_LIVE]);
  if (old == NULL || old->pending != summary->pending)
    g_object_notify_by_pspec (object, props[PROP_PENDING]);
  if (old == NULL || g_strcmp0 (old->refusal, summary->refusal) != 0)
    g_object_notify_by_pspec (object, props[PROP_REFUSAL]);
  if (old == NULL || g_strcmp0 (old->override, summary->override) != 0)
    g_object_notify_by_pspec (object, props[PROP_OVERRIDE]);
  if (old == NULL || g_strcmp0 (old->seal, summary->seal) != 0)
    g_object_notify_by_pspec (object, props[PROP_SEAL]);
  if (old == NULL || g_strcmp0 (old->os_id, summary->os_id) != 0)
    g_object_notify_by_pspec (object, props[PROP_OS_ID]);
  g_object_thaw_notify (object);
}

static void
summary_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbMachine *self = source;
  GError *error = NULL;
  NbMachineSummary *summary = NULL;
  NbStandIn *stand_in = nb_connection_get_stand_in (self->connection);
  g_autoptr (NbMachineConfig) config = NULL;
  nb_auto_gvir_domain domain = nb_machine_look_up (self, &error);

  if (domain != NULL)
    config = nb_machine_config_read (domain, stand_in, NB_READ_ALL, &error);
  if (config != NULL)
    summary = nb_machine_summary_new (config, &error);
  if (summary != NULL)
    g_task_return_pointer (task, summary, (GDestroyNotify) nb_machine_summary_free);
  else
    g_task_return_error (task, error);
}

static void
on_summary (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachine *self = NB_MACHINE (source);
  NbMachineSummary *summary = g_task_propagate_pointer (G_TASK (result), NULL);

  /* An error has its place where the machine is opened; a row just goes without. */
  self->reading = FALSE;
  if (self->edition != GPOINTER_TO_UINT (data))
    {
      g_clear_pointer (&summary, nb_machine_summary_free);
      read_summary (self);
    }
  else if (summary != NULL)
    set_summary (self, summary);
}

static void
read_summary (NbMachine *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->wanted || self->reading || !nb_connection_is_usable (self->connection))
    return;
  self->reading = TRUE;
  task = g_task_new (self, NULL, on_summary, GUINT_TO_POINTER (self->edition));
  g_task_set_source_tag (task, read_summary);
  g_task_set_priority (task, G_PRIORITY_DEFAULT_IDLE);
  nb_connection_run (self->connection, task, summary_thread);
}

static void
nb_machine_dispose (GObject *object)
{
  NbMachine *self = NB_MACHINE (object);

  g_clear_object (&self->connection);
  G_OBJECT_CLASS (nb_machine_parent_class)->dispose (object);
}

static void
nb_machine_finalize (GObject *object)
{
  NbMachine *self = NB_MACHINE (object);

  g_clear_pointer (&self->summary, nb_machine_summary_free);
  g_free (self->name);
  G_OBJECT_CLASS (nb_machine_parent_class)->finalize (object);
}

static void
nb_machine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbMachine *self = NB_MACHINE (object);
  const NbMachineSummary *summary = self->summary;

  switch (id)
    {
    case PROP_CONNECTION:
      g_value_set_object (value, self->connection);
      break;
    case PROP_UUID:
      g_value_set_string (value, self->uuid);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ID:
      g_value_set_int (value, self->id);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, nb_machine_is_active (self));
      break;
    case PROP_PERSISTENT:
      g_value_set_boolean (value, self->persistent);
      break;
    case PROP_MANAGED_SAVE:
      g_value_set_boolean (value, self->managed_save);
      break;
    case PROP_EDITOR:
      g_value_set_object (value, self->editor);
      break;
    case PROP_ANSWER:
      g_value_set_int (value, self->answer);
      break;
    case PROP_SUMMARIZED:
      g_value_set_boolean (value, summary != NULL);
      break;
    case PROP_TYPE:
      g_value_set_string (value, summary != NULL ? summary->type : NULL);
      break;
    case PROP_ARCH:
      g_value_set_string (value, summary != NULL ? summary->arch : NULL);
      break;
    case PROP_VCPUS:
      g_value_set_uint (value, summary != NULL ? summary->vcpus : 0);
      break;
    case PROP_MODE:
      g_value_set_enum (value, (int) (summary != NULL ? summary->mode : NB_CPU_MODE_DEFAULT));
      break;
    case PROP_NESTING:
      g_value_set_enum (value, (int) (summary != NULL ? summary->nesting : NB_CPU_NESTING_DEFAULT));
      break;
    case PROP_OFFERED:
      g_value_set_int (value, (int) (summary != NULL ? summary->offered : NB_TRISTATE_UNKNOWN));
      break;
    case PROP_CONFIGURED:
      g_value_set_int (value, (int) (summary != NULL ? summary->configured : NB_TRISTATE_UNKNOWN));
      break;
    case PROP_LIVE:
      g_value_set_int (value, (int) (summary != NULL ? summary->live : NB_TRISTATE_UNKNOWN));
      break;
    case PROP_PENDING:
      g_value_set_enum (value, (int) (summary != NULL ? summary->pending : NB_CPU_PENDING_UNKNOWN));
      break;
    case PROP_REFUSAL:
      g_value_set_string (value, summary != NULL ? summary->refusal : NULL);
      break;
    case PROP_OVERRIDE:
      g_value_set_string (value, summary != NULL ? summary->override : NULL);
      break;
    case PROP_SEAL:
      g_value_set_string (value, summary != NULL ? summary->seal : NULL);
      break;
    case PROP_OS_ID:
      g_value_set_string (value, summary != NULL ? summary->os_id : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_machine_class_init (NbMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = nb_machine_dispose;
  object_class->finalize = nb_machine_finalize;
  object_class->get_property = nb_machine_get_property;

  props[PROP_CONNECTION] = g_param_spec_object ("connection", NULL, NULL, NB_TYPE_CONNECTION, flags);
  props[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_ID] = g_param_spec_int ("id", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_MACHINE_STATE, NB_MACHINE_STATE_UNKNOWN, flags);
  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  props[PROP_PERSISTENT] = g_param_spec_boolean ("persistent", NULL, NULL, FALSE, flags);
  props[PROP_MANAGED_SAVE] = g_param_spec_boolean ("managed-save", NULL, NULL, FALSE, flags);
  props[PROP_EDITOR] = g_param_spec_object ("editor", NULL, NULL, G_TYPE_OBJECT, flags);
  props[PROP_ANSWER] =
    g_param_spec_int ("answer", NULL, NULL, NB_GUEST_ANSWER_NONE, NB_GUEST_ANSWER_REFUSED, NB_GUEST_ANSWER_NONE, flags);
  props[PROP_SUMMARIZED] = g_param_spec_boolean ("summarized", NULL, NULL, FALSE, flags);
  props[PROP_TYPE] = g_param_spec_string ("type", NULL, NULL, NULL, flags);
  props[PROP_ARCH] = g_param_spec_string ("arch", NULL, NULL, NULL, flags);
  props[PROP_VCPUS] = g_param_spec_uint ("vcpus", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, NB_TYPE_CPU_MODE, NB_CPU_MODE_DEFAULT, flags);
  props[PROP_NESTING] = g_param_spec_enum ("nesting", NULL, NULL, NB_TYPE_CPU_NESTING, NB_CPU_NESTING_DEFAULT, flags);
  /* NbTristate. */
  props[PROP_OFFERED] = g_param_spec_int ("offered", NULL, NULL, -1, 1, -1, flags);
  props[PROP_CONFIGURED] = g_param_spec_int ("configured", NULL, NULL, -1, 1, -1, flags);
  props[PROP_LIVE] = g_param_spec_int ("live", NULL, NULL, -1, 1, -1, flags);
  props[PROP_PENDING] = g_param_spec_enum ("pending", NULL, NULL, NB_TYPE_CPU_PENDING, NB_CPU_PENDING_UNKNOWN, flags);
  props[PROP_REFUSAL] = g_param_spec_string ("refusal", NULL, NULL, NULL, flags);
  props[PROP_OVERRIDE] = g_param_spec_string ("override", NULL, NULL, NULL, flags);
  props[PROP_SEAL] = g_param_spec_string ("seal", NULL, NULL, NULL, flags);
  props[PROP_OS_ID] = g_param_spec_string ("os-id", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /**
   * NbMachine::changed:
   *
   * Its configuration or its run may be another than before: what was loaded from it is stale.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", NB_TYPE_MACHINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_machine_init (NbMachine *self)
{
  self->id = -1;
}

/**
 * nb_machine_new:
 * @connection: where it lives
 * @facts: what is known of it
 *
 * Returns: (transfer full): the machine
 */
NbMachine *
nb_machine_new (NbConnection *connection, const NbMachineFacts *facts)
{
  NbMachine *self = g_object_new (NB_TYPE_MACHINE, NULL);

  self->connection = g_object_ref (connection);
  memcpy (self->uuid, facts->uuid, sizeof self->uuid);
  nb_machine_take_facts (self, facts);
  return self;
}

/**
 * nb_machine_take_facts:
 * @self: a machine
 * @facts: what is known of it now
 *
 * Notifies of what differs, after all of it is in place.
 */
void
nb_machine_take_facts (NbMachine *self, const NbMachineFacts *facts)
{
  GObject *object = G_OBJECT (self);

  g_object_freeze_notify (object);
  if (g_strcmp0 (self->name, facts->name) != 0)
    {
      g_free (self->name);
      self->name = g_strdup (facts->name);
      g_object_notify_by_pspec (object, props[PROP_NAME]);
    }
  if (self->id != facts->id)
    {
      self->id = facts->id;
      g_object_notify_by_pspec (object, props[PROP_ID]);
      /* Each run has a number of its own. */
      nb_machine_set_answer (self, NB_GUEST_ANSWER_NONE);
    }
  set_state (self, facts->state);
  set_boolean (self, &self->persistent, facts->persistent, PROP_PERSISTENT);
  set_boolean (self, &self->managed_save, facts->managed_save, PROP_MANAGED_SAVE);
  g_object_thaw_notify (object);
}

/* Its connection was lost: nobody knows its state. It stays, for the connection may come back. */
void
nb_machine_lose (NbMachine *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_state (self, NB_MACHINE_STATE_UNKNOWN);
  g_object_thaw_notify (G_OBJECT (self));
}

/* libvirt knows it no more, so it does not run: whoever waits for a transient one to shut down hears of it. */
void
nb_machine_end (NbMachine *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  set_state (self, NB_MACHINE_STATE_SHUT_OFF);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What was read from its XML is stale: it is read again if somebody looks, and #NbMachine::changed is emitted. */
void
nb_machine_invalidate (NbMachine *self)
{
  self->edition++;
  read_summary (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

NbConnection *
nb_machine_get_connection (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NULL);
  return self->connection;
}

const char *
nb_machine_get_uuid (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NULL);
  return self->uuid;
}

const char *
nb_machine_get_name (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NULL);
  return self->name;
}

int
nb_machine_get_id (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), -1);
  return self->id;
}

NbMachineState
nb_machine_get_state (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NB_MACHINE_STATE_UNKNOWN);
  return self->state;
}

gboolean
nb_machine_is_active (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), FALSE);
  return nb_machine_state_is_active (self->state);
}

gboolean
nb_machine_is_persistent (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), FALSE);
  return self->persistent;
}

gboolean
nb_machine_has_managed_save (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), FALSE);
  return self->managed_save;
}

/**
 * nb_machine_get_editor:
 * @self: a machine
 *
 * Returns: (nullable) (transfer none): the #NbMachineEditor of who has it opened, or does something with it
 */
gpointer
nb_machine_get_editor (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NULL);
  return self->editor;
}

/**
 * nb_machine_set_editor:
 * @self: a machine
 * @editor: (nullable) (type NbMachineEditor): what comes, or %NULL when it goes
 *
 * For the editor alone.
 */
void
nb_machine_set_editor (NbMachine *self, gpointer editor)
{
  g_return_if_fail (NB_IS_MACHINE (self));
  if (self->editor == editor)
    return;
  self->editor = editor;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EDITOR]);
}

NbGuestAnswer
nb_machine_get_answer (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NB_GUEST_ANSWER_NONE);
  return self->answer;
}

/**
 * nb_machine_set_answer:
 * @self: a machine
 * @answer: what was said of its guest
 *
 * Of a machine that does not run nothing is kept.
 */
void
nb_machine_set_answer (NbMachine *self, NbGuestAnswer answer)
{
  g_return_if_fail (NB_IS_MACHINE (self));
  if (!nb_machine_is_active (self))
    answer = NB_GUEST_ANSWER_NONE;
  if (self->answer == answer)
    return;
  self->answer = answer;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ANSWER]);
}

/**
 * nb_machine_get_summary:
 * @self: a machine
 *
 * Returns: (nullable) (transfer none): what its XML says, after nb_machine_request_summary() and a while
 */
const NbMachineSummary *
nb_machine_get_summary (NbMachine *self)
{
  g_return_val_if_fail (NB_IS_MACHINE (self), NULL);
  return self->summary;
}

/* Has its XML read, once and again whenever it changes. Rows call this when they are bound: with a thousand machines,
 * only those on the screen are read. Costs nothing when it was called before. */
void
nb_machine_request_summary (NbMachine *self)
{
  g_return_if_fail (NB_IS_MACHINE (self));
  if (self->wanted && self->summary != NULL)
    return;
  self->wanted = TRUE;
  read_summary (self);
}

/**
 * nb_machine_look_up:
 * @self: a machine
 * @error: %NB_MACHINE_ERROR_GONE, %NB_MACHINE_ERROR_CONNECTION
 *
 * By UUID, on the handle of the moment: names change, and handles are replaced. Blocks: worker threads only.
 *
 * Returns: (transfer full) (nullable): libvirt's domain, which keeps its connection open
 */
GVirDomain *
nb_machine_look_up (NbMachine *self, GError **error)
{
  nb_auto_gvir_connection connection = nb_connection_dup_handle (self->connection, error);
  virDomainPtr domain;

  if (connection == NULL)
    return NULL;
  domain = virDomainLookupByUUIDString (nb_virt_get_connect (connection), self->uuid);
  if (domain == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The virtual machine was not found."));
      return NULL;
    }
  return nb_virt_wrap_domain (domain);
}
