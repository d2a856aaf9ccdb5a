/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-feature.h"

#include "nb-cpu-enums.h"

struct _NbCpuFeature
{
  GObject parent_instance;
  char *name;
  NbCpuPolicy base_policy;
  NbCpuPolicy policy;
  NbTristate host_has;
};

G_DEFINE_FINAL_TYPE (NbCpuFeature, nb_cpu_feature, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_BASE_POLICY,
  PROP_POLICY,
  PROP_HOST_HAS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
nb_cpu_feature_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbCpuFeature *self = NB_CPU_FEATURE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_BASE_POLICY:
      g_value_set_enum (value, self->base_policy);
      break;
    case PROP_POLICY:
      g_value_set_enum (value, self->policy);
      break;
    case PROP_HOST_HAS:
      g_value_set_int (value, self->host_has);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_cpu_feature_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_POLICY:
      nb_cpu_feature_set_policy (NB_CPU_FEATURE (object), g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_cpu_feature_finalize (GObject *object)
{
  g_free (NB_CPU_FEATURE (object)->name);

  G_OBJECT_CLASS (nb_cpu_feature_parent_class)->finalize (object);
}

static void
nb_cpu_feature_class_init (NbCpuFeatureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nb_cpu_feature_get_property;
  object_class->set_property = nb_cpu_feature_set_property;
  object_class->finalize = nb_cpu_feature_finalize;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BASE_POLICY] = g_param_spec_enum ("base-policy", NULL, NULL, NB_TYPE_CPU_POLICY, NB_CPU_POLICY_NONE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_POLICY] = g_param_spec_enum ("policy", NULL, NULL, NB_TYPE_CPU_POLICY, NB_CPU_POLICY_NONE,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HOST_HAS] = g_param_spec_int ("host-has", NULL, NULL, NB_TRISTATE_UNKNOWN, NB_TRISTATE_YES,
                                                NB_TRISTATE_UNKNOWN, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_cpu_feature_init (NbCpuFeature *self)
{
}

/**
 * nb_cpu_feature_new:
 * @name: a feature's name
 * @base_policy: what the machine says of it so far
 * @host_has: whether the host offers it
 *
 * Returns: (transfer full): a row
 */
NbCpuFeature *
nb_cpu_feature_new (const char *name, NbCpuPolicy base_policy, NbTristate host_has)
{
  NbCpuFeature *self = g_object_new (NB_TYPE_CPU_FEATURE, NULL);

  self->name = g_strdup (name);
  self->base_policy = self->policy = base_policy;
  self->host_has = host_has;

  return self;
}

/**
 * nb_cpu_feature_get_name:
 * @self: a feature
 *
 * Returns: (transfer none): its name
 */
const char *
nb_cpu_feature_get_name (NbCpuFeature *self)
{
  return self->name;
}

/**
 * nb_cpu_feature_get_base_policy:
 * @self: a feature
 *
 * Returns: what the machine says of it so far
 */
NbCpuPolicy
nb_cpu_feature_get_base_policy (NbCpuFeature *self)
{
  return self->base_policy;
}

/**
 * nb_cpu_feature_get_host_has:
 * @self: a feature
 *
 * Returns: whether the host offers it
 */
NbTristate
nb_cpu_feature_get_host_has (NbCpuFeature *self)
{
  return self->host_has;
}

/**
 * nb_cpu_feature_get_policy:
 * @self: a feature
 *
 * Returns: what the draft says of it
 */
NbCpuPolicy
nb_cpu_feature_get_policy (NbCpuFeature *self)
{
  return self->policy;
}

/**
 * nb_cpu_feature_set_policy:
 * @self: a feature
 * @policy: a policy
 *
 * Sets what the draft says of it.
 */
void
nb_cpu_feature_set_policy (NbCpuFeature *self, NbCpuPolicy policy)
{
  g_return_if_fail (NB_IS_CPU_FEATURE (self));

  if (self->policy == policy)
    return;

  self->policy = policy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POLICY]);
}
