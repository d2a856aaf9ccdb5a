/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-edit-group.h"

/**
 * NbEditGroup:
 *
 * What the groups of the machine page have in common: they follow the editor's edit, which is another one after Apply.
 */
typedef struct
{
  NbMachineEditor *editor;
  NbCpuEdit *edit;
} NbEditGroupPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (NbEditGroup, nb_edit_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  PROP_0,
  PROP_EDITOR,
  PROP_EDIT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update (NbEditGroup *self)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);
  NbEditGroupClass *class = NB_EDIT_GROUP_GET_CLASS (self);

  if (class->update != NULL)
    class->update (self, priv->edit);
}

static void
follow (NbEditGroup *self)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);
  NbCpuEdit *edit = priv->editor != NULL ? nb_machine_editor_get_edit (priv->editor) : NULL;

  if (edit != priv->edit)
    {
      if (priv->edit != NULL)
        g_signal_handlers_disconnect_by_func (priv->edit, update, self);
      g_set_object (&priv->edit, edit);
      if (edit != NULL)
        g_signal_connect_object (edit, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EDIT]);
    }

  update (self);
}

static void
set_editor (NbEditGroup *self, NbMachineEditor *editor)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);

  if (editor == priv->editor)
    return;

  if (priv->editor != NULL)
    g_signal_handlers_disconnect_by_func (priv->editor, follow, self);
  g_set_object (&priv->editor, editor);
  if (editor != NULL)
    {
      g_signal_connect_object (editor, "notify", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (editor, "reloaded", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
    }
  follow (self);
}

static void
nb_edit_group_dispose (GObject *object)
{
  set_editor (NB_EDIT_GROUP (object), NULL);

  G_OBJECT_CLASS (nb_edit_group_parent_class)->dispose (object);
}

static void
nb_edit_group_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (NB_EDIT_GROUP (object));

  switch (property_id)
    {
    case PROP_EDITOR:
      g_value_set_object (value, priv->editor);
      break;
    case PROP_EDIT:
      g_value_set_object (value, priv->edit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_edit_group_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_EDITOR:
      set_editor (NB_EDIT_GROUP (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_edit_group_class_init (NbEditGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = nb_edit_group_dispose;
  object_class->get_property = nb_edit_group_get_property;
  object_class->set_property = nb_edit_group_set_property;

  properties[PROP_EDITOR] =
    g_param_spec_object ("editor", NULL, NULL, NB_TYPE_MACHINE_EDITOR, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EDIT] =
    g_param_spec_object ("edit", NULL, NULL, NB_TYPE_CPU_EDIT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_edit_group_init (NbEditGroup *self)
{
}

/**
 * nb_edit_group_get_editor:
 * @self: a group
 *
 * Returns: (transfer none) (nullable): the editor
 */
NbMachineEditor *
nb_edit_group_get_editor (NbEditGroup *self)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);

  return priv->editor;
}

/**
 * nb_edit_group_get_edit:
 * @self: a group
 *
 * Returns: (transfer none) (nullable): the editor's edit
 */
NbCpuEdit *
nb_edit_group_get_edit (NbEditGroup *self)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);

  return priv->edit;
}

/**
 * nb_edit_group_is_free:
 * @self: a group
 *
 * Returns: whether there is an edit, and nothing that keeps it from being changed
 */
gboolean
nb_edit_group_is_free (NbEditGroup *self)
{
  NbEditGroupPrivate *priv = nb_edit_group_get_instance_private (self);

  return priv->edit != NULL && priv->editor != NULL && nb_machine_editor_get_locked (priv->editor) == NULL;
}
