/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-compat.h"
#include "nb-cpu-config.h"
#include "nb-machine-facts.h"
#include "nb-machine-editor.h"

G_BEGIN_DECLS

/* How the interface calls what libvirt knows by other names. All translated. */

const char *nb_machine_state_get_title  (NbMachineState  state);
const char *nb_cpu_mode_get_short_title (NbCpuMode       mode);
const char *nb_editor_busy_get_title    (NbEditorBusy    busy);
char       *nb_machine_editor_dup_time_left (NbMachineEditor *editor);
void        nb_machine_ask_force_off    (GtkWindow      *parent,
                                         const char     *names,
                                         NbChoiceFunc    callback,
                                         gpointer        data,
                                         GDestroyNotify  destroy);

G_END_DECLS
