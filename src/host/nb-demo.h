/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_DEMO (nb_demo_get_type ())

G_DECLARE_FINAL_TYPE (NbDemo, nb_demo, NB, DEMO, GObject)

/* Properties: scenario (string: off, in-use, firmware-off, ready). Signal "changed" after the folder got new content. */

NbDemo     *nb_demo_new          (const char  *scenario,
                                  GError     **error);
const char *nb_demo_get_root     (NbDemo      *self);
const char *nb_demo_get_scenario (NbDemo      *self);
void        nb_demo_set_scenario (NbDemo      *self,
                                  const char  *scenario);

G_END_DECLS
