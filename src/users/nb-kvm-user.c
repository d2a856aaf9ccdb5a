/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-kvm-user.h"

#include "nb-machine-editor.h"
#include "nb-users-enums.h"

/**
 * NbKvmUser:
 *
 * One user of KVM. A machine can be shut down through it; it leaves the list of users when it is off.
 */
struct _NbKvmUser
{
  GObject parent_instance;

  NbMachine *machine;
  NbHolderItem *holder;
  NbMachineEditor *editor; /* null until it was shut down from here: it keeps what went wrong */
};

G_DEFINE_FINAL_TYPE (NbKvmUser, nb_kvm_user, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_HOLDER,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
shutdown_cb (NbKvmUser *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Null as long as nobody has opened the machine. */
static NbShutdown *
get_shutdown (NbKvmUser *self)
{
  NbMachineEditor *editor = self->machine != NULL ? nb_machine_get_editor (self->machine) : NULL;

  return editor != NULL ? nb_machine_editor_get_shutdown (editor) : NULL;
}

/* Whoever opened the machine: its shutting down is the same one. */
static void
editor_cb (NbKvmUser *self)
{
  if (get_shutdown (self) != NULL)
    g_signal_connect_object (get_shutdown (self), "notify", G_CALLBACK (shutdown_cb), self, G_CONNECT_SWAPPED);
  shutdown_cb (self);
}

static void
nb_kvm_user_dispose (GObject *object)
{
  NbKvmUser *self = NB_KVM_USER (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->machine);
  g_clear_object (&self->holder);

  G_OBJECT_CLASS (nb_kvm_user_parent_class)->dispose (object);
}

static void
nb_kvm_user_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbKvmUser *self = NB_KVM_USER (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) nb_kvm_user_get_state (self));
      break;
    case PROP_HOLDER:
      g_value_set_object (value, self->holder);
      break;
    case PROP_ERROR:
      g_value_set_string (value, nb_kvm_user_get_error (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_kvm_user_class_init (NbKvmUserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = nb_kvm_user_dispose;
  object_class->get_property = nb_kvm_user_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_KVM_USER_STATE, NB_KVM_USER_RUNS, flags);
  properties[PROP_HOLDER] = g_param_spec_object ("holder", NULL, NULL, NB_TYPE_HOLDER_ITEM, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_kvm_user_init (NbKvmUser *self)
{
}

/**
 * nb_kvm_user_new_machine:
 * @machine: a machine that runs with KVM
 *
 * Returns: (transfer full): it as a user of KVM
 */
NbKvmUser *
nb_kvm_user_new_machine (NbMachine *machine)
{
  NbKvmUser *self = g_object_new (NB_TYPE_KVM_USER, NULL);

  self->machine = g_object_ref (machine);
  g_signal_connect_object (machine, "notify::editor", G_CALLBACK (editor_cb), self, G_CONNECT_SWAPPED);
  editor_cb (self);

  return self;
}

/**
 * nb_kvm_user_new_process:
 * @holder: a process that is no machine of libvirt
 *
 * Returns: (transfer full): it as a user of KVM
 */
NbKvmUser *
nb_kvm_user_new_process (NbHolderItem *holder)
{
  NbKvmUser *self = g_object_new (NB_TYPE_KVM_USER, NULL);

  self->holder = g_object_ref (holder);

  return self;
}

/**
 * nb_kvm_user_new_rest:
 *
 * Returns: (transfer full): what is not known
 */
NbKvmUser *
nb_kvm_user_new_rest (void)
{
  return g_object_new (NB_TYPE_KVM_USER, NULL);
}

/**
 * nb_kvm_user_get_kind:
 * @self: a user of KVM
 *
 * Returns: what it is
 */
NbKvmUserKind
nb_kvm_user_get_kind (NbKvmUser *self)
{
  g_return_val_if_fail (NB_IS_KVM_USER (self), NB_KVM_USER_REST);

  if (self->machine != NULL)
    return NB_KVM_USER_MACHINE;

  return self->holder != NULL ? NB_KVM_USER_PROCESS : NB_KVM_USER_REST;
}

/**
 * nb_kvm_user_get_machine:
 * @self: a user of KVM
 *
 * Returns: (transfer none) (nullable): the machine that it is
 */
NbMachine *
nb_kvm_user_get_machine (NbKvmUser *self)
{
  g_return_val_if_fail (NB_IS_KVM_USER (self), NULL);

  return self->machine;
}

/**
 * nb_kvm_user_get_holder:
 * @self: a user of KVM
 *
 * Returns: (transfer none) (nullable): its process, where it is known
 */
NbHolderItem *
nb_kvm_user_get_holder (NbKvmUser *self)
{
  g_return_val_if_fail (NB_IS_KVM_USER (self), NULL);

  return self->holder;
}

/**
 * nb_kvm_user_set_holder:
 * @self: a machine
 * @holder: (nullable): its process, where it is known
 *
 * For the list alone.
 */
void
nb_kvm_user_set_holder (NbKvmUser *self, NbHolderItem *holder)
{
  g_return_if_fail (NB_IS_KVM_USER (self));

  if (g_set_object (&self->holder, holder))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOLDER]);
}

/**
 * nb_kvm_user_get_state:
 * @self: a user of KVM
 *
 * Returns: how far its shutting down is, whoever wanted it
 */
NbKvmUserState
nb_kvm_user_get_state (NbKvmUser *self)
{
  g_return_val_if_fail (NB_IS_KVM_USER (self), NB_KVM_USER_RUNS);

  if (get_shutdown (self) == NULL)
    return NB_KVM_USER_RUNS;

  switch (nb_shutdown_get_state (get_shutdown (self)))
    {
    case NB_SHUTDOWN_IDLE:
    case NB_SHUTDOWN_STARTING:
      return NB_KVM_USER_RUNS;
    case NB_SHUTDOWN_ASKED:
    case NB_SHUTDOWN_COUNTING:
      return NB_KVM_USER_ASKED;
    case NB_SHUTDOWN_LATE:
      return NB_KVM_USER_LATE;
    case NB_SHUTDOWN_FORCED:
      return NB_KVM_USER_FORCED;
    }

  return NB_KVM_USER_RUNS;
}

/**
 * nb_kvm_user_get_error:
 * @self: a user of KVM
 *
 * Returns: (transfer none) (nullable): why shutting it down did not work
 */
const char *
nb_kvm_user_get_error (NbKvmUser *self)
{
  g_return_val_if_fail (NB_IS_KVM_USER (self), NULL);

  return get_shutdown (self) != NULL ? nb_shutdown_get_error (get_shutdown (self)) : NULL;
}

static void
run (NbKvmUser *self, NbShutdownFlags flags)
{
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (self->machine);

  g_set_object (&self->editor, editor);
  nb_machine_editor_shut_down_async (editor, flags, 0, NULL, NULL);
}

/**
 * nb_kvm_user_shut_down:
 * @self: a machine
 *
 * Asks its guest to shut down. A connection that is read-only asks for a password first.
 */
void
nb_kvm_user_shut_down (NbKvmUser *self)
{
  g_return_if_fail (NB_IS_KVM_USER (self) && self->machine != NULL);

  run (self, NB_SHUTDOWN_STAYS_OFF);
}

/**
 * nb_kvm_user_force_off:
 * @self: a machine
 *
 * Pulls its plug, after the person was asked. It stays off, whatever its page was told before.
 */
void
nb_kvm_user_force_off (NbKvmUser *self)
{
  g_return_if_fail (NB_IS_KVM_USER (self) && self->machine != NULL);

  run (self, NB_SHUTDOWN_FORCES);
}

/**
 * nb_machine_uses_kvm:
 * @machine: a machine
 *
 * Returns: whether it runs on this computer with KVM. One whose XML was not read yet counts: better one too many
 */
gboolean
nb_machine_uses_kvm (NbMachine *machine)
{
  const NbMachineSummary *summary = nb_machine_get_summary (machine);
  NbConnection *connection = nb_machine_get_connection (machine);

  return nb_machine_is_active (machine) && nb_connection_is_local (connection) && nb_connection_has_kvm (connection) &&
         (summary == NULL || g_strcmp0 (summary->type, "kvm") == 0);
}
