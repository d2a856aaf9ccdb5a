/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is known of a yes-or-no fact. The numbers are the ones of the helper's result line. */
typedef enum {
  NB_TRISTATE_UNKNOWN = -1,
  NB_TRISTATE_NO = 0,
  NB_TRISTATE_YES = 1,
} NbTristate;

/* What the command of an `install` line does. */
typedef enum {
  NB_INSTALL_LOADS,   /* the module, and with it the parameters of the line and those of the options lines */
  NB_INSTALL_NOTHING, /* the module stays away */
  NB_INSTALL_UNKNOWN, /* nobody can tell without running it */
} NbInstall;

NbTristate nb_options_parse_value (const char *text);
NbTristate nb_options_last_nested (const char *options, const char *module);
gboolean   nb_options_same_name (const char *a, const char *b);
gboolean   nb_options_next (const char **rest, char **name, char **value);
gboolean   nb_options_has_own_words (const char *name);
gboolean   nb_options_value_is_refused (const char *parmtype, const char *value);
gboolean   nb_options_parse_nested (const char *parmtype, const char *value, gboolean *on);
NbInstall  nb_options_judge_install (const char *command, const char *module, char **options);

G_END_DECLS
