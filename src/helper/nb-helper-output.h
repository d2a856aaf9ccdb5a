/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void nb_helper_output_set_complaint (int fd);
void nb_helper_output_set_patient (gboolean patient);
void nb_helper_say (char *line);
void nb_helper_complain (const char *text);
void nb_helper_trail_open (const char *uid);
void nb_helper_trail_add (const char *text);

G_END_DECLS
