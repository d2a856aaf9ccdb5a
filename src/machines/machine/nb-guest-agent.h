/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-guest-answer.h"
#include "nb-machine.h"

G_BEGIN_DECLS

void           nb_machine_ask_guest_async   (NbMachine            *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              data);
NbGuestAnswer  nb_machine_ask_guest_finish  (NbMachine            *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
