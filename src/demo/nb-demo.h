/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-kvm-users.h"

G_BEGIN_DECLS

/* In its folder: the processes that only an administrator sees, as lines of the helper's, and the use count. */
#define NB_DEMO_HOLDERS "holders"
#define NB_DEMO_REFCNT  "sys/module/kvm_intel/refcnt"

#define NB_TYPE_DEMO (nb_demo_get_type ())

G_DECLARE_FINAL_TYPE (NbDemo, nb_demo, NB, DEMO, GObject)

/* Properties: scenario (string: off, in-use, firmware-off, ready). Signal "changed" after the folder got new content. */

NbDemo     *nb_demo_new          (const char  *scenario,
                                  GError     **error);
const char *nb_demo_get_root     (NbDemo      *self);
const char *nb_demo_get_scenario (NbDemo      *self);
void        nb_demo_set_scenario (NbDemo      *self,
                                  const char  *scenario);
void        nb_demo_follow       (NbDemo      *self,
                                  NbKvmUsers  *users);

G_END_DECLS
