/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-kvm-users.h"

#include "nb-items.h"

#include <unistd.h>

/**
 * NbKvmUsers:
 *
 * Who keeps KVM busy: libvirt's machines of this computer that run with KVM, the processes that are none of them, and in
 * the end what only an administrator could see. A machine and its process are one user. Follows libvirt's events; the use
 * count has none, so that it is read again whenever a machine starts or stops.
 */
struct _NbKvmUsers
{
  GObject parent_instance;

  NbHost *host;
  NbHolderList *holders;
  GListModel *machines;
  GPtrArray *users;
  NbKvmUser *rest;
};

static void nb_kvm_users_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbKvmUsers,
                               nb_kvm_users,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, nb_kvm_users_iface_init))

static NbKvmUser *
find_machine (NbKvmUsers *self, NbMachine *machine)
{
  for (guint i = 0; i < self->users->len; i++)
    if (nb_kvm_user_get_machine (g_ptr_array_index (self->users, i)) == machine)
      return g_ptr_array_index (self->users, i);

  return NULL;
}

/* A process that is known already keeps its row. */
static NbKvmUser *
dup_process (NbKvmUsers *self, NbHolderItem *holder)
{
  for (guint i = 0; i < self->users->len; i++)
    {
      NbKvmUser *user = g_ptr_array_index (self->users, i);
      NbHolderItem *known = nb_kvm_user_get_holder (user);

      if (nb_kvm_user_get_kind (user) == NB_KVM_USER_PROCESS &&
          nb_holder_item_get_pid (known) == nb_holder_item_get_pid (holder) &&
          g_strcmp0 (nb_holder_item_get_command (known), nb_holder_item_get_command (holder)) == 0 &&
          g_strcmp0 (nb_holder_item_get_machine (known), nb_holder_item_get_machine (holder)) == 0)
        return g_object_ref (user);
    }

  return nb_kvm_user_new_process (holder);
}

static gboolean
is_session (NbMachine *machine)
{
  return g_str_has_suffix (nb_connection_get_uri (nb_machine_get_connection (machine)), "/session");
}

/* The machine whose process it is: by the name that libvirt gives to QEMU. Each has one; a second process of the same name
 * is a stranger. Where two machines have the name, one's own process is the session's. */
static NbKvmUser *
match (GPtrArray *users, GHashTable *taken, NbHolderItem *holder)
{
  const char *name = nb_holder_item_get_machine (holder);
  const gboolean own = nb_holder_item_get_uid (holder) == (gint64) getuid ();
  NbKvmUser *found = NULL;

  for (guint i = 0; name != NULL && i < users->len; i++)
    {
      NbKvmUser *user = g_ptr_array_index (users, i);
      NbMachine *machine = nb_kvm_user_get_machine (user);

      if (machine == NULL || g_hash_table_contains (taken, user) ||
          g_strcmp0 (nb_machine_get_name (machine), name) != 0)
        continue;
      if (found == NULL || is_session (machine) == own)
        found = user;
    }

  return found;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  NbKvmUser *const *one = a;
  NbKvmUser *const *other = b;

  return g_utf8_collate (nb_machine_get_name (nb_kvm_user_get_machine (*one)),
                         nb_machine_get_name (nb_kvm_user_get_machine (*other)));
}

static GPtrArray *
gather (NbKvmUsers *self)
{
  GPtrArray *users = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *items = nb_holder_list_get_items (self->holders);
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL); /* its users, by machine */
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  guint n_machines;

  for (guint i = 0; i < self->users->len; i++)
    g_hash_table_insert (known, nb_kvm_user_get_machine (self->users->pdata[i]), self->users->pdata[i]);

  for (guint i = 0; i < g_list_model_get_n_items (self->machines); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (self->machines, i);
      NbKvmUser *user = g_hash_table_lookup (known, machine);

      if (nb_machine_uses_kvm (machine))
        g_ptr_array_add (users, user != NULL ? g_object_ref (user) : nb_kvm_user_new_machine (machine));
    }

  g_ptr_array_sort (users, compare);
  n_machines = users->len;
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (NbHolderItem) holder = g_list_model_get_item (items, i);
      NbKvmUser *user = match (users, taken, holder);

      if (user != NULL)
        {
          g_hash_table_add (taken, user);
          nb_kvm_user_set_holder (user, holder);
        }
      else
        g_ptr_array_add (users, dup_process (self, holder));
    }
  for (guint i = 0; i < n_machines; i++)
    if (!g_hash_table_contains (taken, g_ptr_array_index (users, i)))
      nb_kvm_user_set_holder (g_ptr_array_index (users, i), NULL);

  if (!nb_holder_list_get_complete (self->holders) || users->len == 0)
    g_ptr_array_add (users, g_object_ref (self->rest));

  return users;
}

static void
update (NbKvmUsers *self)
{
  g_autoptr (GPtrArray) old = self->users;

  self->users = gather (self);
  nb_items_changed (G_LIST_MODEL (self), old, self->users);
}

static void
machine_cb (NbKvmUsers *self, GParamSpec *pspec, NbMachine *machine)
{
  const gboolean uses = nb_machine_uses_kvm (machine);
  NbKvmUser *user = find_machine (self, machine);

  if (uses)
    nb_machine_request_summary (machine);
  if (uses == (user != NULL))
    return;

  /* Its process has gone with it, and is not somebody else's for a moment. */
  if (user != NULL && nb_kvm_user_get_holder (user) != NULL)
    nb_holder_list_forget (self->holders, nb_kvm_user_get_holder (user));
  update (self);
  nb_kvm_users_refresh (self);
}

static void
machines_changed_cb (NbKvmUsers *self, guint position, guint removed, guint added)
{
  const guint before = self->users->len;

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (self->machines, i);

      g_signal_connect_object (machine, "notify::active", G_CALLBACK (machine_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (machine, "notify::type", G_CALLBACK (machine_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (machine, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      if (nb_machine_uses_kvm (machine))
        nb_machine_request_summary (machine);
    }

  update (self);
  if (self->users->len != before)
    nb_kvm_users_refresh (self);
}

static gpointer
nb_kvm_users_get_item (GListModel *model, guint position)
{
  NbKvmUsers *self = NB_KVM_USERS (model);

  return position < self->users->len ? g_object_ref (g_ptr_array_index (self->users, position)) : NULL;
}

static GType
nb_kvm_users_get_item_type (GListModel *model)
{
  return NB_TYPE_KVM_USER;
}

static guint
nb_kvm_users_get_n_items (GListModel *model)
{
  return NB_KVM_USERS (model)->users->len;
}

static void
nb_kvm_users_iface_init (GListModelInterface *iface)
{
  iface->get_item = nb_kvm_users_get_item;
  iface->get_item_type = nb_kvm_users_get_item_type;
  iface->get_n_items = nb_kvm_users_get_n_items;
}

static void
nb_kvm_users_finalize (GObject *object)
{
  NbKvmUsers *self = NB_KVM_USERS (object);

  g_clear_pointer (&self->users, g_ptr_array_unref);
  g_clear_object (&self->rest);
  g_clear_object (&self->machines);
  g_clear_object (&self->holders);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_kvm_users_parent_class)->finalize (object);
}

static void
nb_kvm_users_class_init (NbKvmUsersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_kvm_users_finalize;
}

static void
nb_kvm_users_init (NbKvmUsers *self)
{
  self->users = g_ptr_array_new_with_free_func (g_object_unref);
  self->rest = nb_kvm_user_new_rest ();
}

/**
 * nb_kvm_users_new:
 * @host: this computer
 * @helper: (nullable): who can see everybody's processes
 * @machines: all machines, an #NbMachineList
 *
 * Returns: (transfer full): who uses KVM
 */
NbKvmUsers *
nb_kvm_users_new (NbHost *host, NbHelper *helper, GListModel *machines)
{
  NbKvmUsers *self = g_object_new (NB_TYPE_KVM_USERS, NULL);

  self->host = g_object_ref (host);
  self->machines = g_object_ref (machines);
  self->holders = nb_holder_list_new (host, helper);
  g_signal_connect_object (self->holders, "notify::complete", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (nb_holder_list_get_items (self->holders), "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (machines, "items-changed", G_CALLBACK (machines_changed_cb), self, G_CONNECT_SWAPPED);
  machines_changed_cb (self, 0, 0, g_list_model_get_n_items (machines));

  return self;
}

/**
 * nb_kvm_users_get_holders:
 * @self: who uses KVM
 *
 * Returns: (transfer none): the processes, as far as they are known
 */
NbHolderList *
nb_kvm_users_get_holders (NbKvmUsers *self)
{
  g_return_val_if_fail (NB_IS_KVM_USERS (self), NULL);

  return self->holders;
}

/**
 * nb_kvm_users_get_host:
 * @self: who uses KVM
 *
 * Returns: (transfer none): this computer
 */
NbHost *
nb_kvm_users_get_host (NbKvmUsers *self)
{
  g_return_val_if_fail (NB_IS_KVM_USERS (self), NULL);

  return self->host;
}

/**
 * nb_kvm_users_refresh:
 * @self: who uses KVM
 *
 * Reads the use count and the processes again; neither has events.
 */
void
nb_kvm_users_refresh (NbKvmUsers *self)
{
  g_return_if_fail (NB_IS_KVM_USERS (self));

  nb_host_refresh (self->host);
  nb_holder_list_refresh (self->holders);
}

/**
 * nb_kvm_users_dup_machines:
 * @self: who uses KVM
 *
 * Returns: (transfer full) (element-type NbMachine): the machines among them
 */
GPtrArray *
nb_kvm_users_dup_machines (NbKvmUsers *self)
{
  GPtrArray *machines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->users->len; i++)
    {
      NbMachine *machine = nb_kvm_user_get_machine (g_ptr_array_index (self->users, i));

      if (machine != NULL)
        g_ptr_array_add (machines, g_object_ref (machine));
    }

  return machines;
}

/**
 * nb_kvm_users_count_strangers:
 * @self: who uses KVM
 *
 * Returns: how many processes are among them that are no machine of libvirt
 */
guint
nb_kvm_users_count_strangers (NbKvmUsers *self)
{
  guint count = 0;

  for (guint i = 0; i < self->users->len; i++)
    count += nb_kvm_user_get_kind (g_ptr_array_index (self->users, i)) == NB_KVM_USER_PROCESS;

  return count;
}

/**
 * nb_kvm_users_get_machines:
 * @self: who uses KVM
 *
 * Returns: (transfer none): the machines among which it looks, NbMachine
 */
GListModel *
nb_kvm_users_get_machines (NbKvmUsers *self)
{
  g_return_val_if_fail (NB_IS_KVM_USERS (self), NULL);
  return self->machines;
}
