/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-progress-row.h"

#include "nb-compat.h"

/**
 * NbProgressRow:
 *
 * One step of a change: waits, is under way, or is done.
 */
struct _NbProgressRow
{
  GtkListBoxRow parent_instance;

  GtkStack *state;
  GtkSpinner *spinner;
  GtkLabel *title;
};

G_DEFINE_FINAL_TYPE (NbProgressRow, nb_progress_row, GTK_TYPE_LIST_BOX_ROW)

static void
state_cb (NbProgressRow *self, GParamSpec *pspec, NbProgressStep *step)
{
  NbProgress state = nb_progress_step_get_state (step);

  gtk_spinner_set_spinning (self->spinner, state == NB_PROGRESS_ACTIVE);

  switch (state)
    {
    case NB_PROGRESS_WAITING:
      gtk_stack_set_visible_child_name (self->state, "waiting");
      gtk_widget_add_css_class (GTK_WIDGET (self->title), "dim-label");
      break;
    case NB_PROGRESS_ACTIVE:
      nb_compat_announce (GTK_WIDGET (self), nb_progress_step_get_title (step));
      gtk_stack_set_visible_child_name (self->state, "active");
      gtk_widget_remove_css_class (GTK_WIDGET (self->title), "dim-label");
      break;
    case NB_PROGRESS_DONE:
      gtk_stack_set_visible_child_name (self->state, "done");
      gtk_widget_remove_css_class (GTK_WIDGET (self->title), "dim-label");
      break;
    }
}

static void
nb_progress_row_class_init (NbProgressRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-progress-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbProgressRow, state);
  gtk_widget_class_bind_template_child (widget_class, NbProgressRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, NbProgressRow, title);
}

static void
nb_progress_row_init (NbProgressRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_progress_row_new:
 * @step: the step to show
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
nb_progress_row_new (NbProgressStep *step)
{
  NbProgressRow *self = g_object_new (NB_TYPE_PROGRESS_ROW, NULL);

  gtk_label_set_label (self->title, nb_progress_step_get_title (step));
  g_signal_connect_object (step, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  state_cb (self, NULL, step);

  return GTK_WIDGET (self);
}
