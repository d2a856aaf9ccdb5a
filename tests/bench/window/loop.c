/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A main loop that does not poll looks at no input: the longest time between two polls is the longest stall. Measured by
 * the poll function itself, so that nothing wakes up for it. In GTK 3 and GTK 4, in C and in Python. */

#include "loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FRAME 16667 /* microseconds */

static FILE *log_file;
static gint64 left;        /* when the last poll ended */
static gint64 left_cpu;    /* and what this thread had worked by then */
static gint64 longest;     /* in this phase */
static gint64 longest_cpu; /* of work: what it would be on a computer that does nothing else */
static guint n_long;       /* how many were longer than a frame */
static guint n_long_cpu;
static NbBenchStep each_loop;

static gint64
get_cpu (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);

  return time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/* Microseconds of work of the whole program so far. */
gint64
nb_bench_get_work (void)
{
  return get_cpu (CLOCK_PROCESS_CPUTIME_ID);
}

void
nb_bench_log (const char *name, gint64 value)
{
  fprintf (log_file, "%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT "\n", g_get_monotonic_time (), name, value);
  fflush (log_file);
}

/* Ends a phase: says what its longest stall was. */
void
nb_bench_phase (const char *name)
{
  const struct
  {
    const char *what;
    gint64 value;
  } values[] = {
    { "stall", longest },
    { "long", n_long },
    { "work", longest_cpu },
    { "long-work", n_long_cpu },
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *full_name = g_strconcat (name, "-", values[i].what, NULL);

      nb_bench_log (full_name, values[i].value);
    }
  longest = longest_cpu = 0;
  n_long = n_long_cpu = 0;
}

void
nb_bench_each_loop (NbBenchStep step)
{
  each_loop = step;
}

static int
poll_func (GPollFD *fds, guint n, int timeout)
{
  const gint64 now = g_get_monotonic_time ();
  const gint64 now_cpu = get_cpu (CLOCK_THREAD_CPUTIME_ID);
  int result;

  if (left != 0)
    {
      longest = MAX (longest, now - left);
      longest_cpu = MAX (longest_cpu, now_cpu - left_cpu);
      n_long += now - left > FRAME;
      n_long_cpu += now_cpu - left_cpu > FRAME;
    }
  if (each_loop != NULL)
    each_loop ();
  /* For who cannot be asked: what there was so far, now and then. */
  else if (left != 0 && now - left > FRAME)
    {
      nb_bench_log ("stall", now - left);
      nb_bench_log ("work", now_cpu - left_cpu);
    }

  result = g_poll (fds, n, timeout);
  left = g_get_monotonic_time ();
  left_cpu = get_cpu (CLOCK_THREAD_CPUTIME_ID);

  return result;
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *path = getenv ("NB_BENCH_LOG");

  if (path == NULL)
    return;
  log_file = fopen (path, "a");
  if (log_file != NULL)
    g_main_context_set_poll_func (NULL, poll_func);
}
