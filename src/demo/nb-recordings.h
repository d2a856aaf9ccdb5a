/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-stand-in.h"

G_BEGIN_DECLS

#define NB_TYPE_RECORDINGS (nb_recordings_get_type ())

G_DECLARE_FINAL_TYPE (NbRecordings, nb_recordings, NB, RECORDINGS, GObject)

/* The demo's machines, and an NbStandIn for what libvirt's test driver lacks. */

NbRecordings *nb_recordings_new       (GError       **error);
const char   *nb_recordings_get_uri   (NbRecordings  *self);
void          nb_recordings_set_times (NbRecordings  *self,
                                       guint          milliseconds,
                                       guint          patience);

G_END_DECLS
