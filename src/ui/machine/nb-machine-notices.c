/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-notices.h"

#include <glib/gi18n-lib.h>

#include "nb-compat.h"
#include "nb-machine-inference.h"
#include "nb-machine-words.h"

/**
 * NbMachineNotices:
 *
 * What a person must know of an opened machine before anything else; empty most of the time.
 */
struct _NbMachineNotices
{
  NbEditGroup parent_instance;

  AdwActionRow *error;
  AdwActionRow *locked;
  AdwActionRow *theirs;
  AdwActionRow *pending;
  AdwActionRow *saved;
  AdwActionRow *busy;
  AdwActionRow *problem;
  AdwActionRow *hints;
  GtkWidget *take_out;
  AdwActionRow *losses;
};

G_DEFINE_FINAL_TYPE (NbMachineNotices, nb_machine_notices, NB_TYPE_EDIT_GROUP)

static void
show (AdwActionRow *row, gboolean visible)
{
  gtk_widget_set_visible (GTK_WIDGET (row), visible);
}

/* An empty list would still draw its frame. */
static void
update_visible (NbMachineNotices *self)
{
  AdwActionRow *const rows[] = { self->error, self->locked,  self->theirs, self->pending, self->saved,
                                 self->busy,  self->problem, self->hints,  self->losses };
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    any = any || gtk_widget_get_visible (GTK_WIDGET (rows[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

static void
show_error (NbMachineNotices *self, const char *text)
{
  if (g_strcmp0 (text, adw_action_row_get_subtitle (self->error)) == 0)
    return;

  show (self->error, text != NULL);
  adw_action_row_set_subtitle (self->error, text);
  nb_compat_announce (GTK_WIDGET (self), text);
}

static void
take_out_cb (NbMachineNotices *self)
{
  nb_cpu_edit_drop_foreign (nb_edit_group_get_edit (NB_EDIT_GROUP (self)));
}

static void
show_sentences (AdwActionRow *row, const char *const *sentences)
{
  g_autofree char *text = sentences != NULL && sentences[0] != NULL ? g_strjoinv ("\n", (char **) sentences) : NULL;

  show (row, text != NULL);
  adw_action_row_set_subtitle (row, text);
}

static void
nb_machine_notices_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbMachineNotices *self = NB_MACHINE_NOTICES (group);
  NbMachineEditor *editor = nb_edit_group_get_editor (group);
  const NbMachineConfig *config;
  NbMachine *machine;
  NbEditorBusy busy;
  const char *problem;

  if (editor == NULL)
    return;

  machine = nb_machine_editor_get_machine (editor);
  config = nb_machine_editor_get_config (editor);
  busy = nb_machine_editor_get_busy (editor);

  show (self->locked, nb_machine_editor_get_locked (editor) != NULL);
  adw_action_row_set_subtitle (self->locked, nb_machine_editor_get_locked (editor));

  show (self->theirs, nb_machine_editor_get_theirs (editor) != NULL);

  show_error (self, nb_machine_editor_get_error (editor));

  show (self->busy, busy != NB_EDITOR_IDLE);
  if (busy != NB_EDITOR_IDLE)
    {
      g_autofree char *left = nb_machine_editor_dup_time_left (editor);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->busy), nb_editor_busy_get_title (busy));
      adw_action_row_set_subtitle (self->busy, left);
    }

  show (self->pending, config != NULL && config->pending == NB_CPU_PENDING_DIFFERS && busy == NB_EDITOR_IDLE);
  if (config != NULL && config->pending == NB_CPU_PENDING_DIFFERS)
    {
      g_auto (GStrv) differences =
        nb_machine_dup_differences (config, edit != NULL ? nb_cpu_edit_get_caps (edit) : NULL);
      g_autofree char *text = differences != NULL ? g_strjoinv ("\n", differences) : NULL;

      adw_action_row_set_subtitle (self->pending, text);
    }

  show (self->saved, nb_machine_has_managed_save (machine));

  problem = edit != NULL ? nb_cpu_edit_get_problem (edit) : NULL;
  show (self->problem, problem != NULL && nb_cpu_edit_get_modified (edit));
  adw_action_row_set_subtitle (self->problem, problem);

  show_sentences (self->hints, edit != NULL ? nb_cpu_edit_get_hints (edit) : NULL);
  show_sentences (self->losses, edit != NULL ? nb_cpu_edit_get_losses (edit) : NULL);
  gtk_widget_set_visible (self->take_out, edit != NULL && nb_cpu_edit_get_foreign (edit) != NULL &&
                                            nb_machine_editor_get_locked (editor) == NULL);
  update_visible (self);
}

static void
nb_machine_notices_class_init (NbMachineNoticesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  NB_EDIT_GROUP_CLASS (klass)->update = nb_machine_notices_update;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-notices.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, error);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, locked);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, theirs);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, pending);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, saved);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, busy);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, problem);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, hints);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, take_out);
  gtk_widget_class_bind_template_child (widget_class, NbMachineNotices, losses);
  gtk_widget_class_bind_template_callback (widget_class, take_out_cb);
}

static void
nb_machine_notices_init (NbMachineNotices *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_visible (self);
}
