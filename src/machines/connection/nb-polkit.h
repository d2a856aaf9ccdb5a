/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * NbPolkitAnswer:
 * @NB_POLKIT_YES: allowed without a question
 * @NB_POLKIT_NO: not allowed, or only after a question
 * @NB_POLKIT_UNAVAILABLE: there is no polkit, or it does not know the action
 */
typedef enum {
  NB_POLKIT_YES,
  NB_POLKIT_NO,
  NB_POLKIT_UNAVAILABLE,
} NbPolkitAnswer;

NbPolkitAnswer nb_polkit_check_silently (const char *action);

G_END_DECLS
