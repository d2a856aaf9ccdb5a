/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbModprobeLine:
 * @command: options, blacklist, install, …
 * @module: the first word after it, dashes as underscores
 * @rest: (nullable): what follows, as it stands
 * @number: its number in the file, from 1; the first one of a line that is continued
 */
typedef struct {
  char *command;
  char *module;
  char *rest;
  guint number;
} NbModprobeLine;

GPtrArray *nb_modprobe_parse     (const char     *text,
                                  gsize           length);
void       nb_modprobe_line_free (NbModprobeLine *line);

G_END_DECLS
