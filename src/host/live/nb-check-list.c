/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-check-list.h"

#include "nb-checks.h"
#include "nb-folder-watch.h"
#include "nb-items.h"
#include "nb-root.h"

/**
 * NbCheckList:
 *
 * The checks of a host, live: run in a worker thread whenever the host was read, or a folder that checks look at changed.
 * While the answers stay the same, so do the items.
 */
struct _NbCheckList
{
  GObject parent_instance;

  NbHost *host;
  char *devices; /* the root's /dev/ */
  GPtrArray *checks;
  GHashTable *watched; /* paths below the root */
  GPtrArray *watches;  /* of their folders */

  gboolean running;
  gboolean stale;
};

static void nb_check_list_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbCheckList,
                               nb_check_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, nb_check_list_iface_init))

typedef struct
{
  char *root;
  NbHostFacts *facts;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->root);
  nb_host_facts_unref (order->facts);
  g_free (order);
}

static int
compare_checks (gconstpointer a, gconstpointer b)
{
  return nb_check_compare (*(NbCheck *const *) a, *(NbCheck *const *) b);
}

static void
run_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *order = data;
  GPtrArray *checks = nb_checks_run (order->root, order->facts);

  g_ptr_array_sort (checks, compare_checks);
  g_task_return_pointer (task, checks, (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
is_same (NbCheck *a, NbCheck *b)
{
  return g_str_equal (nb_check_get_id (a), nb_check_get_id (b)) && nb_check_get_level (a) == nb_check_get_level (b) &&
         nb_check_get_remedy (a) == nb_check_get_remedy (b) &&
         g_strcmp0 (nb_check_get_detail (a), nb_check_get_detail (b)) == 0 &&
         g_strcmp0 (nb_check_get_hint (a), nb_check_get_hint (b)) == 0 &&
         g_strcmp0 (nb_check_get_command (a), nb_check_get_command (b)) == 0;
}

/* An answer that stays the same stays the same item. */
static void
take (NbCheckList *self, GPtrArray *checks)
{
  g_autoptr (GPtrArray) old = self->checks;

  for (guint i = 0; i < checks->len; i++)
    for (guint j = 0; j < old->len; j++)
      if (is_same (g_ptr_array_index (old, j), g_ptr_array_index (checks, i)))
        g_set_object ((NbCheck **) &g_ptr_array_index (checks, i), g_ptr_array_index (old, j));

  self->checks = checks;
  nb_items_changed (G_LIST_MODEL (self), old, checks);
}

static void start (NbCheckList *self);

static void
run_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbCheckList *self = NB_CHECK_LIST (source);
  g_autoptr (GPtrArray) checks = g_task_propagate_pointer (G_TASK (result), NULL);

  self->running = FALSE;
  if (self->host == NULL)
    return;

  if (self->stale)
    start (self);
  else if (checks != NULL)
    take (self, g_steal_pointer (&checks));
}

static void
start (NbCheckList *self)
{
  NbHostFacts *facts = nb_host_get_facts (self->host);
  g_autoptr (GTask) task = NULL;
  Order *order;

  if (facts == NULL)
    return;

  self->stale = self->running;
  if (self->running)
    return;

  order = g_new0 (Order, 1);
  order->root = g_strdup (nb_host_get_root (self->host));
  order->facts = nb_host_facts_ref (facts);

  self->running = TRUE;
  task = g_task_new (self, NULL, run_cb, NULL);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, run_thread);
}

static gboolean
is_watched (NbCheckList *self, GFile *file)
{
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  return path != NULL && g_hash_table_contains (self->watched, path);
}

static void
changed_cb (NbCheckList *self, GFile *file, GFile *other, GFileMonitorEvent event)
{
  g_autofree char *path = g_file_get_path (file);

  /* Whoever uses a device writes to it: every packet of a virtual machine would be a change. */
  if (event == G_FILE_MONITOR_EVENT_CHANGED ||
      (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && path != NULL && g_str_has_prefix (path, self->devices)))
    return;
  if (is_watched (self, file) || is_watched (self, other))
    start (self);
}

/* Watches the folders of what is to be watched. */
static void
watch (NbCheckList *self)
{
  g_autoptr (GHashTable) folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      g_autofree char *folder = g_path_get_dirname (path);
      NbFolderWatch *watch;

      /* Whoever closes /dev/null would wake us. Devices that come and go have uevents, for which the host is read. */
      if (nb_root_is_real (nb_host_get_root (self->host)) && g_str_has_prefix (path, self->devices))
        continue;
      if (g_hash_table_contains (folders, folder))
        continue;
      watch = nb_folder_watch_new (folder);
      g_signal_connect_object (watch, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->watches, watch);
      g_hash_table_add (folders, g_steal_pointer (&folder));
    }
}

static void
nb_check_list_dispose (GObject *object)
{
  NbCheckList *self = NB_CHECK_LIST (object);

  g_ptr_array_set_size (self->watches, 0);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_check_list_parent_class)->dispose (object);
}

static void
nb_check_list_finalize (GObject *object)
{
  NbCheckList *self = NB_CHECK_LIST (object);

  g_hash_table_unref (self->watched);
  g_ptr_array_unref (self->watches);
  g_ptr_array_unref (self->checks);
  g_free (self->devices);

  G_OBJECT_CLASS (nb_check_list_parent_class)->finalize (object);
}

static void
nb_check_list_class_init (NbCheckListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = nb_check_list_dispose;
  object_class->finalize = nb_check_list_finalize;
}

static void
nb_check_list_init (NbCheckList *self)
{
  self->checks = g_ptr_array_new_with_free_func (g_object_unref);
  self->watched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->watches = g_ptr_array_new_with_free_func (g_object_unref);
}

static GType
nb_check_list_get_item_type (GListModel *model)
{
  return NB_TYPE_CHECK;
}

static guint
nb_check_list_get_n_items (GListModel *model)
{
  return NB_CHECK_LIST (model)->checks->len;
}

static gpointer
nb_check_list_get_item (GListModel *model, guint position)
{
  NbCheckList *self = NB_CHECK_LIST (model);

  return position < self->checks->len ? g_object_ref (g_ptr_array_index (self->checks, position)) : NULL;
}

static void
nb_check_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = nb_check_list_get_item_type;
  iface->get_n_items = nb_check_list_get_n_items;
  iface->get_item = nb_check_list_get_item;
}

/**
 * nb_check_list_new:
 * @host: the computer
 *
 * Returns: (transfer full): its checks; empty until they have been made once
 */
NbCheckList *
nb_check_list_new (NbHost *host)
{
  NbCheckList *self = g_object_new (NB_TYPE_CHECK_LIST, NULL);
  g_autofree char *root = g_canonicalize_filename (nb_host_get_root (host), NULL);
  const char *const *paths = nb_checks_get_watched ();

  self->host = g_object_ref (host);
  self->devices = g_build_filename (root, "dev/", NULL);
  for (guint i = 0; paths[i] != NULL; i++)
    g_hash_table_add (self->watched, g_build_filename (root, paths[i], NULL));
  g_signal_connect_object (host, "read", G_CALLBACK (start), self, G_CONNECT_SWAPPED);
  watch (self);
  start (self);

  return self;
}
