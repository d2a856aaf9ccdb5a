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

  GtkLabel *badge;

  NbMachine *machine;
  NbHost *host;
};

G_DEFINE_FINAL_TYPE (NbMachineRow, nb_machine_row, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_MACHINE,
  PROP_HOST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
dup_state_icon (gpointer object, gboolean active)
{
  return g_strdup (active ? "nb-running-symbolic" : "nb-machines-symbolic");
}

static char *
dup_subtitle (gpointer object, int state, gboolean summarized, int mode)
{
  const char *state_text = nb_machine_state_get_title ((NbMachineState) state);

  if (!summarized)
    return g_strdup (state_text);

  /* Translators: a machine's state and its processor: "Running · Copy of this computer’s" */
  return g_strdup_printf (_ ("%s · %s"), state_text, nb_cpu_mode_get_short_title ((NbCpuMode) mode));
}

static void
update_badge (NbMachineRow *self)
{
  static const char *const classes[] = { "success", "warning", "dim-label", NULL };
  const char *class = NULL;
  NbMachineVerdict verdict;
  NbChain chain;

  for (guint i = 0; classes[i] != NULL; i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->badge), classes[i]);

  if (self->machine == NULL || self->host == NULL || nb_machine_get_summary (self->machine) == NULL)
    {
      gtk_label_set_label (self->badge, NULL);
      return;
    }

  nb_machine_judge (&chain, self->machine, self->host);
  verdict = chain.verdict;
  switch (verdict)
    {
    case NB_MACHINE_VERDICT_CAN_RUN_VMS:
      class = "success";
      break;
    case NB_MACHINE_VERDICT_NEEDS_RESTART:
    case NB_MACHINE_VERDICT_HOST_NOT_READY:
      class = "warning";
      break;
    case NB_MACHINE_VERDICT_NOT_SET_UP:
    case NB_MACHINE_VERDICT_IMPOSSIBLE:
      class = "dim-label";
      break;
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->badge), class);
  gtk_label_set_label (self->badge, nb_machine_verdict_get_title (verdict));
}

/* What has the focus is the list's own widget around the row, and GTK gives it no name. */
static void
update_name (NbMachineRow *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *badge = gtk_label_get_label (self->badge);
  g_autofree char *description = NULL;
  g_autofree char *subtitle = NULL;

  if (parent == NULL || self->machine == NULL)
    return;

  subtitle = dup_subtitle (self, nb_machine_get_state (self->machine), nb_machine_get_summary (self->machine) != NULL,
                           nb_machine_get_summary (self->machine) != NULL ? nb_machine_get_summary (self->machine)->mode
                                                                          : NB_CPU_MODE_DEFAULT);
  /* Translators: what a screen reader says of a machine: "Running · Exact copy", "Can run VMs" */
  description = *badge != '\0' ? g_strdup_printf (_ ("%s · %s"), subtitle, badge) : g_strdup (subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  nb_machine_get_name (self->machine), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
update (NbMachineRow *self)
{
  update_badge (self);
  update_name (self);
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
      g_signal_connect_object (machine, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      nb_machine_request_summary (machine);
    }
  update (self);
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
nb_machine_row_dispose (GObject *object)
{
  NbMachineRow *self = NB_MACHINE_ROW (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  self->badge = NULL;
  g_clear_pointer (&child, gtk_widget_unparent);
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
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machine-row.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachineRow, badge);
  gtk_widget_class_bind_template_callback (widget_class, dup_state_icon);
  gtk_widget_class_bind_template_callback (widget_class, dup_subtitle);
}

static void
nb_machine_row_init (NbMachineRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
