/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-host.h"
#include "nb-machine-editor.h"
#include "nb-step.h"

G_BEGIN_DECLS

/* Instead of a link: the machine is only read. */
#define NB_STEP_READING_ONLY (-1)

void nb_step_end_when_read (NbPlanStep          *step,
                            NbMachineEditor *editor,
                            NbHost          *host,
                            int              link);

G_END_DECLS
