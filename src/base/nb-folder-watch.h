/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_FOLDER_WATCH (nb_folder_watch_get_type ())

G_DECLARE_FINAL_TYPE (NbFolderWatch, nb_folder_watch, NB, FOLDER_WATCH, GObject)

/* Signal: changed (GFile *file, GFile *other, GFileMonitorEvent event). */

NbFolderWatch *nb_folder_watch_new          (const char *path);
NbFolderWatch *nb_folder_watch_new_for_file (const char *path);

G_END_DECLS
