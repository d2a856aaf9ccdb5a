/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-row.h"

#include <glib/gi18n-lib.h>

#include "nb-toast.h"

/**
 * NbConnectionRow:
 *
 * One connection in the list of all: how it stands, what to do about it, and whether it is used at all.
 */
struct _NbConnectionRow
{
  AdwActionRow parent_instance;

  GtkWidget *copy;
  GtkWidget *reconnect;
  GtkWidget *remove;
  GtkSwitch *toggle;

  NbConnectionBook *book;
  NbConnection *connection; /* the book's, or a closed one of our own while it is turned off */
};

G_DEFINE_FINAL_TYPE (NbConnectionRow, nb_connection_row, ADW_TYPE_ACTION_ROW)

static NbConnection *
find (NbConnectionRow *self)
{
  return nb_connection_book_find (self->book, nb_connection_get_uri (self->connection));
}

static gboolean
is_usual (const char *uri)
{
  return g_str_equal (uri, NB_CONNECTION_SYSTEM) || g_str_equal (uri, NB_CONNECTION_SESSION);
}

static const char *
get_state_text (NbConnectionRow *self)
{
  const char *message = nb_connection_get_message (self->connection);

  switch (nb_connection_get_state (self->connection))
    {
    case NB_CONNECTION_CLOSED:
      return find (self) == NULL ? _ ("Turned off") : _ ("Not in use: there are no machines");
    case NB_CONNECTION_OPENING:
      return message != NULL ? message : _ ("Connecting…");
    case NB_CONNECTION_OPEN:
      return _ ("Connected");
    case NB_CONNECTION_READ_ONLY:
      return _ ("Connected for reading");
    case NB_CONNECTION_FAILED:
      return message;
    }

  return NULL;
}

static void
update (NbConnectionRow *self)
{
  const char *uri = nb_connection_get_uri (self->connection);
  const gboolean fixed = nb_connection_book_is_fixed (self->book);
  const gboolean used = find (self) != NULL;
  g_autofree char *title = nb_connection_dup_title (self->connection);
  g_autofree char *command = nb_connection_dup_command (self->connection);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const lines[] = { g_str_equal (title, uri) ? NULL : uri, get_state_text (self),
                                nb_connection_get_hint (self->connection), command };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i] != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", lines[i]);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), nb_connection_get_detail (self->connection));

  gtk_widget_set_visible (self->copy, command != NULL);
  gtk_widget_set_visible (self->reconnect, used);
  gtk_widget_set_visible (self->remove, !fixed && !is_usual (uri));
  gtk_widget_set_visible (GTK_WIDGET (self->toggle), !fixed && is_usual (uri));
  gtk_switch_set_active (self->toggle, used);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
set_connection (NbConnectionRow *self, NbConnection *connection)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_set_object (&self->connection, connection);
  g_signal_connect_object (connection, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/* It is turned on and off here, or in the settings. */
static void
connections_changed_cb (NbConnectionRow *self)
{
  NbConnection *found = find (self);
  g_autoptr (NbConnection) off = NULL;

  if (found == NULL)
    found = off = nb_connection_new (nb_connection_get_uri (self->connection), NULL);
  if (found != self->connection)
    set_connection (self, found);
}

static void
copy_cb (NbConnectionRow *self)
{
  g_autofree char *command = nb_connection_dup_command (self->connection);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), command);
  nb_toast_show (GTK_WIDGET (self), _ ("Command copied"));
}

static void
reconnect_cb (NbConnectionRow *self)
{
  nb_connection_reconnect (self->connection);
}

static void
remove_cb (NbConnectionRow *self)
{
  nb_connection_book_remove (self->book, nb_connection_get_uri (self->connection));
}

static void
toggle_cb (NbConnectionRow *self)
{
  g_autofree char *uri = NULL;

  if (self->connection == NULL || gtk_switch_get_active (self->toggle) == (find (self) != NULL))
    return;

  uri = g_strdup (nb_connection_get_uri (self->connection));
  if (gtk_switch_get_active (self->toggle))
    nb_connection_book_add (self->book, uri, NULL);
  else
    nb_connection_book_remove (self->book, uri);
}

static void
nb_connection_row_dispose (GObject *object)
{
  NbConnectionRow *self = NB_CONNECTION_ROW (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (nb_connection_row_parent_class)->dispose (object);
}

static void
nb_connection_row_class_init (NbConnectionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_connection_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-connection-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbConnectionRow, copy);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionRow, reconnect);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionRow, remove);
  gtk_widget_class_bind_template_child (widget_class, NbConnectionRow, toggle);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, reconnect_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
}

static void
nb_connection_row_init (NbConnectionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_connection_row_new:
 * @book: all connections
 * @uri: one of them, or one that is turned off
 *
 * Returns: (transfer floating): its row
 */
GtkWidget *
nb_connection_row_new (NbConnectionBook *book, const char *uri)
{
  NbConnectionRow *self = g_object_new (NB_TYPE_CONNECTION_ROW, NULL);
  NbConnection *found = nb_connection_book_find (book, uri);
  g_autoptr (NbConnection) off = found == NULL ? nb_connection_new (uri, NULL) : NULL;

  self->book = g_object_ref (book);
  set_connection (self, found != NULL ? found : off);
  g_signal_connect_object (nb_connection_book_get_connections (book), "items-changed",
                           G_CALLBACK (connections_changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
