/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-feature-row.h"

#include <glib/gi18n-lib.h>

/**
 * NbFeatureRow:
 *
 * One feature of the processor: its name, whether the host has it, what its policy means, and the policy.
 */
struct _NbFeatureRow
{
  GtkWidget parent_instance;

  GtkLabel *name;
  GtkLabel *meaning;
  GtkDropDown *policy;

  NbCpuFeature *feature;
  GBinding *binding;
};

G_DEFINE_FINAL_TYPE (NbFeatureRow, nb_feature_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_FEATURE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
get_meaning (NbCpuFeature *feature)
{
  switch (nb_cpu_feature_get_policy (feature))
    {
    case NB_CPU_POLICY_NONE:
      break;
    case NB_CPU_POLICY_FORCE:
      return _ ("The guest gets it, even where the host lacks it.");
    case NB_CPU_POLICY_REQUIRE:
      return _ ("The guest gets it; the machine does not start where the host lacks it.");
    case NB_CPU_POLICY_OPTIONAL:
      return _ ("The guest gets it where the host has it.");
    case NB_CPU_POLICY_DISABLE:
      return _ ("The guest does not get it.");
    case NB_CPU_POLICY_FORBID:
      return _ ("The machine does not start where the host has it.");
    }

  switch (nb_cpu_feature_get_host_has (feature))
    {
    case NB_TRISTATE_YES:
      return _ ("The host has it.");
    case NB_TRISTATE_NO:
      return _ ("The host does not have it.");
    case NB_TRISTATE_UNKNOWN:
      break;
    }

  return _ ("Whether the host has it isn’t known.");
}

/* What can have the focus are the list's own widget around the row and the button in the drop-down; neither has a name. */
static void
update (NbFeatureRow *self)
{
  GtkWidget *const focusable[] = { gtk_widget_get_parent (GTK_WIDGET (self)),
                                   gtk_widget_get_first_child (GTK_WIDGET (self->policy)), GTK_WIDGET (self->policy) };
  const char *meaning = self->feature != NULL ? get_meaning (self->feature) : NULL;

  gtk_label_set_label (self->meaning, meaning);
  for (guint i = 0; self->feature != NULL && i < G_N_ELEMENTS (focusable); i++)
    if (focusable[i] != NULL)
      gtk_accessible_update_property (GTK_ACCESSIBLE (focusable[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      nb_cpu_feature_get_name (self->feature), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      meaning, -1);
}

static gboolean
policy_to_selected (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_uint (to, (guint) g_value_get_enum (from));

  return TRUE;
}

static gboolean
selected_to_policy (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  if (g_value_get_uint (from) > NB_CPU_POLICY_FORBID)
    return FALSE;
  g_value_set_enum (to, (int) g_value_get_uint (from));

  return TRUE;
}

static void
set_feature (NbFeatureRow *self, NbCpuFeature *feature)
{
  if (feature == self->feature)
    return;

  if (self->feature != NULL)
    {
      g_clear_pointer (&self->binding, g_binding_unbind);
      g_signal_handlers_disconnect_by_data (self->feature, self);
    }
  g_set_object (&self->feature, feature);
  if (feature != NULL)
    {
      gtk_label_set_label (self->name, nb_cpu_feature_get_name (feature));
      self->binding = g_object_bind_property_full (feature, "policy", self->policy, "selected",
                                                   G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, policy_to_selected,
                                                   selected_to_policy, NULL, NULL);
      g_signal_connect_object (feature, "notify::policy", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
nb_feature_row_dispose (GObject *object)
{
  NbFeatureRow *self = NB_FEATURE_ROW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->feature != NULL)
    {
      g_clear_pointer (&self->binding, g_binding_unbind);
      g_signal_handlers_disconnect_by_data (self->feature, self);
    }
  g_clear_object (&self->feature);
  g_clear_pointer (&child, gtk_widget_unparent);

  G_OBJECT_CLASS (nb_feature_row_parent_class)->dispose (object);
}

static void
nb_feature_row_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_FEATURE:
      g_value_set_object (value, NB_FEATURE_ROW (object)->feature);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_feature_row_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_FEATURE:
      set_feature (NB_FEATURE_ROW (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_feature_row_class_init (NbFeatureRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_feature_row_dispose;
  object_class->get_property = nb_feature_row_get_property;
  object_class->set_property = nb_feature_row_set_property;

  properties[PROP_FEATURE] =
    g_param_spec_object ("feature", NULL, NULL, NB_TYPE_CPU_FEATURE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-feature-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbFeatureRow, name);
  gtk_widget_class_bind_template_child (widget_class, NbFeatureRow, meaning);
  gtk_widget_class_bind_template_child (widget_class, NbFeatureRow, policy);
}

static void
nb_feature_row_init (NbFeatureRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
