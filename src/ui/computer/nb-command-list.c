/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-command-list.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "nb-advice.h"
#include "nb-command-row.h"
#include "nb-verdict.h"

/**
 * NbCommandList:
 *
 * The commands that a change or else a verdict gives, to be run in a terminal. It takes no room where there are none.
 */
struct _NbCommandList
{
  GtkWidget parent_instance;

  AdwPreferencesGroup *group;
  GtkListBox *list;

  NbHostFacts *facts;
  char **commands;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (NbCommandList, nb_command_list, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_FACTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update (NbCommandList *self)
{
  g_auto (GStrv) commands = NULL;
  g_autofree char *attribution = NULL;
  GtkWidget *row;

  if (self->commands != NULL)
    commands = g_strdupv (self->commands);
  else if (self->facts != NULL)
    commands = nb_verdict_dup_commands (nb_verdict_decide (self->facts), self->facts);

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; commands != NULL && commands[i] != NULL; i++)
    gtk_list_box_append (self->list, nb_command_row_new (commands[i]));

  if (commands != NULL)
    attribution = nb_advice_dup_attribution ((const char *const *) commands);
  adw_preferences_group_set_description (self->group,
                                         self->asking ? _ ("The password question names this command.") : attribution);
  gtk_widget_set_visible (GTK_WIDGET (self), commands != NULL && commands[0] != NULL);
}

static void
set_facts (NbCommandList *self, NbHostFacts *facts)
{
  if (facts == self->facts)
    return;

  g_clear_pointer (&self->facts, nb_host_facts_unref);
  self->facts = facts != NULL ? nb_host_facts_ref (facts) : NULL;
  update (self);
}

static void
nb_command_list_dispose (GObject *object)
{
  NbCommandList *self = NB_COMMAND_LIST (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_pointer (&self->facts, nb_host_facts_unref);
  g_clear_pointer (&self->commands, g_strfreev);

  G_OBJECT_CLASS (nb_command_list_parent_class)->dispose (object);
}

static void
nb_command_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbCommandList *self = NB_COMMAND_LIST (object);

  switch (property_id)
    {
    case PROP_FACTS:
      g_value_set_boxed (value, self->facts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_command_list_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbCommandList *self = NB_COMMAND_LIST (object);

  switch (property_id)
    {
    case PROP_FACTS:
      set_facts (self, g_value_get_boxed (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_command_list_class_init (NbCommandListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_command_list_dispose;
  object_class->get_property = nb_command_list_get_property;
  object_class->set_property = nb_command_list_set_property;

  properties[PROP_FACTS] =
    g_param_spec_boxed ("facts", NULL, NULL, NB_TYPE_HOST_FACTS, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-command-list.ui");
  gtk_widget_class_bind_template_child (widget_class, NbCommandList, group);
  gtk_widget_class_bind_template_child (widget_class, NbCommandList, list);
}

static void
nb_command_list_init (NbCommandList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_command_list_set_commands:
 * @self: a list
 * @commands: (nullable): what a change wants to be shown in the verdict's stead
 * @asking: whether a password question names them just now
 */
void
nb_command_list_set_commands (NbCommandList *self, const char *const *commands, gboolean asking)
{
  g_return_if_fail (NB_IS_COMMAND_LIST (self));

  g_strfreev (self->commands);
  self->commands = g_strdupv ((char **) commands);
  self->asking = asking;
  update (self);
}
