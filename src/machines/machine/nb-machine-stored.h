/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whole domain XMLs on their way to libvirt and back. Pure: any thread. */

char     *nb_machine_stored_escape   (const char  *xml);
char    **nb_machine_stored_compare  (const char  *sent,
                                      const char  *stored);
gboolean  nb_machine_stored_has_uuid (const char  *xml,
                                      const char  *uuid,
                                      GError     **error);

G_END_DECLS
