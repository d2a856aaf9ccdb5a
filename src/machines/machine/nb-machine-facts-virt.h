/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-facts.h"
#include "nb-virt.h"

G_BEGIN_DECLS

GPtrArray      *nb_machine_facts_list    (GVirConnection *connection,
                                          GError        **error);
NbMachineFacts *nb_machine_facts_look_up (GVirConnection *connection,
                                          const char     *uuid);

G_END_DECLS
