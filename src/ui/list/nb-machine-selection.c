/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-selection.h"

/**
 * NbMachineSelection:
 *
 * The machines that a person has picked, by themselves and not by their places: a search does not unpick them.
 */
struct _NbMachineSelection
{
  GObject parent_instance;

  GHashTable *machines;
  gboolean active;
};

G_DEFINE_FINAL_TYPE (NbMachineSelection, nb_machine_selection, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACTIVE,
  PROP_COUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
changed (NbMachineSelection *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

static void
nb_machine_selection_finalize (GObject *object)
{
  g_hash_table_unref (NB_MACHINE_SELECTION (object)->machines);

  G_OBJECT_CLASS (nb_machine_selection_parent_class)->finalize (object);
}

static void
nb_machine_selection_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbMachineSelection *self = NB_MACHINE_SELECTION (object);

  switch (property_id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    case PROP_COUNT:
      g_value_set_uint (value, nb_machine_selection_get_count (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_selection_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_ACTIVE:
      nb_machine_selection_set_active (NB_MACHINE_SELECTION (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_selection_class_init (NbMachineSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = nb_machine_selection_finalize;
  object_class->get_property = nb_machine_selection_get_property;
  object_class->set_property = nb_machine_selection_set_property;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, G_PARAM_READWRITE | flags);
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_machine_selection_init (NbMachineSelection *self)
{
  self->machines = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

/**
 * nb_machine_selection_new:
 *
 * Returns: (transfer full): an empty selection
 */
NbMachineSelection *
nb_machine_selection_new (void)
{
  return g_object_new (NB_TYPE_MACHINE_SELECTION, NULL);
}

gboolean
nb_machine_selection_get_active (NbMachineSelection *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_SELECTION (self), FALSE);

  return self->active;
}

void
nb_machine_selection_set_active (NbMachineSelection *self, gboolean active)
{
  g_return_if_fail (NB_IS_MACHINE_SELECTION (self));

  if (self->active == active)
    return;

  self->active = active;
  g_object_freeze_notify (G_OBJECT (self));
  if (!active && g_hash_table_size (self->machines) > 0)
    {
      g_hash_table_remove_all (self->machines);
      changed (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  g_object_thaw_notify (G_OBJECT (self));
}

guint
nb_machine_selection_get_count (NbMachineSelection *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_SELECTION (self), 0);

  return g_hash_table_size (self->machines);
}

gboolean
nb_machine_selection_contains (NbMachineSelection *self, NbMachine *machine)
{
  g_return_val_if_fail (NB_IS_MACHINE_SELECTION (self), FALSE);

  return g_hash_table_contains (self->machines, machine);
}

/**
 * nb_machine_selection_toggle:
 * @self: a selection
 * @machine: a machine
 *
 * Picks it or unpicks it; begins to select.
 */
void
nb_machine_selection_toggle (NbMachineSelection *self, NbMachine *machine)
{
  g_return_if_fail (NB_IS_MACHINE_SELECTION (self));

  if (!g_hash_table_remove (self->machines, machine))
    g_hash_table_add (self->machines, g_object_ref (machine));
  nb_machine_selection_set_active (self, TRUE);
  changed (self);
}

/**
 * nb_machine_selection_add_all:
 * @self: a selection
 * @machines: a list of machines
 *
 * Picks them all; begins to select.
 */
void
nb_machine_selection_add_all (NbMachineSelection *self, GListModel *machines)
{
  g_return_if_fail (NB_IS_MACHINE_SELECTION (self));

  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    g_hash_table_add (self->machines, g_list_model_get_item (machines, i));
  nb_machine_selection_set_active (self, TRUE);
  changed (self);
}

/**
 * nb_machine_selection_keep_only:
 * @self: a selection
 * @machines: all machines that there are
 *
 * Forgets those that are gone.
 */
void
nb_machine_selection_keep_only (NbMachineSelection *self, GListModel *machines)
{
  g_autoptr (GPtrArray) left = NULL;
  guint before;

  g_return_if_fail (NB_IS_MACHINE_SELECTION (self));

  before = g_hash_table_size (self->machines);
  if (before == 0)
    return;

  left = nb_machine_selection_dup_machines (self, machines);
  if (left->len == before)
    return;
  g_hash_table_remove_all (self->machines);
  for (guint i = 0; i < left->len; i++)
    g_hash_table_add (self->machines, g_object_ref (left->pdata[i]));
  changed (self);
}

/**
 * nb_machine_selection_dup_machines:
 * @self: a selection
 * @order: all machines that there are
 *
 * Returns: (transfer full) (element-type NbMachine): the selected ones, in that order
 */
GPtrArray *
nb_machine_selection_dup_machines (NbMachineSelection *self, GListModel *order)
{
  GPtrArray *machines = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (NB_IS_MACHINE_SELECTION (self), machines);

  for (guint i = 0; i < g_list_model_get_n_items (order); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (order, i);

      if (g_hash_table_contains (self->machines, machine))
        g_ptr_array_add (machines, g_steal_pointer (&machine));
    }

  return machines;
}
