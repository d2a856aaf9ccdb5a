/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

#include "nb-host-facts.h"

G_BEGIN_DECLS

/* NbInspector: how checks look at a computer, which is a folder. Made and used by one thread. */
typedef struct _NbInspector NbInspector;

NbInspector       *nb_inspector_new          (const char         *root,
                                              const NbHostFacts  *facts);
void               nb_inspector_free         (NbInspector        *self);
gboolean           nb_inspector_is_real      (NbInspector        *self);
const NbHostFacts *nb_inspector_get_facts    (NbInspector        *self);
const char        *nb_inspector_get_fact     (NbInspector        *self,
                                              const char         *key);
NbTristate         nb_inspector_get_tristate (NbInspector        *self,
                                              const char         *key);
gboolean           nb_inspector_is_machine   (NbInspector        *self,
                                              const char         *family);

gboolean           nb_inspector_stat         (NbInspector        *self,
                                              const char         *path,
                                              struct stat        *status,
                                              GError            **error);
NbTristate         nb_inspector_exists       (NbInspector        *self,
                                              const char         *path,
                                              GError            **error);
GBytes            *nb_inspector_read_bytes   (NbInspector        *self,
                                              const char         *path,
                                              gsize               tail,
                                              GError            **error);
char              *nb_inspector_read         (NbInspector        *self,
                                              const char         *path,
                                              GError            **error);
char              *nb_inspector_read_log     (NbInspector        *self);
char             **nb_inspector_list         (NbInspector        *self,
                                              const char         *path,
                                              GError            **error);
NbTristate         nb_inspector_has_flag     (NbInspector        *self,
                                              const char         *flag,
                                              GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbInspector, nb_inspector_free)

G_END_DECLS
