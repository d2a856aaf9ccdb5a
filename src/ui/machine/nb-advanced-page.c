/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-advanced-page.h"

#include <glib/gi18n-lib.h>

#include "nb-feature-row.h"

/**
 * NbAdvancedPage:
 *
 * Single features with their policies, the protections against processor flaws, and migration.
 */
struct _NbAdvancedPage
{
  GtkWidget parent_instance;

  AdwActionRow *mitigations;
  GtkWidget *add_mitigations;
  GtkWidget *cache_row;
  GtkSwitch *cache;
  GtkWidget *migratable_row;
  GtkSwitch *migratable;
  GtkSearchEntry *search;
  GtkListView *list;

  NbCpuEdit *edit;
};

G_DEFINE_FINAL_TYPE (NbAdvancedPage, nb_advanced_page, GTK_TYPE_WIDGET)

static guint close_signal;

static void
back_cb (NbAdvancedPage *self)
{
  g_signal_emit (self, close_signal, 0);
}

static void
add_mitigations_cb (NbAdvancedPage *self)
{
  nb_cpu_edit_add_mitigations (self->edit);

  /* The button has nothing more to add. Without a focus the keyboard would be lost for Apply and Back. */
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
update (NbAdvancedPage *self)
{
  g_auto (GStrv) missing = nb_cpu_edit_dup_mitigations (self->edit);
  const NbCpuMode mode = nb_cpu_edit_get_mode (self->edit);
  const guint n = missing != NULL ? g_strv_length (missing) : 0;
  g_autofree char *names = missing != NULL ? g_strjoinv (", ", missing) : NULL;

  adw_action_row_set_subtitle (self->mitigations, n > 0 ? names : _ ("Nothing is missing that this host could add."));
  gtk_widget_set_sensitive (self->add_mitigations, n > 0);
  gtk_widget_set_visible (self->cache_row, mode == NB_CPU_MODE_HOST_PASSTHROUGH || mode == NB_CPU_MODE_MAXIMUM);
  gtk_widget_set_visible (self->migratable_row, mode == NB_CPU_MODE_HOST_PASSTHROUGH || mode == NB_CPU_MODE_MAXIMUM);
}

static gboolean
tristate_to_active (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  /* What is not said is on: libvirt fills it in. */
  g_value_set_boolean (to, g_value_get_int (from) != NB_TRISTATE_NO);

  return TRUE;
}

static gboolean
active_to_tristate (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_int (to, g_value_get_boolean (from) ? NB_TRISTATE_YES : NB_TRISTATE_NO);

  return TRUE;
}

static void
setup_cb (NbAdvancedPage *self, GtkListItem *item)
{
  GtkWidget *row = g_object_new (NB_TYPE_FEATURE_ROW, NULL);

  g_object_bind_property (item, "item", row, "feature", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_child (item, row);
}

static gboolean
nb_advanced_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (NB_ADVANCED_PAGE (widget)->search));
}

static void
nb_advanced_page_dispose (GObject *object)
{
  NbAdvancedPage *self = NB_ADVANCED_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->edit);

  G_OBJECT_CLASS (nb_advanced_page_parent_class)->dispose (object);
}

static void
nb_advanced_page_class_init (NbAdvancedPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_advanced_page_dispose;
  widget_class->grab_focus = nb_advanced_page_grab_focus;

  close_signal = g_signal_new ("close", NB_TYPE_ADVANCED_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-advanced-page.ui");
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, mitigations);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, add_mitigations);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, cache_row);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, cache);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, migratable_row);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, migratable);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, search);
  gtk_widget_class_bind_template_child (widget_class, NbAdvancedPage, list);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_mitigations_cb);
}

static void
nb_advanced_page_init (NbAdvancedPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_advanced_page_new:
 * @edit: the edit of a machine's processor
 *
 * Returns: (transfer floating): a page
 */
GtkWidget *
nb_advanced_page_new (NbCpuEdit *edit)
{
  NbAdvancedPage *self = g_object_new (NB_TYPE_ADVANCED_PAGE, NULL);
  GtkExpression *name = gtk_property_expression_new (NB_TYPE_CPU_FEATURE, NULL, "name");
  GtkStringFilter *filter = gtk_string_filter_new (name);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GListModel *shown;
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->edit = g_object_ref (edit);
  g_object_bind_property (self->search, "text", filter, "search", G_BINDING_SYNC_CREATE);
  shown =
    G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (nb_cpu_edit_get_features (edit)), GTK_FILTER (filter)));
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (shown));
  gtk_list_view_set_model (self->list, selection);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);

  g_object_bind_property (edit, "cache-passthrough", self->cache, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (edit, "migratable", self->migratable, "active",
                               G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, tristate_to_active, active_to_tristate,
                               NULL, NULL);
  g_signal_connect_object (edit, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
