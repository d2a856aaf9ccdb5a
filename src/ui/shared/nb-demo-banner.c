/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-demo-banner.h"

/**
 * NbDemoBanner:
 *
 * Says that this is the demo, and lets a person choose another pretend computer.
 */
struct _NbDemoBanner
{
  GtkWidget parent_instance;

  GSimpleAction *scenario;
  NbDemo *demo;
};

G_DEFINE_FINAL_TYPE (NbDemoBanner, nb_demo_banner, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_DEMO,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
scenario_cb (GSimpleAction *action, GVariant *value, gpointer data)
{
  NbDemoBanner *self = NB_DEMO_BANNER (data);

  if (self->demo == NULL)
    return;

  nb_demo_set_scenario (self->demo, g_variant_get_string (value, NULL));
  g_simple_action_set_state (action, value);
}

static void
set_demo (NbDemoBanner *self, NbDemo *demo)
{
  /* Screenshots for the listing are made in the demo. */
  gboolean hidden = g_getenv ("NESTBOX_HIDE_DEMO_MARK") != NULL;

  if (!g_set_object (&self->demo, demo))
    return;

  gtk_widget_set_visible (GTK_WIDGET (self), demo != NULL && !hidden);

  if (demo != NULL)
    g_object_set (self->scenario, "state", g_variant_new_string (nb_demo_get_scenario (demo)), NULL);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEMO]);
}

static void
nb_demo_banner_dispose (GObject *object)
{
  NbDemoBanner *self = NB_DEMO_BANNER (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->scenario);
  g_clear_object (&self->demo);

  G_OBJECT_CLASS (nb_demo_banner_parent_class)->dispose (object);
}

static void
nb_demo_banner_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbDemoBanner *self = NB_DEMO_BANNER (object);

  switch (property_id)
    {
    case PROP_DEMO:
      g_value_set_object (value, self->demo);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_demo_banner_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbDemoBanner *self = NB_DEMO_BANNER (object);

  switch (property_id)
    {
    case PROP_DEMO:
      set_demo (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_demo_banner_class_init (NbDemoBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_demo_banner_dispose;
  object_class->get_property = nb_demo_banner_get_property;
  object_class->set_property = nb_demo_banner_set_property;

  properties[PROP_DEMO] = g_param_spec_object ("demo", NULL, NULL, NB_TYPE_DEMO,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-demo-banner.ui");
}

static void
nb_demo_banner_init (NbDemoBanner *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->scenario = g_simple_action_new_stateful ("scenario", G_VARIANT_TYPE_STRING, g_variant_new_string (""));
  g_signal_connect_object (self->scenario, "change-state", G_CALLBACK (scenario_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->scenario));
  /* Before the template: its menu button would not find a group that comes later. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "demo", G_ACTION_GROUP (group));

  gtk_widget_init_template (GTK_WIDGET (self));
}
