/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How machines are picked in the list: Ctrl+click, a long press, Ctrl+Space, Ctrl+A. Once that has begun, a click or Enter does. */

#include "config.h"

#include "nb-machine-picking.h"

#include "nb-machine-row.h"

static void
toggle (NbMachineSelection *selection, NbMachineRow *row)
{
  NbMachine *machine = row != NULL ? nb_machine_row_get_machine (row) : NULL;

  if (machine != NULL)
    nb_machine_selection_toggle (selection, machine);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, NbMachineSelection *selection)
{
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);

  if ((gtk_event_controller_get_current_event_state (controller) & GDK_CONTROL_MASK) == 0)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  toggle (selection, nb_machine_row_find_at (gtk_event_controller_get_widget (controller), x, y));
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, NbMachineSelection *selection)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  toggle (selection, nb_machine_row_find_at (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y));
}

static gboolean
space_cb (GtkWidget *list, GVariant *arguments, gpointer data)
{
  toggle (data, nb_machine_row_find_focused (list));

  return TRUE;
}

/**
 * nb_machine_picking_attach:
 * @list: a list of machines
 * @selection: what is picked
 *
 * Lets machines be picked in @list.
 */
void
nb_machine_picking_attach (GtkListView *list, NbMachineSelection *selection)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *long_press = gtk_gesture_long_press_new ();
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), selection, 0);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (long_press), GTK_PHASE_CAPTURE);
  g_signal_connect_object (long_press, "pressed", G_CALLBACK (long_pressed_cb), selection, 0);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (long_press));

  /* Before the list's own, which know of no picking. */
  gtk_event_controller_set_propagation_phase (shortcuts, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (shortcuts),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_space, GDK_CONTROL_MASK),
                      gtk_callback_action_new (space_cb, g_object_ref (selection), g_object_unref)));
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (shortcuts),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_a, GDK_CONTROL_MASK), gtk_named_action_new ("list.pick-all")));
  gtk_widget_add_controller (GTK_WIDGET (list), shortcuts);
}
