/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `<cpu>`, `<vcpu>` and `<vcpus>` of whole domain XMLs: what Nestbox changes, and nothing else. Pure: any thread. */

char     *nb_machine_xml_graft  (const char  *onto,
                                 const char  *from,
                                 GError     **error);
gboolean  nb_machine_xml_same   (const char  *a,
                                 const char  *b);
gboolean  nb_machine_xml_stored (const char  *wanted,
                                 const char  *stored);

G_END_DECLS
