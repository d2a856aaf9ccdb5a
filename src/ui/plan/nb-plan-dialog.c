/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-dialog.h"

#include <glib/gi18n-lib.h>

#include "nb-compat.h"
#include "nb-kvm-user-row.h"
#include "nb-machine-words.h"
#include "nb-plan-row.h"
#include "nb-machine-inference.h"

/**
 * NbPlanDialog:
 *
 * "Let This Machine Run Virtual Machines", or a change of this computer while KVM is in use: what will be done before it is
 * done, then how it goes, then the way back.
 */
struct _NbPlanDialog
{
  AdwWindow parent_instance;

  GtkLabel *status;
  AdwPreferencesGroup *when;
  GtkCheckButton *later;
  AdwActionRow *now_row;
  GtkCheckButton *now;
  AdwPreferencesGroup *holders;
  GtkListBox *holder_list;
  AdwPreferencesGroup *steps_group;
  GtkListBox *steps;
  AdwPreferencesGroup *again_group;
  AdwActionRow *again_row;
  GtkSwitch *again;
  AdwPreferencesGroup *prove_group;
  GtkSwitch *prove;
  GtkButton *take_back;
  GtkButton *cancel;
  GtkButton *start;
  GtkButton *close;

  NbPlan *plan;
  gboolean asking;
  GPtrArray *told;     /* the machines of which the person was told that they shut down for the way back */
  gboolean takes_back; /* the way back was wanted, and has not begun */
};

G_DEFINE_FINAL_TYPE (NbPlanDialog, nb_plan_dialog, ADW_TYPE_WINDOW)

static const char *
get_title (NbPlanGoal goal)
{
  switch (goal)
    {
    case NB_PLAN_GOAL_MACHINE:
      return _ ("Let This Machine Run Virtual Machines");
    case NB_PLAN_GOAL_ENABLE:
      return _ ("Enable Nested Virtualization");
    case NB_PLAN_GOAL_DISABLE:
      return _ ("Disable Nested Virtualization");
    case NB_PLAN_GOAL_UNDO:
      return _ ("Undo the Last Change");
    }

  return NULL;
}

/* Why there is nothing to start, without an obstacle. */
static const char *
get_nothing (NbPlanDialog *self)
{
  NbPlanWhen when;
  gboolean asks;

  g_object_get (self->plan, "when", &when, "asks-when", &asks, NULL);
  if (nb_plan_get_goal (self->plan) == NB_PLAN_GOAL_MACHINE && !asks)
    return _ ("Nothing is missing: this machine can run virtual machines.");
  if (asks && when == NB_PLAN_LATER)
    return _ ("The computer’s configuration says so already: it takes effect when the computer restarts, and nothing "
              "else has to be done.");

  return _ ("Nothing is left to do.");
}

static guint
count_machines (NbPlanDialog *self)
{
  g_autoptr (GPtrArray) machines = nb_kvm_users_dup_machines (nb_plan_get_users (self->plan));

  return machines->len;
}

static char *
dup_now_title (NbPlanDialog *self)
{
  const guint n = count_machines (self);

  if (n == 0)
    return g_strdup (_ ("Now"));
  if (nb_plan_get_goal (self->plan) == NB_PLAN_GOAL_DISABLE)
    return g_strdup_printf (ngettext ("Shut Down %u Machine and Disable", "Shut Down %u Machines and Disable", n), n);

  return g_strdup_printf (ngettext ("Shut Down %u Machine and Enable", "Shut Down %u Machines and Enable", n), n);
}

static const char *
get_now_subtitle (NbPlanDialog *self, gboolean can_now)
{
  if (can_now)
    return _ ("What runs is shut down first; you see below what happens to each");
  if (nb_kvm_users_count_strangers (nb_plan_get_users (self->plan)) > 0)
    return _ ("Not possible while a program uses KVM that can’t be shut down from here; close it yourself first");

  return _ ("Not possible: what uses KVM is not known, or can’t be shut down from here");
}

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
        return g_strdup (get_nothing (self));
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

static void ask (NbPlanDialog *self);

static void
force_cb (const char *id, gpointer data)
{
  NbPlanDialog *self = data;

  self->asking = FALSE;
  if (self->plan == NULL || nb_plan_get_state (self->plan) != NB_PLAN_ASKING)
    return;
  if (g_str_equal (id, "force"))
    nb_plan_answer (self->plan, NB_PLAN_STEP_ANSWER_FORCE_OFF);
  else
    ask (self);
}

static void
answer_cb (const char *id, gpointer data)
{
  NbPlanDialog *self = data;

  self->asking = FALSE;
  if (self->plan == NULL || nb_plan_get_state (self->plan) != NB_PLAN_ASKING)
    return;
  if (g_str_equal (id, "force"))
    {
      self->asking = TRUE;
      nb_machine_ask_force_off (GTK_WINDOW (self), nb_plan_get_waiting_for (self->plan), force_cb, g_object_ref (self),
                                g_object_unref);
    }
  else
    nb_plan_answer (self->plan, g_str_equal (id, "later") ? NB_PLAN_STEP_ANSWER_LATER : NB_PLAN_STEP_ANSWER_WAIT);
}

static const char *
get_later_label (NbPlanDialog *self)
{
  gboolean back, stops;

  g_object_get (self->plan, "goes-back", &back, "stops", &stops, NULL);
  if (back)
    return _ ("_Leave It as It Is");

  return stops ? _ ("At Next _Restart") : _ ("Restart It _Later");
}

/* All guests have shut down, and KVM is in use all the same. */
static void
ask_in_use (NbPlanDialog *self)
{
  const NbChoice choices[] = {
    { "wait", _ ("_Try Again"), NB_CHOICE_SUGGESTED },
    { "later", get_later_label (self), NB_CHOICE_PLAIN },
  };

  nb_compat_ask (GTK_WINDOW (self), _ ("Something Else Still Uses KVM"),
                 _ ("All machines that were asked have shut down. A program that is no virtual machine of libvirt, or "
                    "one of another user, has to be closed where it was started."),
                 choices, G_N_ELEMENTS (choices), answer_cb, g_object_ref (self), g_object_unref);
}

static void
ask (NbPlanDialog *self)
{
  const char *names = nb_plan_get_waiting_for (self->plan);
  const NbChoice choices[] = {
    { "wait", _ ("_Keep Waiting"), NB_CHOICE_SUGGESTED },
    { "force", _ ("_Force Off…"), NB_CHOICE_DESTRUCTIVE },
    { "later", get_later_label (self), NB_CHOICE_PLAIN },
  };
  g_autofree char *heading = NULL;

  self->asking = TRUE;
  if (names == NULL)
    {
      ask_in_use (self);
      return;
    }

  heading = g_strdup_printf (_ ("%s Did Not Shut Down"), names);
  nb_compat_ask (
    GTK_WINDOW (self), heading,
    _ ("The guest may be installing updates or waiting for an answer; have a look at its screen. Forcing it "
       "off is like pulling the plug: what was not saved is lost."),
    choices, G_N_ELEMENTS (choices), answer_cb, g_object_ref (self), g_object_unref);
}

static void
name_switch (AdwActionRow *row, GtkWidget *widget, const char *title)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
update (NbPlanDialog *self)
{
  const NbPlanState state = nb_plan_get_state (self->plan);
  const gboolean ready = state == NB_PLAN_READY;
  const gboolean running = state == NB_PLAN_RUNNING || state == NB_PLAN_ASKING;
  g_autofree char *status = dup_status (self);
  const gboolean machine = nb_plan_get_goal (self->plan) == NB_PLAN_GOAL_MACHINE;
  const gboolean possible = nb_plan_get_obstacle_text (self->plan) == NULL;
  g_autofree char *now = dup_now_title (self);
  gboolean asks, can_now, stops;
  NbPlanWhen when;

  g_object_get (self->plan, "asks-when", &asks, "can-now", &can_now, "stops", &stops, "when", &when, NULL);
  gtk_label_set_label (self->status, status);
  gtk_widget_set_visible (GTK_WIDGET (self->when), ready && asks);
  name_switch (self->now_row, GTK_WIDGET (self->now), now);
  adw_action_row_set_subtitle (self->now_row, get_now_subtitle (self, can_now));
  gtk_widget_set_sensitive (GTK_WIDGET (self->now), can_now);
  gtk_check_button_set_active (when == NB_PLAN_NOW ? self->now : self->later, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->holders), ready && (asks || stops));
  gtk_widget_set_visible (GTK_WIDGET (self->steps_group),
                          g_list_model_get_n_items (nb_plan_get_steps (self->plan)) > 0);
  adw_preferences_group_set_title (self->steps_group, ready ? _ ("What Will Be Done") : _ ("Progress"));
  gtk_widget_set_visible (GTK_WIDGET (self->again_group), ready && stops && possible);
  gtk_widget_set_visible (GTK_WIDGET (self->prove_group), ready && machine && possible);

  gtk_widget_set_visible (GTK_WIDGET (self->start), ready);
  gtk_widget_set_sensitive (GTK_WIDGET (self->start), nb_plan_get_can_run (self->plan));
  gtk_widget_set_visible (GTK_WIDGET (self->cancel), ready || running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->cancel), ready || nb_plan_get_can_cancel (self->plan));
  gtk_widget_set_visible (GTK_WIDGET (self->close), !ready && !running);
  gtk_widget_set_visible (GTK_WIDGET (self->take_back), !ready && !running && nb_plan_get_can_take_back (self->plan));

  if (state == NB_PLAN_ASKING && !self->asking)
    ask (self);
}

static void take_back_cb (NbPlanDialog *self);

static void
state_cb (NbPlanDialog *self)
{
  gboolean goes_back;

  g_object_get (self->plan, "goes-back", &goes_back, NULL);
  self->takes_back = self->takes_back && !goes_back;
  update (self);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->close)))
    return;

  /* It has not begun: another machine would have to shut down as well. */
  if (self->takes_back)
    {
      take_back_cb (self);
      return;
    }

  gtk_widget_grab_focus (GTK_WIDGET (self->close));
  nb_compat_announce (GTK_WIDGET (self), gtk_label_get_label (self->status));
}

static void
start_cb (NbPlanDialog *self)
{
  nb_plan_run (self->plan);
}

static void
take_back (NbPlanDialog *self)
{
  self->takes_back = TRUE;
  nb_plan_take_back (self->plan, self->told);
}

static void
take_back_choice_cb (const char *id, gpointer data)
{
  NbPlanDialog *self = data;

  if (self->plan != NULL && g_str_equal (id, "take-back"))
    take_back (self);
}

/* Nothing is shut down without asking. */
static void
take_back_cb (NbPlanDialog *self)
{
  g_autoptr (GPtrArray) stops = nb_plan_dup_stops_back (self->plan);
  const NbChoice choices[] = {
    { "cancel", _ ("_Cancel"), NB_CHOICE_PLAIN },
    { "take-back", _ ("Shut Down and _Take Back"), NB_CHOICE_DESTRUCTIVE },
  };
  g_autofree char *names = nb_machine_join_names (stops);
  g_autofree char *body = NULL;

  self->takes_back = FALSE;
  g_clear_pointer (&self->told, g_ptr_array_unref);
  self->told = g_ptr_array_ref (stops);
  if (stops->len == 0)
    {
      take_back (self);
      return;
    }

  body =
    g_strdup_printf (ngettext ("%s has to shut down for that. Save your work inside the guest first.",
                               "%s have to shut down for that. Save your work inside the guests first.", stops->len),
                     names);
  nb_compat_ask (GTK_WINDOW (self), _ ("Take Back What Was Done?"), body, choices, G_N_ELEMENTS (choices),
                 take_back_choice_cb, g_object_ref (self), g_object_unref);
}

static void
cancel_cb (NbPlanDialog *self)
{
  if (nb_plan_get_state (self->plan) == NB_PLAN_READY)
    gtk_window_close (GTK_WINDOW (self));
  else
    nb_plan_cancel (self->plan);
}

/* Of the two signals only the second counts: at the first, none of the buttons is active. */
static void
when_cb (NbPlanDialog *self, GtkCheckButton *button)
{
  if (self->plan != NULL && gtk_check_button_get_active (button))
    g_object_set (self->plan, "when", button == self->now ? NB_PLAN_NOW : NB_PLAN_LATER, NULL);
}

static GtkWidget *
create_holder (gpointer item, gpointer data)
{
  NbPlan *plan = data;

  return nb_kvm_user_row_new (item, nb_plan_get_users (plan), plan);
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
  g_clear_pointer (&NB_PLAN_DIALOG (object)->told, g_ptr_array_unref);

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
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, now_row);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, now);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, holders);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, holder_list);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, steps_group);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, steps);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, again_group);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, again_row);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, again);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, prove_group);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, prove);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, take_back);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, start);
  gtk_widget_class_bind_template_child (widget_class, NbPlanDialog, close);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, when_cb);
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
  NbPlanDialog *self =
    g_object_new (NB_TYPE_PLAN_DIALOG, "transient-for", parent, "title", get_title (nb_plan_get_goal (plan)), NULL);
  const gboolean machine = nb_plan_get_goal (plan) == NB_PLAN_GOAL_MACHINE;

  self->plan = g_object_ref (plan);
  name_switch (self->again_row, GTK_WIDGET (self->again),
               machine ? _ ("Start the Others Again") : _ ("Start Them Again Afterwards"));
  gtk_list_box_bind_model (self->steps, nb_plan_get_steps (plan), create_step, NULL, NULL);
  gtk_list_box_bind_model (self->holder_list, G_LIST_MODEL (nb_plan_get_users (plan)), create_holder, plan, NULL);
  g_object_bind_property (plan, "start-again", self->again, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (plan, "prove", self->prove, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (plan, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (plan, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  /* Not the default widget: on a row, Enter is the row's. */
  gtk_widget_grab_focus (GTK_WIDGET (self->start));
  gtk_window_present (GTK_WINDOW (self));
}
