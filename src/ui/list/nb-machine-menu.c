/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-menu.h"

#include "nb-machine-actions.h"

/**
 * NbMachineMenu:
 *
 * What can be done with a machine without opening it: the same actions as on its page. One popover for all rows.
 */
struct _NbMachineMenu
{
  GObject parent_instance;

  GtkWidget *page; /* it owns us */
  GtkWidget *popover;
  GHashTable *actions; /* NbMachine -> NbMachineActions: of the menu, of what is under way, of what went wrong */
};

G_DEFINE_FINAL_TYPE (NbMachineMenu, nb_machine_menu, G_TYPE_OBJECT)

static gboolean
is_over (gpointer machine, gpointer actions, gpointer data)
{
  NbMachineEditor *editor = nb_machine_actions_get_editor (actions);

  return machine != data && nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE &&
         nb_machine_editor_get_error (editor) == NULL;
}

static NbMachineActions *
open_machine (NbMachineMenu *self, NbMachine *machine)
{
  NbMachineActions *actions = g_hash_table_lookup (self->actions, machine);

  g_hash_table_foreach_remove (self->actions, is_over, machine);
  if (actions == NULL)
    {
      g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machine);

      actions = nb_machine_actions_new (editor, self->page);
      g_hash_table_insert (self->actions, g_object_ref (machine), actions);
      /* Its XML can be copied once it was read. */
      nb_machine_editor_load (editor);
    }

  return actions;
}

static void
popup (NbMachineMenu *self, NbMachineRow *row, const GdkRectangle *at)
{
  NbMachine *machine = nb_machine_row_get_machine (row);

  if (machine == NULL)
    return;

  gtk_widget_insert_action_group (self->page, "machine", G_ACTION_GROUP (open_machine (self, machine)));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/**
 * nb_machine_menu_popup:
 * @self: a menu
 * @row: for which machine
 * @at: the row itself, or what is in it and was pressed
 *
 * Shows the menu.
 */
void
nb_machine_menu_popup (NbMachineMenu *self, NbMachineRow *row, GtkWidget *at)
{
  graphene_rect_t bounds;

  g_return_if_fail (NB_IS_MACHINE_MENU (self));

  if (gtk_widget_compute_bounds (at, self->page, &bounds))
    popup (self, row,
           &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                            (int) bounds.size.height });
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, NbMachineMenu *self)
{
  GtkWidget *list = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  NbMachineRow *row = nb_machine_row_find_at (list, x, y);
  graphene_point_t point;

  if (row == NULL || !gtk_widget_compute_point (list, self->page, &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup (self, row, &(GdkRectangle){ (int) point.x, (int) point.y, 1, 1 });
}

static gboolean
key_cb (GtkWidget *list, GVariant *arguments, gpointer data)
{
  NbMachineRow *row = nb_machine_row_find_focused (list);

  if (row == NULL)
    return FALSE;
  nb_machine_menu_popup (data, row, GTK_WIDGET (row));

  return TRUE;
}

static void
nb_machine_menu_dispose (GObject *object)
{
  NbMachineMenu *self = NB_MACHINE_MENU (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_hash_table_remove_all (self->actions);

  G_OBJECT_CLASS (nb_machine_menu_parent_class)->dispose (object);
}

static void
nb_machine_menu_finalize (GObject *object)
{
  g_hash_table_unref (NB_MACHINE_MENU (object)->actions);

  G_OBJECT_CLASS (nb_machine_menu_parent_class)->finalize (object);
}

static void
nb_machine_menu_class_init (NbMachineMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_machine_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = nb_machine_menu_finalize;
}

static void
nb_machine_menu_init (NbMachineMenu *self)
{
  self->actions = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

/**
 * nb_machine_menu_new:
 * @page: where the actions are put and the menu is shown
 * @list: the list in @page
 * @model: the menu
 *
 * Returns: (transfer full): a menu that opens by right click, the menu key and Shift+F10
 */
NbMachineMenu *
nb_machine_menu_new (GtkWidget *page, GtkListView *list, GMenuModel *model)
{
  NbMachineMenu *self = g_object_new (NB_TYPE_MACHINE_MENU, NULL);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  self->page = page;
  self->popover = gtk_popover_menu_new_from_model (model);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, page);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (click));

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                                                          gtk_callback_action_new (key_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (list), shortcuts);

  return self;
}
