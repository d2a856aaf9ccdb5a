/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-connection-opening.h"
#include "nb-connection.h"

G_BEGIN_DECLS

/* What nb-connection.c and nb-connection-upgrade.c share, and nobody else sees. */

guint nb_connection_reserve_generation (NbConnection         *self);
void  nb_connection_start_opening      (NbConnection         *self,
                                        NbOpenMode            mode,
                                        guint                 generation,
                                        GAsyncReadyCallback   callback,
                                        gpointer              data);
void  nb_connection_take               (NbConnection         *self,
                                        NbOpening            *opening);
GQueue *nb_connection_get_upgrades     (NbConnection         *self);

G_END_DECLS
