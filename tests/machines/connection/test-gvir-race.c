/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Why connections are opened raw and wrapped, and gvir_connection_open() is not used. It registers a lifecycle callback that
 * holds the GVirConnection without a reference: where a worker drops the last one while the main loop hands out an event, the
 * callback works on freed memory. The same workload runs both ways, each in processes of its own. Ours must never end badly;
 * the other way is counted and printed, so that whoever looks sees whether a newer libvirt-glib is better. */

#include "config.h"

#include "nb-connection-handle-virt.h"
#include "nb-connection-opener-virt.h"
#include "nb-virt.h"

#include <gio/gio.h>
#include <sys/resource.h>

#define RUNS   4
#define ROUNDS 400

typedef struct
{
  gboolean simple;
  GMainLoop *loop;
  GObject *owner;
  guint n_events;
} Work;

/* Somebody makes events. */
static void
stir (virConnectPtr connect)
{
  nb_auto_domain domain = virDomainLookupByName (connect, "test");

  g_assert_nonnull (domain);
  virDomainSuspend (domain);
  virDomainResume (domain);
}

static void
use_simple (void)
{
  nb_auto_gvir_connection connection = gvir_connection_new ("test:///default");

  g_assert_true (gvir_connection_open (connection, NULL, NULL));
  stir (nb_virt_get_connect (connection));
}

static void
on_event (GObject *owner, guint generation, const char *uuid, int event, int detail)
{
  Work *job = g_object_get_data (owner, "job");

  job->n_events++;
}

static void
on_closed (GObject *owner, guint generation)
{
}

static void
use_wrapped (Work *job)
{
  g_autoptr (NbOpened) opened = nb_connection_opener_open ("test:///default", NB_OPEN_WRITABLE);
  nb_auto_gvir_connection connection = g_object_ref (opened->connection);
  NbHandle *handle = nb_handle_new (g_steal_pointer (&opened->connection), 0, job->owner, 0, on_event, on_closed);

  stir (nb_virt_get_connect (connection));
  nb_handle_free_in_thread (handle);
}

static gpointer
work (gpointer data)
{
  Work *job = data;

  for (guint i = 0; i < ROUNDS; i++)
    {
      if (job->simple)
        use_simple ();
      else
        use_wrapped (job);
    }
  g_main_loop_quit (job->loop);
  return NULL;
}

static int
run_child (gboolean simple)
{
  const struct rlimit no_core = { 0, 0 };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  Work job = { simple, loop, owner, 0 };
  GThread *thread;

  setrlimit (RLIMIT_CORE, &no_core);
  g_object_set_data (owner, "job", &job);
  nb_virt_init ();
  thread = g_thread_new ("worker", work, &job);
  g_main_loop_run (loop);
  g_thread_join (thread);
  /* Events were under way. */
  return simple || job.n_events > 0 ? 0 : 1;
}

static gboolean
on_too_long (gpointer data)
{
  g_subprocess_force_exit (data);
  return G_SOURCE_CONTINUE;
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  int *good = data;

  *good = g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, NULL);
}

/* What hangs ends badly as well. */
static guint
count_bad_ends (const char *how, guint seconds)
{
  guint n = 0;

  for (guint i = 0; i < RUNS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) child = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "/proc/self/exe", how, NULL);

      const guint source = g_timeout_add_seconds (seconds, on_too_long, child);
      int good = -1;

      g_assert_no_error (error);
      g_subprocess_wait_check_async (child, NULL, on_ended, &good);
      while (good < 0)
        g_main_context_iteration (NULL, TRUE);
      g_source_remove (source);
      n += !good;
    }
  return n;
}

static void
test_wrapped (void)
{
  g_assert_cmpuint (count_bad_ends ("--wrapped", 60), ==, 0);
}

static void
test_simple (void)
{
  g_test_message ("gvir_connection_open: %u of %d runs ended badly", count_bad_ends ("--simple", 2), RUNS);
}

int
main (int argc, char *argv[])
{
  if (argc == 2 && g_str_equal (argv[1], "--simple"))
    return run_child (TRUE);
  if (argc == 2 && g_str_equal (argv[1], "--wrapped"))
    return run_child (FALSE);

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gvir-race/wrapped", test_wrapped);
  g_test_add_func ("/gvir-race/simple", test_simple);
  return g_test_run ();
}
