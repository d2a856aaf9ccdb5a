/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbTristate:
 *
 * What is known of a yes-or-no fact. The numbers are the ones of the helper's result line.
 */
typedef enum {
  NB_TRISTATE_UNKNOWN = -1,
  NB_TRISTATE_NO = 0,
  NB_TRISTATE_YES = 1,
} NbTristate;

NbTristate nb_options_parse_value     (const char *text);
NbTristate nb_options_last_nested     (const char *options,
                                       const char *module);
gboolean   nb_options_same_name       (const char *a,
                                       const char *b);

G_END_DECLS
