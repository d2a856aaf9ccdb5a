/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-processor-group.h"

#include <glib/gi18n-lib.h>

/**
 * NbProcessorGroup:
 *
 * The modes of `<cpu>`, in plain words. The rows follow the action "cpu.mode"; what the emulator doesn't offer can't be
 * chosen, and says so. Signal "choose-model": a person wants to see the named models.
 */
struct _NbProcessorGroup
{
  NbEditGroup parent_instance;

  GtkWidget *passthrough_row;
  GtkWidget *host_model_row;
  GtkWidget *maximum_row;
  GtkWidget *custom_row;
  GtkWidget *turn_on;
  GtkWidget *clean_row;
};

G_DEFINE_FINAL_TYPE (NbProcessorGroup, nb_processor_group, NB_TYPE_EDIT_GROUP)

static guint choose_model_signal;

static void
choose_model_cb (NbProcessorGroup *self)
{
  g_signal_emit (self, choose_model_signal, 0);
}

static void
turn_on_cb (NbProcessorGroup *self)
{
  nb_cpu_edit_set_nesting (nb_edit_group_get_edit (NB_EDIT_GROUP (self)), NB_CPU_NESTING_ON);
}

static void
clean_cb (NbProcessorGroup *self)
{
  NbCpuEdit *edit = nb_edit_group_get_edit (NB_EDIT_GROUP (self));

  nb_cpu_edit_copy_clean (edit, nb_cpu_edit_get_mode (edit));
}

/* What the mode is; where it cannot be chosen, why. */
static const char *
get_subtitle (NbCpuMode mode, NbCpuEdit *edit, gboolean offered)
{
  if (!offered && g_strcmp0 (nb_cpu_edit_get_base (edit)->type, "qemu") == 0)
    return _ ("Not offered to this machine: it is emulated in software, which has no use for it.");
  if (!offered)
    return _ ("Not offered to this machine by its emulator.");

  switch (mode)
    {
    case NB_CPU_MODE_HOST_PASSTHROUGH:
      if (nb_cpu_edit_get_mode (edit) == mode && nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_OFF)
        return _ ("Exact: the guest gets this host’s processor itself. A feature that was set keeps nesting off. "
                  "(host-passthrough)");
      return _ ("Exact: the guest gets this host’s processor itself. The best choice for nesting. (host-passthrough)");
    case NB_CPU_MODE_HOST_MODEL:
      return _ ("The named model that comes nearest to the host’s processor; easier to move to another computer. "
                "(host-model)");
    case NB_CPU_MODE_MAXIMUM:
      return _ ("All that the hypervisor can offer, also what it emulates. (maximum)");
    case NB_CPU_MODE_CUSTOM:
    case NB_CPU_MODE_DEFAULT:
      break;
    }

  return NULL;
}

static void
nb_processor_group_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbProcessorGroup *self = NB_PROCESSOR_GROUP (group);
  NbCpuCaps *caps = edit != NULL ? nb_cpu_edit_get_caps (edit) : NULL;
  const struct
  {
    GtkWidget *row;
    NbCpuMode mode;
  } rows[] = {
    { self->passthrough_row, NB_CPU_MODE_HOST_PASSTHROUGH },
    { self->host_model_row, NB_CPU_MODE_HOST_MODEL },
    { self->maximum_row, NB_CPU_MODE_MAXIMUM },
  };
  const char *model = edit != NULL ? nb_cpu_edit_get_model (edit) : NULL;

  gtk_widget_set_sensitive (GTK_WIDGET (self), nb_edit_group_is_free (group));
  if (edit == NULL)
    return;

  /* The mode that the machine has now stays as it is, offered or not. */
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const gboolean offered = caps == NULL || nb_cpu_caps_offers_mode (caps, rows[i].mode);

      gtk_widget_set_sensitive (rows[i].row, offered || nb_cpu_edit_get_mode (edit) == rows[i].mode);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (rows[i].row), get_subtitle (rows[i].mode, edit, offered));
    }
  gtk_widget_set_visible (self->turn_on, nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_HOST_PASSTHROUGH &&
                                           nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_OFF);
  gtk_widget_set_visible (self->clean_row, (nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_HOST_PASSTHROUGH ||
                                            nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_HOST_MODEL) &&
                                             nb_cpu_edit_has_features (edit));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->custom_row), model != NULL && *model != '\0'
                                                                    ? model
                                                                    : _ ("Choose one of libvirt’s models. (custom)"));
}

static void
nb_processor_group_class_init (NbProcessorGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  NB_EDIT_GROUP_CLASS (klass)->update = nb_processor_group_update;

  choose_model_signal =
    g_signal_new ("choose-model", NB_TYPE_PROCESSOR_GROUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-processor-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, passthrough_row);
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, host_model_row);
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, maximum_row);
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, custom_row);
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, turn_on);
  gtk_widget_class_bind_template_child (widget_class, NbProcessorGroup, clean_row);
  gtk_widget_class_bind_template_callback (widget_class, choose_model_cb);
  gtk_widget_class_bind_template_callback (widget_class, turn_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, clean_cb);
}

static void
nb_processor_group_init (NbProcessorGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
