/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>

#include "nb-compat.h"
#include "nb-connection-book.h"
#include "nb-connection-list.h"
#include "nb-connections-dialog.h"
#include "nb-demo-helper.h"
#include "nb-demo-prover.h"
#include "nb-recordings.h"
#include "nb-demo.h"
#include "nb-host-controller.h"
#include "nb-kvm-users.h"
#include "nb-live-report.h"
#include "nb-machines-report.h"
#include "nb-pkexec-helper.h"
#include "nb-portal.h"
#include "nb-program-prover.h"
#include "nb-sandbox-helper.h"
#include "nb-report.h"
#include "nb-resources.h"
#include "nb-window.h"

/* So that a person can follow what the demo pretends. */
#define DEMO_PACE_MILLISECONDS 400

/**
 * NbApplication:
 *
 * The application: what is asked for on the command line, and the objects that all pages share.
 */
struct _NbApplication
{
  AdwApplication parent_instance;

  /* From the command line. */
  char *root;
  char **connections;
  gboolean is_demo;

  NbDemo *demo;
  NbHost *host;
  NbHostController *controller;
  NbConnectionBook *book;
  NbMachineList *machines;
  NbKvmUsers *users;
  NbRecordings *recordings; /* the demo's machines */
};

G_DEFINE_FINAL_TYPE (NbApplication, nb_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show a pretend computer; nothing outside is touched"), NULL },
  { "scenario", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, NULL, "Which computer the demo pretends", NULL },
  { "root", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Read the computer from a folder"), N_ ("DIR") },
  { "connect", 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, N_ ("Use this libvirt connection (repeatable)"), N_ ("URI") },
  { "report", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print what this computer is like, and exit"), NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the report as JSON"), NULL },
  { "include-names", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Tell names in the report"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version, and exit"), NULL },
  { NULL },
};

static gboolean
has_option (GVariantDict *given, const char *name)
{
  return g_variant_dict_contains (given, name);
}

static const char *
get_root (NbApplication *self)
{
  if (self->demo != NULL)
    return nb_demo_get_root (self->demo);

  return self->root != NULL ? self->root : "/";
}

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Where nothing is installed, --report goes without. */
static GSettings *
find_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
    source != NULL ? g_settings_schema_source_lookup (source, "io.github.nestbox.Nestbox", TRUE) : NULL;

  return schema != NULL && g_settings_schema_has_key (schema, "connections") ? g_settings_new_full (schema, NULL, NULL)
                                                                             : NULL;
}

/* The demo's machines live in libvirt's test driver. A folder has none of its own: only what --connect names. Otherwise
 * they are those of the settings. */
static NbConnectionBook *
create_book (NbApplication *self)
{
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GListStore) connections = NULL;
  g_autoptr (GError) error = NULL;

  if (self->connections == NULL && self->demo == NULL && self->root == NULL)
    settings = find_settings ();
  if (settings != NULL)
    return nb_connection_book_new (settings);

  if (self->connections == NULL && self->demo != NULL)
    self->recordings = nb_recordings_new (&error);
  if (error != NULL)
    g_printerr ("nestbox: %s\n", error->message);
  if (self->recordings != NULL)
    {
      const char *const uris[] = { nb_recordings_get_uri (self->recordings), NULL };

      connections = nb_connection_list_new (uris, NB_STAND_IN (self->recordings));
    }
  else if (self->connections == NULL && (self->demo != NULL || self->root != NULL))
    connections = g_list_store_new (NB_TYPE_CONNECTION);
  else
    connections = nb_connection_list_new ((const char *const *) self->connections, NULL);
  return nb_connection_book_new_fixed (connections);
}

/* In the demo its machines are what keeps KVM busy, as in the window. */
static void
pretend_use (NbApplication *self, NbMachineList *machines)
{
  g_autoptr (NbHost) host = nb_host_new (get_root (self));
  g_autoptr (NbKvmUsers) users = nb_kvm_users_new (host, NULL, G_LIST_MODEL (machines));

  nb_demo_follow (self->demo, users);
}

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbProofAnswer **answer = data;

  *answer = nb_prover_prove_finish (NB_PROVER (source), result, NULL);
}

/* Where nested virtualization is on, --report says what was shown, not what is set. */
static void
prove (NbHostFacts *facts)
{
  g_autoptr (NbProver) prover = nb_program_prover_new (NULL, 0);

  if (!nb_verdict_is_on (nb_verdict_decide (facts)))
    return;

  nb_prover_prove_async (prover, NULL, proved_cb, &facts->proof);
  while (facts->proof == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static int
print_report (NbApplication *self, gboolean json, gboolean include_names)
{
  g_autoptr (NbConnectionBook) book = create_book (self);
  GListModel *connections = nb_connection_book_get_connections (book);
  g_autoptr (NbMachineList) machines = nb_machine_list_new (connections);
  g_autoptr (NbHostFacts) facts = NULL;
  g_autoptr (NbReport) report = NULL;
  g_autofree char *text = NULL;
  gboolean waited = FALSE;

  nb_connection_book_open (book);
  nb_machines_report_wait_async (machines, NB_MACHINES_REPORT_SECONDS, waited_cb, &waited);
  while (!waited)
    g_main_context_iteration (NULL, TRUE);
  if (self->demo != NULL)
    pretend_use (self, machines);

  facts = nb_host_facts_read (get_root (self), 0);
  if (self->demo == NULL && self->root == NULL)
    prove (facts);
  report = nb_report_new (get_root (self), facts, self->is_demo, include_names);
  nb_machines_report_add (report, nb_verdict_decide (facts), connections, machines);
  text = json ? nb_report_to_json (report) : nb_report_to_text (report);
  g_print ("%s", text);

  return nb_report_get_exit (report);
}

/* Runs before there is a display, and in the process that was started, not in one that runs already. */
static int
nb_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  NbApplication *self = NB_APPLICATION (application);
  g_autoptr (GError) error = NULL;
  const char *scenario = "off";

  if (has_option (given, "version"))
    {
      g_print ("nestbox %s\n", NB_VERSION);
      return EXIT_SUCCESS;
    }

  g_variant_dict_lookup (given, "root", "^ay", &self->root);
  g_variant_dict_lookup (given, "connect", "^as", &self->connections);
  self->is_demo = has_option (given, "demo");

  if (self->is_demo && self->root != NULL)
    {
      g_printerr ("nestbox: %s\n", _ ("--demo and --root can’t be used together"));
      return EXIT_FAILURE;
    }
  if (self->root != NULL && !g_file_test (self->root, G_FILE_TEST_IS_DIR))
    {
      /* Translators: %s is a path that was given with --root */
      g_printerr (_ ("nestbox: %s is not a folder\n"), self->root);
      return EXIT_FAILURE;
    }
  if (self->is_demo)
    {
      g_variant_dict_lookup (given, "scenario", "&s", &scenario);
      self->demo = nb_demo_new (scenario, &error);
      if (self->demo == NULL)
        {
          g_printerr ("nestbox: %s\n", error->message);
          return EXIT_FAILURE;
        }
    }

  if (has_option (given, "report"))
    return print_report (self, has_option (given, "json"), has_option (given, "include-names"));

  /* What pretends must not be mistaken for the window that is open already. */
  if (self->is_demo || self->root != NULL || self->connections != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
copied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbWindow) window = data;
  g_autofree char *report = nb_live_report_finish (result, NULL);

  /* It may have been closed meanwhile. */
  if (!gtk_widget_get_realized (GTK_WIDGET (window)))
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), report);
  nb_window_tell (window, _ ("Report copied"));
}

static void
copy_report_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbApplication *self = data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window != NULL && nb_host_get_facts (self->host) != NULL)
    nb_live_report_async (self->host, self->machines, self->is_demo, NULL, copied_cb, g_object_ref (window));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  nb_compat_show_shortcuts (gtk_application_get_active_window (data));
}

static void
about_reported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GObject) about = data;
  g_autofree char *report = nb_live_report_finish (result, NULL);

  if (gtk_widget_get_realized (GTK_WIDGET (about)))
    g_object_set (about, "debug-info", report, "debug-info-filename", "nestbox-report.txt", NULL);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbApplication *self = data;
  GObject *about = nb_compat_show_about (gtk_application_get_active_window (data));

  if (nb_host_get_facts (self->host) != NULL)
    nb_live_report_async (self->host, self->machines, self->is_demo, NULL, about_reported_cb, g_object_ref (about));
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_app_info_launch_default_for_uri_async (NB_HOMEPAGE "#readme", NULL, NULL, NULL, NULL);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbApplication *self = data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window != NULL)
    gtk_window_close (window);
}

static void
connections_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  NbApplication *self = data;

  nb_connections_dialog_present (gtk_application_get_active_window (GTK_APPLICATION (self)), self->book,
                                 g_file_test (NB_PORTAL_INFO, G_FILE_TEST_EXISTS));
}

/* A logout, Ctrl+C, a terminal that is closed: the program ends in order, and leaves no folder behind. A helper that runs
 * brings its change to its end by itself. */
static gboolean
ended_cb (gpointer data)
{
  g_application_quit (G_APPLICATION (data));
  return G_SOURCE_CONTINUE;
}

static void
set_up_machines (NbApplication *self)
{
  self->book = create_book (self);
  self->machines = nb_machine_list_new (nb_connection_book_get_connections (self->book));
  self->users =
    nb_kvm_users_new (self->host, nb_host_controller_get_helper (self->controller), G_LIST_MODEL (self->machines));
  if (self->demo != NULL)
    nb_demo_follow (self->demo, self->users);
}

static void
nb_application_startup (GApplication *application)
{
  NbApplication *self = NB_APPLICATION (application);
  static const GActionEntry actions[] = {
    { .name = "connections", .activate = connections_action },
    { .name = "copy-report", .activate = copy_report_action },
    { .name = "shortcuts", .activate = shortcuts_action },
    { .name = "about", .activate = about_action },
    { .name = "help", .activate = help_action },
    { .name = "quit", .activate = quit_action },
  };
  static const struct
  {
    const char *action;
    const char *accels[2];
  } accels[] = {
    { "app.copy-report", { "<Shift><Control>c" } },
    { "app.shortcuts", { "<Control>question" } },
    { "app.help", { "F1" } },
    { "app.quit", { "<Control>q" } },
    { "computer.undo", { "<Control>z" } },
    { "computer.cancel", { "Escape" } },
  };
  static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
  g_autoptr (NbHelper) helper = NULL;

  G_APPLICATION_CLASS (nb_application_parent_class)->startup (application);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_unix_signal_add (ends[i], ended_cb, self);

  gtk_window_set_default_icon_name (NB_APP_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           (const char *const *) accels[i].accels);

  /* The real helper never starts where the computer is pretended, or a folder. */
  self->host = nb_host_new (get_root (self));
  if (self->demo != NULL)
    helper = nb_demo_helper_new (nb_demo_get_root (self->demo), DEMO_PACE_MILLISECONDS);
  else if (nb_host_is_real (self->host))
    helper = g_file_test (NB_PORTAL_INFO, G_FILE_TEST_EXISTS) ? nb_sandbox_helper_new (NULL, NULL, NULL, NULL)
                                                              : nb_pkexec_helper_new (NULL, NULL);
  self->controller = nb_host_controller_new (self->host, helper);
  set_up_machines (self);
}

/* What a folder's computer can is not tried, only told. */
static void
first_frame_cb (NbApplication *self, GdkFrameClock *clock)
{
  g_autoptr (NbProver) prover = NULL;

  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, self);
  if (self->demo != NULL)
    prover = nb_demo_prover_new (DEMO_PACE_MILLISECONDS);
  else if (nb_host_is_real (self->host))
    prover = nb_program_prover_new (NULL, 0);
  if (prover != NULL)
    nb_host_set_prover (self->host, prover);
}

static void
painted_cb (NbApplication *self, GdkFrameClock *clock)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  nb_connection_book_open (self->book);
}

static void
open_window (NbApplication *self)
{
  NbWindow *window = nb_window_new (GTK_APPLICATION (self), self->controller, self->demo, self->machines, self->users);
  const gboolean shows_machines = nb_window_shows_machines (window);
  GdkFrameClock *clock;

  if (shows_machines)
    nb_connection_book_open (self->book);
  gtk_window_present (GTK_WINDOW (window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  /* Where machines are not seen, libvirt waits until the window is. */
  if (!shows_machines)
    g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (first_frame_cb), self, G_CONNECT_SWAPPED);
}

static void
nb_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    gtk_window_present (window);
  else
    open_window (NB_APPLICATION (application));
}

static void
nb_application_dispose (GObject *object)
{
  NbApplication *self = NB_APPLICATION (object);

  g_clear_object (&self->users);
  g_clear_object (&self->machines);
  g_clear_object (&self->book);
  /* Connections that close in worker threads may outlive us; the folder must not. */
  if (self->recordings != NULL)
    g_object_run_dispose (G_OBJECT (self->recordings));
  g_clear_object (&self->recordings);
  g_clear_object (&self->controller);
  g_clear_object (&self->host);
  g_clear_object (&self->demo);

  G_OBJECT_CLASS (nb_application_parent_class)->dispose (object);
}

static void
nb_application_finalize (GObject *object)
{
  NbApplication *self = NB_APPLICATION (object);

  g_free (self->root);
  g_strfreev (self->connections);

  G_OBJECT_CLASS (nb_application_parent_class)->finalize (object);
}

static void
nb_application_class_init (NbApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = nb_application_dispose;
  object_class->finalize = nb_application_finalize;
  application_class->handle_local_options = nb_application_handle_local_options;
  application_class->startup = nb_application_startup;
  application_class->activate = nb_application_activate;
}

static void
nb_application_init (NbApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * nb_application_new:
 *
 * Returns: (transfer full): the application
 */
NbApplication *
nb_application_new (void)
{
  /* A static library's resources are linked in only when somebody asks for them. */
  g_resources_register (nb_get_resource ());

  return g_object_new (NB_TYPE_APPLICATION, "application-id", NB_APP_ID, "resource-base-path",
                       "/io/github/nestbox/Nestbox", NULL);
}
