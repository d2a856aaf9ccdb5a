/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a process of the helper may still do as root. */
typedef enum {
  NB_HELPER_MAY_NOTHING, /* beyond what root's files allow by their modes */
  NB_HELPER_MAY_LOOK,    /* into every process */
  NB_HELPER_MAY_CHANGE,  /* modules, and files of whatever owner */
} NbHelperPower;

void     nb_helper_self_put_away (void);
void     nb_helper_self_leave_group (void);
gboolean nb_helper_self_drop (NbHelperPower power);
void     nb_helper_self_shield (gboolean on);

G_END_DECLS
