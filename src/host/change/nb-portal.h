/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_PORTAL_INFO "/.flatpak-info"

/* The way out of the Flatpak sandbox that we may live in: flatpak-spawn --host. What asks may block and belongs into a
 * worker thread. */
typedef struct _NbPortal NbPortal;

NbPortal *nb_portal_open         (const char         *info_path,
                                  const char *const  *spawn,
                                  GError            **error);
void      nb_portal_free         (NbPortal           *self);
char    **nb_portal_dup_helper   (NbPortal           *self,
                                  const char         *helper,
                                  const char         *loader,
                                  GError            **error);
char    **nb_portal_find_helper  (NbPortal           *self,
                                  const char         *helper,
                                  const char         *loader,
                                  GError            **error);
char     *nb_portal_dup_loader   (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NbPortal, nb_portal_free)

G_END_DECLS
