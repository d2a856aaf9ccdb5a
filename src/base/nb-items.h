/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void nb_items_changed (GListModel *model,
                       GPtrArray  *before,
                       GPtrArray  *after);

G_END_DECLS
