/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-chain.h"
#include "nb-cpu-config.h"

G_BEGIN_DECLS

char **nb_chain_dup_commands (const NbChain        *chain,
                              const NbChainMachine *machine,
                              NbCpuVendor           vendor);

G_END_DECLS
