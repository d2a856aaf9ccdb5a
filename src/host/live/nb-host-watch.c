/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Notices that a computer's facts have changed: uevents of modules, file monitors on modprobe.d, and for a fixture
 * monitors on the folders that stand for /sys and /proc, where the real ones have no events. Nothing polls. */

#include "config.h"

#include "nb-host-watch.h"

#include "nb-modprobe.h"
#include "nb-root.h"

#include <gudev/gudev.h>
#include <string.h>

/* Long enough for a reload's events, or an editor's rename, to arrive together. */
#define COALESCE_MS 100

struct _NbHostWatch
{
  GObject parent_instance;

  char *root;
  GUdevClient *udev;
  GHashTable *monitors; /* path -> GFileMonitor */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (NbHostWatch, nb_host_watch, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void watch_all (NbHostWatch *self);

static gboolean
emit_changed (gpointer data)
{
  NbHostWatch *self = data;

  self->timeout = 0;
  watch_all (self);
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
schedule (NbHostWatch *self)
{
  if (self->timeout == 0)
    self->timeout = g_timeout_add (COALESCE_MS, emit_changed, self);
}

static void
on_uevent (GUdevClient *client, const char *action, GUdevDevice *device, gpointer data)
{
  schedule (data);
}

static void
on_file_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  NbHostWatch *self = data;
  const char *only = g_object_get_data (G_OBJECT (monitor), "only");
  g_autofree char *name = g_file_get_basename (file);

  if (only == NULL || g_strcmp0 (name, only) == 0)
    schedule (self);
}

/* Watches a folder that exists; with @only, for the coming and going of that name in it. GLib would poll for a folder
 * that does not exist. */
static void
watch_folder (NbHostWatch *self, GHashTable *wanted, const char *path, const char *only)
{
  g_autofree char *full = nb_root_build (self->root, path);
  g_autoptr (GFile) folder = NULL;
  GFileMonitor *monitor;

  if (!g_file_test (full, G_FILE_TEST_IS_DIR))
    return;
  g_hash_table_add (wanted, g_strdup (full));
  if (g_hash_table_contains (self->monitors, full))
    return;

  folder = g_file_new_for_path (full);
  monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (monitor == NULL)
    return;
  g_file_monitor_set_rate_limit (monitor, COALESCE_MS);
  g_object_set_data_full (G_OBJECT (monitor), "only", g_strdup (only), g_free);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (on_file_changed), self, 0);
  g_hash_table_insert (self->monitors, g_steal_pointer (&full), monitor);
}

static void
watch_fixture (NbHostWatch *self, GHashTable *wanted)
{
  g_autofree char *modules = nb_root_build (self->root, "sys/module");
  g_autoptr (GDir) directory = g_dir_open (modules, 0, NULL);
  const char *name;

  watch_folder (self, wanted, "", NULL);
  watch_folder (self, wanted, "sys", NULL);
  watch_folder (self, wanted, "sys/module", NULL);
  watch_folder (self, wanted, "proc", NULL);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *module = g_build_filename ("sys/module", name, NULL);
      g_autofree char *parameters = g_build_filename (module, "parameters", NULL);

      watch_folder (self, wanted, module, NULL);
      watch_folder (self, wanted, parameters, NULL);
    }
}

static gboolean
is_unwanted (gpointer path, gpointer monitor, gpointer wanted)
{
  if (g_hash_table_contains (wanted, path))
    return FALSE;

  g_file_monitor_cancel (monitor);
  return TRUE;
}

/* A folder that was made since the last time gets its monitor now. */
static void
watch_all (NbHostWatch *self)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *const *directories = nb_modprobe_get_directories ();

  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *parent = g_path_get_dirname (directories[i]);

      watch_folder (self, wanted, directories[i], NULL);
      watch_folder (self, wanted, parent, "modprobe.d");
    }
  if (!nb_root_is_real (self->root))
    watch_fixture (self, wanted);

  g_hash_table_foreach_remove (self->monitors, is_unwanted, wanted);
}

static void
cancel_monitor (gpointer monitor)
{
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

static void
nb_host_watch_dispose (GObject *object)
{
  NbHostWatch *self = NB_HOST_WATCH (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->udev);
  g_clear_pointer (&self->monitors, g_hash_table_unref);
  g_clear_pointer (&self->root, g_free);

  G_OBJECT_CLASS (nb_host_watch_parent_class)->dispose (object);
}

static void
nb_host_watch_class_init (NbHostWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_host_watch_dispose;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_host_watch_init (NbHostWatch *self)
{
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, cancel_monitor);
}

/**
 * nb_host_watch_new:
 * @root: "/" or a fixture
 *
 * Watches from now on, in the thread's default main context.
 *
 * Returns: (transfer full): a watch
 */
NbHostWatch *
nb_host_watch_new (const char *root)
{
  NbHostWatch *self = g_object_new (NB_TYPE_HOST_WATCH, NULL);

  self->root = g_strdup (root);
  if (nb_root_is_real (root))
    {
      /* KVM tells of its device, and of every machine that begins or ends to use it. */
      static const char *const subsystems[] = { "module", "misc", NULL };

      self->udev = g_udev_client_new (subsystems);
      g_signal_connect_object (self->udev, "uevent", G_CALLBACK (on_uevent), self, 0);
    }
  watch_all (self);

  return self;
}
