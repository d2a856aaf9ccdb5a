/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machines-page.h"

#include <glib/gi18n-lib.h>

#include "nb-batch-dialog.h"
#include "nb-machine-menu.h"
#include "nb-machine-picking.h"
#include "nb-cpu-enums.h"
#include "nb-problem-row.h"

/* The list makes a widget for each of some 200 machines, and at once. So it is given few, then some more with each frame,
 * and all of them when it has what it keeps; before a search they go as they came, which is quicker. */
#define FIRST_ROWS 12
#define MORE_ROWS  6
#define LESS_ROWS  48
#define MANY_ROWS  240

/**
 * NbMachinesPage:
 *
 * All machines of all connections: search, filter, and what is wrong with a connection.
 */
struct _NbMachinesPage
{
  GtkWidget parent_instance;

  GMenu *connection_filters;
  GMenuModel *row_menu;
  GtkSearchEntry *search;
  GtkToggleButton *select;
  GtkListBox *problems;
  GtkListView *list;
  GtkFilterListModel *shown;
  GtkSliceListModel *slice;
  GtkCustomFilter *filter;

  NbHost *host;
  GListModel *connections;
  NbMachineList *machines;
  GtkFilterListModel *failed;
  GSimpleActionGroup *actions;
  NbMachineSelection *selection;
  NbMachineMenu *menu;

  /* What the filter compares with, made once for all rows. */
  char *wanted_text;
  char *wanted_state;
  char *wanted_connection;
  int wanted_mode;
  gboolean stale; /* something else is searched for */
  guint resize;   /* a tick callback: the list does not have the rows that it should have */
  guint refilter; /* an idle source: many machines may change at once */
};

G_DEFINE_FINAL_TYPE (NbMachinesPage, nb_machines_page, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_HOST,
  PROP_CONNECTIONS,
  PROP_MACHINES,
  PROP_SELECTION,
  N_PROPS
};

enum
{
  SIGNAL_OPEN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* This computer is in the way of its own machines only. */
static gboolean
is_host_in_the_way (NbMachinesPage *self, NbHostFacts *facts, guint n_machines)
{
  if (facts == NULL || nb_verdict_is_on (nb_verdict_decide (facts)))
    return FALSE;

  for (guint i = 0; i < n_machines; i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (self->shown), i);

      if (machine != NULL && nb_connection_is_local (nb_machine_get_connection (machine)))
        return TRUE;
    }

  return FALSE;
}

static char *
dup_host_title (gpointer object, NbHostFacts *facts)
{
  return g_strdup (facts != NULL ? nb_verdict_get_title (nb_verdict_decide (facts)) : NULL);
}

static char *
dup_state (gpointer object, gboolean settled, guint n_machines, guint n_shown)
{
  if (n_shown > 0)
    return g_strdup ("list");
  if (n_machines > 0)
    return g_strdup ("no-results");

  return g_strdup (settled ? "empty" : "loading");
}

static gboolean
matches (gpointer item, gpointer data)
{
  NbMachinesPage *self = data;
  NbMachine *machine = item;

  if (g_str_equal (self->wanted_state, "active") != nb_machine_is_active (machine) &&
      !g_str_equal (self->wanted_state, "all"))
    return FALSE;
  if (*self->wanted_connection != '\0' &&
      !g_str_equal (self->wanted_connection, nb_connection_get_uri (nb_machine_get_connection (machine))))
    return FALSE;
  if (self->wanted_mode >= 0)
    {
      const NbMachineSummary *summary = nb_machine_get_summary (machine);

      if (summary == NULL || (int) summary->mode != self->wanted_mode)
        return FALSE;
    }
  if (*self->wanted_text != '\0')
    {
      g_autofree char *name = g_utf8_casefold (nb_machine_get_name (machine), -1);

      return strstr (name, self->wanted_text) != NULL;
    }

  return TRUE;
}

static gboolean
resize_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (widget);
  const guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  const guint size = MIN (gtk_slice_list_model_get_size (self->slice), MAX (MIN (n_shown, MANY_ROWS), FIRST_ROWS));

  if (self->stale && size > FIRST_ROWS)
    {
      gtk_slice_list_model_set_size (self->slice, MAX (size - MIN (LESS_ROWS, size), FIRST_ROWS));
      return G_SOURCE_CONTINUE;
    }
  if (self->stale)
    {
      self->stale = FALSE;
      gtk_slice_list_model_set_size (self->slice, FIRST_ROWS);
      gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
      return G_SOURCE_CONTINUE;
    }
  if (size + MORE_ROWS < MIN (n_shown, MANY_ROWS))
    {
      gtk_slice_list_model_set_size (self->slice, size + MORE_ROWS);
      return G_SOURCE_CONTINUE;
    }

  gtk_slice_list_model_set_size (self->slice, MAX (n_shown, MANY_ROWS));
  self->resize = 0;

  return G_SOURCE_REMOVE;
}

static void
resize (NbMachinesPage *self)
{
  if (self->resize == 0)
    self->resize = gtk_widget_add_tick_callback (GTK_WIDGET (self), resize_cb, NULL, NULL);
}

static void
shown_changed_cb (NbMachinesPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > gtk_slice_list_model_get_size (self->slice))
    resize (self);
}

static const char *
get_state_string (NbMachinesPage *self, const char *action)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->actions), action);

  /* Simple actions keep the variant that we look into. */
  return g_variant_get_string (state, NULL);
}

static void
filter_changed (NbMachinesPage *self)
{
  const char *mode = get_state_string (self, "mode");
  g_autoptr (GEnumClass) modes = g_type_class_ref (NB_TYPE_CPU_MODE);
  GEnumValue *value = g_enum_get_value_by_nick (modes, mode);

  g_free (self->wanted_text);
  self->wanted_text = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_free (self->wanted_state);
  self->wanted_state = g_strdup (get_state_string (self, "state"));
  g_free (self->wanted_connection);
  self->wanted_connection = g_strdup (get_state_string (self, "connection"));
  self->wanted_mode = value != NULL ? value->value : -1;

  /* Who filters by the processor wants it of every machine, not only of those that were scrolled to. */
  if (self->wanted_mode >= 0 && self->machines != NULL)
    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->machines)); i++)
      {
        g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (self->machines), i);

        nb_machine_request_summary (machine);
      }

  self->stale = TRUE;
  resize (self);
}

static gboolean
refilter_cb (gpointer data)
{
  NbMachinesPage *self = data;

  self->refilter = 0;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);

  return G_SOURCE_REMOVE;
}

/* A machine that starts, is renamed or gets another processor may belong into the list, or out of it. */
static void
machine_changed_cb (NbMachinesPage *self)
{
  if (self->refilter == 0 &&
      (*self->wanted_text != '\0' || self->wanted_mode >= 0 || !g_str_equal (self->wanted_state, "all")))
    self->refilter = g_idle_add (refilter_cb, self);
}

static void
machines_changed_cb (NbMachinesPage *self, guint position, guint removed, guint added, GListModel *machines)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (machines, i);

      g_signal_connect_object (machine, "notify", G_CALLBACK (machine_changed_cb), self, G_CONNECT_SWAPPED);
    }
  if (removed > 0)
    nb_machine_selection_keep_only (self->selection, machines);
}

static void
show_all_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachinesPage *self = data;

  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "state", g_variant_new_string ("all"));
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "mode", g_variant_new_string ("all"));
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "connection", g_variant_new_string (""));
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
filter_action (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
  filter_changed (data);
}

static char *
dup_selected (gpointer object, guint count)
{
  if (count == 0)
    return g_strdup (_ ("None selected"));

  /* Translators: how many virtual machines are selected */
  return g_strdup_printf (ngettext ("%u selected", "%u selected", count), count);
}

static void
pick_all_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachinesPage *self = data;

  nb_machine_selection_add_all (self->selection, G_LIST_MODEL (self->shown));
}

static void
stop_picking_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_machine_selection_set_active (NB_MACHINES_PAGE (data)->selection, FALSE);
}

static void
set_up_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbMachinesPage *self = data;
  g_autoptr (GPtrArray) machines =
    nb_machine_selection_dup_machines (self->selection, gtk_filter_list_model_get_model (self->shown));
  g_autoptr (NbBatch) batch = nb_batch_new (machines);

  nb_batch_dialog_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), batch);
}

static void
set_enabled (NbMachinesPage *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)),
                               enabled);
}

static void
selection_cb (NbMachinesPage *self)
{
  set_enabled (self, "set-up", nb_machine_selection_get_count (self->selection) > 0);
  set_enabled (self, "stop-picking", nb_machine_selection_get_active (self->selection));
}

static void
stop_search_cb (NbMachinesPage *self)
{
  nb_machine_selection_set_active (self->selection, FALSE);
}

static void
activate_cb (NbMachinesPage *self, guint position)
{
  g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (self->slice), position);

  if (machine != NULL && nb_machine_selection_get_active (self->selection))
    nb_machine_selection_toggle (self->selection, machine);
  else if (machine != NULL)
    g_signal_emit (self, signals[SIGNAL_OPEN], 0, machine);
}

static void
menu_cb (NbMachinesPage *self, GtkWidget *button, NbMachineRow *row)
{
  nb_machine_menu_popup (self->menu, row, button);
}

static void
setup_cb (NbMachinesPage *self, GtkListItem *item)
{
  GtkWidget *row = g_object_new (NB_TYPE_MACHINE_ROW, "selection", self->selection, NULL);

  g_signal_connect_object (row, "menu", G_CALLBACK (menu_cb), self, G_CONNECT_SWAPPED);

  g_object_bind_property (self, "host", row, "host", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->machines, "mixed", row, "tells-connection", G_BINDING_SYNC_CREATE);
  g_object_bind_property (item, "item", row, "machine", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (item, row);
}

static gboolean
has_problem (gpointer item, gpointer data)
{
  /* While it is being opened nobody may answer for long. */
  return nb_connection_get_problem (item) != NB_CONNECTION_PROBLEM_NONE;
}

static GtkWidget *
create_problem_row (gpointer item, gpointer data)
{
  return nb_problem_row_new (item);
}

static void
problems_changed_cb (NbMachinesPage *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->problems), g_list_model_get_n_items (G_LIST_MODEL (self->failed)) > 0);
}

static void
connection_problem_cb (NbMachinesPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->failed), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
forget_connection_filter (NbMachinesPage *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->connections); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (self->connections, i);

      if (g_str_equal (self->wanted_connection, nb_connection_get_uri (connection)))
        return;
    }
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "connection", g_variant_new_string (""));
}

static void
connections_changed_cb (NbMachinesPage *self, guint position, guint removed, guint added, GListModel *connections)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (connections, i);

      g_signal_connect_object (connection, "notify::problem", G_CALLBACK (connection_problem_cb), self,
                               G_CONNECT_SWAPPED);
    }

  /* Who filters by a connection that went sees all again. */
  if (removed > 0)
    forget_connection_filter (self);
  g_menu_remove_all (self->connection_filters);
  if (g_list_model_get_n_items (connections) < 2)
    return;
  g_menu_append (self->connection_filters, _ ("All"), "list.connection::");
  for (guint i = 0; i < g_list_model_get_n_items (connections); i++)
    {
      g_autoptr (NbConnection) connection = g_list_model_get_item (connections, i);
      g_autofree char *title = nb_connection_dup_title (connection);
      g_autoptr (GMenuItem) menu_item = g_menu_item_new (title, NULL);

      g_menu_item_set_action_and_target (menu_item, "list.connection", "s", nb_connection_get_uri (connection));
      g_menu_append_item (self->connection_filters, menu_item);
    }
}

static void
set_connections (NbMachinesPage *self, GListModel *connections)
{
  if (!g_set_object (&self->connections, connections) || connections == NULL)
    return;

  g_signal_connect_object (connections, "items-changed", G_CALLBACK (connections_changed_cb), self, G_CONNECT_SWAPPED);
  self->failed = gtk_filter_list_model_new (g_object_ref (connections),
                                            GTK_FILTER (gtk_custom_filter_new (has_problem, NULL, NULL)));
  g_signal_connect_object (self->failed, "items-changed", G_CALLBACK (problems_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_bind_model (self->problems, G_LIST_MODEL (self->failed), create_problem_row, NULL, NULL);
  connections_changed_cb (self, 0, 0, g_list_model_get_n_items (connections), connections);
  problems_changed_cb (self);
}

static void
set_machines (NbMachinesPage *self, NbMachineList *machines)
{
  if (!g_set_object (&self->machines, machines) || machines == NULL)
    return;

  g_signal_connect_object (machines, "items-changed", G_CALLBACK (machines_changed_cb), self, G_CONNECT_SWAPPED);
  machines_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (machines)), G_LIST_MODEL (machines));
}

/* The list may come later: until then the page itself has the keyboard. */
static gboolean
nb_machines_page_grab_focus (GtkWidget *widget)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (widget);

  if (gtk_widget_get_mapped (GTK_WIDGET (self->list)) && gtk_widget_grab_focus (GTK_WIDGET (self->list)))
    return TRUE;

  gtk_widget_set_focusable (widget, TRUE);
  gtk_root_set_focus (gtk_widget_get_root (widget), widget);

  return TRUE;
}

static void
list_mapped_cb (NbMachinesPage *self)
{
  if (gtk_widget_is_focus (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

static void
nb_machines_page_dispose (GObject *object)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->refilter, g_source_remove);
  if (self->menu != NULL)
    g_object_run_dispose (G_OBJECT (self->menu));
  g_clear_object (&self->menu);
  if (self->problems != NULL)
    gtk_list_box_bind_model (self->problems, NULL, NULL, NULL, NULL);
  self->problems = NULL;
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  self->filter = NULL;
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->failed);
  g_clear_object (&self->actions);
  g_clear_object (&self->selection);
  g_clear_object (&self->machines);
  g_clear_object (&self->connections);
  g_clear_object (&self->host);

  G_OBJECT_CLASS (nb_machines_page_parent_class)->dispose (object);
}

static void
nb_machines_page_finalize (GObject *object)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (object);

  g_free (self->wanted_text);
  g_free (self->wanted_state);
  g_free (self->wanted_connection);

  G_OBJECT_CLASS (nb_machines_page_parent_class)->finalize (object);
}

static void
nb_machines_page_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (object);

  switch (property_id)
    {
    case PROP_HOST:
      g_value_set_object (value, self->host);
      break;
    case PROP_CONNECTIONS:
      g_value_set_object (value, self->connections);
      break;
    case PROP_MACHINES:
      g_value_set_object (value, self->machines);
      break;
    case PROP_SELECTION:
      g_value_set_object (value, self->selection);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machines_page_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbMachinesPage *self = NB_MACHINES_PAGE (object);

  switch (property_id)
    {
    case PROP_HOST:
      g_set_object (&self->host, g_value_get_object (value));
      break;
    case PROP_CONNECTIONS:
      set_connections (self, g_value_get_object (value));
      break;
    case PROP_MACHINES:
      set_machines (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_machines_page_class_init (NbMachinesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = nb_machines_page_dispose;
  object_class->finalize = nb_machines_page_finalize;
  object_class->get_property = nb_machines_page_get_property;
  object_class->set_property = nb_machines_page_set_property;
  widget_class->grab_focus = nb_machines_page_grab_focus;

  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, NB_TYPE_HOST, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTIONS] =
    g_param_spec_object ("connections", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MACHINES] =
    g_param_spec_object ("machines", NULL, NULL, NB_TYPE_MACHINE_LIST, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELECTION] =
    g_param_spec_object ("selection", NULL, NULL, NB_TYPE_MACHINE_SELECTION, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_OPEN] = g_signal_new ("open", NB_TYPE_MACHINES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, NB_TYPE_MACHINE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/nestbox/Nestbox/nb-machines-page.ui");
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, connection_filters);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, row_menu);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, search);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, select);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, problems);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, list);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, shown);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, slice);
  gtk_widget_class_bind_template_child (widget_class, NbMachinesPage, filter);
  gtk_widget_class_bind_template_callback (widget_class, is_host_in_the_way);
  gtk_widget_class_bind_template_callback (widget_class, dup_host_title);
  gtk_widget_class_bind_template_callback (widget_class, dup_state);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, dup_selected);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "list.stop-picking", NULL);
}

static void
nb_machines_page_init (NbMachinesPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "state", .parameter_type = "s", .state = "'all'", .change_state = filter_action },
    { .name = "mode", .parameter_type = "s", .state = "'all'", .change_state = filter_action },
    { .name = "connection", .parameter_type = "s", .state = "''", .change_state = filter_action },
    { .name = "show-all", .activate = show_all_action },
    { .name = "pick-all", .activate = pick_all_action },
    { .name = "stop-picking", .activate = stop_picking_action },
    { .name = "set-up", .activate = set_up_action },
  };
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_type_ensure (NB_TYPE_MACHINE);
  self->selection = nb_machine_selection_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "list", G_ACTION_GROUP (self->actions));

  self->wanted_text = g_strdup ("");
  self->wanted_state = g_strdup ("all");
  self->wanted_connection = g_strdup ("");
  self->wanted_mode = -1;
  gtk_custom_filter_set_filter_func (self->filter, matches, self, NULL);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (filter_changed), self, G_CONNECT_SWAPPED);

  gtk_slice_list_model_set_size (self->slice, FIRST_ROWS);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (shown_changed_cb), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);

  g_signal_connect_object (self->list, "map", G_CALLBACK (list_mapped_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);

  self->menu = nb_machine_menu_new (GTK_WIDGET (self), self->list, self->row_menu);
  nb_machine_picking_attach (self->list, self->selection);
  g_signal_connect_object (self->selection, "notify", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->selection, "active", self->select, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  selection_cb (self);
}

/**
 * nb_machines_page_search:
 * @self: a page
 *
 * Gives the keyboard to the search.
 */
void
nb_machines_page_search (NbMachinesPage *self)
{
  g_return_if_fail (NB_IS_MACHINES_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
