/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-holder-list.h"

#include "nb-holders.h"

/**
 * NbHolderList:
 *
 * Who keeps KVM busy: this user's own processes; after nb_holder_list_show_all() everybody's, until the use count
 * changes.
 */
struct _NbHolderList
{
  GObject parent_instance;

  NbHost *host;
  NbHelper *helper;
  GListStore *items;
  GCancellable *cancellable;
  int refcnt;
  gboolean complete;
  gboolean running;
  char *error;
};

G_DEFINE_FINAL_TYPE (NbHolderList, nb_holder_list, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ITEMS,
  PROP_COMPLETE,
  PROP_RUNNING,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify_all (NbHolderList *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPLETE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
replace (NbHolderList *self, GPtrArray *items)
{
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), items->pdata, items->len);
}

static void
add (NbHolderList *self, GPtrArray *items, gint64 pid, gint64 uid, const char *command, const char *machine)
{
  g_autofree char *user = nb_holders_dup_user (nb_host_get_root (self->host), uid);

  g_ptr_array_add (items, nb_holder_item_new (pid, uid, user, command, machine));
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, nb_holders_read (data), (GDestroyNotify) g_ptr_array_unref);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbHolderList *self = NB_HOLDER_LIST (source);
  g_autoptr (GPtrArray) holders = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (holders == NULL || self->complete)
    return;

  for (guint i = 0; i < holders->len; i++)
    {
      NbHolder *holder = g_ptr_array_index (holders, i);

      add (self, items, holder->pid, holder->uid, holder->command, holder->machine);
    }
  replace (self, items);
}

static void
start_reading (NbHolderList *self)
{
  g_autoptr (GTask) task = NULL;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  task = g_task_new (self, self->cancellable, read_cb, NULL);
  g_task_set_source_tag (task, start_reading);
  g_task_set_task_data (task, g_strdup (nb_host_get_root (self->host)), g_free);
  g_task_run_in_thread (task, read_thread);
}

static void
facts_cb (NbHolderList *self)
{
  NbHostFacts *facts = nb_host_get_facts (self->host);

  if (facts == NULL || facts->refcnt == self->refcnt)
    return;

  self->refcnt = facts->refcnt;
  self->complete = FALSE;
  g_clear_pointer (&self->error, g_free);
  notify_all (self);

  if (self->refcnt > 0)
    start_reading (self);
  else
    {
      g_cancellable_cancel (self->cancellable);
      g_list_store_remove_all (self->items);
    }
}

static void
run_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (NbHolderList) self = data;
  g_autoptr (NbHelperResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  self->running = FALSE;
  if (nb_helper_run_finish (self->helper, async_result, &result, &error))
    {
      for (guint i = 0; i < result->lines->len; i++)
        {
          const NbLine *line = g_ptr_array_index (result->lines, i);

          if (line->kind == NB_LINE_HOLDER)
            add (self, items, line->pid, line->uid, line->name, line->machine);
        }
      replace (self, items);
      self->complete = TRUE;
    }
  else if (!g_error_matches (error, NB_HELPER_ERROR, NB_HELPER_ERROR_DISMISSED) &&
           !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->error = g_strdup (error->message);

  notify_all (self);
}

static void
nb_holder_list_dispose (GObject *object)
{
  NbHolderList *self = NB_HOLDER_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->items);
  g_clear_object (&self->helper);
  g_clear_object (&self->host);
  g_clear_pointer (&self->error, g_free);

  G_OBJECT_CLASS (nb_holder_list_parent_class)->dispose (object);
}

static void
nb_holder_list_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbHolderList *self = NB_HOLDER_LIST (object);

  switch (property_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, self->items);
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, self->complete);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_holder_list_class_init (NbHolderListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = nb_holder_list_dispose;
  object_class->get_property = nb_holder_list_get_property;

  properties[PROP_ITEMS] =
    g_param_spec_object ("items", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPLETE] =
    g_param_spec_boolean ("complete", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_RUNNING] =
    g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_holder_list_init (NbHolderList *self)
{
  self->items = g_list_store_new (NB_TYPE_HOLDER_ITEM);
  self->refcnt = -1;
}

/**
 * nb_holder_list_new:
 * @host: the computer
 * @helper: (nullable): who can see everybody's processes
 *
 * Returns: (transfer full): a list that follows the host
 */
NbHolderList *
nb_holder_list_new (NbHost *host, NbHelper *helper)
{
  NbHolderList *self = g_object_new (NB_TYPE_HOLDER_LIST, NULL);

  self->host = g_object_ref (host);
  g_set_object (&self->helper, helper);
  g_signal_connect_object (host, "notify::facts", G_CALLBACK (facts_cb), self, G_CONNECT_SWAPPED);
  facts_cb (self);

  return self;
}

/**
 * nb_holder_list_get_items:
 * @self: a list
 *
 * Returns: (transfer none): the processes that are known
 */
GListModel *
nb_holder_list_get_items (NbHolderList *self)
{
  return G_LIST_MODEL (self->items);
}

/**
 * nb_holder_list_get_complete:
 * @self: a list
 *
 * Returns: whether these are all
 */
gboolean
nb_holder_list_get_complete (NbHolderList *self)
{
  return self->complete;
}

/**
 * nb_holder_list_get_running:
 * @self: a list
 *
 * Returns: whether the helper is looking
 */
gboolean
nb_holder_list_get_running (NbHolderList *self)
{
  return self->running;
}

/**
 * nb_holder_list_get_can_show:
 * @self: a list
 *
 * Returns: whether nb_holder_list_show_all() would look
 */
gboolean
nb_holder_list_get_can_show (NbHolderList *self)
{
  NbHostFacts *facts = nb_host_get_facts (self->host);

  return self->helper != NULL && !self->running && facts != NULL && facts->module != NULL;
}

/**
 * nb_holder_list_get_error:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): why the helper could not look
 */
const char *
nb_holder_list_get_error (NbHolderList *self)
{
  return self->error;
}

/**
 * nb_holder_list_show_all:
 * @self: a list
 *
 * Lets the helper look, which asks for a password.
 */
void
nb_holder_list_show_all (NbHolderList *self)
{
  NbHostFacts *facts;

  g_return_if_fail (NB_IS_HOLDER_LIST (self));

  if (!nb_holder_list_get_can_show (self))
    return;

  facts = nb_host_get_facts (self->host);
  self->running = TRUE;
  g_clear_pointer (&self->error, g_free);
  notify_all (self);
  nb_helper_run_async (self->helper, NB_VERB_SHOW_HOLDERS, facts->module, NULL, run_cb, g_object_ref (self));
}

/**
 * nb_holder_list_forget:
 * @self: a list
 * @holder: a process of it that has ended
 *
 * Takes it out before the use count is read again.
 */
void
nb_holder_list_forget (NbHolderList *self, NbHolderItem *holder)
{
  guint position;

  g_return_if_fail (NB_IS_HOLDER_LIST (self));

  if (g_list_store_find (self->items, holder, &position))
    g_list_store_remove (self->items, position);
}

/**
 * nb_holder_list_refresh:
 * @self: a list
 *
 * Looks again: the use count may be the same, and the users others. What an administrator has seen stays.
 */
void
nb_holder_list_refresh (NbHolderList *self)
{
  g_return_if_fail (NB_IS_HOLDER_LIST (self));

  if (self->refcnt > 0 && !self->complete)
    start_reading (self);
}
