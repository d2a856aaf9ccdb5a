/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that ends while its threads work ends well: exit() takes apart the libraries that they use. */

#include "config.h"

#include "nb-machines-test.h"

#include <stdlib.h>

#define JOB_USECONDS 50000

static const char *self;
static int working;

/* Between the waiting for the threads, which was registered later, and the libraries' own ends. */
static void
look_at_threads (void)
{
  for (guint i = 0; i < 10; i++)
    {
      if (g_atomic_int_get (&working))
        g_printerr ("a thread works while the program ends\n");
      g_usleep (JOB_USECONDS / 5);
    }
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_atomic_int_set (&working, 1);
  g_usleep (JOB_USECONDS);
  g_atomic_int_set (&working, 0);
  g_task_return_boolean (task, TRUE);
}

static void
end_while_it_works (void)
{
  g_autoptr (NbConnection) connection = nb_connection_new ("test:///default", NULL);

  atexit (look_at_threads);
  nb_connection_open (connection);
  wait_for (nb_connection_is_usable (connection));
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GTask) task = g_task_new (connection, NULL, NULL, NULL);

      nb_connection_run (connection, task, work);
    }
  while (!g_atomic_int_get (&working))
    g_thread_yield ();
}

static void
test_exit (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *complaint = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, self, "--child", NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, NULL, NULL, NULL, &complaint, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (complaint, ==, "");
  g_assert_true (g_subprocess_get_successful (child));
}

int
main (int argc, char *argv[])
{
  if (argc > 1 && g_str_equal (argv[1], "--child"))
    {
      end_while_it_works ();
      return 0;
    }

  self = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exit/while-it-works", test_exit);
  return g_test_run ();
}
