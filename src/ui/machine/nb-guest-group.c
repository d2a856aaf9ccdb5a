/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-guest-group.h"

#include <glib/gi18n-lib.h>

#include "nb-command-row.h"

/**
 * NbGuestGroup:
 *
 * The proof: what QEMU and the guest itself say. Asking leaves a mark on the running machine, which is said before.
 */
struct _NbGuestGroup
{
  NbEditGroup parent_instance;

  AdwActionRow *check;
};

G_DEFINE_FINAL_TYPE (NbGuestGroup, nb_guest_group, NB_TYPE_EDIT_GROUP)

static const char *
get_text (NbMachineEditor *editor)
{
  const char *text = nb_guest_answer_get_text (nb_machine_editor_get_answer (editor));

  if (!nb_machine_is_active (nb_machine_editor_get_machine (editor)))
    return _ ("The machine has to run for that.");
  if (text != NULL)
    return text;

  return _ (
    "Asks QEMU what the running processor has and whether a hypervisor uses it, whatever system the guest runs, and "
    "the "
    "guest’s agent where there is one. libvirt then marks the running machine as tainted until it shuts down; nothing "
    "else changes.");
}

static void
nb_guest_group_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbMachineEditor *editor = nb_edit_group_get_editor (group);

  if (editor != NULL)
    adw_action_row_set_subtitle (NB_GUEST_GROUP (group)->check, get_text (editor));
}

static void
nb_guest_group_class_init (NbGuestGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  NB_EDIT_GROUP_CLASS (klass)->update = nb_guest_group_update;

  g_type_ensure (NB_TYPE_COMMAND_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-guest-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbGuestGroup, check);
}

static void
nb_guest_group_init (NbGuestGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
