/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-row.h"

#include <glib/gi18n-lib.h>

#include "nb-compat.h"

/**
 * NbPlanRow:
 *
 * One step of a plan: what it does, how it stands, and, opened, what can go wrong and what it changes in the XML.
 */
struct _NbPlanRow
{
  AdwExpanderRow parent_instance;

  NbPlanStep *step;
  GtkImage *icon;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (NbPlanRow, nb_plan_row, ADW_TYPE_EXPANDER_ROW)

static const struct
{
  const char *icon;
  const char *class;
} looks[] = {
  [NB_PLAN_STEP_WAITING] = { "nb-step-waiting-symbolic", "dim-label" },
  [NB_PLAN_STEP_RUNNING] = { "nb-step-waiting-symbolic", "accent" },
  [NB_PLAN_STEP_DONE] = { "nb-good-symbolic", "success" },
  [NB_PLAN_STEP_FAILED] = { "nb-attention-symbolic", "error" },
  [NB_PLAN_STEP_SKIPPED] = { "nb-unknown-symbolic", "dim-label" },
};

static void
update (NbPlanRow *self)
{
  const NbPlanStepState state = nb_plan_step_get_state (self->step);
  const gboolean running = state == NB_PLAN_STEP_RUNNING;
  const char *message = nb_plan_step_get_message (self->step);
  const char *word = nb_plan_step_state_get_title (state);

  gtk_widget_set_visible (GTK_WIDGET (self->icon), !running);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), running);
  gtk_spinner_set_spinning (self->spinner, running);
  gtk_image_set_from_icon_name (self->icon, looks[state].icon);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), looks[i].class);
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), looks[state].class);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->icon), word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self),
                                 message != NULL ? message : nb_plan_step_get_explanation (self->step));
}

/* What is under way or failed is told to who can't see it. */
static void
state_cb (NbPlanRow *self)
{
  switch (nb_plan_step_get_state (self->step))
    {
    case NB_PLAN_STEP_RUNNING:
      nb_compat_announce (GTK_WIDGET (self), nb_plan_step_get_title (self->step));
      break;
    case NB_PLAN_STEP_FAILED:
      nb_compat_announce (GTK_WIDGET (self), nb_plan_step_get_message (self->step));
      break;
    case NB_PLAN_STEP_WAITING:
    case NB_PLAN_STEP_DONE:
    case NB_PLAN_STEP_SKIPPED:
      break;
    }
}

static GtkLabel *
add_label (NbPlanRow *self)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_margin_top (label, 12);
  gtk_widget_set_margin_bottom (label, 12);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), scroller);
  /* The text in it can have the focus. */
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);

  return GTK_LABEL (label);
}

static void
nb_plan_row_dispose (GObject *object)
{
  g_clear_object (&NB_PLAN_ROW (object)->step);

  G_OBJECT_CLASS (nb_plan_row_parent_class)->dispose (object);
}

static void
nb_plan_row_class_init (NbPlanRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_plan_row_dispose;
}

static void
nb_plan_row_init (NbPlanRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->icon = GTK_IMAGE (gtk_image_new ());
  self->spinner = GTK_SPINNER (gtk_spinner_new ());
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->spinner));
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), box);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

/**
 * nb_plan_row_new:
 * @step: a step
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
nb_plan_row_new (NbPlanStep *step)
{
  NbPlanRow *self = g_object_new (NB_TYPE_PLAN_ROW, "title", nb_plan_step_get_title (step), NULL);
  const char *risk = nb_plan_step_get_risk (step);
  const char *difference = nb_plan_step_get_difference (step);

  self->step = g_object_ref (step);
  if (risk != NULL)
    {
      GtkLabel *label = add_label (self);

      gtk_label_set_wrap (label, TRUE);
      gtk_label_set_label (label, risk);
    }
  if (difference != NULL && *difference != '\0')
    {
      GtkLabel *label = add_label (self);

      gtk_widget_add_css_class (GTK_WIDGET (label), "monospace");
      gtk_label_set_label (label, difference);
    }
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), risk != NULL || difference != NULL);
  g_signal_connect_object (step, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (step, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
