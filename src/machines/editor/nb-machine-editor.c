/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-editor-private.h"

#include <glib/gi18n-lib.h>

#include "nb-editor-enums.h"
#include "nb-machine-apply.h"
#include "nb-machine-error.h"
#include "nb-machine-xml.h"
#include "nb-cpu-enums.h"
#include "nb-virt.h"

/* Where libvirt keeps what it knows of processors. In the sandbox it is the same path: libvirt is built in. */
#define CPU_MAP_DIRECTORY "/usr/share/libvirt/cpu_map"

G_DEFINE_FINAL_TYPE (NbMachineEditor, nb_machine_editor, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_EDIT,
  PROP_BUSY,
  PROP_PENDING,
  PROP_THEIRS,
  PROP_CAN_UNDO,
  PROP_LOCKED,
  PROP_MODIFIED,
  PROP_PROOF,
  PROP_ERROR,
  N_PROPS
};

enum
{
  SIGNAL_RELOADED,
  SIGNAL_APPLIED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_error (NbMachineEditor *self, const char *text)
{
  if (g_strcmp0 (self->error, text) == 0)
    return;

  g_free (self->error);
  self->error = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

void
nb_machine_editor_set_busy (NbMachineEditor *self, NbEditorBusy busy)
{
  if (self->busy == busy)
    return;

  /* What is tried now makes what went wrong before old news. */
  if (busy != NB_EDITOR_IDLE && busy != NB_EDITOR_LOADING)
    set_error (self, NULL);
  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

void
nb_machine_editor_set_theirs (NbMachineEditor *self, const char *xml)
{
  if (g_strcmp0 (self->theirs, xml) == 0)
    return;

  g_free (self->theirs);
  self->theirs = g_strdup (xml);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_THEIRS]);
}

void
nb_machine_editor_set_previous (NbMachineEditor *self, const char *xml)
{
  const gboolean could = self->previous != NULL;

  g_free (self->previous);
  self->previous = g_strdup (xml);
  if (could != (xml != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
}

/* What was being stored when the connection was lost, until a reading tells whether it was. */
void
nb_machine_editor_set_doubt (NbMachineEditor *self, const char *wanted, const char *previous)
{
  g_free (self->doubt);
  self->doubt = g_strdup (wanted);
  g_free (self->doubt_undone);
  self->doubt_undone = g_strdup (previous);
}

static void
answer_cb (NbMachineEditor *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROOF]);
}

/* What was cancelled, and a dismissed password dialog, are no failures to report. */
void
nb_machine_editor_fail (NbMachineEditor *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  set_error (self, error->message);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
modified_cb (NbMachineEditor *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);
}

static gboolean
build_edit (NbMachineEditor *self, const char *xml, GError **error)
{
  g_autoptr (NbCpuCaps) caps = NULL;
  NbCpuEdit *edit;

  /* Without capabilities the edit works all the same, it only can't be checked. */
  if (self->config->capabilities != NULL)
    caps = nb_cpu_caps_new (self->config->capabilities, self->config->expanded, self->map, NULL);

  edit = nb_cpu_edit_new (xml, caps, error);
  if (edit == NULL)
    return FALSE;

  if (self->edit != NULL)
    g_signal_handlers_disconnect_by_data (self->edit, self);
  g_set_object (&self->edit, edit);
  g_object_unref (edit);
  g_signal_connect_object (edit, "notify::modified", G_CALLBACK (modified_cb), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EDIT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIED]);

  return TRUE;
}

/* Takes what was read. A draft survives it, but for one that was just stored; where somebody else changed the same
 * meanwhile, both are kept and the person is asked. There is always an edit: without one the page would lose the keyboard. */
gboolean
nb_machine_editor_take_config (NbMachineEditor *self, NbMachineConfig *config, gboolean stored, GError **error)
{
  /* The computer may offer more than before: nested virtualization was turned on. */
  const gboolean same_caps = self->config != NULL &&
                             g_strcmp0 (self->config->capabilities, config->capabilities) == 0 &&
                             g_strcmp0 (self->config->expanded, config->expanded) == 0;
  gboolean done = TRUE;

  /* Undo would take somebody else's change away with ours. */
  if (self->config != NULL && !nb_machine_xml_same (self->config->inactive, config->inactive))
    nb_machine_editor_set_previous (self, NULL);
  g_clear_pointer (&self->config, nb_machine_config_free);
  self->config = config;

  if (stored || self->edit == NULL || !nb_cpu_edit_get_modified (self->edit))
    {
      if (stored || self->edit == NULL ||
          !nb_machine_xml_same (nb_cpu_edit_get_original (self->edit), config->inactive) ||
          nb_cpu_edit_get_caps (self->edit) == NULL || !same_caps)
        done = build_edit (self, config->inactive, error);
      nb_machine_editor_set_theirs (self, NULL);
    }
  else if (!nb_machine_xml_same (nb_cpu_edit_get_original (self->edit), config->inactive))
    {
      nb_machine_editor_set_theirs (self, config->inactive);
    }
  else
    {
      nb_machine_editor_set_theirs (self, NULL);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENDING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
  g_signal_emit (self, signals[SIGNAL_RELOADED], 0);

  return done;
}

/* A reading after a lost connection: what was being stored is there, with Undo, or it is not. */
static void
settle_doubt (NbMachineEditor *self)
{
  g_autofree char *wanted = g_steal_pointer (&self->doubt);
  g_autofree char *previous = g_steal_pointer (&self->doubt_undone);

  set_error (self, NULL);
  if (nb_machine_xml_stored (wanted, self->config->inactive))
    {
      nb_machine_editor_set_previous (self, previous);
      g_signal_emit (self, signals[SIGNAL_APPLIED], 0, FALSE);
    }
  else
    {
      g_autoptr (GError) error =
        g_error_new_literal (NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED,
                             _ ("The connection was lost before the change was stored. Nothing was changed."));

      nb_machine_editor_fail (self, error);
    }
}

/* Nobody has asked for the draft since it was sent: if it is there it is no draft any more. */
static gboolean
is_doubt_stored (NbMachineEditor *self, NbMachineConfig *config)
{
  return self->doubt != NULL && self->edit != NULL &&
         nb_machine_xml_same (self->doubt, nb_cpu_edit_get_result (self->edit)) &&
         nb_machine_xml_stored (self->doubt, config->inactive);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbMachineEditor) self = data;
  g_autoptr (GError) error = NULL;
  NbMachineConfig *config = nb_machine_load_finish (NB_MACHINE (source), result, &error);

  self->loading = FALSE;
  if (self->busy == NB_EDITOR_LOADING)
    nb_machine_editor_set_busy (self, NB_EDITOR_IDLE);
  if (self->load_again)
    {
      g_clear_pointer (&config, nb_machine_config_free);
      nb_machine_editor_load (self);
    }
  else if (config == NULL || !nb_machine_editor_take_config (self, config, is_doubt_stored (self, config), &error))
    {
      nb_machine_editor_fail (self, error);
    }
  else if (self->doubt != NULL)
    {
      settle_doubt (self);
    }
}

static void
start_loading (NbMachineEditor *self)
{
  if (self->edit == NULL)
    nb_machine_editor_set_busy (self, NB_EDITOR_LOADING);
  nb_machine_load_async (self->machine, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
map_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  NbCpuMap *map;

  nb_virt_enter ();
  map = nb_cpu_map_new_from_directory (CPU_MAP_DIRECTORY, data, &error);
  nb_virt_leave ();
  if (map != NULL)
    g_task_return_pointer (task, map, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* A computer without libvirt's CPU map (a remote connection from a computer without libvirt) checks less. */
static void
map_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (source);

  self->map = g_task_propagate_pointer (G_TASK (result), NULL);
  start_loading (self);
}

static void
nb_machine_editor_dispose (GObject *object)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  if (self->machine != NULL && nb_machine_get_editor (self->machine) == self)
    nb_machine_set_editor (self->machine, NULL);
  g_clear_object (&self->edit);
  g_clear_object (&self->map);
  g_clear_object (&self->shutdown);
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (nb_machine_editor_parent_class)->dispose (object);
}

static void
nb_machine_editor_finalize (GObject *object)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (object);

  g_clear_pointer (&self->config, nb_machine_config_free);
  g_clear_object (&self->cancellable);
  g_free (self->theirs);
  g_free (self->previous);
  g_free (self->doubt);
  g_free (self->doubt_undone);
  g_free (self->error);

  G_OBJECT_CLASS (nb_machine_editor_parent_class)->finalize (object);
}

/* What the editor is busy with follows from it. */
static void
shutdown_cb (NbMachineEditor *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
shutdown_failed_cb (NbMachineEditor *self, GError *error)
{
  nb_machine_editor_fail (self, error);
}

static void
nb_machine_editor_constructed (GObject *object)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (object);

  G_OBJECT_CLASS (nb_machine_editor_parent_class)->constructed (object);
  self->shutdown = nb_shutdown_new (self->machine);
  g_signal_connect_object (self->shutdown, "notify", G_CALLBACK (shutdown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shutdown, "failed", G_CALLBACK (shutdown_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->machine, "notify::answer", G_CALLBACK (answer_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->machine, "changed", G_CALLBACK (nb_machine_editor_load), self, G_CONNECT_SWAPPED);
  nb_machine_set_editor (self->machine, self);
}

static void
nb_machine_editor_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (object);

  switch (property_id)
    {
    case PROP_MACHINE:
      g_value_set_object (value, self->machine);
      break;
    case PROP_EDIT:
      g_value_set_object (value, self->edit);
      break;
    case PROP_BUSY:
      g_value_set_enum (value, (int) nb_machine_editor_get_busy (self));
      break;
    case PROP_PENDING:
      g_value_set_enum (value, self->config != NULL ? self->config->pending : NB_CPU_PENDING_UNKNOWN);
      break;
    case PROP_THEIRS:
      g_value_set_string (value, self->theirs);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, nb_machine_editor_get_can_undo (self));
      break;
    case PROP_LOCKED:
      g_value_set_string (value, nb_machine_editor_get_locked (self));
      break;
    case PROP_MODIFIED:
      g_value_set_boolean (value, nb_machine_editor_get_modified (self));
      break;
    case PROP_PROOF:
      g_value_set_int (value, (int) nb_machine_editor_get_proof (self));
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_editor_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbMachineEditor *self = NB_MACHINE_EDITOR (object);

  switch (property_id)
    {
    case PROP_MACHINE:
      self->machine = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_editor_class_init (NbMachineEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = nb_machine_editor_constructed;
  object_class->dispose = nb_machine_editor_dispose;
  object_class->finalize = nb_machine_editor_finalize;
  object_class->get_property = nb_machine_editor_get_property;
  object_class->set_property = nb_machine_editor_set_property;

  properties[PROP_MACHINE] = g_param_spec_object ("machine", NULL, NULL, NB_TYPE_MACHINE,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_EDIT] = g_param_spec_object ("edit", NULL, NULL, NB_TYPE_CPU_EDIT, flags);
  properties[PROP_BUSY] = g_param_spec_enum ("busy", NULL, NULL, NB_TYPE_EDITOR_BUSY, NB_EDITOR_IDLE, flags);
  properties[PROP_PENDING] =
    g_param_spec_enum ("pending", NULL, NULL, NB_TYPE_CPU_PENDING, NB_CPU_PENDING_UNKNOWN, flags);
  properties[PROP_THEIRS] = g_param_spec_string ("theirs", NULL, NULL, NULL, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_LOCKED] = g_param_spec_string ("locked", NULL, NULL, NULL, flags);
  properties[PROP_MODIFIED] = g_param_spec_boolean ("modified", NULL, NULL, FALSE, flags);
  properties[PROP_PROOF] =
    g_param_spec_int ("proof", NULL, NULL, NB_TRISTATE_UNKNOWN, NB_TRISTATE_YES, NB_TRISTATE_UNKNOWN, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_RELOADED] =
    g_signal_new ("reloaded", NB_TYPE_MACHINE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_APPLIED] = g_signal_new ("applied", NB_TYPE_MACHINE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_BOOLEAN /* by nb_machine_editor_undo() */);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", NB_TYPE_MACHINE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
nb_machine_editor_init (NbMachineEditor *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * nb_machine_editor_new:
 * @machine: a machine
 *
 * A machine has one editor, whoever opened it: what is under way in the list is so on its page.
 *
 * Returns: (transfer full): its editor; where it is new, it has read nothing yet: see nb_machine_editor_load()
 */
NbMachineEditor *
nb_machine_editor_new (NbMachine *machine)
{
  g_return_val_if_fail (NB_IS_MACHINE (machine), NULL);

  if (nb_machine_get_editor (machine) != NULL)
    return g_object_ref (nb_machine_get_editor (machine));

  return g_object_new (NB_TYPE_MACHINE_EDITOR, "machine", machine, NULL);
}

NbMachine *
nb_machine_editor_get_machine (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->machine;
}

NbCpuEdit *
nb_machine_editor_get_edit (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->edit;
}

const NbMachineConfig *
nb_machine_editor_get_config (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->config;
}

NbEditorBusy
nb_machine_editor_get_busy (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NB_EDITOR_IDLE);

  switch (nb_shutdown_get_state (self->shutdown))
    {
    case NB_SHUTDOWN_ASKED:
    case NB_SHUTDOWN_COUNTING:
    case NB_SHUTDOWN_LATE:
      return nb_shutdown_get_starts_again (self->shutdown) ? NB_EDITOR_RESTARTING : NB_EDITOR_STOPPING;
    case NB_SHUTDOWN_FORCED:
      return NB_EDITOR_STOPPING;
    case NB_SHUTDOWN_STARTING:
      return NB_EDITOR_STARTING;
    case NB_SHUTDOWN_IDLE:
      break;
    }

  return self->busy;
}

NbShutdown *
nb_machine_editor_get_shutdown (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->shutdown;
}

const char *
nb_machine_editor_get_theirs (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->theirs;
}

const char *
nb_machine_editor_get_locked (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);

  if (!nb_machine_is_persistent (self->machine))
    return _ ("This machine exists only as long as it runs. libvirt keeps no configuration of it, so changes can’t be "
              "kept.");

  return NULL;
}

gboolean
nb_machine_editor_get_modified (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), FALSE);

  return self->edit != NULL && nb_cpu_edit_get_modified (self->edit);
}

gboolean
nb_machine_editor_get_can_undo (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), FALSE);

  return self->previous != NULL;
}

NbGuestAnswer
nb_machine_editor_get_answer (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NB_GUEST_ANSWER_NONE);
  return nb_machine_get_answer (self->machine);
}

const char *
nb_machine_editor_get_error (NbMachineEditor *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_EDITOR (self), NULL);
  return self->error;
}

void
nb_machine_editor_clear_error (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  set_error (self, NULL);
}

NbTristate
nb_machine_editor_get_proof (NbMachineEditor *self)
{
  return nb_guest_answer_get_proof (nb_machine_editor_get_answer (self));
}

/* Reads the machine, or reads it anew. Happens by itself when the machine changes. */
void
nb_machine_editor_load (NbMachineEditor *self)
{
  g_return_if_fail (NB_IS_MACHINE_EDITOR (self));

  /* What is being stored comes back with the answer. */
  if (self->busy == NB_EDITOR_APPLYING)
    return;

  self->load_again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;

  if (self->edit == NULL && self->map == NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, self->cancellable, map_cb, NULL);

      g_task_set_source_tag (task, nb_machine_editor_load);
      g_task_set_task_data (task, g_strdup ("x86_64"), g_free);
      nb_machine_editor_set_busy (self, NB_EDITOR_LOADING);
      g_task_run_in_thread (task, map_thread);
    }
  else
    {
      start_loading (self);
    }
}
