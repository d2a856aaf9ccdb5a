/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_RECORDINGS (nb_recordings_get_type ())

G_DECLARE_FINAL_TYPE (NbRecordings, nb_recordings, NB, RECORDINGS, GObject)

/* The demo's machines, and what libvirt's test driver lacks. Immutable: any thread. */

NbRecordings *nb_recordings_new                     (GError       **error);
const char   *nb_recordings_get_uri                 (NbRecordings  *self);
const char   *nb_recordings_get_versions            (NbRecordings  *self);
char         *nb_recordings_dup_domain_capabilities (NbRecordings  *self);
char         *nb_recordings_dup_expanded            (NbRecordings  *self);
char         *nb_recordings_dup_disguised           (NbRecordings  *self,
                                                     const char    *domain_xml);
guint         nb_recordings_get_pace                (NbRecordings  *self);
void          nb_recordings_set_pace                (NbRecordings  *self,
                                                     guint          milliseconds);
gboolean      nb_recordings_guest_obeys             (NbRecordings  *self,
                                                     const char    *uuid);
char         *nb_recordings_dup_cpuinfo             (NbRecordings  *self,
                                                     gboolean       nesting);

G_END_DECLS
