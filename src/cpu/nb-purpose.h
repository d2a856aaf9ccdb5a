/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-edit.h"

G_BEGIN_DECLS

/* What a machine is for. Each is only a set of edits of `<cpu>`, with what else is to know. */
typedef enum {
  NB_PURPOSE_LINUX,
  NB_PURPOSE_WINDOWS,
  NB_PURPOSE_ANDROID,
  NB_PURPOSE_ESXI,
  NB_PURPOSE_HIDE,
} NbPurpose;

#define NB_N_PURPOSES (NB_PURPOSE_HIDE + 1)

const char *nb_purpose_get_title          (NbPurpose      self);
const char *nb_purpose_get_text           (NbPurpose      self);
NbPurpose   nb_purpose_guess              (const char    *os_id);
void        nb_purpose_apply              (NbPurpose      self,
                                           NbCpuEdit     *edit);
gboolean    nb_purpose_is_applied         (NbPurpose      self,
                                           NbCpuEdit     *edit);

G_END_DECLS
