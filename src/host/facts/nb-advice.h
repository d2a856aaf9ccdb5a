/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbAdvice:
 * @pattern: the commands and lines that it stands for, with `*` for names and values
 * @whose: (nullable): whose documentation a person is told that it comes from; %NULL for this system's own manual pages
 * @source: where it is written: a manual page, or an address and the day on which it was read
 *
 * Where a command or a line that the application offers comes from.
 */
typedef struct {
  const char *pattern;
  const char *whose;
  const char *source;
} NbAdvice;

const NbAdvice *nb_advice_find            (const char        *command);
char           *nb_advice_dup_attribution (const char *const *commands);

G_END_DECLS
