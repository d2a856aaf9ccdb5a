/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-helper.h"
#include "nb-holder-item.h"
#include "nb-host.h"

G_BEGIN_DECLS

#define NB_TYPE_HOLDER_LIST (nb_holder_list_get_type ())

G_DECLARE_FINAL_TYPE (NbHolderList, nb_holder_list, NB, HOLDER_LIST, GObject)

/* Properties: items (GListModel of NbHolderItem), complete (gboolean: an administrator has looked), running, error
 * (string, nullable). */

NbHolderList *nb_holder_list_new          (NbHost       *host,
                                           NbHelper     *helper);
GListModel   *nb_holder_list_get_items    (NbHolderList *self);
gboolean      nb_holder_list_get_complete (NbHolderList *self);
gboolean      nb_holder_list_get_running  (NbHolderList *self);
gboolean      nb_holder_list_get_can_show (NbHolderList *self);
const char   *nb_holder_list_get_error    (NbHolderList *self);
void          nb_holder_list_show_all     (NbHolderList *self);
void          nb_holder_list_refresh      (NbHolderList *self);
void          nb_holder_list_forget       (NbHolderList *self,
                                           NbHolderItem *holder);

G_END_DECLS
