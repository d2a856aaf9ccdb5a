/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define NB_TYPE_HOLDER_ITEM (nb_holder_item_get_type ())

G_DECLARE_FINAL_TYPE (NbHolderItem, nb_holder_item, NB, HOLDER_ITEM, GObject)

/* One process that keeps KVM busy; immutable. */
NbHolderItem *nb_holder_item_new         (gint64        pid,
                                          gint64        uid,
                                          const char   *user,
                                          const char   *command,
                                          const char   *machine);
gint64        nb_holder_item_get_pid     (NbHolderItem *self);
gint64        nb_holder_item_get_uid     (NbHolderItem *self);
const char   *nb_holder_item_get_user    (NbHolderItem *self);
const char   *nb_holder_item_get_command (NbHolderItem *self);
const char   *nb_holder_item_get_machine (NbHolderItem *self);

G_END_DECLS
