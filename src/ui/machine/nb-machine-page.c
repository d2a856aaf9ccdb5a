/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-page.h"

#include <glib/gi18n-lib.h>

#include "nb-advanced-page.h"
#include "nb-compat.h"
#include "nb-demo-banner.h"
#include "nb-guest-group.h"
#include "nb-machine-actions.h"
#include "nb-machine-card.h"
#include "nb-machine-editor.h"
#include "nb-machine-notices.h"
#include "nb-machine-words.h"
#include "nb-models-page.h"
#include "nb-nesting-group.h"
#include "nb-processor-group.h"
#include "nb-toast.h"
#include "nb-vcpus-group.h"

/**
 * NbMachinePage:
 *
 * One machine: whether it can run virtual machines, and everything about its processor.
 */
struct _NbMachinePage
{
  GtkWidget parent_instance;

  GtkStack *pages;
  AdwWindowTitle *title;
  GtkWidget *content;
  GtkWidget *card;
  GtkWidget *reason;

  NbHost *host;
  GObject *demo; /* NbDemo: for the banner */
  NbMachineEditor *editor;
  NbMachineActions *actions;
  GtkWidget *origin; /* weak: where the focus was before a page came over this one */
  AdwSwipeTracker *swipe;
  gboolean undone;  /* the last change stored was an undo */
  gboolean closing; /* who leaves wants the window closed, not the list */
};

/* A swipe goes back one page, or nowhere. */
static double
nb_machine_page_get_distance (AdwSwipeable *swipeable)
{
  return gtk_widget_get_width (GTK_WIDGET (swipeable));
}

static double *
nb_machine_page_get_snap_points (AdwSwipeable *swipeable, int *n_snap_points)
{
  double *points = g_new0 (double, 2);

  points[0] = -1;
  *n_snap_points = 2;

  return points;
}

static double
nb_machine_page_get_progress (AdwSwipeable *swipeable)
{
  return 0;
}

static void
nb_machine_page_swipeable_init (AdwSwipeableInterface *iface)
{
  iface->get_distance = nb_machine_page_get_distance;
  iface->get_snap_points = nb_machine_page_get_snap_points;
  iface->get_progress = nb_machine_page_get_progress;
  iface->get_cancel_progress = nb_machine_page_get_progress;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (NbMachinePage,
                               nb_machine_page,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (ADW_TYPE_SWIPEABLE, nb_machine_page_swipeable_init))

enum
{
  PROP_0,
  PROP_HOST,
  PROP_DEMO,
  PROP_EDITOR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint close_signal;

static void
update_title (NbMachinePage *self)
{
  NbMachine *machine = nb_machine_editor_get_machine (self->editor);

  adw_window_title_set_title (self->title, nb_machine_get_name (machine));
  adw_window_title_set_subtitle (self->title, nb_machine_state_get_title (nb_machine_get_state (machine)));
}

/* What is undone can be brought again, and that undone: each says what it did. */
static void
applied_cb (NbMachinePage *self, gboolean undoes)
{
  NbMachine *machine = nb_machine_editor_get_machine (self->editor);
  const gboolean active = nb_machine_is_active (machine);
  const gboolean again = undoes && self->undone;
  const char *text;

  self->undone = undoes && !again;
  if (self->undone)
    text = active ? _ ("Undone. Shut down and start the machine to use it.") : _ ("Undone");
  else if (again)
    text = active ? _ ("Applied again. Shut down and start the machine to use it.") : _ ("Applied again");
  else
    text = active ? _ ("Applied. Shut down and start the machine to use it.") : _ ("Applied");
  nb_toast_show_undo (GTK_WIDGET (self->pages), text, "machine.undo");
}

/* Whatever happens next, that toast tells of the past. */
static void
forget_applied_cb (NbMachinePage *self)
{
  if (nb_machine_editor_get_modified (self->editor) || nb_machine_editor_get_busy (self->editor) != NB_EDITOR_IDLE)
    nb_toast_dismiss_undo (GTK_WIDGET (self));
}

static void
state_cb (NbMachinePage *self)
{
  update_title (self);
  nb_toast_dismiss_undo (GTK_WIDGET (self));
}

static void
push (NbMachinePage *self, GtkWidget *page)
{
  g_set_weak_pointer (&self->origin, gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_stack_add_named (self->pages, page, "sub");
  gtk_stack_set_visible_child (self->pages, page);
  gtk_widget_grab_focus (page);
}

static void
transition_cb (NbMachinePage *self)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, "sub");

  if (page != NULL && !gtk_stack_get_transition_running (self->pages) &&
      gtk_stack_get_visible_child (self->pages) != page)
    gtk_stack_remove (self->pages, page);
}

static void
pop (NbMachinePage *self)
{
  gtk_stack_set_visible_child_name (self->pages, "main");
  if (self->origin == NULL || !gtk_widget_grab_focus (self->origin))
    gtk_widget_child_focus (self->content, GTK_DIR_TAB_FORWARD);
  g_clear_weak_pointer (&self->origin);
  transition_cb (self);
}

/* The groups that change something follow "can something be changed" and have an action group of the edit's own values. */
static void
insert_edit_actions (NbMachinePage *self)
{
  NbCpuEdit *edit = nb_machine_editor_get_edit (self->editor);
  g_autoptr (GSimpleActionGroup) group = NULL;

  if (edit != NULL)
    {
      static const char *const names[] = { "mode", "nesting" };

      group = g_simple_action_group_new ();
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autoptr (GPropertyAction) action = g_property_action_new (names[i], edit, names[i]);

          if (nb_machine_editor_get_locked (self->editor) == NULL)
            g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
        }
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "cpu", G_ACTION_GROUP (group));
}

/* A page over this one shows the edit that was: what it would change is stored already, or was replaced. */
static void
edit_cb (NbMachinePage *self)
{
  insert_edit_actions (self);
  if (gtk_stack_get_child_by_name (self->pages, "sub") != NULL)
    pop (self);
}

static void
choose_model_cb (NbMachinePage *self)
{
  NbCpuEdit *edit = nb_machine_editor_get_edit (self->editor);

  if (edit != NULL && nb_machine_editor_get_locked (self->editor) == NULL)
    {
      GtkWidget *page = nb_models_page_new (edit);

      g_signal_connect_object (page, "close", G_CALLBACK (pop), self, G_CONNECT_SWAPPED);
      push (self, page);
    }
}

static void
show_advanced_cb (NbMachinePage *self)
{
  NbCpuEdit *edit = nb_machine_editor_get_edit (self->editor);

  if (edit != NULL)
    {
      GtkWidget *page = nb_advanced_page_new (edit);

      g_signal_connect_object (page, "close", G_CALLBACK (pop), self, G_CONNECT_SWAPPED);
      push (self, page);
    }
}

static gboolean
close_window_cb (gpointer window)
{
  gtk_window_close (window);

  return G_SOURCE_REMOVE;
}

static void
leave_cb (const char *id, gpointer data)
{
  NbMachinePage *self = data;

  if (g_str_equal (id, "discard"))
    {
      nb_machine_editor_revert (self->editor);
      /* Not at once: the window takes the dialog with it, which is still telling the answer. */
      if (self->closing)
        g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_window_cb,
                         g_object_ref (gtk_widget_get_root (GTK_WIDGET (self))), g_object_unref);
      else
        g_signal_emit (self, close_signal, 0);
    }
}

static void
ask_to_leave (NbMachinePage *self, gboolean closing)
{
  const NbChoice choices[] = {
    { "cancel", _ ("_Stay Here"), NB_CHOICE_PLAIN },
    { "discard", _ ("_Discard"), NB_CHOICE_DESTRUCTIVE },
  };

  self->closing = closing;
  nb_compat_ask (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _ ("Discard the Changes?"),
                 _ ("The changes to this machine’s processor were not applied."), choices, G_N_ELEMENTS (choices),
                 leave_cb, g_object_ref (self), g_object_unref);
}

/* The main button can be pressed once the machine is read and all that follows from it is shown: with the next frame. Until
 * then the page itself has the keyboard, and whoever went on meanwhile is left there. */
static gboolean
settle_focus_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  NbMachinePage *self = NB_MACHINE_PAGE (widget);

  if (gtk_root_get_focus (gtk_widget_get_root (widget)) == widget && !gtk_widget_grab_focus (self->card))
    gtk_widget_child_focus (self->content, GTK_DIR_TAB_FORWARD);
  gtk_widget_set_focusable (widget, FALSE);

  return G_SOURCE_REMOVE;
}

static void
settle_focus (NbMachinePage *self)
{
  if (gtk_widget_get_focusable (GTK_WIDGET (self)) && nb_machine_editor_get_busy (self->editor) != NB_EDITOR_LOADING)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), settle_focus_cb, NULL, NULL);
}

static gboolean
is_set (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_boolean (to, g_value_get_string (from) != NULL);

  return TRUE;
}

static void
nb_machine_page_constructed (GObject *object)
{
  NbMachinePage *self = NB_MACHINE_PAGE (object);
  NbMachine *machine = nb_machine_editor_get_machine (self->editor);

  G_OBJECT_CLASS (nb_machine_page_parent_class)->constructed (object);

  self->actions = nb_machine_actions_new (self->editor, GTK_WIDGET (self->pages));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "machine", G_ACTION_GROUP (self->actions));
  g_signal_connect_object (self->actions, "back", G_CALLBACK (nb_machine_page_go_back), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "advanced", G_CALLBACK (show_advanced_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->actions, "reason", self->reason, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (self->actions, "reason", self->reason, "visible", G_BINDING_SYNC_CREATE, is_set, NULL,
                               NULL, NULL);

  g_signal_connect_object (machine, "notify::name", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (machine, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify::edit", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify::locked", G_CALLBACK (insert_edit_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify", G_CALLBACK (settle_focus), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->editor, "notify::busy", G_CALLBACK (forget_applied_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify::modified", G_CALLBACK (forget_applied_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "applied", G_CALLBACK (applied_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pages, "notify::transition-running", G_CALLBACK (transition_cb), self,
                           G_CONNECT_SWAPPED);
  update_title (self);
  nb_machine_editor_load (self->editor);
}

static gboolean
nb_machine_page_grab_focus (GtkWidget *widget)
{
  gtk_widget_set_focusable (widget, TRUE);
  gtk_root_set_focus (gtk_widget_get_root (widget), widget);
  settle_focus (NB_MACHINE_PAGE (widget));

  return TRUE;
}

static void
nb_machine_page_dispose (GObject *object)
{
  NbMachinePage *self = NB_MACHINE_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_weak_pointer (&self->origin);
  g_clear_object (&self->swipe);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->actions);
  g_clear_object (&self->editor);
  g_clear_object (&self->host);
  g_clear_object (&self->demo);

  G_OBJECT_CLASS (nb_machine_page_parent_class)->dispose (object);
}

static void
nb_machine_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbMachinePage *self = NB_MACHINE_PAGE (object);

  switch (property_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_DEMO:
      g_value_set_object (value, self->demo);
      break;
    case PROP_EDITOR:
      g_value_set_object (value, self->editor);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_page_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbMachinePage *self = NB_MACHINE_PAGE (object);

  switch (property_id)
    {
    case PROP_HOST:
      g_set_object (&self->host, g_value_get_object (value));
      break;
    case PROP_DEMO:
      g_set_object (&self->demo, g_value_get_object (value));
      break;
    case PROP_EDITOR:
      g_set_object (&self->editor, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  adw_swipe_tracker_set_reversed (NB_MACHINE_PAGE (widget)->swipe,
                                  gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
}

static void
nb_machine_page_class_init (NbMachinePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  object_class->constructed = nb_machine_page_constructed;
  object_class->dispose = nb_machine_page_dispose;
  object_class->get_property = nb_machine_page_get_property;
  object_class->set_property = nb_machine_page_set_property;
  widget_class->direction_changed = direction_changed;
  widget_class->grab_focus = nb_machine_page_grab_focus;

  /* Not construct-only: the template binds to them, and the template is there first. */
  properties[PROP_HOST] = g_param_spec_object ("host", NULL, NULL, NB_TYPE_HOST, flags);
  properties[PROP_DEMO] = g_param_spec_object ("demo", NULL, NULL, G_TYPE_OBJECT, flags);
  properties[PROP_EDITOR] = g_param_spec_object ("editor", NULL, NULL, NB_TYPE_MACHINE_EDITOR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  close_signal = g_signal_new ("close", NB_TYPE_MACHINE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (NB_TYPE_DEMO_BANNER);
  g_type_ensure (NB_TYPE_GUEST_GROUP);
  g_type_ensure (NB_TYPE_MACHINE_CARD);
  g_type_ensure (NB_TYPE_MACHINE_NOTICES);
  g_type_ensure (NB_TYPE_NESTING_GROUP);
  g_type_ensure (NB_TYPE_PROCESSOR_GROUP);
  g_type_ensure (NB_TYPE_VCPUS_GROUP);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-page.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachinePage, pages);
  gtk_widget_class_bind_template_child (widget_class, NbMachinePage, title);
  gtk_widget_class_bind_template_child (widget_class, NbMachinePage, content);
  gtk_widget_class_bind_template_child (widget_class, NbMachinePage, card);
  gtk_widget_class_bind_template_child (widget_class, NbMachinePage, reason);
  gtk_widget_class_bind_template_callback (widget_class, choose_model_cb);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, NbMachinePage *self)
{
  nb_machine_page_go_back (self);
}

static void
end_swipe_cb (NbMachinePage *self, double velocity, double to)
{
  if (to < 0)
    nb_machine_page_go_back (self);
}

/* Of the window, while the page is in it: what had the keyboard may have become insensitive, and then nothing has it. */
static void
add_shortcuts (NbMachinePage *self)
{
  static const char *const shortcuts[][2] = {
    { "<Control>s", "action(machine.apply)" },
    { "<Alt>Left|Escape|Back", "action(machine.back)" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller), GTK_SHORTCUT_SCOPE_MANAGED);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (shortcuts[i][0]),
                                                            gtk_shortcut_action_parse_string (shortcuts[i][1])));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
nb_machine_page_init (NbMachinePage *self)
{
  GtkGesture *back = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  /* The mouse button that goes back. */
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (back), 8);
  g_signal_connect (back, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (back));
  add_shortcuts (self);

  self->swipe = adw_swipe_tracker_new (ADW_SWIPEABLE (self));
  g_signal_connect_object (self->swipe, "end-swipe", G_CALLBACK (end_swipe_cb), self, G_CONNECT_SWAPPED);
  direction_changed (GTK_WIDGET (self), GTK_TEXT_DIR_NONE);
}

/**
 * nb_machine_page_new:
 * @machine: a machine
 * @host: this computer
 * @demo: (nullable): the demo, where this is one
 *
 * Returns: (transfer floating): its page, which begins to read the machine
 */
GtkWidget *
nb_machine_page_new (NbMachine *machine, NbHost *host, GObject *demo)
{
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machine);

  return g_object_new (NB_TYPE_MACHINE_PAGE, "editor", editor, "host", host, "demo", demo, NULL);
}

/**
 * nb_machine_page_get_machine:
 * @self: a page
 *
 * Returns: (transfer none): its machine
 */
NbMachine *
nb_machine_page_get_machine (NbMachinePage *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_PAGE (self), NULL);

  return nb_machine_editor_get_machine (self->editor);
}

/**
 * nb_machine_page_get_editor:
 * @self: a page
 *
 * Returns: (transfer none): its opened machine
 */
NbMachineEditor *
nb_machine_page_get_editor (NbMachinePage *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_PAGE (self), NULL);

  return self->editor;
}

/**
 * nb_machine_page_is_modified:
 * @self: a page
 *
 * Returns: whether it has unapplied changes
 */
gboolean
nb_machine_page_is_modified (NbMachinePage *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_PAGE (self), FALSE);

  return nb_machine_editor_get_modified (self->editor);
}

/**
 * nb_machine_page_go_back:
 * @self: a page
 *
 * Goes back one page, within the machine or to the list. Asks first where changes would be lost.
 */
void
nb_machine_page_go_back (NbMachinePage *self)
{
  g_return_if_fail (NB_IS_MACHINE_PAGE (self));

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "main") != 0)
    pop (self);
  else if (!nb_machine_page_is_modified (self))
    g_signal_emit (self, close_signal, 0);
  else
    ask_to_leave (self, FALSE);
}

/**
 * nb_machine_page_close_window:
 * @self: a page with unapplied changes
 *
 * Asks whether they may be lost, and closes the window then.
 */
void
nb_machine_page_close_window (NbMachinePage *self)
{
  g_return_if_fail (NB_IS_MACHINE_PAGE (self));

  ask_to_leave (self, TRUE);
}
