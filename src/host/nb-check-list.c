/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-check-list.h"

#include "nb-checks.h"

/**
 * NbCheckList:
 *
 * The checks of a host, live: run in a worker thread when the host's facts or a folder that checks look at change.
 * While the answers stay the same, so do the items.
 */
struct _NbCheckList
{
  GObject parent_instance;

  NbHost *host;
  GPtrArray *checks;
  GPtrArray *monitors;

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
         g_strcmp0 (nb_check_get_detail (a), nb_check_get_detail (b)) == 0 &&
         g_strcmp0 (nb_check_get_hint (a), nb_check_get_hint (b)) == 0 &&
         g_strcmp0 (nb_check_get_command (a), nb_check_get_command (b)) == 0;
}

/* Only what lies between the first and the last difference is replaced. */
static void
take (NbCheckList *self, GPtrArray *checks)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->checks);
  guint before = 0;
  guint after = 0;

  while (before < old->len && before < checks->len &&
         is_same (g_ptr_array_index (old, before), g_ptr_array_index (checks, before)))
    before++;
  while (after < old->len - before && after < checks->len - before &&
         is_same (g_ptr_array_index (old, old->len - 1 - after), g_ptr_array_index (checks, checks->len - 1 - after)))
    after++;

  self->checks = checks;
  if (old->len - before - after > 0 || checks->len - before - after > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), before, old->len - before - after, checks->len - before - after);
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

static void
watch (NbCheckList *self)
{
  g_auto (GStrv) paths = nb_checks_dup_watch_paths ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (nb_host_get_root (self->host), paths[i], NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      GFileMonitor *monitor = g_file_monitor (file, G_FILE_MONITOR_NONE, NULL, NULL);

      if (monitor == NULL)
        continue;
      g_signal_connect_object (monitor, "changed", G_CALLBACK (start), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->monitors, monitor);
    }
}

static void
nb_check_list_dispose (GObject *object)
{
  NbCheckList *self = NB_CHECK_LIST (object);

  g_ptr_array_set_size (self->monitors, 0);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_check_list_parent_class)->dispose (object);
}

static void
nb_check_list_finalize (GObject *object)
{
  NbCheckList *self = NB_CHECK_LIST (object);

  g_ptr_array_unref (self->monitors);
  g_ptr_array_unref (self->checks);

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
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
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

  self->host = g_object_ref (host);
  g_signal_connect_object (host, "notify::facts", G_CALLBACK (start), self, G_CONNECT_SWAPPED);
  watch (self);
  start (self);

  return self;
}
