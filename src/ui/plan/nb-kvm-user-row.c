/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-kvm-user-row.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <unistd.h>

#include "nb-compat.h"
#include "nb-machine-words.h"

/**
 * NbKvmUserRow:
 *
 * Who keeps KVM busy. On the computer's page a machine can be shut down from it; in a plan it says what the plan does with
 * the machine. What is not known can be shown, with a password.
 */
struct _NbKvmUserRow
{
  AdwActionRow parent_instance;

  GtkWidget *spinner;
  GtkWidget *shut_down_button;
  GtkWidget *force_button;
  GtkWidget *show_button;

  NbKvmUser *user;
  NbKvmUsers *users;
  NbPlan *plan;
};

G_DEFINE_FINAL_TYPE (NbKvmUserRow, nb_kvm_user_row, ADW_TYPE_ACTION_ROW)

static char *
dup_process (NbHolderItem *holder)
{
  if (nb_holder_item_get_uid (holder) == (gint64) getuid ())
    return g_strdup_printf (_ ("Your process %" PRId64), nb_holder_item_get_pid (holder));

  /* Translators: a process's number, and its user's name */
  return g_strdup_printf (_ ("Process %" PRId64 " of user %s"), nb_holder_item_get_pid (holder),
                          nb_holder_item_get_user (holder));
}

/* The process of a machine that libvirt does not show here has a name, too. */
static char *
dup_title (NbKvmUserRow *self)
{
  NbHolderItem *holder = nb_kvm_user_get_holder (self->user);
  const char *command;

  switch (nb_kvm_user_get_kind (self->user))
    {
    case NB_KVM_USER_MACHINE:
      return g_strdup (nb_machine_get_name (nb_kvm_user_get_machine (self->user)));
    case NB_KVM_USER_PROCESS:
      command = nb_holder_item_get_command (holder) != NULL ? nb_holder_item_get_command (holder) : _ ("Unknown");
      if (nb_holder_item_get_machine (holder) == NULL)
        return g_strdup (command);
      /* Translators: a virtual machine's name, and its program's */
      return g_strdup_printf (_ ("%s (%s)"), nb_holder_item_get_machine (holder), command);
    case NB_KVM_USER_REST:
      return g_strdup (g_list_model_get_n_items (G_LIST_MODEL (self->users)) > 1 ? _ ("Possibly Other Programs")
                                                                                 : _ ("Something Else"));
    }

  return NULL;
}

/* What the plan does with it. */
static char *
dup_fate (NbKvmUserRow *self, NbMachine *machine)
{
  const char *fate = _ ("Shuts down and stays off");
  gboolean stops, start_again;

  g_object_get (self->plan, "stops", &stops, "start-again", &start_again, NULL);
  if (!stops)
    return g_strdup (_ ("Keeps running"));

  if (!nb_machine_is_persistent (machine))
    fate = _ ("Shuts down and is lost: libvirt has no saved configuration");
  else if (machine == nb_plan_get_machine (self->plan) || start_again)
    fate = _ ("Shuts down and starts again afterwards");
  if (nb_machine_get_state (machine) != NB_MACHINE_STATE_PAUSED)
    return g_strdup (fate);

  return g_strdup_printf ("%s\n%s", fate, _ ("Paused; resumes so it can shut down"));
}

static char *
dup_run (NbKvmUserRow *self, NbMachine *machine)
{
  NbHolderItem *holder = nb_kvm_user_get_holder (self->user);
  const char *state = nb_machine_state_get_title (nb_machine_get_state (machine));
  g_autofree char *process = NULL;

  switch (nb_kvm_user_get_state (self->user))
    {
    case NB_KVM_USER_RUNS:
      break;
    case NB_KVM_USER_ASKED:
      return g_strdup (_ ("Shutting down…"));
    case NB_KVM_USER_LATE:
      return g_strdup (_ ("Has not shut down yet. The guest may be installing updates or waiting for an answer; have a "
                          "look at its screen."));
    case NB_KVM_USER_FORCED:
      return g_strdup (_ ("Forcing it off…"));
    }

  if (holder == NULL)
    return g_strdup (state);

  process = dup_process (holder);
  return g_strdup_printf (_ ("%s · %s"), state, process);
}

static char *
dup_machine_subtitle (NbKvmUserRow *self)
{
  NbMachine *machine = nb_kvm_user_get_machine (self->user);
  const char *error = nb_kvm_user_get_error (self->user);
  g_autofree char *run = NULL;

  if (self->plan != NULL)
    return dup_fate (self, machine);

  run = dup_run (self, machine);
  return error != NULL ? g_strdup_printf ("%s\n%s", run, error) : g_steal_pointer (&run);
}

static char *
dup_rest_subtitle (NbKvmUserRow *self)
{
  NbHolderList *holders = nb_kvm_users_get_holders (self->users);

  if (nb_holder_list_get_error (holders) != NULL)
    return g_strdup (nb_holder_list_get_error (holders));
  if (nb_holder_list_get_complete (holders))
    return g_strdup (_ ("No process has it open. Another part of the system may use it."));

  return g_strdup (_ ("Other users’ programs may also be using KVM. Only an administrator can see them."));
}

static char *
dup_subtitle (NbKvmUserRow *self)
{
  g_autofree char *process = NULL;

  switch (nb_kvm_user_get_kind (self->user))
    {
    case NB_KVM_USER_MACHINE:
      return dup_machine_subtitle (self);
    case NB_KVM_USER_PROCESS:
      process = dup_process (nb_kvm_user_get_holder (self->user));
      return g_strdup_printf ("%s\n%s", process,
                              _ ("Not managed by libvirt. Close it in the program that started it."));
    case NB_KVM_USER_REST:
      return dup_rest_subtitle (self);
    }

  return NULL;
}

static void
update (NbKvmUserRow *self)
{
  const NbKvmUserKind kind = nb_kvm_user_get_kind (self->user);
  const NbKvmUserState state = nb_kvm_user_get_state (self->user);
  const gboolean acts = kind == NB_KVM_USER_MACHINE && self->plan == NULL;
  NbHolderList *holders = nb_kvm_users_get_holders (self->users);
  g_autofree char *title = dup_title (self);
  g_autofree char *subtitle = dup_subtitle (self);
  gboolean held;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_visible (self->shut_down_button, acts && state == NB_KVM_USER_RUNS);
  gtk_widget_set_visible (self->force_button, acts && state == NB_KVM_USER_LATE);
  gtk_widget_set_visible (self->spinner, acts && (state == NB_KVM_USER_ASKED || state == NB_KVM_USER_FORCED));
  gtk_widget_set_visible (self->show_button, kind == NB_KVM_USER_REST && !nb_holder_list_get_complete (holders));
  g_object_get (nb_kvm_users_get_host (self->users), "held", &held, NULL);
  gtk_widget_set_sensitive (self->show_button, nb_holder_list_get_can_show (holders) && !held);
}

static void
shut_down_choice_cb (const char *id, gpointer data)
{
  if (g_str_equal (id, "shut-down"))
    nb_kvm_user_shut_down (NB_KVM_USER_ROW (data)->user);
}

static void
shut_down_cb (NbKvmUserRow *self)
{
  NbMachine *machine = nb_kvm_user_get_machine (self->user);
  const NbChoice choices[] = {
    { "cancel", _ ("_Cancel"), NB_CHOICE_PLAIN },
    { "shut-down", _ ("Shut _Down"), NB_CHOICE_DESTRUCTIVE },
  };
  g_autofree char *heading = g_strdup_printf (_ ("Shut Down “%s”?"), nb_machine_get_name (machine));

  if (nb_machine_is_persistent (machine))
    nb_kvm_user_shut_down (self->user);
  else
    nb_compat_ask (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), heading,
                   _ ("libvirt keeps no configuration of this machine: once it has shut down, it is gone."), choices,
                   G_N_ELEMENTS (choices), shut_down_choice_cb, g_object_ref (self), g_object_unref);
}

/* The guest may have shut down while the question was open. */
static void
force_choice_cb (const char *id, gpointer data)
{
  NbKvmUserRow *self = data;

  if (g_str_equal (id, "force") && nb_machine_is_active (nb_kvm_user_get_machine (self->user)))
    nb_kvm_user_force_off (self->user);
}

static void
force_cb (NbKvmUserRow *self)
{
  nb_machine_ask_force_off (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                            nb_machine_get_name (nb_kvm_user_get_machine (self->user)), force_choice_cb,
                            g_object_ref (self), g_object_unref);
}

static void
show_cb (NbKvmUserRow *self)
{
  nb_holder_list_show_all (nb_kvm_users_get_holders (self->users));
}

static void
nb_kvm_user_row_dispose (GObject *object)
{
  NbKvmUserRow *self = NB_KVM_USER_ROW (object);

  g_clear_object (&self->user);
  g_clear_object (&self->users);
  g_clear_object (&self->plan);

  G_OBJECT_CLASS (nb_kvm_user_row_parent_class)->dispose (object);
}

static void
nb_kvm_user_row_class_init (NbKvmUserRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_kvm_user_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-kvm-user-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbKvmUserRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, NbKvmUserRow, shut_down_button);
  gtk_widget_class_bind_template_child (widget_class, NbKvmUserRow, force_button);
  gtk_widget_class_bind_template_child (widget_class, NbKvmUserRow, show_button);
  gtk_widget_class_bind_template_callback (widget_class, shut_down_cb);
  gtk_widget_class_bind_template_callback (widget_class, force_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
}

static void
nb_kvm_user_row_init (NbKvmUserRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* The newer GTKs take what a button shows for its name, before the name that it is given. */
static void
name_button (GtkWidget *button, const char *name)
{
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* "Shut Down" alone says nothing to who does not see the row. */
static void
name_buttons (NbKvmUserRow *self, NbMachine *machine)
{
  /* Translators: %s is a virtual machine's name */
  g_autofree char *shut_down = g_strdup_printf (_ ("Shut Down %s"), nb_machine_get_name (machine));
  /* Translators: %s is a virtual machine's name */
  g_autofree char *force = g_strdup_printf (_ ("Force %s Off…"), nb_machine_get_name (machine));

  name_button (self->shut_down_button, shut_down);
  name_button (self->force_button, force);
}

/**
 * nb_kvm_user_row_new:
 * @user: who keeps KVM busy
 * @users: all who do
 * @plan: (nullable): the plan that shows it
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
nb_kvm_user_row_new (NbKvmUser *user, NbKvmUsers *users, NbPlan *plan)
{
  NbKvmUserRow *self = g_object_new (NB_TYPE_KVM_USER_ROW, NULL);
  NbMachine *machine = nb_kvm_user_get_machine (user);

  self->user = g_object_ref (user);
  self->users = g_object_ref (users);
  g_set_object (&self->plan, plan);
  g_signal_connect_object (user, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (machine != NULL)
    {
      g_signal_connect_object (machine, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      name_buttons (self, machine);
    }
  if (nb_kvm_user_get_kind (user) == NB_KVM_USER_REST)
    {
      g_signal_connect_object (users, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (nb_kvm_users_get_holders (users), "notify", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (nb_kvm_users_get_host (users), "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  if (plan != NULL)
    {
      g_signal_connect_object (plan, "notify::stops", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (plan, "notify::start-again", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);

  return GTK_WIDGET (self);
}
