/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-actions.h"

#include <glib/gi18n-lib.h>

#include "nb-compat.h"
#include "nb-machine-inference.h"
#include "nb-machine-words.h"
#include "nb-review-dialog.h"
#include "nb-toast.h"
#include "nb-versions-dialog.h"

/**
 * NbMachineActions:
 *
 * What a person can do with one machine: the action group "machine", and the one place where it is enabled.
 */
struct _NbMachineActions
{
  GSimpleActionGroup parent_instance;

  NbMachineEditor *editor;
  GtkWidget *page; /* weak: it owns us */
  char *reason;
};

G_DEFINE_FINAL_TYPE (NbMachineActions, nb_machine_actions, G_TYPE_SIMPLE_ACTION_GROUP)

enum
{
  PROP_0,
  PROP_REASON,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_BACK,
  SIGNAL_ADVANCED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkWindow *
get_window (NbMachineActions *self)
{
  return self->page != NULL ? GTK_WINDOW (gtk_widget_get_root (self->page)) : NULL;
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_BACK], 0);
}

static void
advanced_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_ADVANCED], 0);
}

static void
clear_error_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_clear_error (NB_MACHINE_ACTIONS (data)->editor);
}

static void
apply_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_apply_async (NB_MACHINE_ACTIONS (data)->editor, NULL, NULL);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_undo_async (NB_MACHINE_ACTIONS (data)->editor, NULL, NULL);
}

static void
review_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;

  nb_review_dialog_present (get_window (self), self->editor);
}

static void
earlier_versions_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;

  nb_versions_dialog_present (get_window (self), self->editor);
}

/* The plan needs this computer and the other machines: the window has them. */
static void
set_up_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = get_window (data);

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.set-up-machine", NULL);
}

static void
start_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_power_async (NB_MACHINE_ACTIONS (data)->editor, NB_POWER_START, NULL, NULL);
}

static void
resume_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_power_async (NB_MACHINE_ACTIONS (data)->editor, NB_POWER_RESUME, NULL, NULL);
}

/* There is a window that can ask when the guest is late. */
static void
shut_down (NbMachineActions *self, NbShutdownFlags flags)
{
  nb_machine_editor_shut_down_async (self->editor, flags | NB_SHUTDOWN_TELLS_LATE, 0, NULL, NULL);
}

static void
shut_down_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  shut_down (data, NB_SHUTDOWN_STAYS_OFF);
}

static void
restart_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  shut_down (data, NB_SHUTDOWN_STARTS_AGAIN);
}

static void
stop_waiting_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_shutdown_cancel (nb_machine_editor_get_shutdown (NB_MACHINE_ACTIONS (data)->editor));
}

static void
force_off_choice_cb (const char *id, gpointer data)
{
  if (g_str_equal (id, "force"))
    shut_down (data, NB_SHUTDOWN_FORCES);
}

static void
force_off_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;
  NbMachine *machine = nb_machine_editor_get_machine (self->editor);

  nb_machine_ask_force_off (get_window (self), nb_machine_get_name (machine), force_off_choice_cb, g_object_ref (self),
                            g_object_unref);
}

static void
late_choice_cb (const char *id, gpointer data)
{
  NbMachineActions *self = data;
  NbShutdown *shutdown = nb_machine_editor_get_shutdown (self->editor);

  /* It may have shut down while the question was open, and run again. */
  if (!nb_shutdown_is_waiting (shutdown))
    return;

  if (g_str_equal (id, "force"))
    shut_down (self, NB_SHUTDOWN_FORCES |
                       (nb_shutdown_get_starts_again (shutdown) ? NB_SHUTDOWN_STARTS_AGAIN : NB_SHUTDOWN_STAYS_OFF));
  else if (g_str_equal (id, "wait"))
    nb_shutdown_wait_more (shutdown, 0);
  else
    nb_shutdown_cancel (shutdown);
}

static gboolean
late_cb (NbMachineActions *self)
{
  const NbChoice choices[] = {
    { "leave", _ ("_Leave It Running"), NB_CHOICE_PLAIN },
    { "force", _ ("_Force Off"), NB_CHOICE_DESTRUCTIVE },
    { "wait", _ ("_Keep Waiting"), NB_CHOICE_PLAIN },
  };
  g_autofree char *heading = NULL;

  if (get_window (self) == NULL)
    return FALSE;

  heading =
    g_strdup_printf (_ ("%s Did Not Shut Down"), nb_machine_get_name (nb_machine_editor_get_machine (self->editor)));
  nb_compat_ask (
    get_window (self), heading,
    _ ("The guest may be installing updates or waiting for an answer; have a look at its screen. Forcing it "
       "off is like pulling the plug: what was not saved is lost."),
    choices, G_N_ELEMENTS (choices), late_choice_cb, g_object_ref (self), g_object_unref);

  return TRUE;
}

static void
discard_choice_cb (const char *id, gpointer data)
{
  if (g_str_equal (id, "discard"))
    nb_machine_editor_power_async (NB_MACHINE_ACTIONS (data)->editor, NB_POWER_DISCARD_SAVED_STATE, NULL, NULL);
}

static void
discard_saved_state_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;
  const NbChoice choices[] = {
    { "cancel", _ ("_Cancel"), NB_CHOICE_PLAIN },
    { "discard", _ ("_Discard"), NB_CHOICE_DESTRUCTIVE },
  };

  nb_compat_ask (
    get_window (self), _ ("Discard the Saved State?"),
    _ ("The machine then starts from its disk, as after a power cut. Open programs and files that were not "
       "saved inside the guest are lost."),
    choices, G_N_ELEMENTS (choices), discard_choice_cb, g_object_ref (self), g_object_unref);
}

static void
take_theirs_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_take_theirs (NB_MACHINE_ACTIONS (data)->editor);
}

static void
keep_mine_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_keep_mine_async (NB_MACHINE_ACTIONS (data)->editor, NULL, NULL);
}

static void
check_guest_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_editor_check_guest (NB_MACHINE_ACTIONS (data)->editor);
}

static void
drop_foreign_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_cpu_edit_drop_foreign (nb_machine_editor_get_edit (NB_MACHINE_ACTIONS (data)->editor));
}

/* Graphics passwords are in what a writable connection reads: they do not go to the clipboard. */
static void
copy_xml_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;
  const NbMachineConfig *config = nb_machine_editor_get_config (self->editor);
  g_autofree char *xml = config != NULL ? nb_machine_dup_public_xml (config) : NULL;

  if (xml == NULL || self->page == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (self->page), xml);
  nb_toast_show (self->page, _ ("XML copied, without passwords"));
}

static void
open_elsewhere_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;
  NbMachine *machine = nb_machine_editor_get_machine (self->editor);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "virt-manager", "--connect",
                                                      nb_connection_get_uri (nb_machine_get_connection (machine)),
                                                      "--show-domain-cpu", nb_machine_get_uuid (machine), NULL);

  if (process == NULL)
    nb_toast_show (self->page, _ ("Virtual Machine Manager is not installed"));
}

static void
show_computer_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachineActions *self = data;

  g_signal_emit (self, signals[SIGNAL_BACK], 0);
  gtk_widget_activate_action (GTK_WIDGET (get_window (self)), "win.show-tab", "s", "computer");
}

static NbConnection *
get_connection (NbMachineActions *self)
{
  return nb_machine_get_connection (nb_machine_editor_get_machine (self->editor));
}

static gboolean
is_connected (NbMachineActions *self)
{
  return nb_connection_is_usable (get_connection (self));
}

static void
reconnect_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_connection_reconnect (get_connection (data));
}

/* Why what was changed can't be applied now. What is over in a moment is no reason. */
static const char *
get_reason (NbMachineActions *self)
{
  NbCpuEdit *edit = nb_machine_editor_get_edit (self->editor);
  const NbEditorBusy busy = nb_machine_editor_get_busy (self->editor);

  if (edit == NULL || !nb_machine_editor_get_modified (self->editor))
    return NULL;
  if (!is_connected (self))
    return _ ("The connection to libvirt is lost.");
  if (nb_machine_editor_get_theirs (self->editor) != NULL)
    return _ ("Somebody else changed this machine: choose above whose changes stay.");
  if (nb_machine_editor_get_locked (self->editor) != NULL)
    return nb_machine_editor_get_locked (self->editor);
  if (nb_cpu_edit_get_problem (edit) != NULL)
    return nb_cpu_edit_get_problem (edit);

  return busy == NB_EDITOR_LOADING || busy == NB_EDITOR_APPLYING ? NULL : nb_editor_busy_get_title (busy);
}

static void
set_enabled (NbMachineActions *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), enabled);
}

static void
update (NbMachineActions *self)
{
  NbMachine *machine;
  NbCpuEdit *edit;
  NbMachineState state;
  gboolean idle, ready, active, free, modified, connected;

  /* The editor may say that it goes, when we do. */
  if (self->editor == NULL)
    return;

  machine = nb_machine_editor_get_machine (self->editor);
  edit = nb_machine_editor_get_edit (self->editor);
  state = nb_machine_get_state (machine);
  idle = nb_machine_editor_get_busy (self->editor) == NB_EDITOR_IDLE;
  ready = idle || nb_machine_editor_get_busy (self->editor) == NB_EDITOR_LOADING;
  active = nb_machine_is_active (machine);
  free = nb_machine_editor_get_locked (self->editor) == NULL;
  modified = nb_machine_editor_get_modified (self->editor);
  connected = is_connected (self);
  if (g_strcmp0 (self->reason, get_reason (self)) != 0)
    {
      g_free (self->reason);
      self->reason = g_strdup (get_reason (self));
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
    }

  set_enabled (self, "advanced", free && edit != NULL);
  set_enabled (self, "apply", idle && modified && nb_cpu_edit_get_valid (edit) && self->reason == NULL);
  set_enabled (self, "review", modified);
  set_enabled (self, "undo", connected && idle && free && !modified && nb_machine_editor_get_can_undo (self->editor));
  set_enabled (self, "earlier-versions", idle && free && !modified);
  /* First the page's question: whose change is it to be? */
  set_enabled (self, "set-up",
               connected && idle && edit != NULL && nb_machine_editor_get_theirs (self->editor) == NULL);
  set_enabled (self, "start", connected && ready && !active);
  set_enabled (self, "resume", connected && ready && state == NB_MACHINE_STATE_PAUSED);
  set_enabled (self, "shut-down", connected && ready && state == NB_MACHINE_STATE_RUNNING);
  set_enabled (self, "restart",
               connected && ready && state == NB_MACHINE_STATE_RUNNING && nb_machine_is_persistent (machine));
  set_enabled (self, "stop-waiting", nb_shutdown_is_waiting (nb_machine_editor_get_shutdown (self->editor)));
  set_enabled (self, "force-off", connected && active);
  set_enabled (self, "discard-saved-state", connected && idle && nb_machine_has_managed_save (machine));
  set_enabled (self, "take-theirs", idle);
  set_enabled (self, "keep-mine", connected && idle && free && edit != NULL && nb_cpu_edit_get_valid (edit));
  set_enabled (self, "check-guest", connected && idle && state == NB_MACHINE_STATE_RUNNING);
  set_enabled (self, "drop-foreign", free && edit != NULL && nb_cpu_edit_get_foreign (edit) != NULL);
  set_enabled (self, "copy-xml", nb_machine_editor_get_config (self->editor) != NULL);
}

static void
follow_edit (NbMachineActions *self)
{
  NbCpuEdit *edit = self->editor != NULL ? nb_machine_editor_get_edit (self->editor) : NULL;

  if (edit != NULL)
    g_signal_connect_object (edit, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
nb_machine_actions_dispose (GObject *object)
{
  NbMachineActions *self = NB_MACHINE_ACTIONS (object);

  g_clear_weak_pointer (&self->page);
  g_clear_object (&self->editor);

  G_OBJECT_CLASS (nb_machine_actions_parent_class)->dispose (object);
}

static void
nb_machine_actions_finalize (GObject *object)
{
  g_free (NB_MACHINE_ACTIONS (object)->reason);

  G_OBJECT_CLASS (nb_machine_actions_parent_class)->finalize (object);
}

static void
nb_machine_actions_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_REASON:
      g_value_set_string (value, NB_MACHINE_ACTIONS (object)->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_actions_class_init (NbMachineActionsClass *klass)
{
  const GType type = NB_TYPE_MACHINE_ACTIONS;

  G_OBJECT_CLASS (klass)->dispose = nb_machine_actions_dispose;
  G_OBJECT_CLASS (klass)->finalize = nb_machine_actions_finalize;
  G_OBJECT_CLASS (klass)->get_property = nb_machine_actions_get_property;

  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  signals[SIGNAL_BACK] = g_signal_new ("back", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ADVANCED] = g_signal_new ("advanced", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_machine_actions_init (NbMachineActions *self)
{
  static const GActionEntry entries[] = {
    { .name = "back", .activate = back_cb },
    { .name = "advanced", .activate = advanced_cb },
    { .name = "clear-error", .activate = clear_error_cb },
    { .name = "apply", .activate = apply_cb },
    { .name = "review", .activate = review_cb },
    { .name = "undo", .activate = undo_cb },
    { .name = "earlier-versions", .activate = earlier_versions_cb },
    { .name = "set-up", .activate = set_up_cb },
    { .name = "start", .activate = start_cb },
    { .name = "resume", .activate = resume_cb },
    { .name = "shut-down", .activate = shut_down_cb },
    { .name = "restart", .activate = restart_cb },
    { .name = "stop-waiting", .activate = stop_waiting_cb },
    { .name = "force-off", .activate = force_off_cb },
    { .name = "discard-saved-state", .activate = discard_saved_state_cb },
    { .name = "take-theirs", .activate = take_theirs_cb },
    { .name = "keep-mine", .activate = keep_mine_cb },
    { .name = "check-guest", .activate = check_guest_cb },
    { .name = "drop-foreign", .activate = drop_foreign_cb },
    { .name = "copy-xml", .activate = copy_xml_cb },
    { .name = "open-elsewhere", .activate = open_elsewhere_cb },
    { .name = "reconnect", .activate = reconnect_cb },
    { .name = "show-computer", .activate = show_computer_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

/**
 * nb_machine_actions_get_editor:
 * @self: the actions
 *
 * Returns: (transfer none): the machine's editor
 */
NbMachineEditor *
nb_machine_actions_get_editor (NbMachineActions *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_ACTIONS (self), NULL);

  return self->editor;
}

/**
 * nb_machine_actions_new:
 * @editor: a machine's editor; what needs more than it has read is not enabled
 * @page: its page, or the list
 *
 * Returns: (transfer full): an action group
 */
NbMachineActions *
nb_machine_actions_new (NbMachineEditor *editor, GtkWidget *page)
{
  NbMachineActions *self = g_object_new (NB_TYPE_MACHINE_ACTIONS, NULL);

  self->editor = g_object_ref (editor);
  g_set_weak_pointer (&self->page, page);
  g_signal_connect_object (editor, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "notify::edit", G_CALLBACK (follow_edit), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "reloaded", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_machine_editor_get_shutdown (editor), "late", G_CALLBACK (late_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_machine_editor_get_machine (editor), "notify", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_connection (self), "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  follow_edit (self);

  return self;
}
