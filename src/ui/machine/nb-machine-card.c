/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-card.h"

#include <glib/gi18n-lib.h>

#include "nb-chain-elsewhere.h"
#include "nb-command-row.h"
#include "nb-machine-judge.h"
#include "nb-purpose-group.h"

/**
 * NbMachineCard:
 *
 * The verdict on one machine, and every step from the processor to the proof inside its guest.
 */
struct _NbMachineCard
{
  NbEditGroup parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *sentence;
  GtkButton *button;
  AdwExpanderRow *steps;
  GtkWidget *elsewhere;
  GtkListBox *commands;
  NbPurposeGroup *purpose;
  GtkWidget *rows[NB_N_LINKS];
  GtkImage *states[NB_N_LINKS];

  NbHost *host;
  char **shown_commands; /* those of the rows */
};

G_DEFINE_FINAL_TYPE (NbMachineCard, nb_machine_card, NB_TYPE_EDIT_GROUP)

enum
{
  PROP_0,
  PROP_HOST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct
{
  const char *icon;
  const char *class;
  const char *text;
} looks[] = {
  [NB_LINK_STATE_UNKNOWN] = { "nb-unknown-symbolic", "dim-label", N_ ("Not known") },
  [NB_LINK_STATE_GOOD] = { "nb-good-symbolic", "success", N_ ("Good") },
  [NB_LINK_STATE_BROKEN] = { "nb-attention-symbolic", "warning", N_ ("Fails here") },
  [NB_LINK_STATE_WAITING] = { "nb-step-waiting-symbolic", "dim-label", N_ ("Waiting") },
};

static const char *
get_title (const NbChain *chain, gboolean local)
{
  switch (chain->verdict)
    {
    case NB_MACHINE_VERDICT_CAN_RUN_VMS:
      return chain->states[NB_LINK_PROOF] == NB_LINK_STATE_GOOD ? _ ("Proven: This Machine Can Run Virtual Machines")
                                                                : _ ("This Machine Can Run Virtual Machines");
    case NB_MACHINE_VERDICT_CAN_RUN_SLOWLY:
      return _ ("This Machine Can Run Virtual Machines, Slowly");
    case NB_MACHINE_VERDICT_NOT_SET_UP:
      return _ ("Not Set Up for Virtual Machines");
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
      return _ ("Needs a Full Restart");
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
      return local ? _ ("The Computer Is Not Ready") : _ ("The Other Computer Is Not Ready");
    case NB_MACHINE_VERDICT_CANNOT_START:
      return _ ("This Machine Can’t Start");
    case NB_MACHINE_VERDICT_UNPROVEN:
      return _ ("Can’t Tell From Its Configuration");
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      return _ ("Not Possible Here");
    }

  return NULL;
}

static void
look_like (NbMachineCard *self, NbMachineVerdict verdict)
{
  static const char *const classes[] = { "success", "warning", "accent", "dim-label" };
  const char *icon = "nb-machines-symbolic";
  const char *class = "accent";

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->icon), classes[i]);

  switch (verdict)
    {
    case NB_MACHINE_VERDICT_CAN_RUN_VMS:
    case NB_MACHINE_VERDICT_CAN_RUN_SLOWLY:
      icon = "nb-good-symbolic";
      class = "success";
      break;
    case NB_MACHINE_VERDICT_NOT_SET_UP:
      break;
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
    case NB_MACHINE_VERDICT_CANNOT_START:
      icon = "nb-attention-symbolic";
      class = "warning";
      break;
    case NB_MACHINE_VERDICT_UNPROVEN:
      icon = "nb-unknown-symbolic";
      class = "dim-label";
      break;
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      icon = "nb-stopped-symbolic";
      class = "dim-label";
      break;
    }
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), class);
}

/* The one button of the card: blue where something is missing. */
static void
offer (NbMachineCard *self, const char *label, const char *action, gboolean suggested)
{
  gtk_widget_set_visible (GTK_WIDGET (self->button), action != NULL);
  if (action == NULL)
    return;

  gtk_button_set_label (self->button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  if (suggested)
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "suggested-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "suggested-action");
}

static void
update_rows (NbMachineCard *self, const NbChain *chain, const NbChainMachine *facts)
{
  for (int i = 0; i < NB_N_LINKS; i++)
    {
      g_autofree char *text = nb_chain_dup_link_text (chain, (NbLink) i, nb_host_get_verdict (self->host), facts);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[i]), text);
      gtk_image_set_from_icon_name (self->states[i], looks[chain->states[i]].icon);
      for (guint j = 0; j < G_N_ELEMENTS (looks); j++)
        gtk_widget_remove_css_class (GTK_WIDGET (self->states[i]), looks[j].class);
      gtk_widget_add_css_class (GTK_WIDGET (self->states[i]), looks[chain->states[i]].class);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->states[i]), _ (looks[chain->states[i]].text));
    }
}

/* Rows that say the same stay, with the keyboard's focus. */
static void
update_commands (NbMachineCard *self, const NbChain *chain, const NbChainMachine *facts, NbMachine *machine)
{
  const NbConnectionHost *host = nb_connection_get_host (nb_machine_get_connection (machine));
  g_auto (GStrv) commands = nb_chain_dup_commands (chain, facts, host->vendor);
  GtkWidget *row;

  gtk_widget_set_visible (self->elsewhere, commands[0] != NULL);
  if (self->shown_commands != NULL &&
      g_strv_equal ((const char *const *) commands, (const char *const *) self->shown_commands))
    return;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->commands))) != NULL)
    gtk_list_box_remove (self->commands, row);
  for (guint i = 0; commands[i] != NULL; i++)
    gtk_list_box_append (self->commands, nb_command_row_new (commands[i]));
  g_strfreev (self->shown_commands);
  self->shown_commands = g_steal_pointer (&commands);
}

/* Whether a plan can do something about the computer. */
static gboolean
can_change (NbHost *host)
{
  NbHostFacts *facts = nb_host_get_facts (host);

  switch (facts != NULL ? nb_verdict_get_remedy (nb_host_get_verdict (host), facts) : NB_REMEDY_NONE)
    {
    case NB_REMEDY_ENABLE:
    case NB_REMEDY_ENABLE_NOW:
    case NB_REMEDY_ENABLE_BUSY:
    case NB_REMEDY_ENABLE_LATER:
    case NB_REMEDY_START_KVM:
      return TRUE;
    case NB_REMEDY_NONE:
    case NB_REMEDY_SET_UP_MACHINE:
    case NB_REMEDY_KEEP_ON:
    case NB_REMEDY_TRY_AGAIN:
    case NB_REMEDY_TEST_AGAIN:
      return FALSE;
    }

  return FALSE;
}

static gboolean
can_be_set_up (NbMachineVerdict verdict)
{
  return verdict == NB_MACHINE_VERDICT_NOT_SET_UP || verdict == NB_MACHINE_VERDICT_NEEDS_RESTART ||
         verdict == NB_MACHINE_VERDICT_HOST_NOT_READY;
}

static void
update (NbMachineCard *self)
{
  NbMachineEditor *editor = nb_edit_group_get_editor (NB_EDIT_GROUP (self));
  g_autofree char *sentence = NULL;
  NbChainMachine facts;
  NbChain chain;

  if (editor == NULL || self->host == NULL)
    return;

  nb_machine_judge_editor (&chain, &facts, editor, self->host);
  if (chain.verdict == NB_MACHINE_VERDICT_UNPROVEN)
    sentence = nb_chain_dup_unknown (&chain, nb_host_get_verdict (self->host), &facts);
  else if (chain.broken >= 0)
    sentence = nb_chain_dup_link_text (&chain, (NbLink) chain.broken, nb_host_get_verdict (self->host), &facts);
  else if (chain.verdict == NB_MACHINE_VERDICT_CAN_RUN_VMS && !facts.running)
    sentence = g_strdup (_ ("Start it, then check inside the guest."));
  else if (nb_proof_is_yes (facts.proof) || chain.verdict != NB_MACHINE_VERDICT_CAN_RUN_VMS)
    sentence = nb_chain_dup_link_text (&chain, NB_LINK_PROOF, nb_host_get_verdict (self->host), &facts);
  else
    sentence = g_strdup (_ ("Check inside the guest to be sure."));

  gtk_label_set_label (self->title, get_title (&chain, facts.local));
  gtk_label_set_label (self->sentence, sentence);
  look_like (self, chain.verdict);
  update_rows (self, &chain, &facts);
  update_commands (self, &chain, &facts, nb_machine_editor_get_machine (editor));

  /* What a plan can mend, it mends in one go; what only a person can do about the computer is told there. */
  if (!facts.local && chain.verdict == NB_MACHINE_VERDICT_HOST_NOT_READY)
    offer (self, NULL, NULL, FALSE);
  else if (chain.broken >= 0 && chain.broken <= NB_LINK_NESTED && facts.local && !can_change (self->host))
    offer (self, _ ("_Show Computer"), "machine.show-computer", TRUE);
  else if (can_be_set_up (chain.verdict))
    offer (self, _ ("S_et Up…"), "machine.set-up", TRUE);
  else if (chain.verdict == NB_MACHINE_VERDICT_IMPOSSIBLE || chain.verdict == NB_MACHINE_VERDICT_CANNOT_START ||
           nb_proof_is_yes (facts.proof))
    offer (self, NULL, NULL, FALSE);
  else if (facts.running)
    offer (self, _ ("Check _Inside the Guest"), "machine.check-guest", FALSE);
  else
    offer (self, _ ("_Start"), "machine.start", FALSE);
}

static void
nb_machine_card_update (NbEditGroup *group, NbCpuEdit *edit)
{
  update (NB_MACHINE_CARD (group));
}

static void
set_host (NbMachineCard *self, NbHost *host)
{
  if (!g_set_object (&self->host, host) || host == NULL)
    return;

  nb_purpose_group_set_host (self->purpose, host);
  g_signal_connect_object (host, "notify::facts", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static gboolean
nb_machine_card_grab_focus (GtkWidget *widget)
{
  GtkWidget *button = GTK_WIDGET (NB_MACHINE_CARD (widget)->button);

  return gtk_widget_get_mapped (button) && gtk_widget_grab_focus (button);
}

static void
nb_machine_card_dispose (GObject *object)
{
  g_clear_object (&NB_MACHINE_CARD (object)->host);

  G_OBJECT_CLASS (nb_machine_card_parent_class)->dispose (object);
}

static void
nb_machine_card_finalize (GObject *object)
{
  g_strfreev (NB_MACHINE_CARD (object)->shown_commands);

  G_OBJECT_CLASS (nb_machine_card_parent_class)->finalize (object);
}

static void
nb_machine_card_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_HOST:
      g_value_set_object (value, NB_MACHINE_CARD (object)->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_card_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_HOST:
      set_host (NB_MACHINE_CARD (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_card_class_init (NbMachineCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_machine_card_dispose;
  object_class->finalize = nb_machine_card_finalize;
  object_class->get_property = nb_machine_card_get_property;
  object_class->set_property = nb_machine_card_set_property;
  widget_class->grab_focus = nb_machine_card_grab_focus;
  NB_EDIT_GROUP_CLASS (klass)->update = nb_machine_card_update;

  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, NB_TYPE_HOST, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (NB_TYPE_PURPOSE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-card.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, icon);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, title);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, button);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, steps);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, elsewhere);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, commands);
  gtk_widget_class_bind_template_child (widget_class, NbMachineCard, purpose);
}

static void
nb_machine_card_init (NbMachineCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (int i = 0; i < NB_N_LINKS; i++)
    {
      self->rows[i] = adw_action_row_new ();
      self->states[i] = GTK_IMAGE (gtk_image_new ());
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->rows[i]), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), nb_link_get_title ((NbLink) i));
      adw_action_row_add_prefix (ADW_ACTION_ROW (self->rows[i]), GTK_WIDGET (self->states[i]));
      adw_expander_row_add_row (self->steps, self->rows[i]);
    }
}
