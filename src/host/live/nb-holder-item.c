/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-holder-item.h"

/**
 * NbHolderItem:
 *
 * An #NbHolder as an item of lists.
 */
struct _NbHolderItem
{
  GObject parent_instance;

  gint64 pid;
  gint64 uid;
  char *user;
  char *command;
  char *machine;
};

G_DEFINE_FINAL_TYPE (NbHolderItem, nb_holder_item, G_TYPE_OBJECT)

static void
nb_holder_item_finalize (GObject *object)
{
  NbHolderItem *self = NB_HOLDER_ITEM (object);

  g_free (self->user);
  g_free (self->command);
  g_free (self->machine);

  G_OBJECT_CLASS (nb_holder_item_parent_class)->finalize (object);
}

static void
nb_holder_item_class_init (NbHolderItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = nb_holder_item_finalize;
}

static void
nb_holder_item_init (NbHolderItem *self)
{
}

/**
 * nb_holder_item_new:
 * @pid: the process
 * @uid: its user's number
 * @user: its user's name
 * @command: its comm
 * @machine: (nullable): the virtual machine's name
 *
 * Returns: (transfer full): an item
 */
NbHolderItem *
nb_holder_item_new (gint64 pid, gint64 uid, const char *user, const char *command, const char *machine)
{
  NbHolderItem *self = g_object_new (NB_TYPE_HOLDER_ITEM, NULL);

  self->pid = pid;
  self->uid = uid;
  self->user = g_strdup (user);
  self->command = g_strdup (command);
  self->machine = g_strdup (machine);

  return self;
}

/**
 * nb_holder_item_get_pid:
 * @self: an item
 *
 * Returns: the process
 */
gint64
nb_holder_item_get_pid (NbHolderItem *self)
{
  return self->pid;
}

/**
 * nb_holder_item_get_uid:
 * @self: an item
 *
 * Returns: the process's user
 */
gint64
nb_holder_item_get_uid (NbHolderItem *self)
{
  return self->uid;
}

/**
 * nb_holder_item_get_user:
 * @self: an item
 *
 * Returns: (transfer none): the name of the process's user, or the number where it is not known
 */
const char *
nb_holder_item_get_user (NbHolderItem *self)
{
  return self->user;
}

/**
 * nb_holder_item_get_command:
 * @self: an item
 *
 * Returns: (transfer none): the process's comm
 */
const char *
nb_holder_item_get_command (NbHolderItem *self)
{
  return self->command;
}

/**
 * nb_holder_item_get_machine:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the name of the virtual machine, where it is known
 */
const char *
nb_holder_item_get_machine (NbHolderItem *self)
{
  return self->machine;
}
