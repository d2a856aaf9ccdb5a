/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-book.h"

#include <glib/gi18n-lib.h>

#include "nb-connection-list.h"
#include "nb-connection-uri.h"
#include "nb-machine-error.h"

#define KEY "connections"

/**
 * NbConnectionBook:
 *
 * The connections that a person keeps: the settings as a live list of #NbConnection. Who changes the list changes the
 * settings; the list follows, whoever changed them. Or a fixed list, which has nothing to do with the settings.
 */
struct _NbConnectionBook
{
  GObject parent_instance;

  GSettings *settings; /* NULL: fixed */
  GListStore *connections;
  gboolean opened;
};

G_DEFINE_FINAL_TYPE (NbConnectionBook, nb_connection_book, G_TYPE_OBJECT)

/* The settings without repetitions, in whatever spelling. */
static GPtrArray *
read_settings (NbConnectionBook *self)
{
  g_auto (GStrv) all = g_settings_get_strv (self->settings, KEY);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *uris = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; all[i] != NULL; i++)
    if (g_hash_table_add (seen, nb_connection_uri_dup_key (all[i])))
      g_ptr_array_add (uris, g_strdup (all[i]));
  return uris;
}

static void
write_settings (NbConnectionBook *self, GPtrArray *uris)
{
  g_ptr_array_add (uris, NULL);
  g_settings_set_strv (self->settings, KEY, (const char *const *) uris->pdata);
}

static void
settings_changed_cb (NbConnectionBook *self)
{
  g_autoptr (GPtrArray) uris = read_settings (self);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->connections)); i > 0; i--)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), i - 1);

      if (g_ptr_array_find_with_equal_func (uris, nb_connection_get_uri (connection), g_str_equal, NULL))
        continue;
      g_list_store_remove (self->connections, i - 1);
      nb_connection_close (connection);
    }
  for (guint i = 0; i < uris->len; i++)
    if (nb_connection_list_find (G_LIST_MODEL (self->connections), uris->pdata[i]) == NULL)
      {
        g_autoptr (NbConnection) connection = nb_connection_new (uris->pdata[i], NULL);

        g_list_store_insert (self->connections, i, connection);
        if (self->opened)
          nb_connection_open (connection);
      }
}

static void
nb_connection_book_dispose (GObject *object)
{
  NbConnectionBook *self = NB_CONNECTION_BOOK (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->connections);

  G_OBJECT_CLASS (nb_connection_book_parent_class)->dispose (object);
}

static void
nb_connection_book_class_init (NbConnectionBookClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_connection_book_dispose;
}

static void
nb_connection_book_init (NbConnectionBook *self)
{
}

/**
 * nb_connection_book_new:
 * @settings: the application's settings
 *
 * Returns: (transfer full): the connections that they hold, all closed
 */
NbConnectionBook *
nb_connection_book_new (GSettings *settings)
{
  NbConnectionBook *self = g_object_new (NB_TYPE_CONNECTION_BOOK, NULL);

  self->settings = g_object_ref (settings);
  self->connections = g_list_store_new (NB_TYPE_CONNECTION);
  g_signal_connect_object (settings, "changed::" KEY, G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
  return self;
}

/**
 * nb_connection_book_new_fixed:
 * @connections: the connections
 *
 * Returns: (transfer full): @connections, to be looked at and not to be changed
 */
NbConnectionBook *
nb_connection_book_new_fixed (GListStore *connections)
{
  NbConnectionBook *self = g_object_new (NB_TYPE_CONNECTION_BOOK, NULL);

  self->connections = g_object_ref (connections);
  return self;
}

/**
 * nb_connection_book_get_connections:
 * @self: a book
 *
 * Returns: (transfer none): a live list of #NbConnection
 */
GListModel *
nb_connection_book_get_connections (NbConnectionBook *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION_BOOK (self), NULL);
  return G_LIST_MODEL (self->connections);
}

/**
 * nb_connection_book_is_fixed:
 * @self: a book
 *
 * Returns: whether the list can't be changed
 */
gboolean
nb_connection_book_is_fixed (NbConnectionBook *self)
{
  g_return_val_if_fail (NB_IS_CONNECTION_BOOK (self), TRUE);
  return self->settings == NULL || !g_settings_is_writable (self->settings, KEY);
}

/**
 * nb_connection_book_open:
 * @self: a book
 *
 * Begins to open all connections, and from now on those that come.
 */
void
nb_connection_book_open (NbConnectionBook *self)
{
  g_return_if_fail (NB_IS_CONNECTION_BOOK (self));
  self->opened = TRUE;
  nb_connection_list_open (G_LIST_MODEL (self->connections));
}

/**
 * nb_connection_book_find:
 * @self: a book
 * @uri: a connection URI
 *
 * Returns: (transfer none) (nullable): the connection that @uri means, in whatever spelling
 */
NbConnection *
nb_connection_book_find (NbConnectionBook *self, const char *uri)
{
  g_autofree char *key = nb_connection_uri_dup_key (uri);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->connections)); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), i);
      g_autofree char *other = nb_connection_uri_dup_key (nb_connection_get_uri (connection));

      if (g_str_equal (key, other))
        return connection;
    }
  return NULL;
}

static void
set_problem (GError **error, NbConnectionProblem problem)
{
  g_set_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID, "%s %s", nb_connection_problem_get_sentence (problem),
               nb_connection_problem_get_hint (problem));
}

/**
 * nb_connection_book_add:
 * @self: a book that is not fixed
 * @address: what a person typed: a connection URI
 * @error: %NB_MACHINE_ERROR_INVALID: no URI of QEMU's, or one that is there already, in whatever spelling
 *
 * Returns: whether it was added
 */
gboolean
nb_connection_book_add (NbConnectionBook *self, const char *address, GError **error)
{
  g_autoptr (GPtrArray) uris = NULL;
  g_autofree char *uri = g_strstrip (g_strdup (address));
  NbConnectionProblem problem;
  guint position;

  g_return_val_if_fail (NB_IS_CONNECTION_BOOK (self) && self->settings != NULL, FALSE);
  for (char *c = uri; *c != '\0' && *c != ':'; c++)
    *c = g_ascii_tolower (*c);
  problem = nb_connection_uri_check (uri);
  /* The test driver's machines are nobody's. */
  if (problem == NB_CONNECTION_PROBLEM_NONE && g_str_has_prefix (uri, "test"))
    problem = NB_CONNECTION_PROBLEM_UNSUPPORTED;
  if (problem != NB_CONNECTION_PROBLEM_NONE)
    {
      set_problem (error, problem);
      return FALSE;
    }
  if (nb_connection_book_find (self, uri) != NULL)
    {
      g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID,
                           _ ("This connection is in the list already."));
      return FALSE;
    }

  /* The usual two stay in front. */
  uris = read_settings (self);
  position = g_str_equal (uri, NB_CONNECTION_SYSTEM)    ? 0
             : g_str_equal (uri, NB_CONNECTION_SESSION) ? (nb_connection_book_find (self, NB_CONNECTION_SYSTEM) != NULL)
                                                        : uris->len;
  g_ptr_array_insert (uris, (int) position, g_steal_pointer (&uri));
  write_settings (self, uris);
  return TRUE;
}

/**
 * nb_connection_book_add_computer:
 * @self: a book that is not fixed
 * @computer: what a person typed: another computer, as after "ssh"
 * @error: %NB_MACHINE_ERROR_INVALID, as nb_connection_book_add()
 *
 * Returns: whether it was added
 */
gboolean
nb_connection_book_add_computer (NbConnectionBook *self, const char *computer, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (computer));
  g_autofree char *uri = NULL;

  /* A whole address is taken for what it is. */
  if (strstr (stripped, "://") != NULL)
    return nb_connection_book_add (self, stripped, error);
  uri = nb_connection_uri_new_ssh (stripped);
  if (uri == NULL)
    {
      g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID,
                           _ ("This is not the name of a computer. An example is user@computer."));
      return FALSE;
    }
  return nb_connection_book_add (self, uri, error);
}

/**
 * nb_connection_book_remove:
 * @self: a book that is not fixed
 * @uri: the very URI of one of its connections
 *
 * Closes the connection and forgets it.
 */
void
nb_connection_book_remove (NbConnectionBook *self, const char *uri)
{
  g_autoptr (GPtrArray) uris = NULL;
  guint position;

  g_return_if_fail (NB_IS_CONNECTION_BOOK (self) && self->settings != NULL);
  uris = read_settings (self);
  if (!g_ptr_array_find_with_equal_func (uris, uri, g_str_equal, &position))
    return;
  g_ptr_array_remove_index (uris, position);
  write_settings (self, uris);
}
