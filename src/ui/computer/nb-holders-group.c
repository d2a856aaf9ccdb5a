/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-holders-group.h"

#include "nb-kvm-user-row.h"

/**
 * NbHoldersGroup:
 *
 * Who keeps KVM busy, while somebody does.
 */
struct _NbHoldersGroup
{
  NbHostGroup parent_instance;

  GtkListBox *list;

  NbKvmUsers *users;
};

G_DEFINE_FINAL_TYPE (NbHoldersGroup, nb_holders_group, NB_TYPE_HOST_GROUP)

enum
{
  PROP_0,
  PROP_USERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return nb_kvm_user_row_new (item, data, NULL);
}

static gboolean
is_in_use (gpointer object, NbHostFacts *facts)
{
  return facts != NULL && facts->refcnt > 0;
}

static void
nb_holders_group_dispose (GObject *object)
{
  g_clear_object (&NB_HOLDERS_GROUP (object)->users);

  G_OBJECT_CLASS (nb_holders_group_parent_class)->dispose (object);
}

static void
nb_holders_group_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_USERS:
      g_value_set_object (value, NB_HOLDERS_GROUP (object)->users);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_holders_group_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbHoldersGroup *self = NB_HOLDERS_GROUP (object);

  switch (property_id)
    {
    case PROP_USERS:
      if (g_set_object (&self->users, g_value_get_object (value)))
        gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->users), create_row, self->users, NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_holders_group_class_init (NbHoldersGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_holders_group_dispose;
  object_class->get_property = nb_holders_group_get_property;
  object_class->set_property = nb_holders_group_set_property;

  properties[PROP_USERS] =
    g_param_spec_object ("users", NULL, NULL, NB_TYPE_KVM_USERS, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-holders-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbHoldersGroup, list);
  gtk_widget_class_bind_template_callback (widget_class, is_in_use);
}

static void
nb_holders_group_init (NbHoldersGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
