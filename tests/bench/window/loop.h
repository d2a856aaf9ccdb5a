/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Preloaded into a program: how long its main loop was away. Lines "MICROSECONDS NAME VALUE" go to $NB_BENCH_LOG. */

typedef void (*NbBenchStep) (void);

void nb_bench_log       (const char  *name,
                         gint64       value);
void nb_bench_phase     (const char  *name);
gint64 nb_bench_get_work (void);
void nb_bench_each_loop (NbBenchStep  step);
