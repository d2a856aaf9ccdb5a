/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-list.h"

static const char *const usual[] = { "qemu:///system", "qemu:///session", NULL };

/**
 * nb_connection_list_new:
 * @uris: (nullable): connection URIs; %NULL or none means the system's and the session's
 * @stand_in: (nullable): who answers in libvirt's place, or NULL
 *
 * Returns: (transfer full): a list of #NbConnection, all closed, each URI once
 */
GListStore *
nb_connection_list_new (const char *const *uris, NbStandIn *stand_in)
{
  GListStore *list = g_list_store_new (NB_TYPE_CONNECTION);

  if (uris == NULL || uris[0] == NULL)
    uris = usual;
  for (guint i = 0; uris[i] != NULL; i++)
    if (nb_connection_list_find (G_LIST_MODEL (list), uris[i]) == NULL)
      {
        g_autoptr (NbConnection) connection = nb_connection_new (uris[i], stand_in);

        g_list_store_append (list, connection);
      }
  return list;
}

/**
 * nb_connection_list_open:
 * @connections: a list of #NbConnection
 *
 * Begins to open all of them.
 */
void
nb_connection_list_open (GListModel *connections)
{
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (connections, i);

      nb_connection_open (connection);
    }
}

/**
 * nb_connection_list_find:
 * @connections: a list of #NbConnection
 * @uri: a connection URI
 *
 * Returns: (nullable) (transfer none): the connection with that very URI
 */
NbConnection *
nb_connection_list_find (GListModel *connections, const char *uri)
{
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (connections, i);

      if (g_str_equal (nb_connection_get_uri (connection), uri))
        return connection;
    }
  return NULL;
}
