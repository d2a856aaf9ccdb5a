/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-list.h"

#include <libvirt/virterror.h>

#include "nb-machine-error.h"
#include "nb-virt.h"
#include "nb-connection-virt.h"
#include "nb-machine-facts-virt.h"

struct _NbMachineList
{
  GObject parent_instance;

  GListModel *connections;
  GPtrArray *known;  /* NbConnection, as in connections: to see which of them went */
  GPtrArray *items;  /* NbMachine */
  GHashTable *index; /* "URI UUID" -> NbMachine, borrowed */
  GHashTable *asked; /* "URI UUID" of the look-ups under way -> how many */
  guint listing;     /* how many listings are under way */
  gboolean settled;
  gboolean mixed; /* machines of more than one connection are in it */
};

enum
{
  PROP_CONNECTIONS = 1,
  PROP_SETTLED,
  PROP_MIXED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void nb_machine_list_model_init (GListModelInterface *iface);

G_DEFINE_TYPE_WITH_CODE (NbMachineList,
                         nb_machine_list,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, nb_machine_list_model_init))

/* A look-up of one machine, in a worker. No facts and no error: it is gone. */
typedef struct
{
  NbConnection *connection;
  guint generation;
  char *uuid;
} Query;

static Query *
query_new (NbConnection *connection, const char *uuid)
{
  Query *query = g_new0 (Query, 1);

  query->connection = g_object_ref (connection);
  query->generation = nb_connection_get_generation (connection);
  query->uuid = g_strdup (uuid);
  return query;
}

static void
query_free (gpointer data)
{
  Query *query = data;

  g_object_unref (query->connection);
  g_free (query->uuid);
  g_free (query);
}

static char *
key_of (NbConnection *connection, const char *uuid)
{
  return g_strdup_printf ("%p %s", (void *) connection, uuid);
}

static void
update_settled (NbMachineList *self)
{
  gboolean settled = self->listing == 0;

  for (guint i = 0; i < self->known->len; i++)
    settled = settled && nb_connection_get_state (self->known->pdata[i]) != NB_CONNECTION_OPENING;
  if (self->settled == settled)
    return;
  self->settled = settled;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SETTLED]);
}

/* What is in the list has changed. */
static void
changed (NbMachineList *self, guint position, guint removed, guint added)
{
  gboolean mixed = FALSE;

  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);

  for (guint i = 1; i < self->items->len && !mixed; i++)
    mixed = nb_machine_get_connection (self->items->pdata[i]) != nb_machine_get_connection (self->items->pdata[0]);
  if (self->mixed == mixed)
    return;
  self->mixed = mixed;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MIXED]);
}

static void
append (NbMachineList *self, NbConnection *connection, const NbMachineFacts *facts)
{
  NbMachine *machine = nb_machine_new (connection, facts);

  g_hash_table_insert (self->index, key_of (connection, facts->uuid), machine);
  g_ptr_array_add (self->items, machine);
}

/* Emits nothing: the caller says at the end what changed. */
static void
forget (NbMachineList *self, guint position)
{
  NbMachine *machine = self->items->pdata[position];
  g_autofree char *key = key_of (nb_machine_get_connection (machine), nb_machine_get_uuid (machine));

  g_hash_table_remove (self->index, key);
  g_ptr_array_remove_index (self->items, position);
}

static void
remove_machine (NbMachineList *self, NbMachine *machine)
{
  guint position;

  nb_machine_end (machine);
  if (!g_ptr_array_find (self->items, machine, &position))
    return;
  forget (self, position);
  changed (self, position, 1, 0);
}

/* From the end, so that positions stay true; neighbours go in one step. */
static void
remove_all_but (NbMachineList *self, NbConnection *connection, GHashTable *keep)
{
  guint end = self->items->len;

  while (end > 0)
    {
      guint first = end;

      while (first > 0 && nb_machine_get_connection (self->items->pdata[first - 1]) == connection &&
             (keep == NULL || !g_hash_table_contains (keep, nb_machine_get_uuid (self->items->pdata[first - 1]))))
        first--;
      for (guint i = end; i > first; i--)
        {
          /* Without its connection nobody knows of a machine whether it runs, and whoever waits for it hears of that. */
          if (keep != NULL)
            nb_machine_end (self->items->pdata[i - 1]);
          else
            nb_machine_lose (self->items->pdata[i - 1]);
          forget (self, i - 1);
        }
      if (first < end)
        changed (self, first, end - first, 0);
      end = first > 0 && first == end ? first - 1 : first;
    }
}

static void
reconcile (NbMachineList *self, NbConnection *connection, GPtrArray *all)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  const guint before = self->items->len;
  guint start;

  for (guint i = 0; i < all->len; i++)
    g_hash_table_add (present, ((NbMachineFacts *) all->pdata[i])->uuid);
  remove_all_but (self, connection, present);

  start = self->items->len;
  g_assert (start <= before);
  for (guint i = 0; i < all->len; i++)
    {
      const NbMachineFacts *facts = all->pdata[i];
      NbMachine *machine = nb_machine_list_find (self, connection, facts->uuid);

      if (machine == NULL)
        append (self, connection, facts);
      else
        {
          nb_machine_take_facts (machine, facts);
          nb_machine_invalidate (machine);
        }
    }
  if (self->items->len > start)
    changed (self, start, 0, self->items->len - start);
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Query *query = data;
  GError *error = NULL;
  GPtrArray *all = NULL;
  nb_auto_gvir_connection connection = nb_connection_dup_handle (query->connection, &error);

  if (connection != NULL)
    all = nb_machine_facts_list (connection, &error);
  if (all != NULL)
    g_task_return_pointer (task, all, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineList *self = NB_MACHINE_LIST (source);
  Query *query = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) all = g_task_propagate_pointer (G_TASK (result), NULL);

  self->listing--;
  if (all != NULL && query->generation == nb_connection_get_generation (query->connection) &&
      g_ptr_array_find (self->known, query->connection, NULL))
    reconcile (self, query->connection, all);
  update_settled (self);
}

static void
list (NbMachineList *self, NbConnection *connection)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_listed, NULL);

  g_task_set_source_tag (task, list);
  g_task_set_task_data (task, query_new (connection, NULL), query_free);
  self->listing++;
  nb_connection_run (connection, task, list_thread);
}

static void
lose (NbMachineList *self, NbConnection *connection)
{
  for (guint i = 0; i < self->items->len; i++)
    if (nb_machine_get_connection (self->items->pdata[i]) == connection)
      nb_machine_lose (self->items->pdata[i]);
}

static void
on_connection_state (NbMachineList *self, GParamSpec *pspec, NbConnection *connection)
{
  switch (nb_connection_get_state (connection))
    {
    case NB_CONNECTION_OPEN:
    case NB_CONNECTION_READ_ONLY:
      list (self, connection);
      break;
    case NB_CONNECTION_FAILED:
      lose (self, connection);
      break;
    case NB_CONNECTION_CLOSED:
      remove_all_but (self, connection, NULL);
      break;
    case NB_CONNECTION_OPENING:
      break;
    }
  update_settled (self);
}

static void
look_up_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Query *query = data;
  GError *error = NULL;
  NbMachineFacts *facts = NULL;
  nb_auto_gvir_connection connection = nb_connection_dup_handle (query->connection, &error);

  if (connection != NULL)
    facts = nb_machine_facts_look_up (connection, query->uuid);
  if (connection != NULL && facts == NULL && virGetLastErrorCode () != VIR_ERR_NO_DOMAIN)
    nb_machine_error_from_libvirt (&error, query->uuid);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, facts, (GDestroyNotify) nb_machine_facts_free);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  NbMachineList *self = NB_MACHINE_LIST (source);
  Query *query = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineFacts) facts = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *key = key_of (query->connection, query->uuid);
  NbMachine *machine = g_hash_table_lookup (self->index, key);
  const guint pending = GPOINTER_TO_UINT (g_hash_table_lookup (self->asked, key));

  /* Another event came since: its own look-up knows better. */
  if (pending > 1)
    g_hash_table_insert (self->asked, g_steal_pointer (&key), GUINT_TO_POINTER (pending - 1));
  else
    g_hash_table_remove (self->asked, key);
  if (pending > 1 || error != NULL || query->generation != nb_connection_get_generation (query->connection) ||
      !g_ptr_array_find (self->known, query->connection, NULL))
    return;

  if (facts == NULL && machine != NULL)
    remove_machine (self, machine);
  else if (facts != NULL && machine != NULL)
    {
      nb_machine_take_facts (machine, facts);
      nb_machine_invalidate (machine);
    }
  else if (facts != NULL)
    {
      append (self, query->connection, facts);
      changed (self, self->items->len - 1, 0, 1);
    }
}

/* An event says that something changed; what is true now is asked for. Events of a burst are answered once. */
static void
on_domain_event (NbMachineList *self, const char *uuid, int event, int detail, NbConnection *connection)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_looked_up, NULL);
  g_autofree char *key = key_of (connection, uuid);
  const guint pending = GPOINTER_TO_UINT (g_hash_table_lookup (self->asked, key));

  g_hash_table_insert (self->asked, g_steal_pointer (&key), GUINT_TO_POINTER (pending + 1));
  g_task_set_source_tag (task, on_domain_event);
  g_task_set_task_data (task, query_new (connection, uuid), query_free);
  nb_connection_run (connection, task, look_up_thread);
}

static void
on_connections_changed (NbMachineList *self, guint position, guint removed, guint added, GListModel *model)
{
  for (guint i = 0; i < removed; i++)
    {
      g_autoptr (NbConnection) connection = g_object_ref (self->known->pdata[position]);

      g_signal_handlers_disconnect_by_data (connection, self);
      g_ptr_array_remove_index (self->known, position);
      remove_all_but (self, connection, NULL);
    }
  for (guint i = 0; i < added; i++)
    {
      NbConnection *connection = g_list_model_get_item (model, position + i);

      g_ptr_array_insert (self->known, (int) (position + i), connection);
      g_signal_connect_object (connection, "notify::state", G_CALLBACK (on_connection_state), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (connection, "domain-event", G_CALLBACK (on_domain_event), self, G_CONNECT_SWAPPED);
      if (nb_connection_is_usable (connection))
        list (self, connection);
    }
  update_settled (self);
}

static GType
get_item_type (GListModel *model)
{
  return NB_TYPE_MACHINE;
}

static guint
get_n_items (GListModel *model)
{
  return NB_MACHINE_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  NbMachineList *self = NB_MACHINE_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
nb_machine_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
nb_machine_list_constructed (GObject *object)
{
  NbMachineList *self = NB_MACHINE_LIST (object);

  g_signal_connect_object (self->connections, "items-changed", G_CALLBACK (on_connections_changed), self,
                           G_CONNECT_SWAPPED);
  on_connections_changed (self, 0, 0, g_list_model_get_n_items (self->connections), self->connections);
  G_OBJECT_CLASS (nb_machine_list_parent_class)->constructed (object);
}

static void
nb_machine_list_dispose (GObject *object)
{
  NbMachineList *self = NB_MACHINE_LIST (object);

  g_hash_table_remove_all (self->index);
  g_ptr_array_set_size (self->items, 0);
  g_ptr_array_set_size (self->known, 0);
  g_clear_object (&self->connections);
  G_OBJECT_CLASS (nb_machine_list_parent_class)->dispose (object);
}

static void
nb_machine_list_finalize (GObject *object)
{
  NbMachineList *self = NB_MACHINE_LIST (object);

  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->known);
  G_OBJECT_CLASS (nb_machine_list_parent_class)->finalize (object);
}

static void
nb_machine_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbMachineList *self = NB_MACHINE_LIST (object);

  switch (id)
    {
    case PROP_CONNECTIONS:
      g_value_set_object (value, self->connections);
      break;
    case PROP_SETTLED:
      g_value_set_boolean (value, self->settled);
      break;
    case PROP_MIXED:
      g_value_set_boolean (value, self->mixed);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_machine_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  NbMachineList *self = NB_MACHINE_LIST (object);

  switch (id)
    {
    case PROP_CONNECTIONS:
      self->connections = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_machine_list_class_init (NbMachineListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = nb_machine_list_constructed;
  object_class->dispose = nb_machine_list_dispose;
  object_class->finalize = nb_machine_list_finalize;
  object_class->get_property = nb_machine_list_get_property;
  object_class->set_property = nb_machine_list_set_property;

  props[PROP_CONNECTIONS] = g_param_spec_object ("connections", NULL, NULL, G_TYPE_LIST_MODEL,
                                                 G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_SETTLED] = g_param_spec_boolean ("settled", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_MIXED] = g_param_spec_boolean ("mixed", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
nb_machine_list_init (NbMachineList *self)
{
  self->known = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * nb_machine_list_new:
 * @connections: a list model of #NbConnection
 *
 * Returns: (transfer full): the machines of all open connections, in the order in which they came; kept true by
 *   libvirt's events
 */
NbMachineList *
nb_machine_list_new (GListModel *connections)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (connections), NULL);
  return g_object_new (NB_TYPE_MACHINE_LIST, "connections", connections, NULL);
}

/**
 * nb_machine_list_find:
 * @self: the machines
 * @connection: where to look
 * @uuid: which machine
 *
 * Returns: (nullable) (transfer none): the machine
 */
NbMachine *
nb_machine_list_find (NbMachineList *self, NbConnection *connection, const char *uuid)
{
  g_autofree char *key = key_of (connection, uuid);

  g_return_val_if_fail (NB_IS_MACHINE_LIST (self), NULL);
  return g_hash_table_lookup (self->index, key);
}

/**
 * nb_machine_list_is_settled:
 * @self: the machines
 *
 * Returns: whether no connection is being opened or listed: the list is what can be known now
 */
gboolean
nb_machine_list_is_settled (NbMachineList *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_LIST (self), FALSE);
  return self->settled;
}
