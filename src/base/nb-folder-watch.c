/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-folder-watch.h"

/* GLib's own monitor of a folder that does not exist looks for it every few seconds. Nothing polls here: the deepest folder
 * that exists is watched, and the watch goes down as folders appear. */
struct _NbFolderWatch
{
  GObject parent_instance;

  GFile *folder;  /* the one that is asked for */
  GFile *only;    /* (nullable): the file in it that is asked for */
  GFile *watched; /* the deepest one on the way to it that exists */
  GFileMonitor *monitor;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (NbFolderWatch, nb_folder_watch, G_TYPE_OBJECT)

static void arm (NbFolderWatch *self);

/* Whether it lies on the way to what is asked for, or is it, or lies in it. */
static gboolean
concerns (NbFolderWatch *self, GFile *file)
{
  if (file == NULL)
    return FALSE;
  if (g_file_equal (file, self->folder) || g_file_has_prefix (self->folder, file))
    return TRUE;

  return self->only != NULL ? g_file_equal (file, self->only) : g_file_has_prefix (file, self->folder);
}

static void
event_cb (NbFolderWatch *self, GFile *file, GFile *other, GFileMonitorEvent event, GFileMonitor *monitor)
{
  if (!concerns (self, file) && !concerns (self, other))
    return;
  if (event == G_FILE_MONITOR_EVENT_DELETED && g_file_equal (file, self->watched))
    g_clear_object (&self->monitor);
  arm (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, file, other, event);
}

static GFile *
dup_deepest (GFile *wanted)
{
  GFile *folder = g_object_ref (wanted);

  while (folder != NULL && g_file_query_file_type (folder, G_FILE_QUERY_INFO_NONE, NULL) != G_FILE_TYPE_DIRECTORY)
    {
      GFile *parent = g_file_get_parent (folder);

      g_object_unref (folder);
      folder = parent;
    }

  return folder;
}

static void
arm (NbFolderWatch *self)
{
  /* Again until it stands: a folder may appear between the look and the watch. */
  for (;;)
    {
      g_autoptr (GFile) folder = dup_deepest (self->folder);

      if (folder == NULL || (self->monitor != NULL && g_file_equal (folder, self->watched)))
        return;
      g_clear_object (&self->monitor);
      g_set_object (&self->watched, folder);
      self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
      if (self->monitor == NULL)
        return;
      g_signal_connect_object (self->monitor, "changed", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
    }
}

static void
nb_folder_watch_dispose (GObject *object)
{
  NbFolderWatch *self = NB_FOLDER_WATCH (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->watched);
  g_clear_object (&self->only);
  g_clear_object (&self->folder);
  G_OBJECT_CLASS (nb_folder_watch_parent_class)->dispose (object);
}

static void
nb_folder_watch_class_init (NbFolderWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_folder_watch_dispose;

  /**
   * NbFolderWatch::changed:
   * @file: what it is about: something in the folder, or the folder, or one on the way to it
   * @other: (nullable): what @file was called before, or is called now
   * @event: what happened to it
   *
   * The folder, or a folder on the way to it, appeared, vanished or got other permissions; or something in it changed. Of a
   * socket it is not said that somebody listens: a daemon binds before it listens.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", NB_TYPE_FOLDER_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 3, G_TYPE_FILE, G_TYPE_FILE, G_TYPE_FILE_MONITOR_EVENT);
}

static void
nb_folder_watch_init (NbFolderWatch *self)
{
}

/**
 * nb_folder_watch_new:
 * @path: absolute path of a folder that may not exist yet
 *
 * Returns: (transfer full): a watch of the folder and of what is directly in it, without polling; signals come in the
 *   thread-default context of the caller
 */
NbFolderWatch *
nb_folder_watch_new (const char *path)
{
  NbFolderWatch *self = g_object_new (NB_TYPE_FOLDER_WATCH, NULL);

  self->folder = g_file_new_for_path (path);
  arm (self);
  return self;
}

/**
 * nb_folder_watch_new_for_file:
 * @path: absolute path of a file or socket that may not exist yet, in a folder that may not exist yet
 *
 * Returns: (transfer full): the same for one file: of others in its folder nothing is told
 */
NbFolderWatch *
nb_folder_watch_new_for_file (const char *path)
{
  NbFolderWatch *self = g_object_new (NB_TYPE_FOLDER_WATCH, NULL);

  self->only = g_file_new_for_path (path);
  self->folder = g_file_get_parent (self->only);
  arm (self);
  return self;
}
