/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Notices that a computer's facts have changed: uevents of modules, file monitors on modprobe.d, and for a fixture
 * monitors on the folders that stand for /sys and /proc, where the real ones have no events. Nothing polls. */

#include "config.h"

#include "nb-host-watch.h"

#include "nb-folder-watch.h"
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
  GHashTable *watches; /* path -> NbFolderWatch */
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
watch_folder (NbHostWatch *self, GHashTable *wanted, const char *path)
{
  g_autofree char *full = nb_root_build (self->root, path);
  NbFolderWatch *watch;

  g_hash_table_add (wanted, g_strdup (full));
  if (g_hash_table_contains (self->watches, full))
    return;

  watch = nb_folder_watch_new (full);
  g_signal_connect_object (watch, "changed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->watches, g_steal_pointer (&full), watch);
}

static void
watch_fixture (NbHostWatch *self, GHashTable *wanted)
{
  g_autofree char *modules = nb_root_build (self->root, "sys/module");
  g_autoptr (GDir) directory = g_dir_open (modules, 0, NULL);
  const char *name;

  watch_folder (self, wanted, "");
  watch_folder (self, wanted, "sys");
  watch_folder (self, wanted, "sys/module");
  watch_folder (self, wanted, "proc");
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *module = g_build_filename ("sys/module", name, NULL);
      g_autofree char *parameters = g_build_filename (module, "parameters", NULL);

      watch_folder (self, wanted, module);
      watch_folder (self, wanted, parameters);
    }
}

static gboolean
is_unwanted (gpointer path, gpointer watch, gpointer wanted)
{
  return !g_hash_table_contains (wanted, path);
}

/* A module's folder that came since the last time gets its watch now. */
static void
watch_all (NbHostWatch *self)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *const *directories = nb_modprobe_get_directories ();

  for (guint i = 0; directories[i] != NULL; i++)
    watch_folder (self, wanted, directories[i]);
  if (!nb_root_is_real (self->root))
    watch_fixture (self, wanted);

  g_hash_table_foreach_remove (self->watches, is_unwanted, wanted);
}

static void
nb_host_watch_dispose (GObject *object)
{
  NbHostWatch *self = NB_HOST_WATCH (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->udev);
  g_clear_pointer (&self->watches, g_hash_table_unref);
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
  self->watches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
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
