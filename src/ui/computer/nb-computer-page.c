/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-computer-page.h"

#include "nb-checks-group.h"
#include "nb-computer-notices.h"
#include "nb-details-group.h"
#include "nb-holders-group.h"
#include "nb-next-boot-group.h"
#include "nb-verdict-card.h"

/**
 * NbComputerPage:
 *
 * This Computer: the verdict, and what stands behind it.
 */
struct _NbComputerPage
{
  GtkWidget parent_instance;

  AdwPreferencesPage *page;
  GtkWidget *card;

  NbHostController *controller;
  NbKvmUsers *users;
  guint n_ticks;
};

G_DEFINE_FINAL_TYPE (NbComputerPage, nb_computer_page, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_CONTROLLER,
  PROP_USERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* The window is there with the verdict; what lies below follows. The second tick comes when the first frame was drawn. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  NbComputerPage *self = NB_COMPUTER_PAGE (widget);
  const GType groups[] = { NB_TYPE_HOLDERS_GROUP, NB_TYPE_NEXT_BOOT_GROUP, NB_TYPE_DETAILS_GROUP,
                           NB_TYPE_CHECKS_GROUP };

  if (self->n_ticks++ == 0)
    return G_SOURCE_CONTINUE;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      GtkWidget *group = g_object_new (groups[i], NULL);

      g_object_bind_property (self, "controller", group, "controller", G_BINDING_SYNC_CREATE);
      if (NB_IS_HOLDERS_GROUP (group))
        g_object_bind_property (self, "users", group, "users", G_BINDING_SYNC_CREATE);
      adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
    }

  return G_SOURCE_REMOVE;
}

/* What is under way is told in the card, wherever on the page it was asked for. */
static void
running_cb (NbComputerPage *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (self->card, GTK_TYPE_SCROLLED_WINDOW);

  if (window != NULL && nb_host_controller_get_running (self->controller))
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (window)), 0);
}

static void
set_controller (NbComputerPage *self, NbHostController *controller)
{
  if (g_set_object (&self->controller, controller) && controller != NULL)
    g_signal_connect_object (controller, "notify::running", G_CALLBACK (running_cb), self, G_CONNECT_SWAPPED);
}

static gboolean
nb_computer_page_grab_focus (GtkWidget *widget)
{
  NbComputerPage *self = NB_COMPUTER_PAGE (widget);

  return gtk_widget_grab_focus (self->card) || gtk_widget_child_focus (GTK_WIDGET (self->page), GTK_DIR_TAB_FORWARD);
}

static void
nb_computer_page_dispose (GObject *object)
{
  NbComputerPage *self = NB_COMPUTER_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->controller);
  g_clear_object (&self->users);

  G_OBJECT_CLASS (nb_computer_page_parent_class)->dispose (object);
}

static void
nb_computer_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbComputerPage *self = NB_COMPUTER_PAGE (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      g_value_set_object (value, self->controller);
      break;
    case PROP_USERS:
      g_value_set_object (value, self->users);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_computer_page_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbComputerPage *self = NB_COMPUTER_PAGE (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      set_controller (self, g_value_get_object (value));
      break;
    case PROP_USERS:
      g_set_object (&self->users, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_computer_page_class_init (NbComputerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_computer_page_dispose;
  object_class->get_property = nb_computer_page_get_property;
  object_class->set_property = nb_computer_page_set_property;
  widget_class->grab_focus = nb_computer_page_grab_focus;

  properties[PROP_CONTROLLER] =
    g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_USERS] =
    g_param_spec_object ("users", NULL, NULL, NB_TYPE_KVM_USERS, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (NB_TYPE_COMPUTER_NOTICES);
  g_type_ensure (NB_TYPE_VERDICT_CARD);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-computer-page.ui");
  gtk_widget_class_bind_template_child (widget_class, NbComputerPage, page);
  gtk_widget_class_bind_template_child (widget_class, NbComputerPage, card);
}

static void
nb_computer_page_init (NbComputerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}
