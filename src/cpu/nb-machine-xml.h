/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What Nestbox changes of whole domain XMLs, and nothing else: `<cpu>`, `<vcpu>` and `<vcpus>`, of `<cputune>` vcpupin and
 * vcpusched, of `<features>` hyperv, of `<clock>` the timer hypervclock. Pure: any thread. */

char     *nb_machine_xml_graft  (const char  *onto,
                                 const char  *from,
                                 GError     **error);
char     *nb_machine_xml_dup_parts
                                (const char  *xml,
                                 GError     **error);
gboolean  nb_machine_xml_same   (const char  *a,
                                 const char  *b);
gboolean  nb_machine_xml_stored (const char  *wanted,
                                 const char  *stored);

G_END_DECLS
