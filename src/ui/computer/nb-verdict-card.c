/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-verdict-card.h"

#include <glib/gi18n-lib.h>

#include "nb-command-list.h"
#include "nb-progress-box.h"
#include "nb-proof-text.h"
#include "nb-verdict-look.h"

/**
 * NbVerdictCard:
 *
 * The verdict: icon, title, a sentence, and the one button that helps. While a change runs, its steps.
 */
struct _NbVerdictCard
{
  NbHostGroup parent_instance;

  GtkImage *icon;
  GtkButton *button;
  NbCommandList *commands;

  const char *look;
  gboolean focused_once;
  gboolean had_focus;
};

G_DEFINE_FINAL_TYPE (NbVerdictCard, nb_verdict_card, NB_TYPE_HOST_GROUP)

static char *
dup_icon_name (gpointer object, NbHostFacts *facts)
{
  return g_strdup (facts != NULL ? nb_verdict_get_icon_name (nb_verdict_decide (facts)) : NULL);
}

static char *
dup_title (gpointer object, NbHostFacts *facts)
{
  return g_strdup (facts != NULL ? nb_verdict_get_title (nb_verdict_decide (facts)) : NULL);
}

static char *
dup_sentence (gpointer object, NbHostFacts *facts)
{
  return facts != NULL ? nb_verdict_dup_sentence (nb_verdict_decide (facts), facts) : NULL;
}

static char *
dup_proof (gpointer object, NbHostFacts *facts, gboolean proving)
{
  if (proving)
    return g_strdup (_ ("Testing: a virtual machine inside a virtual machine…"));

  return facts != NULL ? nb_proof_dup_sentence (facts->proof) : NULL;
}

static gboolean
is_proof_visible (gpointer object, NbHostFacts *facts, gboolean proving, gboolean running)
{
  g_autofree char *proof = dup_proof (object, facts, proving);

  return proof != NULL && !running;
}

static NbRemedy
get_remedy (NbHostFacts *facts)
{
  return facts != NULL ? nb_verdict_get_remedy (nb_verdict_decide (facts), facts) : NB_REMEDY_NONE;
}

static char *
dup_button_label (gpointer object, NbHostFacts *facts)
{
  return g_strdup (nb_remedy_get_label (get_remedy (facts)));
}

static gboolean
is_button_visible (gpointer object, NbHostFacts *facts, gboolean running)
{
  return !running && get_remedy (facts) != NB_REMEDY_NONE;
}

static gboolean
is_reason_visible (NbHostGroup *object, NbHostFacts *facts, gpointer data)
{
  NbHostController *controller = nb_host_group_get_controller (NB_HOST_GROUP (data));

  return controller != NULL && nb_host_controller_get_helper (controller) == NULL &&
         (nb_remedy_changes_host (get_remedy (facts)) || get_remedy (facts) == NB_REMEDY_TEST_AGAIN);
}

static gboolean
negate (gpointer object, gboolean value)
{
  return !value;
}

/* Whoever presses Enter gets the main thing done; and after a change the focus is where it was before. */
static void
focus_button (NbVerdictCard *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->button)) && gtk_widget_is_sensitive (GTK_WIDGET (self->button)))
    gtk_widget_grab_focus (GTK_WIDGET (self->button));
}

static void
map_cb (NbVerdictCard *self)
{
  if (!self->focused_once)
    focus_button (self);
  self->focused_once = TRUE;
}

static void
running_cb (NbVerdictCard *self, GParamSpec *pspec, NbHostController *controller)
{
  if (nb_host_controller_get_running (controller))
    self->had_focus = gtk_widget_has_focus (GTK_WIDGET (self->button)) || self->had_focus;
  else if (self->had_focus)
    {
      self->had_focus = FALSE;
      focus_button (self);
    }
}

static void
commands_cb (NbVerdictCard *self, GParamSpec *pspec, NbHostController *controller)
{
  g_auto (GStrv) commands = NULL;

  g_object_get (controller, "commands", &commands, NULL);
  nb_command_list_set_commands (self->commands, (const char *const *) commands,
                                commands != NULL && nb_host_controller_get_can_cancel (controller));
}

static void
nb_verdict_card_set_up (NbHostGroup *group, NbHostController *controller)
{
  /* After the template's own bindings: by then the button is there again. */
  g_signal_connect_object (controller, "notify::running", G_CALLBACK (running_cb), group,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (controller, "notify::commands", G_CALLBACK (commands_cb), group, G_CONNECT_SWAPPED);
  g_signal_connect_object (controller, "notify::can-cancel", G_CALLBACK (commands_cb), group, G_CONNECT_SWAPPED);
}

static void
facts_cb (NbVerdictCard *self)
{
  NbHostFacts *facts = nb_host_group_get_facts (NB_HOST_GROUP (self));
  const char *look = facts != NULL ? nb_verdict_get_css_class (nb_verdict_decide (facts)) : NULL;

  if (self->look != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), self->look);
  self->look = look;
  if (self->look != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), self->look);
}

static gboolean
nb_verdict_card_grab_focus (GtkWidget *widget)
{
  GtkWidget *button = GTK_WIDGET (NB_VERDICT_CARD (widget)->button);

  return gtk_widget_get_mapped (button) && gtk_widget_grab_focus (button);
}

static void
nb_verdict_card_class_init (NbVerdictCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = nb_verdict_card_grab_focus;
  NB_HOST_GROUP_CLASS (klass)->set_up = nb_verdict_card_set_up;

  g_type_ensure (NB_TYPE_COMMAND_LIST);
  g_type_ensure (NB_TYPE_PROGRESS_BOX);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-verdict-card.ui");
  gtk_widget_class_bind_template_child (widget_class, NbVerdictCard, icon);
  gtk_widget_class_bind_template_child (widget_class, NbVerdictCard, button);
  gtk_widget_class_bind_template_child (widget_class, NbVerdictCard, commands);
  gtk_widget_class_bind_template_callback (widget_class, dup_icon_name);
  gtk_widget_class_bind_template_callback (widget_class, dup_title);
  gtk_widget_class_bind_template_callback (widget_class, dup_sentence);
  gtk_widget_class_bind_template_callback (widget_class, dup_proof);
  gtk_widget_class_bind_template_callback (widget_class, is_proof_visible);
  gtk_widget_class_bind_template_callback (widget_class, dup_button_label);
  gtk_widget_class_bind_template_callback (widget_class, is_button_visible);
  gtk_widget_class_bind_template_callback (widget_class, is_reason_visible);
  gtk_widget_class_bind_template_callback (widget_class, negate);
}

static void
nb_verdict_card_init (NbVerdictCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::facts", G_CALLBACK (facts_cb), NULL);
  g_signal_connect_object (self->button, "map", G_CALLBACK (map_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
