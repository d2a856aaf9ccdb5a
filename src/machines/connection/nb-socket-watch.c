/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-socket-watch.h"

/* GLib's own monitor of a file in a folder that does not exist looks for the folder every few seconds. Nothing polls
 * here: the deepest folder that exists is watched, and the watch goes down as folders appear. */
struct _NbSocketWatch
{
  GObject parent_instance;

  GFile *socket;
  GFile *folder; /* the one that is watched */
  GFileMonitor *monitor;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (NbSocketWatch, nb_socket_watch, G_TYPE_OBJECT)

static void arm (NbSocketWatch *self);

static void
on_event (NbSocketWatch *self, GFile *file, GFile *other, GFileMonitorEvent event, GFileMonitor *monitor)
{
  const gboolean ours =
    g_file_equal (file, self->socket) || g_file_has_prefix (self->socket, file) ||
    (other != NULL && (g_file_equal (other, self->socket) || g_file_has_prefix (self->socket, other)));

  if (!ours)
    return;
  if (event == G_FILE_MONITOR_EVENT_DELETED && g_file_equal (file, self->folder))
    g_clear_object (&self->monitor);
  arm (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static GFile *
dup_deepest_folder (GFile *socket)
{
  GFile *folder = g_file_get_parent (socket);

  while (folder != NULL && !g_file_query_exists (folder, NULL))
    {
      GFile *parent = g_file_get_parent (folder);

      g_object_unref (folder);
      folder = parent;
    }
  return folder;
}

static void
arm (NbSocketWatch *self)
{
  /* Again until it stands: a folder may appear between the look and the watch. */
  for (;;)
    {
      g_autoptr (GFile) folder = dup_deepest_folder (self->socket);

      if (folder == NULL || (self->monitor != NULL && g_file_equal (folder, self->folder)))
        return;
      g_clear_object (&self->monitor);
      g_set_object (&self->folder, folder);
      self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
      if (self->monitor == NULL)
        return;
      g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
    }
}

static void
nb_socket_watch_dispose (GObject *object)
{
  NbSocketWatch *self = NB_SOCKET_WATCH (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->folder);
  g_clear_object (&self->socket);
  G_OBJECT_CLASS (nb_socket_watch_parent_class)->dispose (object);
}

static void
nb_socket_watch_class_init (NbSocketWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_socket_watch_dispose;

  /**
   * NbSocketWatch::changed:
   *
   * The socket or a folder on the way to it appeared, vanished or got other permissions. That somebody listens is
   * not said: a daemon binds before it listens.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", NB_TYPE_SOCKET_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nb_socket_watch_init (NbSocketWatch *self)
{
}

/**
 * nb_socket_watch_new:
 * @path: absolute path of a socket that may not exist yet
 *
 * Returns: (transfer full): a watch, without polling; signals come in the thread-default context of the caller
 */
NbSocketWatch *
nb_socket_watch_new (const char *path)
{
  NbSocketWatch *self = g_object_new (NB_TYPE_SOCKET_WATCH, NULL);

  self->socket = g_file_new_for_path (path);
  arm (self);
  return self;
}
