/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-machine-editor.h"

G_BEGIN_DECLS

#define NB_TYPE_EDIT_GROUP (nb_edit_group_get_type ())

G_DECLARE_DERIVABLE_TYPE (NbEditGroup, nb_edit_group, NB, EDIT_GROUP, AdwPreferencesGroup)

/**
 * NbEditGroupClass:
 * @update: called when the edit, or any value of it, is another; the edit may be %NULL
 *
 * A group of the machine page that shows something of the edit.
 */
struct _NbEditGroupClass
{
  AdwPreferencesGroupClass parent_class;

  void (*update) (NbEditGroup *self,
                  NbCpuEdit   *edit);
};

/* Properties: editor (NbMachineEditor), edit (NbCpuEdit, read only: the editor's). */

NbMachineEditor *nb_edit_group_get_editor (NbEditGroup *self);
NbCpuEdit       *nb_edit_group_get_edit   (NbEditGroup *self);
gboolean         nb_edit_group_is_free    (NbEditGroup *self);

G_END_DECLS
