/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connections-dialog.h"

#include "nb-connection-row.h"

/**
 * NbConnectionsDialog:
 *
 * All connections: how they stand; the usual two are turned on and off, others are added and removed.
 */
struct _NbConnectionsDialog
{
  AdwWindow parent_instance;

  GtkWidget *fixed;
  AdwPreferencesGroup *usual;
  GtkWidget *others;
  GtkListBox *list;
  GtkWidget *sandboxed;
  GtkWidget *add;
  GtkEditable *computer;
  GtkEditable *address;
  GtkLabel *error;

  NbConnectionBook *book;
  GtkFilterListModel *other_connections;
};

G_DEFINE_FINAL_TYPE (NbConnectionsDialog, nb_connections_dialog, ADW_TYPE_WINDOW)

typedef gboolean (*AddFunc) (NbConnectionBook *book, const char *text, GError **error);

static void
add (NbConnectionsDialog *self, GtkEditable *entry, AddFunc func)
{
  g_autoptr (GError) error = NULL;
  const gboolean added = func (self->book, gtk_editable_get_text (entry), &error);

  if (added)
    gtk_editable_set_text (entry, "");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  gtk_label_set_label (self->error, added ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error), !added);
  gtk_widget_grab_focus (GTK_WIDGET (entry));
}

static void
add_computer_cb (NbConnectionsDialog *self)
{
  add (self, self->computer, nb_connection_book_add_computer);
}

static void
add_address_cb (NbConnectionsDialog *self)
{
  add (self, self->address, nb_connection_book_add);
}

static void
changed_cb (NbConnectionsDialog *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->computer), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->error), FALSE);
}

static gboolean
is_other (gpointer item, gpointer data)
{
  const char *uri = nb_connection_get_uri (item);

  return nb_connection_book_is_fixed (data) ||
         (!g_str_equal (uri, NB_CONNECTION_SYSTEM) && !g_str_equal (uri, NB_CONNECTION_SESSION));
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  return nb_connection_row_new (data, nb_connection_get_uri (item));
}

static void
others_changed_cb (NbConnectionsDialog *self)
{
  gtk_widget_set_visible (self->others, g_list_model_get_n_items (G_LIST_MODEL (self->other_connections)) > 0);
}

static void
set_book (NbConnectionsDialog *self, NbConnectionBook *book, gboolean sandboxed)
{
  const gboolean fixed = nb_connection_book_is_fixed (book);

  self->book = g_object_ref (book);
  gtk_widget_set_visible (self->fixed, fixed);
  gtk_widget_set_visible (GTK_WIDGET (self->usual), !fixed);
  gtk_widget_set_visible (self->sandboxed, !fixed && sandboxed);
  gtk_widget_set_visible (self->add, !fixed && !sandboxed);

  if (!fixed)
    {
      adw_preferences_group_add (self->usual, nb_connection_row_new (book, NB_CONNECTION_SYSTEM));
      adw_preferences_group_add (self->usual, nb_connection_row_new (book, NB_CONNECTION_SESSION));
    }
  self->other_connections =
    gtk_filter_list_model_new (g_object_ref (nb_connection_book_get_connections (book)),
                               GTK_FILTER (gtk_custom_filter_new (is_other, g_object_ref (book), g_object_unref)));
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->other_connections), create_row, book, NULL);
  g_signal_connect_object (self->other_connections, "items-changed", G_CALLBACK (others_changed_cb), self,
                           G_CONNECT_SWAPPED);
  others_changed_cb (self);
}

static void
nb_connections_dialog_dispose (GObject *object)
{
  NbConnectionsDialog *self = NB_CONNECTIONS_DIALOG (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->other_connections);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (nb_connections_dialog_parent_class)->dispose (object);
}

static void
nb_connections_dialog_class_init (NbConnectionsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_connections_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-connections-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, fixed);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, usual);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, others);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, list);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, sandboxed);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, add);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, computer);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, address);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionsDialog, error);
  gtk_widget_class_bind_template_callback (widget_class, add_computer_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_address_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
nb_connections_dialog_init (NbConnectionsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_connections_dialog_present:
 * @parent: the window
 * @book: the connections
 * @sandboxed: whether other computers are out of reach
 *
 * Shows the connections.
 */
void
nb_connections_dialog_present (GtkWindow *parent, NbConnectionBook *book, gboolean sandboxed)
{
  NbConnectionsDialog *self = g_object_new (NB_TYPE_CONNECTIONS_DIALOG, "transient-for", parent, NULL);

  set_book (self, book, sandboxed);
  gtk_window_present (GTK_WINDOW (self));
}
