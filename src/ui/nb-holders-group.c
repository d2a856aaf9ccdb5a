/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-holders-group.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <unistd.h>

#include "nb-holder-item.h"
#include "nb-holder-list.h"

/**
 * NbHoldersGroup:
 *
 * Who keeps KVM busy: one's own processes, and the rest on request.
 */
struct _NbHoldersGroup
{
  NbHostGroup parent_instance;

  AdwActionRow *rest_row;
  GtkButton *show_button;

  NbHolderList *holders;
  GPtrArray *rows; /* borrowed: they belong to the group */
};

G_DEFINE_FINAL_TYPE (NbHoldersGroup, nb_holders_group, NB_TYPE_HOST_GROUP)

static GtkWidget *
create_row (NbHolderItem *item)
{
  const char *machine = nb_holder_item_get_machine (item);
  const char *command = nb_holder_item_get_command (item);
  g_autofree char *process = NULL;

  if (nb_holder_item_get_uid (item) == (gint64) getuid ())
    /* Translators: %s is a program's name */
    process = g_strdup_printf (_ ("%s, your process %" PRId64), command, nb_holder_item_get_pid (item));
  else
    /* Translators: %s is a program's name */
    process = g_strdup_printf (_ ("%s, process %" PRId64 " of user %" PRId64), command, nb_holder_item_get_pid (item),
                               nb_holder_item_get_uid (item));

  return g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", machine != NULL ? machine : command,
                       "subtitle", process, NULL);
}

static void
update_rest (NbHoldersGroup *self)
{
  NbHostController *controller = nb_host_group_get_controller (NB_HOST_GROUP (self));
  gboolean complete = nb_holder_list_get_complete (self->holders);
  const char *error = nb_holder_list_get_error (self->holders);
  gboolean none = self->rows->len == 0;
  const char *subtitle;

  if (error != NULL)
    subtitle = error;
  else if (complete)
    subtitle = _ ("No process has it open. Another part of the system may use it.");
  else
    subtitle = _ ("Processes of other users, such as libvirt’s virtual machines, may use it too. Only an administrator "
                  "may see them.");

  gtk_widget_set_visible (GTK_WIDGET (self->rest_row), !complete || none);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rest_row),
                                 none ? _ ("Something Else") : _ ("Perhaps Something Else"));
  adw_action_row_set_subtitle (self->rest_row, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (self->show_button), !complete);
  gtk_widget_set_sensitive (GTK_WIDGET (self->show_button), nb_host_controller_get_helper (controller) != NULL &&
                                                              !nb_holder_list_get_running (self->holders) &&
                                                              !nb_host_controller_get_running (controller));
}

static void
items_changed_cb (NbHoldersGroup *self)
{
  GListModel *items = nb_holder_list_get_items (self->holders);
  guint n = g_list_model_get_n_items (items);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  /* What is not known comes last. */
  g_object_ref (self->rest_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->rest_row));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (NbHolderItem) item = g_list_model_get_item (items, i);
      GtkWidget *row = create_row (item);

      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->rest_row));
  g_object_unref (self->rest_row);

  update_rest (self);
}

static void
show_cb (NbHoldersGroup *self)
{
  nb_holder_list_show_all (self->holders);
}

static void
facts_cb (NbHoldersGroup *self)
{
  NbHostFacts *facts = nb_host_group_get_facts (NB_HOST_GROUP (self));

  gtk_widget_set_visible (GTK_WIDGET (self), facts != NULL && facts->refcnt > 0);
}

static void
nb_holders_group_set_up (NbHostGroup *group, NbHostController *controller)
{
  NbHoldersGroup *self = NB_HOLDERS_GROUP (group);

  self->holders =
    nb_holder_list_new (nb_host_controller_get_host (controller), nb_host_controller_get_helper (controller));
  g_signal_connect_object (nb_holder_list_get_items (self->holders), "items-changed", G_CALLBACK (items_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->holders, "notify", G_CALLBACK (update_rest), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (controller, "notify::running", G_CALLBACK (update_rest), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);
}

static void
nb_holders_group_dispose (GObject *object)
{
  NbHoldersGroup *self = NB_HOLDERS_GROUP (object);

  g_clear_object (&self->holders);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (nb_holders_group_parent_class)->dispose (object);
}

static void
nb_holders_group_class_init (NbHoldersGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_holders_group_dispose;
  NB_HOST_GROUP_CLASS (klass)->set_up = nb_holders_group_set_up;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-holders-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbHoldersGroup, rest_row);
  gtk_widget_class_bind_template_child (widget_class, NbHoldersGroup, show_button);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
}

static void
nb_holders_group_init (NbHoldersGroup *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::facts", G_CALLBACK (facts_cb), NULL);
}
