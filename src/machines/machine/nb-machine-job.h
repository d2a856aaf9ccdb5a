/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

void nb_machine_run_writable (NbMachine       *self,
                              GTask           *task,
                              GTaskThreadFunc  func);

G_END_DECLS
