/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *nb_batch_words_dup_forecast (guint    n_changes,
                                   guint    n_same,
                                   guint    n_left_out,
                                   guint    n_running);
char *nb_batch_words_dup_outcome  (gboolean undone,
                                   guint    n_done,
                                   guint    n_failed);

G_END_DECLS
