/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-computer-actions.h"

#include <glib/gi18n-lib.h>

#include "nb-compat.h"
#include "nb-plan-dialog.h"
#include "nb-verdict-look.h"

/**
 * NbComputerActions:
 *
 * What a person can do with this computer: the action group "computer", and the one place where it is enabled.
 *
 * fix: the card's main button. disable: asks first. next-boot (state: default, on, off). ignore-msrs (state: whether KVM does). test: runs a virtual machine
 * inside a virtual machine. undo. cancel. clear-error. show-details: what the helper said of an error.
 */
struct _NbComputerActions
{
  GSimpleActionGroup parent_instance;

  NbHostController *controller;
  NbKvmUsers *users;
  GtkWindow *window; /* weak: it owns us */
};

G_DEFINE_FINAL_TYPE (NbComputerActions, nb_computer_actions, G_TYPE_SIMPLE_ACTION_GROUP)

static NbHostFacts *
get_facts (NbComputerActions *self)
{
  return nb_host_get_facts (nb_host_controller_get_host (self->controller));
}

/* KVM is in use: what stops for the change is shown first, and whether it stops at all is the person's choice. */
static void
present_plan (NbComputerActions *self, NbPlanGoal goal)
{
  g_autoptr (NbPlan) plan = nb_plan_new_for_computer (goal, self->controller, self->users);

  nb_holder_list_refresh (nb_kvm_users_get_holders (self->users));
  nb_plan_dialog_present (self->window, plan);
}

/* The use count may have changed since it was read: what is done depends on the verdict of this moment. */
static void
fix_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbComputerActions) self = data;
  NbHostFacts *facts;

  if (!nb_host_refresh_finish (NB_HOST (source), result, NULL) || self->window == NULL)
    return;

  facts = get_facts (self);
  switch (nb_verdict_get_remedy (nb_verdict_decide (facts), facts))
    {
    case NB_REMEDY_NONE:
    case NB_REMEDY_TRY_AGAIN:
      break;
    case NB_REMEDY_TEST_AGAIN:
      nb_host_prove (NB_HOST (source));
      break;
    case NB_REMEDY_SET_UP_MACHINE:
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.show-tab", "s", "machines");
      break;
    case NB_REMEDY_ENABLE:
    case NB_REMEDY_START_KVM:
      nb_host_controller_run_async (self->controller, NB_VERB_ENABLE, NULL, NULL);
      break;
    case NB_REMEDY_ENABLE_NOW:
      nb_host_controller_run_async (self->controller, NB_VERB_ENABLE_NOW, NULL, NULL);
      break;
    case NB_REMEDY_ENABLE_BUSY:
      present_plan (self, NB_PLAN_GOAL_ENABLE);
      break;
    case NB_REMEDY_ENABLE_LATER:
    case NB_REMEDY_KEEP_ON:
      nb_host_controller_run_async (self->controller, NB_VERB_ENABLE_LATER, NULL, NULL);
      break;
    }
}

static void
fix_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbComputerActions *self = data;

  nb_host_controller_clear_error (self->controller);
  nb_host_set_load_error (nb_host_controller_get_host (self->controller), 0);
  nb_host_refresh_async (nb_host_controller_get_host (self->controller), NULL, fix_refreshed_cb, g_object_ref (self));
}

static void
disable_choice_cb (const char *id, gpointer data)
{
  NbComputerActions *self = data;

  if (g_str_equal (id, "disable"))
    nb_host_controller_run_async (self->controller, NB_VERB_DISABLE, NULL, NULL);
}

static void
disable_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbComputerActions) self = data;
  const NbChoice choices[] = {
    { "cancel", _ ("_Cancel"), NB_CHOICE_PLAIN },
    { "disable", _ ("_Disable"), NB_CHOICE_DESTRUCTIVE },
  };

  if (!nb_host_refresh_finish (NB_HOST (source), result, NULL) || self->window == NULL)
    return;

  if (get_facts (self)->refcnt > 0)
    present_plan (self, NB_PLAN_GOAL_DISABLE);
  else
    nb_compat_ask (self->window, _ ("Disable Nested Virtualization?"),
                   _ ("Virtual machines on this computer will no longer be able to run virtual machines, also after a "
                      "restart."),
                   choices, G_N_ELEMENTS (choices), disable_choice_cb, g_object_ref (self), g_object_unref);
}

static void
disable_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbComputerActions *self = data;

  nb_host_refresh_async (nb_host_controller_get_host (self->controller), NULL, disable_refreshed_cb,
                         g_object_ref (self));
}

/* The state follows the host, not the request: see update(). */
static void
next_boot_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  NbComputerActions *self = data;
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));
  const char *wanted = g_variant_get_string (value, NULL);

  if (g_variant_equal (state, value))
    return;

  if (g_str_equal (wanted, "on"))
    nb_host_controller_run_async (self->controller, NB_VERB_ENABLE_LATER, NULL, NULL);
  else if (g_str_equal (wanted, "off"))
    nb_host_controller_run_async (self->controller, NB_VERB_DISABLE_LATER, NULL, NULL);
  else
    nb_host_controller_run_async (self->controller, NB_VERB_FORGET, NULL, NULL);
}

/* As with next-boot the state follows the host. */
static void
ignore_msrs_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  NbComputerActions *self = data;

  nb_host_controller_run_async (self->controller,
                                g_variant_get_boolean (value) ? NB_VERB_ALLOW_MSRS : NB_VERB_REFUSE_MSRS, NULL, NULL);
}

static void
test_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_host_prove (nb_host_controller_get_host (NB_COMPUTER_ACTIONS (data)->controller));
}

static void
undo_refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbComputerActions) self = data;

  if (!nb_host_refresh_finish (NB_HOST (source), result, NULL) || self->window == NULL)
    return;

  if (get_facts (self)->refcnt > 0 && nb_host_controller_get_undo_reloads (self->controller))
    present_plan (self, NB_PLAN_GOAL_UNDO);
  else
    nb_host_controller_undo_async (self->controller, NULL, NULL);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbComputerActions *self = data;

  nb_host_refresh_async (nb_host_controller_get_host (self->controller), NULL, undo_refreshed_cb, g_object_ref (self));
}

static void
cancel_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_host_controller_cancel (NB_COMPUTER_ACTIONS (data)->controller);
}

static void
clear_error_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_host_controller_clear_error (NB_COMPUTER_ACTIONS (data)->controller);
}

static void
details_choice_cb (const char *id, gpointer data)
{
  NbComputerActions *self = data;
  g_autofree char *detail = NULL;

  g_object_get (self->controller, "error-detail", &detail, NULL);
  if (g_str_equal (id, "copy") && detail != NULL && self->window != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), detail);
}

static void
show_details_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbComputerActions *self = data;
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  const NbChoice choices[] = {
    { "close", _ ("_Close"), NB_CHOICE_PLAIN },
    { "copy", _ ("C_opy"), NB_CHOICE_PLAIN },
  };

  g_object_get (self->controller, "error-title", &title, "error-detail", &detail, NULL);
  if (detail != NULL && self->window != NULL)
    nb_compat_ask (self->window, title, detail, choices, G_N_ELEMENTS (choices), details_choice_cb, g_object_ref (self),
                   g_object_unref);
}

static void
set_enabled (NbComputerActions *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update (NbComputerActions *self)
{
  NbHostFacts *facts = get_facts (self);
  gboolean can_change = nb_host_controller_get_can_change (self->controller);
  gboolean can_prove = nb_host_get_can_prove (nb_host_controller_get_host (self->controller));
  NbRemedy remedy = NB_REMEDY_NONE;
  const char *next_boot = "default";

  if (facts != NULL)
    {
      remedy = nb_verdict_get_remedy (nb_verdict_decide (facts), facts);
      if (facts->own_file != NB_TRISTATE_UNKNOWN)
        next_boot = facts->own_file == NB_TRISTATE_YES ? "on" : "off";
    }

  if (remedy == NB_REMEDY_TEST_AGAIN)
    set_enabled (self, "fix", can_change && can_prove);
  else
    set_enabled (self, "fix", remedy != NB_REMEDY_NONE && (can_change || !nb_remedy_changes_host (remedy)));
  set_enabled (self, "disable", can_change && facts != NULL && facts->live == NB_TRISTATE_YES);
  set_enabled (self, "next-boot", can_change && facts != NULL && !facts->config_managed);
  set_enabled (self, "ignore-msrs", can_change && facts->ignore_msrs != NB_TRISTATE_UNKNOWN && !facts->config_managed);
  set_enabled (self, "test", can_prove);
  set_enabled (self, "undo", nb_host_controller_get_can_undo (self->controller));
  set_enabled (self, "cancel", nb_host_controller_get_can_cancel (self->controller));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "next-boot")),
                             g_variant_new_string (next_boot));
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "ignore-msrs")),
                             g_variant_new_boolean (facts != NULL && facts->ignore_msrs == NB_TRISTATE_YES));
}

static void
nb_computer_actions_dispose (GObject *object)
{
  NbComputerActions *self = NB_COMPUTER_ACTIONS (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->controller);
  g_clear_object (&self->users);

  G_OBJECT_CLASS (nb_computer_actions_parent_class)->dispose (object);
}

static void
nb_computer_actions_class_init (NbComputerActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_computer_actions_dispose;
}

static void
nb_computer_actions_init (NbComputerActions *self)
{
  static const GActionEntry entries[] = {
    { .name = "fix", .activate = fix_cb },
    { .name = "disable", .activate = disable_cb },
    { .name = "next-boot", .parameter_type = "s", .state = "'default'", .change_state = next_boot_cb },
    { .name = "ignore-msrs", .state = "false", .change_state = ignore_msrs_cb },
    { .name = "test", .activate = test_cb },
    { .name = "undo", .activate = undo_cb },
    { .name = "cancel", .activate = cancel_cb },
    { .name = "clear-error", .activate = clear_error_cb },
    { .name = "show-details", .activate = show_details_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

/**
 * nb_computer_actions_new:
 * @controller: this computer
 * @users: who uses KVM
 * @window: the window that asks what must be asked
 *
 * Returns: (transfer full): an action group
 */
NbComputerActions *
nb_computer_actions_new (NbHostController *controller, NbKvmUsers *users, GtkWindow *window)
{
  NbComputerActions *self = g_object_new (NB_TYPE_COMPUTER_ACTIONS, NULL);

  self->controller = g_object_ref (controller);
  self->users = g_object_ref (users);
  g_set_weak_pointer (&self->window, window);
  g_signal_connect_object (controller, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_host_controller_get_host (controller), "notify::facts", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_host_controller_get_host (controller), "notify::proving", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);

  return self;
}
