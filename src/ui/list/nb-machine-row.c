/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-row.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-judge.h"
#include "nb-machine-words.h"

/**
 * NbMachineRow:
 *
 * One machine in the list. What needs the machine's XML is asked for when the row is shown, and comes later.
 */
struct _NbMachineRow
{
  GtkWidget parent_instance;

  GtkCheckButton *check;
  GtkLabel *subtitle;
  GtkLabel *problem;
  GtkLabel *badge;
  GtkButton *menu;

  NbMachine *machine;
  NbMachineEditor *editor; /* of who has it opened, or does something with it */
  NbHost *host;
  NbMachineSelection *selection;
  gboolean tells_connection;
};

G_DEFINE_FINAL_TYPE (NbMachineRow, nb_machine_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_HOST,
  PROP_SELECTION,
  PROP_TELLS_CONNECTION,
  N_PROPS
};

enum
{
  SIGNAL_MENU,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static char *
dup_state_icon (gpointer object, NbMachineState state)
{
  return g_strdup (!nb_machine_state_is_active (state) ? "nb-machines-symbolic"
                   : state == NB_MACHINE_STATE_PAUSED  ? "nb-paused-symbolic"
                                                       : "nb-running-symbolic");
}

/* "Running", or where there is more than one connection "Running · lab.example.org". */
static char *
dup_state_and_place (NbMachineRow *self)
{
  const char *state = nb_machine_state_get_title (nb_machine_get_state (self->machine));
  g_autofree char *place = NULL;

  if (!self->tells_connection)
    return g_strdup (state);

  place = nb_connection_dup_title (nb_machine_get_connection (self->machine));
  /* Translators: a machine's state and the computer or connection that it is on: "Running · This computer" */
  return g_strdup_printf (_ ("%s · %s"), state, place);
}

static char *
dup_subtitle (NbMachineRow *self)
{
  g_autofree char *state = dup_state_and_place (self);
  const NbMachineSummary *summary = nb_machine_get_summary (self->machine);
  const NbEditorBusy busy = self->editor != NULL ? nb_machine_editor_get_busy (self->editor) : NB_EDITOR_IDLE;

  if (busy != NB_EDITOR_IDLE && busy != NB_EDITOR_LOADING)
    {
      g_autofree char *left = nb_machine_editor_dup_time_left (self->editor);

      if (left == NULL)
        return g_strdup (nb_editor_busy_get_title (busy));
      /* Translators: what is under way and how long it may take: "Shutting down… · 2:59 left" */
      return g_strdup_printf (_ ("%s · %s"), nb_editor_busy_get_title (busy), left);
    }
  if (summary == NULL)
    return g_steal_pointer (&state);

  /* Translators: a machine's state and its processor: "Running · Copy of this computer’s" */
  return g_strdup_printf (_ ("%s · %s"), state, nb_cpu_mode_get_short_title (summary->mode));
}

/* What went wrong stays until something else is tried with that machine. */
static void
update_texts (NbMachineRow *self)
{
  const char *problem = self->editor != NULL ? nb_machine_editor_get_error (self->editor) : NULL;
  g_autofree char *subtitle = self->machine != NULL ? dup_subtitle (self) : NULL;

  gtk_label_set_label (self->subtitle, subtitle != NULL ? subtitle : "");
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
update_check (NbMachineRow *self)
{
  const gboolean active = self->selection != NULL && nb_machine_selection_get_active (self->selection);

  gtk_widget_set_visible (GTK_WIDGET (self->check), active);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), !active);
  gtk_check_button_set_active (self->check, active && self->machine != NULL &&
                                              nb_machine_selection_contains (self->selection, self->machine));
}

/* Classes that stay are not touched: each change makes GTK work out the style anew. */
static void
set_badge (NbMachineRow *self, const char *label, const char *class)
{
  static const char *const classes[] = { "success", "warning", "dim-label" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (classes[i], class) == 0)
      gtk_widget_add_css_class (GTK_WIDGET (self->badge), classes[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self->badge), classes[i]);
  gtk_label_set_label (self->badge, label);
}

static NbProof
get_proof (NbMachineRow *self)
{
  return nb_guest_answer_get_level (nb_machine_get_answer (self->machine));
}

static void
update_badge (NbMachineRow *self)
{
  const char *class = NULL;
  NbMachineVerdict verdict;
  NbChain chain;

  if (self->machine == NULL || self->host == NULL || nb_machine_get_summary (self->machine) == NULL)
    {
      set_badge (self, NULL, NULL);
      return;
    }

  nb_machine_judge (&chain, self->machine, self->host);
  verdict = chain.verdict;
  switch (verdict)
    {
    case NB_MACHINE_VERDICT_CAN_RUN_VMS:
    case NB_MACHINE_VERDICT_CAN_RUN_SLOWLY:
      class = "success";
      break;
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
    case NB_MACHINE_VERDICT_CANNOT_START:
      class = "warning";
      break;
    case NB_MACHINE_VERDICT_NOT_SET_UP:
    case NB_MACHINE_VERDICT_UNPROVEN:
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      class = "dim-label";
      break;
    }
  if (verdict == NB_MACHINE_VERDICT_CAN_RUN_VMS && nb_proof_is_yes (get_proof (self)))
    /* Translators: a machine that was tested, in this run, and can run virtual machines */
    set_badge (self, _ ("Tested"), class);
  else
    set_badge (self, nb_machine_verdict_get_title (verdict), class);
}

/* What has the focus is the list's own widget around the row, and GTK gives it no name. */
static void
update_name (NbMachineRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *badge = gtk_label_get_label (self->badge);
  const char *subtitle = gtk_label_get_label (self->subtitle);
  const char *problem = gtk_label_get_label (self->problem);
  g_autofree char *description = NULL;
  g_autofree char *menu = NULL;

  if (parent == NULL || self->machine == NULL)
    return;

  if (*problem != '\0')
    description = g_strdup (problem);
  else if (*badge == '\0')
    description = g_strdup (subtitle);
  else
    /* Translators: what a screen reader says of a machine: "Running · Exact copy", "Can run VMs" */
    description = g_strdup_printf (_ ("%s · %s"), subtitle, badge);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  nb_machine_get_name (self->machine), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);

  /* Translators: what a screen reader says of a button; %s is a machine’s name */
  menu = g_strdup_printf (_ ("Menu of %s"), nb_machine_get_name (self->machine));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  nb_machine_get_name (self->machine), -1);
}

static void
update (NbMachineRow *self)
{
  update_texts (self);
  update_badge (self);
  update_check (self);
  update_name (self);
}

static void
follow_editor (NbMachineRow *self)
{
  NbMachineEditor *editor = self->machine != NULL ? nb_machine_get_editor (self->machine) : NULL;

  if (editor == self->editor)
    return;

  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_weak_pointer (&self->editor);
  g_set_weak_pointer (&self->editor, editor);
  if (editor != NULL)
    g_signal_connect_object (editor, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
machine_cb (NbMachineRow *self)
{
  follow_editor (self);
  update (self);
}

static void
menu_cb (NbMachineRow *self)
{
  g_signal_emit (self, signals[SIGNAL_MENU], 0, self->menu);
}

static void
set_machine (NbMachineRow *self, NbMachine *machine)
{
  if (machine == self->machine)
    return;

  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  g_set_object (&self->machine, machine);
  if (machine != NULL)
    {
      g_signal_connect_object (machine, "notify", G_CALLBACK (machine_cb), self, G_CONNECT_SWAPPED);
      nb_machine_request_summary (machine);
    }
  machine_cb (self);
}

static void
set_host (NbMachineRow *self, NbHost *host)
{
  if (host == self->host)
    return;

  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_set_object (&self->host, host);
  if (host != NULL)
    g_signal_connect_object (host, "notify::facts", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
set_selection (NbMachineRow *self, NbMachineSelection *selection)
{
  if (selection == self->selection)
    return;

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_set_object (&self->selection, selection);
  if (selection != NULL)
    g_signal_connect_object (selection, "notify", G_CALLBACK (update_check), self, G_CONNECT_SWAPPED);
  update_check (self);
}

static void
nb_machine_row_dispose (GObject *object)
{
  NbMachineRow *self = NB_MACHINE_ROW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  g_clear_weak_pointer (&self->editor);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  if (self->machine != NULL)
    g_signal_handlers_disconnect_by_data (self->machine, self);
  if (self->host != NULL)
    g_signal_handlers_disconnect_by_data (self->host, self);
  g_clear_object (&self->machine);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_machine_row_parent_class)->dispose (object);
}

static void
nb_machine_row_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbMachineRow *self = NB_MACHINE_ROW (object);

  switch (property_id)
    {
    case PROP_MACHINE:
      g_value_set_object (value, self->machine);
      break;
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_SELECTION:
      g_value_set_object (value, self->selection);
      break;
    case PROP_TELLS_CONNECTION:
      g_value_set_boolean (value, self->tells_connection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_row_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbMachineRow *self = NB_MACHINE_ROW (object);

  switch (property_id)
    {
    case PROP_MACHINE:
      set_machine (self, g_value_get_object (value));
      break;
    case PROP_HOST:
      set_host (self, g_value_get_object (value));
      break;
    case PROP_SELECTION:
      set_selection (self, g_value_get_object (value));
      break;
    case PROP_TELLS_CONNECTION:
      self->tells_connection = g_value_get_boolean (value);
      update (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machine_row_class_init (NbMachineRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_machine_row_dispose;
  object_class->get_property = nb_machine_row_get_property;
  object_class->set_property = nb_machine_row_set_property;

  properties[PROP_MACHINE] =
    g_param_spec_object ("machine", NULL, NULL, NB_TYPE_MACHINE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, NB_TYPE_HOST, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTION] = g_param_spec_object ("selection", NULL, NULL, NB_TYPE_MACHINE_SELECTION,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TELLS_CONNECTION] =
    g_param_spec_boolean ("tells-connection", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_MENU] =
    g_signal_new ("menu", NB_TYPE_MACHINE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, GTK_TYPE_WIDGET);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, check);
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, problem);
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, badge);
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, menu);
  gtk_widget_class_bind_template_callback (widget_class, dup_state_icon);
  gtk_widget_class_bind_template_callback (widget_class, menu_cb);
}

static void
nb_machine_row_init (NbMachineRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * nb_machine_row_get_machine:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what it shows
 */
NbMachine *
nb_machine_row_get_machine (NbMachineRow *self)
{
  g_return_val_if_fail (NB_IS_MACHINE_ROW (self), NULL);

  return self->machine;
}

static NbMachineRow *
find_around (GtkWidget *widget)
{
  GtkWidget *child = widget != NULL ? gtk_widget_get_first_child (widget) : NULL;

  /* What has the focus is the list's own widget around the row, or something in the row. */
  if (child != NULL && NB_IS_MACHINE_ROW (child))
    return NB_MACHINE_ROW (child);

  return widget != NULL ? (NbMachineRow *) gtk_widget_get_ancestor (widget, NB_TYPE_MACHINE_ROW) : NULL;
}

/**
 * nb_machine_row_find_at:
 * @list: a list of rows
 * @x: where
 * @y: where
 *
 * Returns: (transfer none) (nullable): the row at that place in @list
 */
NbMachineRow *
nb_machine_row_find_at (GtkWidget *list, double x, double y)
{
  return find_around (gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT));
}

/**
 * nb_machine_row_find_focused:
 * @list: a list of rows
 *
 * Returns: (transfer none) (nullable): the row that has the keyboard
 */
NbMachineRow *
nb_machine_row_find_focused (GtkWidget *list)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (list));

  return focus != NULL && gtk_widget_is_ancestor (focus, list) ? find_around (focus) : NULL;
}
