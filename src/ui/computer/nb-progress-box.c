/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-progress-box.h"

#include "nb-progress-row.h"

/**
 * NbProgressBox:
 *
 * The steps of the change that runs, and Cancel for as long as that is safe.
 */
struct _NbProgressBox
{
  GtkWidget parent_instance;

  GtkListBox *list;

  NbHostController *controller;
};

G_DEFINE_FINAL_TYPE (NbProgressBox, nb_progress_box, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_CONTROLLER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return nb_progress_row_new (NB_PROGRESS_STEP (item));
}

static void
set_controller (NbProgressBox *self, NbHostController *controller)
{
  g_autoptr (GListModel) steps = NULL;

  if (!g_set_object (&self->controller, controller) || controller == NULL)
    return;

  g_object_bind_property (controller, "running", self, "visible", G_BINDING_SYNC_CREATE);
  g_object_get (controller, "steps", &steps, NULL);
  gtk_list_box_bind_model (self->list, steps, create_row, NULL, NULL);
}

static gboolean
negate (gpointer object, gboolean value)
{
  return !value;
}

static void
nb_progress_box_dispose (GObject *object)
{
  NbProgressBox *self = NB_PROGRESS_BOX (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (nb_progress_box_parent_class)->dispose (object);
}

static void
nb_progress_box_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbProgressBox *self = NB_PROGRESS_BOX (object);

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
nb_progress_box_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbProgressBox *self = NB_PROGRESS_BOX (object);

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
nb_progress_box_class_init (NbProgressBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_progress_box_dispose;
  object_class->get_property = nb_progress_box_get_property;
  object_class->set_property = nb_progress_box_set_property;

  properties[PROP_CONTROLLER] =
    g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-progress-box.ui");
  gtk_widget_class_bind_template_child (widget_class, NbProgressBox, list);
  gtk_widget_class_bind_template_callback (widget_class, negate);
}

static void
nb_progress_box_init (NbProgressBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
