/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-vcpus-group.h"

#include <glib/gi18n-lib.h>

/**
 * NbVcpusGroup:
 *
 * How many virtual processors, and how the guest sees them laid out. The spin buttons are bound to the edit.
 */
struct _NbVcpusGroup
{
  NbEditGroup parent_instance;

  GtkSpinButton *current;
  GtkWidget *current_row;
  GtkSpinButton *maximum;
  GtkSwitch *topology;
  GtkSpinButton *sockets;
  GtkWidget *sockets_row;
  GtkSpinButton *dies;
  GtkWidget *dies_row;
  GtkSpinButton *clusters;
  GtkWidget *clusters_row;
  GtkSpinButton *cores;
  GtkWidget *cores_row;
  GtkSpinButton *threads;
  GtkWidget *threads_row;

  AdwActionRow *pinned_row;

  GBindingGroup *bindings;
};

G_DEFINE_FINAL_TYPE (NbVcpusGroup, nb_vcpus_group, NB_TYPE_EDIT_GROUP)

static void
nb_vcpus_group_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbVcpusGroup *self = NB_VCPUS_GROUP (group);
  GtkWidget *const rows[] = { self->sockets_row, self->dies_row, self->cores_row, self->threads_row };
  const guint processors = g_get_num_processors ();

  g_binding_group_set_source (self->bindings, edit);
  gtk_widget_set_sensitive (GTK_WIDGET (self), nb_edit_group_is_free (group));
  if (edit == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (rows[i], nb_cpu_edit_get_has_topology (edit));
  /* Few machines have them, and older versions of libvirt do not know them. */
  gtk_widget_set_visible (self->clusters_row,
                          nb_cpu_edit_get_has_topology (edit) && nb_cpu_edit_get_base (edit)->clusters > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->pinned_row), nb_cpu_edit_get_base (edit)->pinned != NULL);
  if (nb_cpu_edit_get_base (edit)->pinned != NULL)
    {
      /* Translators: %s is a list of numbers, as “0-3,5”. */
      g_autofree char *pinned =
        g_strdup_printf (_ ("Virtual processors %s (vcpupin)"), nb_cpu_edit_get_base (edit)->pinned);

      adw_action_row_set_subtitle (self->pinned_row, pinned);
    }

  if (nb_connection_is_local (
        nb_machine_get_connection (nb_machine_editor_get_machine (nb_edit_group_get_editor (group)))) &&
      nb_cpu_edit_get_vcpus_current (edit) > processors)
    {
      /* Translators: %u is how many processors this computer has, two or more or one */
      g_autofree char *text =
        g_strdup_printf (ngettext ("More than this computer’s %u processor. This slows the machine down.",
                                   "More than this computer’s %u processors. This slows the machine down.", processors),
                         processors);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->current_row), text);
    }
  else
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->current_row), NULL);
    }
}

static void
nb_vcpus_group_dispose (GObject *object)
{
  NbVcpusGroup *self = NB_VCPUS_GROUP (object);

  /* The parent's dispose clears the editor, and with it the edit. */
  G_OBJECT_CLASS (nb_vcpus_group_parent_class)->dispose (object);
  g_clear_object (&self->bindings);
}

static void
nb_vcpus_group_class_init (NbVcpusGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_vcpus_group_dispose;
  NB_EDIT_GROUP_CLASS (klass)->update = nb_vcpus_group_update;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-vcpus-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, current);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, current_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, maximum);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, topology);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, sockets);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, sockets_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, dies);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, dies_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, clusters);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, clusters_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, pinned_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, cores);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, cores_row);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, threads);
  gtk_widget_class_bind_template_child (widget_class, NbVcpusGroup, threads_row);
}

static void
nb_vcpus_group_init (NbVcpusGroup *self)
{
  const GBindingFlags flags = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->bindings = g_binding_group_new ();
  g_binding_group_bind (self->bindings, "vcpus-maximum", self->maximum, "value", flags);
  g_binding_group_bind (self->bindings, "vcpus-current", self->current, "value", flags);
  g_binding_group_bind (self->bindings, "has-topology", self->topology, "active", flags);
  g_binding_group_bind (self->bindings, "sockets", self->sockets, "value", flags);
  g_binding_group_bind (self->bindings, "dies", self->dies, "value", flags);
  g_binding_group_bind (self->bindings, "clusters", self->clusters, "value", flags);
  g_binding_group_bind (self->bindings, "cores", self->cores, "value", flags);
  g_binding_group_bind (self->bindings, "threads", self->threads, "value", flags);
}
