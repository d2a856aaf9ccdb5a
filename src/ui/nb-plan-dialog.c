/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-dialog.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "nb-compat.h"
#include "nb-holder-item.h"
#include "nb-plan-row.h"

/**
 * NbPlanDialog:
 *
 * "Let This Machine Run Virtual Machines": what will be done before it is done, then how it goes, then the way back.
 */
struct _NbPlanDialog
{
  AdwWindow parent_instance;

  GtkLabel *status;
  AdwPreferencesGroup *when;
  GtkCheckButton *later;
  GtkCheckButton *now;
  AdwPreferencesGroup *holders;
  GtkListBox *holder_list;
  AdwPreferencesGroup *steps_group;
  GtkListBox *steps;
  AdwPreferencesGroup *options;
  AdwActionRow *again_row;
  GtkSwitch *again;
  GtkSwitch *prove;
  GtkButton *take_back;
  GtkButton *cancel;
  GtkButton *start;
  GtkButton *close;

  NbPlan *plan;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (NbPlanDialog, nb_plan_dialog, ADW_TYPE_WINDOW)

static char *
dup_status (NbPlanDialog *self)
{
  const char *waiting_for = nb_plan_get_waiting_for (self->plan);
  const guint seconds = nb_plan_get_seconds_left (self->plan);

  switch (nb_plan_get_state (self->plan))
    {
    case NB_PLAN_READY:
      if (nb_plan_get_obstacle_text (self->plan) != NULL)
        return g_strdup (nb_plan_get_obstacle_text (self->plan));
      if (!nb_plan_get_can_run (self->plan))
        return g_strdup (_ ("Nothing is missing: this machine can run virtual machines."));
      return g_strdup (_ ("Nothing changes before you press Start. It stops at the first step that fails, and what was "
                          "done can be taken back."));
    case NB_PLAN_RUNNING:
    case NB_PLAN_ASKING:
      if (waiting_for != NULL && seconds > 0)
        /* Translators: names of machines, and how many seconds more they are waited for */
        return g_strdup_printf (ngettext ("Waiting for %s: %u second left", "Waiting for %s: %u seconds left", seconds),
                                waiting_for, seconds);
      if (waiting_for != NULL)
        return g_strdup_printf (_ ("Waiting for %s"), waiting_for);
      return g_strdup (_ ("Under way…"));
    case NB_PLAN_FINISHED:
    case NB_PLAN_FAILED:
    case NB_PLAN_TAKEN_BACK:
      return g_strdup (nb_plan_get_message (self->plan));
    }

  return NULL;
}

static void
answer_cb (const char *id, gpointer data)
{
  NbPlanDialog *self = data;

  self->asking = FALSE;
  if (self->plan != NULL)
    nb_plan_answer (self->plan, g_str_equal (id, "force")   ? NB_PLAN_ANSWER_FORCE_OFF
                                : g_str_equal (id, "later") ? NB_PLAN_ANSWER_LATER
                                                            : NB_PLAN_ANSWER_WAIT);
}

static void
ask (NbPlanDialog *self)
{
  gboolean busy;
  g_autofree char *heading = g_strdup_printf (_ ("%s Did Not Shut Down"), nb_plan_get_waiting_for (self->plan));

  g_object_get (self->plan, "asks-when", &busy, NULL);
  {
    const NbChoice choices[] = {
      { "wait", _ ("_Wait More"), NB_CHOICE_PLAIN },
      { "force", _ ("_Force Off"), NB_CHOICE_DESTRUCTIVE },
      { "later", busy ? _ ("At Next _Restart") : _ ("Restart It _Later"), NB_CHOICE_PLAIN },
    };

    self->asking = TRUE;
    nb_compat_ask (
      GTK_WINDOW (self), heading,
      _ ("The guest may be installing updates or waiting for an answer; have a look at its screen. Forcing it "
         "off is like pulling the plug: what was not saved is lost."),
      choices, G_N_ELEMENTS (choices), answer_cb, g_object_ref (self), g_object_unref);
  }
}

static void
update (NbPlanDialog *self)
{
  const NbPlanState state = nb_plan_get_state (self->plan);
  const gboolean ready = state == NB_PLAN_READY;
  const gboolean running = state == NB_PLAN_RUNNING || state == NB_PLAN_ASKING;
  g_autofree char *status = dup_status (self);
  gboolean asks, can_now, starts_again;
  NbPlanWhen when;

  g_object_get (self->plan, "asks-when", &asks, "can-now", &can_now, "starts-again", &starts_again, "when", &when,
                NULL);
  gtk_label_set_label (self->status, status);
  gtk_widget_set_visible (GTK_WIDGET (self->when), ready && asks);
  gtk_widget_set_sensitive (GTK_WIDGET (self->now), can_now);
  gtk_check_button_set_active (when == NB_PLAN_NOW ? self->now : self->later, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->holders), ready && asks);
  gtk_widget_set_visible (GTK_WIDGET (self->steps_group),
                          g_list_model_get_n_items (nb_plan_get_steps (self->plan)) > 0);
  adw_preferences_group_set_title (self->steps_group, ready ? _ ("What Will Be Done") : _ ("Progress"));
  gtk_widget_set_visible (GTK_WIDGET (self->options), ready && nb_plan_get_obstacle_text (self->plan) == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->again_row), starts_again);

  gtk_widget_set_visible (GTK_WIDGET (self->start), ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), nb_plan_get_can_run (self->plan));
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), ready || running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel), ready || nb_plan_get_can_cancel (self->plan));
  gtk_widget_set_visible (GTK_WIDGET (self->close), !ready && !running);
  gtk_widget_set_visible (GTK_WIDGET (self->take_back), !ready && !running && nb_plan_get_can_take_back (self->plan));

  if (state == NB_PLAN_ASKING && !self->asking)
    ask (self);
}

static void
state_cb (NbPlanDialog *self)
{
  update (self);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->close)))
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self->close));
  nb_compat_announce (GTK_WIDGET (self), gtk_label_get_label (self->status));
}

static void
start_cb (NbPlanDialog *self)
{
  nb_plan_run (self->plan);
}

static void
take_back_cb (NbPlanDialog *self)
{
  nb_plan_take_back (self->plan);
}

static void
cancel_cb (NbPlanDialog *self)
{
  if (nb_plan_get_state (self->plan) == NB_PLAN_READY)
    gtk_window_close (GTK_WINDOW (self));
  else
    nb_plan_cancel (self->plan);
}

static void
when_cb (NbPlanDialog *self)
{
  if (self->plan != NULL)
    g_object_set (self->plan, "when", gtk_check_button_get_active (self->now) ? NB_PLAN_NOW : NB_PLAN_LATER, NULL);
}

static void
show_all_cb (NbPlanDialog *self)
{
  nb_holder_list_show_all (nb_plan_get_holders (self->plan));
}

static GtkWidget *
create_holder (gpointer item, gpointer data)
{
  GtkWidget *row = adw_action_row_new ();
  const char *machine = nb_holder_item_get_machine (item);
  /* Translators: the numbers of a process and of its user */
  g_autofree char *ids = g_strdup_printf (_ ("Process %" PRId64 ", user %" PRId64), nb_holder_item_get_pid (item),
                                          nb_holder_item_get_uid (item));
  g_autofree char *title = machine != NULL ? g_strdup_printf ("%s (%s)", machine, nb_holder_item_get_command (item))
                                           : g_strdup (nb_holder_item_get_command (item));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), ids);

  return row;
}

static GtkWidget *
create_step (gpointer item, gpointer data)
{
  return nb_plan_row_new (item);
}

/* A run is not left alone: it ends first, or is cancelled. */
static gboolean
nb_plan_dialog_close_request (GtkWindow *window)
{
  NbPlanDialog *self = NB_PLAN_DIALOG (window);
  const NbPlanState state = nb_plan_get_state (self->plan);

  if (state == NB_PLAN_RUNNING || state == NB_PLAN_ASKING)
    return GDK_EVENT_STOP;

  return GTK_WINDOW_CLASS (nb_plan_dialog_parent_class)->close_request (window);
}

static void
nb_plan_dialog_dispose (GObject *object)
{
  g_clear_object (&NB_PLAN_DIALOG (object)->plan);

  G_OBJECT_CLASS (nb_plan_dialog_parent_class)->dispose (object);
}

static void
nb_plan_dialog_class_init (NbPlanDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_plan_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = nb_plan_dialog_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-plan-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, status);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, when);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, later);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, now);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, holders);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, holder_list);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, steps_group);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, options);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, again_row);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, again);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, prove);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, take_back);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, start);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, when_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
}

static void
nb_plan_dialog_init (NbPlanDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_plan_dialog_present:
 * @parent: the window
 * @plan: a plan that is ready
 *
 * Shows @plan; the person starts it.
 */
void
nb_plan_dialog_present (GtkWindow *parent, NbPlan *plan)
{
  NbPlanDialog *self = g_object_new (NB_TYPE_PLAN_DIALOG, "transient-for", parent, NULL);

  self->plan = g_object_ref (plan);
  gtk_list_box_bind_model (self->steps, nb_plan_get_steps (plan), create_step, NULL, NULL);
  gtk_list_box_bind_model (self->holder_list, nb_holder_list_get_items (nb_plan_get_holders (plan)), create_holder,
                           NULL, NULL);
  g_object_bind_property (plan, "start-again", self->again, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (plan, "prove", self->prove, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (plan, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (plan, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
