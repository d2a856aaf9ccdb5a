/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-checks-group.h"

#include <glib/gi18n-lib.h>

#include "nb-check-list.h"
#include "nb-check-row.h"
#include "nb-validate-window.h"

/**
 * NbChecksGroup:
 *
 * The checks: what needs attention, then what passed, folded, then what only containers need, folded.
 */
struct _NbChecksGroup
{
  NbHostGroup parent_instance;

  GtkWidget *validate_row;

  NbCheckList *checks;
  GPtrArray *rows;      /* borrowed: they belong to the group */
  GHashTable *unfolded; /* names of the rows that are */
};

G_DEFINE_FINAL_TYPE (NbChecksGroup, nb_checks_group, NB_TYPE_HOST_GROUP)

static void
expanded_cb (NbChecksGroup *self, GParamSpec *pspec, AdwExpanderRow *row)
{
  const char *name = gtk_widget_get_name (GTK_WIDGET (row));

  if (adw_expander_row_get_expanded (row))
    g_hash_table_add (self->unfolded, g_strdup (name));
  else
    g_hash_table_remove (self->unfolded, name);
}

/* Rows come and go with the answers; what a person has unfolded stays so. */
static void
set_up_row (NbChecksGroup *self, GtkWidget *row, const char *name)
{
  gtk_widget_set_name (row, name);
  if (!ADW_IS_EXPANDER_ROW (row))
    return;
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), g_hash_table_contains (self->unfolded, name));
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (expanded_cb), self, G_CONNECT_SWAPPED);
}

static GtkWidget *
create_row (NbChecksGroup *self, NbCheck *check)
{
  GtkWidget *row = nb_check_row_new (check);

  set_up_row (self, row, nb_check_get_id (check));
  return row;
}

static void
add_row (NbChecksGroup *self, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

/* Most people never unfold what passed: it is not built before they do. */
static void
fill_cb (NbChecksGroup *self, GParamSpec *pspec, AdwExpanderRow *row)
{
  g_autoptr (GPtrArray) checks = g_object_steal_data (G_OBJECT (row), "checks");

  for (guint i = 0; checks != NULL && i < checks->len; i++)
    adw_expander_row_add_row (row, create_row (self, g_ptr_array_index (checks, i)));
}

static void
add_folded (NbChecksGroup *self,
            const char *name,
            GPtrArray *checks,
            const char *icon_name,
            const char *css_class,
            const char *title)
{
  GtkWidget *row;
  GtkWidget *icon;

  if (checks->len == 0)
    return;

  row = g_object_new (ADW_TYPE_EXPANDER_ROW, "use-markup", FALSE, "title", title, NULL);
  icon = gtk_image_new_from_icon_name (icon_name);
  gtk_widget_add_css_class (icon, css_class);
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (row), icon);
  g_object_set_data_full (G_OBJECT (row), "checks", g_ptr_array_ref (checks), (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (fill_cb), self, G_CONNECT_SWAPPED);
  set_up_row (self, row, name);
  add_row (self, row);
}

static void
items_changed_cb (NbChecksGroup *self)
{
  g_autoptr (GPtrArray) passed = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) containers = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->checks));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  g_object_ref (self->validate_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->validate_row);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (NbCheck) check = g_list_model_get_item (G_LIST_MODEL (self->checks), i);

      if (nb_check_get_group (check) == NB_CHECK_GROUP_CONTAINERS)
        g_ptr_array_add (containers, g_steal_pointer (&check));
      else if (nb_check_get_level (check) == NB_LEVEL_PASS)
        g_ptr_array_add (passed, g_steal_pointer (&check));
      else
        add_row (self, create_row (self, check));
    }

  {
    g_autofree char *title =
      g_strdup_printf (ngettext ("%u Check Passed", "%u Checks Passed", passed->len), passed->len);

    add_folded (self, "passed", passed, "nb-good-symbolic", "success", title);
  }
  add_folded (self, "containers", containers, "nb-note-symbolic", "dim-label", _ ("For Containers (LXC)"));

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->validate_row);
  g_object_unref (self->validate_row);
}

static void
validate_cb (NbChecksGroup *self)
{
  nb_validate_window_show (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
}

static void
nb_checks_group_set_up (NbHostGroup *group, NbHostController *controller)
{
  NbChecksGroup *self = NB_CHECKS_GROUP (group);
  NbHost *host = nb_host_controller_get_host (controller);

  /* The tool looks at this computer, whatever the page shows. */
  gtk_widget_set_visible (self->validate_row, nb_host_is_real (host) && nb_validate_window_is_available ());

  self->checks = nb_check_list_new (host);
  g_signal_connect_object (self->checks, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);
}

static void
nb_checks_group_dispose (GObject *object)
{
  NbChecksGroup *self = NB_CHECKS_GROUP (object);

  g_clear_object (&self->checks);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->unfolded, g_hash_table_unref);

  G_OBJECT_CLASS (nb_checks_group_parent_class)->dispose (object);
}

static void
nb_checks_group_class_init (NbChecksGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_checks_group_dispose;
  NB_HOST_GROUP_CLASS (klass)->set_up = nb_checks_group_set_up;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-checks-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbChecksGroup, validate_row);
  gtk_widget_class_bind_template_callback (widget_class, validate_cb);
}

static void
nb_checks_group_init (NbChecksGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->unfolded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}
