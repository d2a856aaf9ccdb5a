/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine-editor.h"

G_BEGIN_DECLS

/**
 * NbMachineEditor:
 *
 * One opened machine: its configuration, the edit of it, and what is under way.
 */
struct _NbMachineEditor
{
  GObject parent_instance;

  NbMachine *machine;
  NbMachineConfig *config;
  NbCpuEdit *edit;
  NbCpuMap *map;
  NbShutdown *shutdown;
  NbEditorBusy busy; /* but for what the shutdown does */
  char *theirs;
  char *error;        /* what went wrong last */
  char *previous;     /* what Undo brings back */
  gboolean undoes_whole; /* libvirt changed more than was asked for: Undo puts all of it back */
  char *doubt;        /* what was being stored when the connection was lost: nobody knows whether it was */
  char *doubt_undone; /* what Undo brings back if it was */
  GCancellable *cancellable;
  gboolean load_again;
  gboolean loading;
};

void nb_machine_editor_set_busy (NbMachineEditor *self,
                                 NbEditorBusy     busy);
void nb_machine_editor_fail     (NbMachineEditor *self,
                                 const GError    *error);

/* What is stored, and by whom. */
void     nb_machine_editor_set_theirs   (NbMachineEditor  *self,
                                         const char       *xml);
void     nb_machine_editor_set_previous (NbMachineEditor  *self,
                                         const char       *xml);
void     nb_machine_editor_set_doubt    (NbMachineEditor  *self,
                                         const char       *wanted,
                                         const char       *previous);
gboolean nb_machine_editor_take_config  (NbMachineEditor  *self,
                                         NbMachineConfig  *config,
                                         gboolean          stored,
                                         GError          **error);

G_END_DECLS
