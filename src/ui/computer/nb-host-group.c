/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-host-group.h"

/**
 * NbHostGroup:
 *
 * What the groups of This Computer share: the controller, and the facts that their .ui files bind to.
 */
typedef struct
{
  NbHostController *controller;
} NbHostGroupPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (NbHostGroup, nb_host_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  PROP_0,
  PROP_CONTROLLER,
  PROP_FACTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
facts_cb (NbHostGroup *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
}

static void
set_controller (NbHostGroup *self, NbHostController *controller)
{
  NbHostGroupPrivate *priv = nb_host_group_get_instance_private (self);
  NbHostGroupClass *klass = NB_HOST_GROUP_GET_CLASS (self);

  if (controller == NULL || priv->controller != NULL)
    return;

  priv->controller = g_object_ref (controller);
  g_signal_connect_object (nb_host_controller_get_host (controller), "notify::facts", G_CALLBACK (facts_cb), self,
                           G_CONNECT_SWAPPED);
  if (klass->set_up != NULL)
    klass->set_up (self, controller);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTROLLER]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
}

static void
nb_host_group_dispose (GObject *object)
{
  NbHostGroupPrivate *priv = nb_host_group_get_instance_private (NB_HOST_GROUP (object));

  g_clear_object (&priv->controller);

  G_OBJECT_CLASS (nb_host_group_parent_class)->dispose (object);
}

static void
nb_host_group_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbHostGroup *self = NB_HOST_GROUP (object);

  switch (property_id)
    {
    case PROP_CONTROLLER:
      g_value_set_object (value, nb_host_group_get_controller (self));
      break;
    case PROP_FACTS:
      g_value_set_boxed (value, nb_host_group_get_facts (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_host_group_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbHostGroup *self = NB_HOST_GROUP (object);

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
nb_host_group_class_init (NbHostGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = nb_host_group_dispose;
  object_class->get_property = nb_host_group_get_property;
  object_class->set_property = nb_host_group_set_property;

  properties[PROP_CONTROLLER] =
    g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FACTS] =
    g_param_spec_boxed ("facts", NULL, NULL, NB_TYPE_HOST_FACTS, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_host_group_init (NbHostGroup *self)
{
}

/**
 * nb_host_group_get_controller:
 * @self: a group
 *
 * Returns: (transfer none) (nullable): the controller, once it is set
 */
NbHostController *
nb_host_group_get_controller (NbHostGroup *self)
{
  NbHostGroupPrivate *priv = nb_host_group_get_instance_private (self);

  return priv->controller;
}

/**
 * nb_host_group_get_facts:
 * @self: a group
 *
 * Returns: (transfer none) (nullable): what is known of the host, %NULL before the first reading
 */
NbHostFacts *
nb_host_group_get_facts (NbHostGroup *self)
{
  NbHostGroupPrivate *priv = nb_host_group_get_instance_private (self);

  return priv->controller != NULL ? nb_host_get_facts (nb_host_controller_get_host (priv->controller)) : NULL;
}
