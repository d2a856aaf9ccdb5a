/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-chain.h"
#include "nb-host.h"
#include "nb-machine-editor.h"

G_BEGIN_DECLS

/* The chain of a machine from the live objects of both sides. Main thread. */

void nb_machine_judge_get_facts (NbChainMachine  *facts,
                                 NbMachine       *machine);
void nb_machine_judge           (NbChain         *chain,
                                 NbMachine       *machine,
                                 NbHost          *host);
void nb_machine_judge_get_editor_facts
                                (NbChainMachine  *facts,
                                 NbMachineEditor *editor);
void nb_machine_judge_editor    (NbChain         *chain,
                                 NbChainMachine  *facts,
                                 NbMachineEditor *editor,
                                 NbHost          *host);

G_END_DECLS
