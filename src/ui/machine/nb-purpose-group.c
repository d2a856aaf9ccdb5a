/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-purpose-group.h"

#include <glib/gi18n-lib.h>

#include "nb-purpose.h"

/**
 * NbPurposeGroup:
 *
 * What the machine is for: a choice that explains itself, and a button that sets the draft.
 */
struct _NbPurposeGroup
{
  NbEditGroup parent_instance;

  AdwExpanderRow *purposes;
  AdwActionRow *text;
  GtkButton *use;
  AdwActionRow *extra;

  GtkCheckButton *choices[NB_N_PURPOSES];

  NbHost *host;
  NbPurpose purpose;
  gboolean guessed;
};

G_DEFINE_FINAL_TYPE (NbPurposeGroup, nb_purpose_group, NB_TYPE_EDIT_GROUP)

static char *
dup_msrs_text (NbPurposeGroup *self)
{
  NbHostFacts *facts = self->host != NULL ? nb_host_get_facts (self->host) : NULL;

  switch (facts != NULL ? facts->ignore_msrs : NB_TRISTATE_UNKNOWN)
    {
    case NB_TRISTATE_YES:
      return g_strdup (
        _ ("kvm.ignore_msrs is on: what a guest reads from registers that KVM does not know is ignored."));
    case NB_TRISTATE_NO:
      return g_strdup (
        _ ("kvm.ignore_msrs is off: a guest that touches a register that KVM does not know gets an error. "
           "Some stop at that with a purple or blue screen; turning the option on helps then."));
    case NB_TRISTATE_UNKNOWN:
      break;
    }

  return g_strdup (
    _ ("The option kvm.ignore_msrs lets KVM ignore registers that it does not know. Whether it is on here "
       "is not known."));
}

/* What the purpose wants besides the processor. */
static void
update_extra (NbPurposeGroup *self, NbPurpose purpose, NbCpuEdit *edit)
{
  g_auto (GStrv) missing = purpose == NB_PURPOSE_WINDOWS ? nb_cpu_edit_dup_enlightenments (edit) : NULL;
  const char *title = NULL;
  g_autofree char *text = NULL;

  if (purpose == NB_PURPOSE_ESXI)
    {
      title = _ ("Unknown Registers");
      text = dup_msrs_text (self);
    }
  else if (missing != NULL && missing[0] != NULL)
    {
      title = nb_cpu_edit_get_enlighten (edit) ? _ ("Hyper-V Enlightenments That Are Turned On")
                                               : _ ("Hyper-V Enlightenments That Are Missing");
      text = g_strjoinv (", ", missing);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->extra), title != NULL);
  if (title != NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->extra), title);
      adw_action_row_set_subtitle (self->extra, text);
    }
}

static void
nb_purpose_group_update (NbEditGroup *group, NbCpuEdit *edit)
{
  NbPurposeGroup *self = NB_PURPOSE_GROUP (group);
  NbMachineEditor *editor = nb_edit_group_get_editor (group);
  const NbMachineSummary *summary;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), edit != NULL);
  if (edit == NULL || editor == NULL)
    return;

  summary = nb_machine_get_summary (nb_machine_editor_get_machine (editor));
  if (!self->guessed && summary != NULL)
    {
      self->guessed = TRUE;
      self->purpose = nb_purpose_guess (summary->os_id);
      gtk_check_button_set_active (self->choices[self->purpose], TRUE);
    }

  adw_expander_row_set_subtitle (self->purposes, nb_purpose_get_title (self->purpose));
  text =
    g_strjoin ("\n", nb_purpose_get_text (self->purpose),
               self->purpose != NB_PURPOSE_HIDE && nb_cpu_edit_get_vendor (edit) == NB_CPU_VENDOR_AMD
                 ? _ ("On AMD processors: do not save or migrate this machine while virtual machines run inside it.")
                 : NULL,
               NULL);
  adw_action_row_set_subtitle (self->text, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->use), nb_machine_editor_get_locked (editor) == NULL &&
                                                      !nb_purpose_is_applied (self->purpose, edit));
  update_extra (self, self->purpose, edit);
}

static void
update_cb (NbPurposeGroup *self)
{
  nb_purpose_group_update (NB_EDIT_GROUP (self), nb_edit_group_get_edit (NB_EDIT_GROUP (self)));
}

static void
choice_cb (NbPurposeGroup *self, GtkCheckButton *choice)
{
  if (!gtk_check_button_get_active (choice))
    return;

  for (guint i = 0; i < NB_N_PURPOSES; i++)
    if (self->choices[i] == choice)
      self->purpose = (NbPurpose) i;
  update_cb (self);
}

static void
use_cb (NbPurposeGroup *self)
{
  NbCpuEdit *edit = nb_edit_group_get_edit (NB_EDIT_GROUP (self));

  if (edit != NULL)
    nb_purpose_apply (self->purpose, edit);
}

static void
nb_purpose_group_dispose (GObject *object)
{
  NbPurposeGroup *self = NB_PURPOSE_GROUP (object);

  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_purpose_group_parent_class)->dispose (object);
}

static void
nb_purpose_group_class_init (NbPurposeGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = nb_purpose_group_dispose;
  NB_EDIT_GROUP_CLASS (klass)->update = nb_purpose_group_update;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-purpose-group.ui");
  gtk_widget_class_bind_template_child (widget_class, NbPurposeGroup, purposes);
  gtk_widget_class_bind_template_child (widget_class, NbPurposeGroup, text);
  gtk_widget_class_bind_template_child (widget_class, NbPurposeGroup, use);
  gtk_widget_class_bind_template_child (widget_class, NbPurposeGroup, extra);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
}

static void
nb_purpose_group_init (NbPurposeGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < NB_N_PURPOSES; i++)
    {
      const char *title = nb_purpose_get_title ((NbPurpose) i);
      GtkWidget *choice = gtk_check_button_new ();
      GtkWidget *row = adw_action_row_new ();

      self->choices[i] = GTK_CHECK_BUTTON (choice);
      if (i > 0)
        gtk_check_button_set_group (self->choices[i], self->choices[0]);
      gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), choice);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), choice);
      adw_expander_row_add_row (self->purposes, row);
      g_signal_connect_object (choice, "toggled", G_CALLBACK (choice_cb), self, G_CONNECT_SWAPPED);
    }
  gtk_check_button_set_active (self->choices[self->purpose], TRUE);
}

/**
 * nb_purpose_group_set_host:
 * @self: a group
 * @host: this computer
 *
 * Lets it say how this computer treats registers that KVM does not know.
 */
void
nb_purpose_group_set_host (NbPurposeGroup *self, NbHost *host)
{
  g_return_if_fail (NB_IS_PURPOSE_GROUP (self));

  if (g_set_object (&self->host, host))
    update_cb (self);
}
