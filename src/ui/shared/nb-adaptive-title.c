/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-adaptive-title.h"

/**
 * NbAdaptiveTitle:
 *
 * A header bar's title that is one of two widgets: `wide` where it fits, else `narrow`. What else depends on the width
 * binds to `is-narrow`.
 */
struct _NbAdaptiveTitle
{
  GtkWidget parent_instance;

  GtkWidget *wide;
  GtkWidget *narrow;
  gboolean is_narrow;
  guint notify;
};

G_DEFINE_FINAL_TYPE (NbAdaptiveTitle, nb_adaptive_title, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_WIDE,
  PROP_NARROW,
  PROP_IS_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_child (NbAdaptiveTitle *self, GtkWidget **where, GtkWidget *child)
{
  g_clear_pointer (where, gtk_widget_unparent);
  *where = child;
  if (child != NULL)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
}

static void
nb_adaptive_title_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  NbAdaptiveTitle *self = NB_ADAPTIVE_TITLE (widget);
  int wide_minimum, wide_natural, narrow_minimum, narrow_natural;

  gtk_widget_measure (self->wide, orientation, -1, &wide_minimum, &wide_natural, NULL, NULL);
  gtk_widget_measure (self->narrow, orientation, -1, &narrow_minimum, &narrow_natural, NULL, NULL);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (wide_minimum, narrow_minimum);
  else
    *minimum = MAX (wide_minimum, narrow_minimum);
  *natural = MAX (wide_natural, narrow_natural);
}

/* Whoever follows changes its own size, which must not happen while sizes are given out. */
static gboolean
notify_cb (gpointer data)
{
  NbAdaptiveTitle *self = data;

  self->notify = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_NARROW]);

  return G_SOURCE_REMOVE;
}

static void
nb_adaptive_title_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  NbAdaptiveTitle *self = NB_ADAPTIVE_TITLE (widget);
  gboolean is_narrow;
  int natural;

  gtk_widget_measure (self->wide, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  is_narrow = width < natural;

  gtk_widget_set_child_visible (self->wide, !is_narrow);
  gtk_widget_set_child_visible (self->narrow, is_narrow);
  gtk_widget_allocate (is_narrow ? self->narrow : self->wide, width, height, baseline, NULL);

  if (self->is_narrow != is_narrow)
    {
      self->is_narrow = is_narrow;
      if (self->notify == 0)
        self->notify = g_idle_add_full (G_PRIORITY_HIGH_IDLE, notify_cb, self, NULL);
    }
}

static GtkSizeRequestMode
nb_adaptive_title_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
nb_adaptive_title_dispose (GObject *object)
{
  NbAdaptiveTitle *self = NB_ADAPTIVE_TITLE (object);

  g_clear_handle_id (&self->notify, g_source_remove);
  g_clear_pointer (&self->wide, gtk_widget_unparent);
  g_clear_pointer (&self->narrow, gtk_widget_unparent);

  G_OBJECT_CLASS (nb_adaptive_title_parent_class)->dispose (object);
}

static void
nb_adaptive_title_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbAdaptiveTitle *self = NB_ADAPTIVE_TITLE (object);

  switch (property_id)
    {
    case PROP_WIDE:
      g_value_set_object (value, self->wide);
      break;
    case PROP_NARROW:
      g_value_set_object (value, self->narrow);
      break;
    case PROP_IS_NARROW:
      g_value_set_boolean (value, self->is_narrow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_adaptive_title_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbAdaptiveTitle *self = NB_ADAPTIVE_TITLE (object);

  switch (property_id)
    {
    case PROP_WIDE:
      set_child (self, &self->wide, g_value_get_object (value));
      break;
    case PROP_NARROW:
      set_child (self, &self->narrow, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_adaptive_title_class_init (NbAdaptiveTitleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_adaptive_title_dispose;
  object_class->get_property = nb_adaptive_title_get_property;
  object_class->set_property = nb_adaptive_title_set_property;
  widget_class->measure = nb_adaptive_title_measure;
  widget_class->size_allocate = nb_adaptive_title_size_allocate;
  widget_class->get_request_mode = nb_adaptive_title_get_request_mode;

  properties[PROP_WIDE] =
    g_param_spec_object ("wide", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] =
    g_param_spec_object ("narrow", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_NARROW] =
    g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_adaptive_title_init (NbAdaptiveTitle *self)
{
}

/**
 * nb_adaptive_title_get_is_narrow:
 * @self: a title
 *
 * Returns: whether the narrow child is shown
 */
gboolean
nb_adaptive_title_get_is_narrow (NbAdaptiveTitle *self)
{
  g_return_val_if_fail (NB_IS_ADAPTIVE_TITLE (self), FALSE);

  return self->is_narrow;
}
