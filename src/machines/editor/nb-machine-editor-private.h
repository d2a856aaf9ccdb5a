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
  NbEditorBusy busy;
  NbGuestAnswer answer;
  char *theirs;
  char *error;    /* what went wrong last */
  char *previous; /* what Undo brings back */
  GError *not_kept; /* why what the last change replaced could not be kept */
  char *draft;      /* the edit's result when its storing began */
  gboolean undoes;  /* the last change was nb_machine_editor_undo()'s */
  GCancellable *cancellable;
  GCancellable *waiting;
  guint tick; /* counts the seconds down while a guest is waited for */
  guint seconds_left;
  gboolean load_again;
  gboolean loading;
};

void nb_machine_editor_set_busy  (NbMachineEditor *self,
                                  NbEditorBusy     busy);
void nb_machine_editor_fail      (NbMachineEditor *self,
                                  GError          *error);
void nb_machine_editor_set_seconds_left (NbMachineEditor *self,
                                  guint            seconds);
void nb_machine_editor_say_late  (NbMachineEditor *self);

/* What is stored, and by whom. */
void     nb_machine_editor_set_theirs   (NbMachineEditor  *self,
                                         const char       *xml);
void     nb_machine_editor_set_previous (NbMachineEditor  *self,
                                         const char       *xml);
gboolean nb_machine_editor_take_config  (NbMachineEditor  *self,
                                          NbMachineConfig  *config,
                                          gboolean          stored,
                                          GError          **error);

G_END_DECLS
