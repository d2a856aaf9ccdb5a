/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-error-box.h"

/**
 * NbErrorBox:
 *
 * Why the last change failed, where it was asked for. It takes no room where nothing did.
 */
struct _NbErrorBox
{
  GtkWidget parent_instance;

  NbHostController *controller;
};

G_DEFINE_FINAL_TYPE (NbErrorBox, nb_error_box, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_CONTROLLER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_set (gpointer object, const char *text)
{
  return text != NULL;
}

static gboolean
to_visible (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_boolean (to, g_value_get_string (from) != NULL);

  return TRUE;
}

static void
set_controller (NbErrorBox *self, NbHostController *controller)
{
  if (g_set_object (&self->controller, controller) && controller != NULL)
    g_object_bind_property_full (controller, "error-message", self, "visible", G_BINDING_SYNC_CREATE, to_visible, NULL,
                                 NULL, NULL);
}

static void
close_cb (NbErrorBox *self)
{
  nb_host_controller_clear_error (self->controller);
}

static void
nb_error_box_dispose (GObject *object)
{
  NbErrorBox *self = NB_ERROR_BOX (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (nb_error_box_parent_class)->dispose (object);
}

static void
nb_error_box_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbErrorBox *self = NB_ERROR_BOX (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      g_value_set_object (value, self->controller);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_error_box_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbErrorBox *self = NB_ERROR_BOX (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      set_controller (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_error_box_class_init (NbErrorBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_error_box_dispose;
  object_class->get_property = nb_error_box_get_property;
  object_class->set_property = nb_error_box_set_property;

  properties[PROP_CONTROLLER] =
    g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-error-box.ui");
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
nb_error_box_init (NbErrorBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
