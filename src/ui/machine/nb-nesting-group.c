/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-nesting-group.h"

#include <glib/gi18n-lib.h>

/**
 * NbNestingGroup:
 *
 * Whether the guest gets vmx or svm: On, Off, or what the mode gives by itself. The rows follow "cpu.nesting".
 */
struct _NbNestingGroup
{
  NbEditGroup parent_instance;

  GtkWidget *on_row;
  GtkWidget *off_row;
  GtkWidget *automatic_row;
};

G_DEFINE_FINAL_TYPE (NbNestingGroup, nb_nesting_group, NB_TYPE_EDIT_GROUP)

/* Why nesting cannot be set, where it cannot. */
static const char *
get_obstacle (NbCpuEdit *edit)
{
  if (nb_cpu_edit_get_can_nest (edit))
    return NULL;
  if (nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_DEFAULT)
    return _ ("The hypervisor’s default processor takes no features. Choose another processor first.");
  if (!nb_cpu_config_is_x86 (nb_cpu_edit_get_base (edit)))
    return _ ("Only machines with a processor of Intel’s or AMD’s kind have it.");

  return _ ("Whose processor the computer has isn’t known from here.");
}

static void
nb_nesting_group_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbNestingGroup *self = NB_NESTING_GROUP (group);
  const gboolean can_nest = edit != NULL && nb_cpu_edit_get_can_nest (edit);
  const char *result = NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self), nb_edit_group_is_free (group));
  gtk_widget_set_sensitive (self->on_row, can_nest);
  gtk_widget_set_sensitive (self->off_row, can_nest);
  if (edit == NULL)
    return;

  result = get_obstacle (edit);
  adw_action_row_set_subtitle (
    ADW_ACTION_ROW (self->on_row),
    result != NULL ? result : _ ("The guest gets the processor’s virtualization, whatever model is chosen."));
  adw_action_row_set_subtitle (
    ADW_ACTION_ROW (self->off_row),
    result != NULL ? result : _ ("The guest does not get it, even where its model would include it."));

  switch (nb_cpu_edit_get_nesting_result (edit))
    {
    case NB_TRISTATE_YES:
      result = _ ("With this processor: on.");
      break;
    case NB_TRISTATE_NO:
      result =
        nb_cpu_edit_get_vendor (edit) == NB_CPU_VENDOR_AMD && nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_HOST_MODEL
          ? _ ("With this processor: off. On AMD the closest model leaves it out, so choose On.")
          : _ ("With this processor: off.");
      break;
    case NB_TRISTATE_UNKNOWN:
      result = _ ("What this processor gives isn’t known.");
      break;
    }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->automatic_row), result);
}

static void
nb_nesting_group_class_init (NbNestingGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  NB_EDIT_GROUP_CLASS (klass)->update = nb_nesting_group_update;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-nesting-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbNestingGroup, on_row);
  gtk_widget_class_bind_template_child (widget_class, NbNestingGroup, off_row);
  gtk_widget_class_bind_template_child (widget_class, NbNestingGroup, automatic_row);
}

static void
nb_nesting_group_init (NbNestingGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
