/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-batch-dialog.h"

#include <glib/gi18n-lib.h>

#include "nb-cpu-enums.h"
#include "nb-plan-row.h"

/**
 * NbBatchDialog:
 *
 * "Set Up Several Machines": what they are to have, what will change where, how it went, and the way back.
 */
struct _NbBatchDialog
{
  AdwWindow parent_instance;

  GtkWidget *choices;
  GtkLabel *summary;
  GtkListBox *steps;
  GtkButton *undo;
  GtkButton *cancel;
  GtkButton *apply;
  GtkButton *close;

  NbBatch *batch;
  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (NbBatchDialog, nb_batch_dialog, ADW_TYPE_WINDOW)

static void
update (NbBatchDialog *self)
{
  const NbBatchState state = nb_batch_get_state (self->batch);
  const gboolean before = state == NB_BATCH_READING || state == NB_BATCH_READY;
  const gboolean after = state == NB_BATCH_APPLIED || state == NB_BATCH_UNDONE;

  gtk_label_set_label (self->summary, nb_batch_get_summary (self->batch));
  gtk_widget_set_visible (self->choices, before);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), before);
  gtk_widget_set_visible (GTK_WIDGET (self->apply), before);
  gtk_widget_set_sensitive (GTK_WIDGET (self->apply),
                            state == NB_BATCH_READY && nb_batch_get_n_changes (self->batch) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->undo), nb_batch_get_can_undo (self->batch));
  gtk_widget_set_visible (GTK_WIDGET (self->close), after);
}

static void
state_cb (NbBatchDialog *self)
{
  update (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->close)))
    gtk_widget_grab_focus (GTK_WIDGET (self->close));
}

static void
apply_cb (NbBatchDialog *self)
{
  nb_batch_apply (self->batch);
}

static void
undo_cb (NbBatchDialog *self)
{
  nb_batch_undo (self->batch);
}

/* A nick of the enum, or "leave". */
static int
get_choice (NbBatchDialog *self, const char *name, GType type)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (type);
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), name);
  const GEnumValue *value = g_enum_get_value_by_nick (values, g_variant_get_string (state, NULL));

  return value != NULL ? value->value : NB_BATCH_LEAVE;
}

static void
choice_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  NbBatchDialog *self = data;

  g_simple_action_set_state (action, value);
  nb_batch_choose (self->batch, get_choice (self, "mode", NB_TYPE_CPU_MODE),
                   get_choice (self, "nesting", NB_TYPE_CPU_NESTING));
}

static GtkWidget *
create_step (gpointer item, gpointer data)
{
  return nb_plan_row_new (item);
}

/* What is under way ends first. */
static gboolean
nb_batch_dialog_close_request (GtkWindow *window)
{
  const NbBatchState state = nb_batch_get_state (NB_BATCH_DIALOG (window)->batch);

  if (state == NB_BATCH_APPLYING || state == NB_BATCH_UNDOING)
    return GDK_EVENT_STOP;

  return GTK_WINDOW_CLASS (nb_batch_dialog_parent_class)->close_request (window);
}

static void
nb_batch_dialog_dispose (GObject *object)
{
  NbBatchDialog *self = NB_BATCH_DIALOG (object);

  if (self->steps != NULL)
    gtk_list_box_bind_model (self->steps, NULL, NULL, NULL, NULL);
  self->steps = NULL;
  if (self->batch != NULL)
    g_object_run_dispose (G_OBJECT (self->batch));
  g_clear_object (&self->batch);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (nb_batch_dialog_parent_class)->dispose (object);
}

static void
nb_batch_dialog_class_init (NbBatchDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_batch_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = nb_batch_dialog_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-batch-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, choices);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, undo);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, apply);
  gtk_widget_class_bind_template_child (widget_class, NbBatchDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, undo_cb);
}

static void
nb_batch_dialog_init (NbBatchDialog *self)
{
  static const GActionEntry entries[] = {
    { .name = "mode", .parameter_type = "s", .state = "'leave'", .change_state = choice_cb },
    { .name = "nesting", .parameter_type = "s", .state = "'leave'", .change_state = choice_cb },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "batch", G_ACTION_GROUP (self->actions));
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_batch_dialog_present:
 * @parent: the window
 * @batch: machines of which nothing was changed yet; it ends with the dialog
 *
 * Shows @batch; the person chooses and applies.
 */
void
nb_batch_dialog_present (GtkWindow *parent, NbBatch *batch)
{
  NbBatchDialog *self = g_object_new (NB_TYPE_BATCH_DIALOG, "transient-for", parent, NULL);

  self->batch = g_object_ref (batch);
  gtk_list_box_bind_model (self->steps, nb_batch_get_steps (batch), create_step, NULL, NULL);
  g_signal_connect_object (batch, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (batch, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
