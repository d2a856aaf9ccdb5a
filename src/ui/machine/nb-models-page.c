/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-models-page.h"

#include <glib/gi18n-lib.h>

/**
 * NbModelsPage:
 *
 * The named models that this machine's emulator offers; those that this host can't run are marked with the reason.
 */
struct _NbModelsPage
{
  GtkWidget parent_instance;

  GtkSearchEntry *search;
  GtkListView *list;

  NbCpuEdit *edit;
  GListModel *shown;
};

G_DEFINE_FINAL_TYPE (NbModelsPage, nb_models_page, GTK_TYPE_WIDGET)

static guint close_signal;

static void
back_cb (NbModelsPage *self)
{
  g_signal_emit (self, close_signal, 0);
}

static void
activate_cb (NbModelsPage *self, guint position)
{
  g_autoptr (GtkStringObject) item = g_list_model_get_item (self->shown, position);

  nb_cpu_edit_set_mode (self->edit, NB_CPU_MODE_CUSTOM);
  nb_cpu_edit_set_model (self->edit, gtk_string_object_get_string (item));
  g_signal_emit (self, close_signal, 0);
}

static char *
dup_remark (const NbCpuModel *model)
{
  if (model->usable == NB_TRISTATE_NO)
    {
      g_autofree char *blockers = g_strjoinv (", ", model->blockers);

      if (*blockers != '\0')
        /* Translators: %s are names of processor features */
        return g_strdup_printf (_ ("Can’t run on this host, which lacks %s"), blockers);

      return g_strdup (_ ("Can’t run on this host"));
    }
  if (model->deprecated)
    return g_strdup (_ ("No longer recommended"));
  if (model->vendor != NULL)
    return g_strdup (model->vendor);

  return NULL;
}

static void
setup_cb (NbModelsPage *self, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *remark = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (remark), 0);
  gtk_label_set_wrap (GTK_LABEL (remark), TRUE);
  gtk_widget_add_css_class (remark, "caption");
  gtk_widget_add_css_class (remark, "dim-label");
  gtk_widget_add_css_class (box, "machine-row");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), remark);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (NbModelsPage *self, GtkListItem *item)
{
  GtkStringObject *string = gtk_list_item_get_item (item);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *name = gtk_widget_get_first_child (box);
  const NbCpuModel *model =
    nb_cpu_caps_find_model (nb_cpu_edit_get_caps (self->edit), gtk_string_object_get_string (string));
  g_autofree char *remark = dup_remark (model);

  gtk_label_set_label (GTK_LABEL (name), model->name);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (name)), remark);
  gtk_widget_set_visible (gtk_widget_get_next_sibling (name), remark != NULL);
  /* What has the focus is the list's own widget around the box, and GTK gives it no name. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  model->name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, remark != NULL ? remark : "", -1);
  gtk_list_item_set_activatable (item, model->usable != NB_TRISTATE_NO);
  gtk_widget_set_sensitive (box, model->usable != NB_TRISTATE_NO);
}

static gboolean
nb_models_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (NB_MODELS_PAGE (widget)->search));
}

static void
nb_models_page_dispose (GObject *object)
{
  NbModelsPage *self = NB_MODELS_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->edit);

  G_OBJECT_CLASS (nb_models_page_parent_class)->dispose (object);
}

static void
nb_models_page_class_init (NbModelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_models_page_dispose;
  widget_class->grab_focus = nb_models_page_grab_focus;

  close_signal = g_signal_new ("close", NB_TYPE_MODELS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-models-page.ui");
  gtk_widget_class_bind_template_child (widget_class, NbModelsPage, search);
  gtk_widget_class_bind_template_child (widget_class, NbModelsPage, list);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
nb_models_page_init (NbModelsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

/* What can be used comes first, each part by name. */
static GtkStringList *
list_models (NbCpuCaps *caps)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  GPtrArray *models = caps != NULL ? nb_cpu_caps_get_models (caps) : NULL;

  for (int usable = 1; usable >= 0; usable--)
    {
      g_autoptr (GPtrArray) part = g_ptr_array_new ();

      for (guint i = 0; models != NULL && i < models->len; i++)
        {
          const NbCpuModel *model = g_ptr_array_index (models, i);

          if ((model->usable != NB_TRISTATE_NO) == usable)
            g_ptr_array_add (part, model->name);
        }
      g_ptr_array_sort (part, compare_names);
      for (guint i = 0; i < part->len; i++)
        gtk_string_list_append (names, g_ptr_array_index (part, i));
    }

  return names;
}

/**
 * nb_models_page_new:
 * @edit: the edit of a machine's processor
 *
 * Returns: (transfer floating): a page; choosing a model sets it and closes the page
 */
GtkWidget *
nb_models_page_new (NbCpuEdit *edit)
{
  NbModelsPage *self = g_object_new (NB_TYPE_MODELS_PAGE, NULL);
  GtkExpression *name = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  GtkStringFilter *filter = gtk_string_filter_new (name);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->edit = g_object_ref (edit);
  g_object_bind_property (self->search, "text", filter, "search", G_BINDING_SYNC_CREATE);
  self->shown = G_LIST_MODEL (
    gtk_filter_list_model_new (G_LIST_MODEL (list_models (nb_cpu_edit_get_caps (edit))), GTK_FILTER (filter)));
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (self->shown));
  gtk_list_view_set_model (self->list, selection);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);

  return GTK_WIDGET (self);
}
