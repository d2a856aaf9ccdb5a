/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-window.h"

#include <glib/gi18n-lib.h>

#include "nb-adaptive-title.h"
#include "nb-compat.h"
#include "nb-computer-actions.h"
#include "nb-computer-page.h"
#include "nb-demo-banner.h"
#include "nb-machine-page.h"
#include "nb-machines-page.h"
#include "nb-plan-dialog.h"
#include "nb-toast.h"

/**
 * NbWindow:
 *
 * The window: two tabs, and the pages that slide over them.
 */
struct _NbWindow
{
  AdwApplicationWindow parent_instance;

  NbDemoBanner *banner;
  GtkStack *pages;
  AdwViewStack *tabs;
  AdwBin *machines_bin;

  GSettings *settings;
  NbHostController *controller;
  NbComputerActions *computer_actions;
  NbDemo *demo;
  NbMachineList *machines;
  NbKvmUsers *users;
  GtkWidget *origin; /* weak: had the keyboard when a machine was opened */
  gboolean first_verdict_seen;
};

G_DEFINE_FINAL_TYPE (NbWindow, nb_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  PROP_0,
  PROP_CONTROLLER,
  PROP_DEMO,
  PROP_MACHINES,
  PROP_USERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static NbMachinePage *
get_machine_page (NbWindow *self)
{
  return (NbMachinePage *) gtk_stack_get_child_by_name (self->pages, "machine");
}

/* What is told is told on whichever page is seen. */
static GtkWidget *
get_top_page (NbWindow *self)
{
  NbMachinePage *page = get_machine_page (self);

  return page != NULL ? GTK_WIDGET (page) : GTK_WIDGET (self->tabs);
}

static void
finished_cb (NbWindow *self, const char *message)
{
  if (nb_host_controller_get_can_undo (self->controller))
    nb_toast_show_undo (get_top_page (self), message, "computer.undo");
  else
    nb_toast_show (get_top_page (self), message);
}

/* What it would undo is no longer the last change. */
static void
running_cb (NbWindow *self)
{
  if (nb_host_controller_get_running (self->controller))
    nb_toast_dismiss_undo (GTK_WIDGET (self));
}

/* A verdict that wants something done is what a person should see first. */
static void
facts_cb (NbWindow *self)
{
  NbHost *host = nb_host_controller_get_host (self->controller);

  if (self->first_verdict_seen || nb_host_get_facts (host) == NULL)
    return;

  self->first_verdict_seen = TRUE;
  if (!nb_verdict_is_on (nb_host_get_verdict (host)))
    adw_view_stack_set_visible_child_name (self->tabs, "computer");
}

/* The use count has no event: whoever comes back to the window gets it anew. A dialog has its own way back. */
static void
is_active_cb (NbWindow *self)
{
  if (nb_compat_has_dialog (GTK_WINDOW (self)))
    nb_toast_dismiss_undo (GTK_WIDGET (self));
  if (gtk_window_is_active (GTK_WINDOW (self)) && !nb_host_controller_get_running (self->controller))
    nb_kvm_users_refresh (self->users);
}

static void
show_tab_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  NbWindow *self = NB_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->tabs, g_variant_get_string (parameter, NULL));
  if (get_machine_page (self) != NULL)
    return;

  if (nb_window_shows_machines (self) && adw_bin_get_child (self->machines_bin) != NULL)
    gtk_widget_grab_focus (adw_bin_get_child (self->machines_bin));
  else
    gtk_widget_grab_focus (adw_view_stack_get_visible_child (self->tabs));
}

static void
set_up_machine_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  NbWindow *self = NB_WINDOW (widget);
  NbMachinePage *page = get_machine_page (self);

  if (page != NULL)
    {
      g_autoptr (NbPlan) plan = nb_plan_new (nb_machine_page_get_editor (page), self->controller, self->users);

      nb_plan_dialog_present (GTK_WINDOW (self), plan);
    }
}

/* A page goes away when it has slid out. */
static void
transition_cb (NbWindow *self)
{
  NbMachinePage *page = get_machine_page (self);

  if (page != NULL && !gtk_stack_get_transition_running (self->pages) &&
      gtk_stack_get_visible_child (self->pages) != GTK_WIDGET (page))
    gtk_stack_remove (self->pages, GTK_WIDGET (page));
}

static void
close_machine_cb (NbWindow *self)
{
  gtk_stack_set_visible_child_name (self->pages, "main");
  if (self->origin == NULL || !gtk_widget_grab_focus (self->origin))
    gtk_widget_child_focus (GTK_WIDGET (self->machines_bin), GTK_DIR_TAB_FORWARD);
  g_clear_weak_pointer (&self->origin);
  transition_cb (self);
}

static void
open_cb (NbWindow *self, NbMachine *machine)
{
  GtkWidget *page;

  if (get_machine_page (self) != NULL)
    gtk_stack_remove (self->pages, GTK_WIDGET (get_machine_page (self)));

  g_set_weak_pointer (&self->origin, gtk_window_get_focus (GTK_WINDOW (self)));
  page = nb_machine_page_new (machine, nb_host_controller_get_host (self->controller), G_OBJECT (self->demo));
  g_signal_connect_object (page, "close", G_CALLBACK (close_machine_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->pages, page, "machine");
  gtk_stack_set_visible_child (self->pages, page);
  gtk_widget_grab_focus (page);
}

/* A window that opens with the computer need not build a list of machines before it is seen. */
static void
tab_cb (NbWindow *self)
{
  g_autoptr (GListModel) connections = NULL;
  GtkWidget *page;

  if (self->machines == NULL || adw_bin_get_child (self->machines_bin) != NULL ||
      g_strcmp0 (adw_view_stack_get_visible_child_name (self->tabs), "machines") != 0)
    return;

  g_object_get (self->machines, "connections", &connections, NULL);
  page = g_object_new (NB_TYPE_MACHINES_PAGE, "machines", self->machines, "connections", connections, "host",
                       nb_host_controller_get_host (self->controller), NULL);
  g_signal_connect_object (page, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->machines_bin, page);
}

/* What was typed is not lost by closing the window. */
static gboolean
nb_window_close_request (GtkWindow *window)
{
  NbMachinePage *page = get_machine_page (NB_WINDOW (window));

  if (page != NULL && nb_machine_page_is_modified (page))
    {
      nb_machine_page_close_window (page);
      return GDK_EVENT_STOP;
    }

  return GTK_WINDOW_CLASS (nb_window_parent_class)->close_request (window);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  NbWindow *self = NB_WINDOW (widget);

  if (get_machine_page (self) != NULL)
    return;
  adw_view_stack_set_visible_child_name (self->tabs, "machines");
  if (adw_bin_get_child (self->machines_bin) != NULL)
    nb_machines_page_search (NB_MACHINES_PAGE (adw_bin_get_child (self->machines_bin)));
}

static void
demo_changed_cb (NbWindow *self)
{
  nb_host_controller_forget (self->controller);
  nb_host_refresh (nb_host_controller_get_host (self->controller));
}

static void
nb_window_constructed (GObject *object)
{
  NbWindow *self = NB_WINDOW (object);

  G_OBJECT_CLASS (nb_window_parent_class)->constructed (object);

  self->computer_actions = nb_computer_actions_new (self->controller, self->users, GTK_WINDOW (self));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "computer", G_ACTION_GROUP (self->computer_actions));

  g_signal_connect_object (self->controller, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->controller, "notify::running", G_CALLBACK (running_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_host_controller_get_host (self->controller), "notify::facts", G_CALLBACK (facts_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  g_signal_connect_object (self->pages, "notify::transition-running", G_CALLBACK (transition_cb), self,
                           G_CONNECT_SWAPPED);
  /* Another computer is not pretended while this one is being changed. */
  g_object_bind_property (self->controller, "running", self->banner, "sensitive",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  if (self->demo != NULL)
    g_signal_connect_object (self->demo, "changed", G_CALLBACK (demo_changed_cb), self, G_CONNECT_SWAPPED);

  if (g_str_has_suffix (NB_APP_ID, ".Devel"))
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");

  facts_cb (self);
  g_signal_connect_object (self->tabs, "notify::visible-child-name", G_CALLBACK (tab_cb), self, G_CONNECT_SWAPPED);
  tab_cb (self);
}

static void
nb_window_dispose (GObject *object)
{
  NbWindow *self = NB_WINDOW (object);

  g_clear_weak_pointer (&self->origin);
  g_clear_object (&self->computer_actions);
  g_clear_object (&self->settings);
  g_clear_object (&self->controller);
  g_clear_object (&self->demo);
  g_clear_object (&self->machines);
  g_clear_object (&self->users);

  G_OBJECT_CLASS (nb_window_parent_class)->dispose (object);
}

static void
nb_window_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbWindow *self = NB_WINDOW (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      g_value_set_object (value, self->controller);
      break;
    case PROP_DEMO:
      g_value_set_object (value, self->demo);
      break;
    case PROP_MACHINES:
      g_value_set_object (value, self->machines);
      break;
    case PROP_USERS:
      g_value_set_object (value, self->users);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_window_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbWindow *self = NB_WINDOW (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      g_set_object (&self->controller, g_value_get_object (value));
      break;
    case PROP_DEMO:
      g_set_object (&self->demo, g_value_get_object (value));
      break;
    case PROP_MACHINES:
      g_set_object (&self->machines, g_value_get_object (value));
      break;
    case PROP_USERS:
      g_set_object (&self->users, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_window_class_init (NbWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = nb_window_constructed;
  object_class->dispose = nb_window_dispose;
  object_class->get_property = nb_window_get_property;
  object_class->set_property = nb_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = nb_window_close_request;

  /* Not construct-only: the template binds to them, and the template is there first. */
  properties[PROP_CONTROLLER] = g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER,
                                                     G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  properties[PROP_DEMO] = g_param_spec_object ("demo", NULL, NULL, NB_TYPE_DEMO,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  properties[PROP_MACHINES] = g_param_spec_object ("machines", NULL, NULL, NB_TYPE_MACHINE_LIST,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  properties[PROP_USERS] = g_param_spec_object ("users", NULL, NULL, NB_TYPE_KVM_USERS,
                                                G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (NB_TYPE_ADAPTIVE_TITLE);
  g_type_ensure (NB_TYPE_COMPUTER_PAGE);
  g_type_ensure (NB_TYPE_DEMO_BANNER);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-window.ui");
  gtk_widget_class_bind_template_child (widget_class, NbWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, NbWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, NbWindow, tabs);
  gtk_widget_class_bind_template_child (widget_class, NbWindow, machines_bin);

  gtk_widget_class_install_action (widget_class, "win.show-tab", "s", show_tab_action);
  gtk_widget_class_install_action (widget_class, "win.set-up-machine", NULL, set_up_machine_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_ALT_MASK, "win.show-tab", "s", "computer");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_ALT_MASK, "win.show-tab", "s", "machines");
}

static void
nb_window_init (NbWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = g_settings_new ("io.github.nestbox.Nestbox");
  g_settings_bind (self->settings, "width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "page", self->tabs, "visible-child-name", G_SETTINGS_BIND_DEFAULT);
}

/**
 * nb_window_new:
 * @application: the application
 * @controller: this computer
 * @demo: (nullable): the demo, where this is one
 * @machines: the machines of all connections
 * @users: those who use KVM
 *
 * Returns: (transfer none): a window
 */
NbWindow *
nb_window_new (
  GtkApplication *application, NbHostController *controller, NbDemo *demo, NbMachineList *machines, NbKvmUsers *users)
{
  return g_object_new (NB_TYPE_WINDOW, "application", application, "controller", controller, "demo", demo, "machines",
                       machines, "users", users, NULL);
}

/**
 * nb_window_shows_machines:
 * @self: a window
 *
 * Returns: whether the list of machines is what is seen
 */
gboolean
nb_window_shows_machines (NbWindow *self)
{
  g_return_val_if_fail (NB_IS_WINDOW (self), FALSE);

  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->tabs), "machines") == 0;
}

/**
 * nb_window_tell:
 * @self: a window
 * @text: what happened; not markup
 *
 * Shows a toast on the page that is seen.
 */
void
nb_window_tell (NbWindow *self, const char *text)
{
  g_return_if_fail (NB_IS_WINDOW (self));

  nb_toast_show (get_top_page (self), text);
}
