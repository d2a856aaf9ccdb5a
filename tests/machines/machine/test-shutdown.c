/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One machine that several want off, on libvirt's test driver, whose guest can be made deaf. */

#include "config.h"

#include "nb-machine-error.h"
#include "nb-machines-test.h"
#include "nb-shutdown.h"

#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <string.h>

/* What the functions of libvirt below do other than usual; read in the connection's thread. */
static int deaf;
static int no_plug;
static GMutex held;       /* as long as libvirt does not answer */
static GMutex held_again; /* nor the second time */
static int n_asked;

int
virDomainShutdownFlags (virDomainPtr domain, unsigned int flags)
{
  int (*real) (virDomainPtr, unsigned int) = NULL;

  GMutex *mutex = g_atomic_int_add (&n_asked, 1) == 0 ? &held : &held_again;

  g_mutex_lock (mutex);
  g_mutex_unlock (mutex);
  *(void **) &real = dlsym (RTLD_NEXT, "virDomainShutdownFlags");
  return g_atomic_int_get (&deaf) ? 0 : real (domain, flags);
}

int
virDomainDestroy (virDomainPtr domain)
{
  int (*real) (virDomainPtr) = NULL;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDestroy");
  return g_atomic_int_get (&no_plug) ? -1 : real (domain);
}

typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
  NbMachine *machine;
  NbShutdown *shutdown;
  GString *seen; /* the states of the shutdown, one letter each */
  GString *run;  /* the states of the machine */
  guint n_late;
  guint n_failed;
} Fixture;

static void
shutdown_cb (NbShutdown *shutdown, GParamSpec *pspec, Fixture *f)
{
  g_string_append_c (f->seen, "iaclfs"[nb_shutdown_get_state (shutdown)]);
}

static void
machine_cb (NbMachine *machine, GParamSpec *pspec, Fixture *f)
{
  g_string_append_printf (f->run, "%s ", nb_machine_state_get_id (nb_machine_get_state (machine)));
}

static gboolean
late_cb (NbShutdown *shutdown, Fixture *f)
{
  f->n_late++;
  return TRUE;
}

/* A second one would be a second dialog. */
static gboolean
late_too_cb (NbShutdown *shutdown, Fixture *f)
{
  g_assert_not_reached ();
}

static void
failed_cb (NbShutdown *shutdown, GError *error, Fixture *f)
{
  f->n_failed++;
}

/* The test driver's machines outlive a connection. */
static void
let_run (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (nb_machine_is_active (f->machine))
    return;
  nb_shutdown_run_async (f->shutdown, NB_SHUTDOWN_STARTS_AGAIN, 0, nb_test_keep_result, &result);
  wait_for (result != NULL && nb_machine_is_active (f->machine));
  g_assert_true (nb_shutdown_run_finish (f->shutdown, result, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };

  g_atomic_int_set (&deaf, data != NULL);
  f->connections = nb_connection_list_new (uris, NULL);
  f->machines = nb_machine_list_new (G_LIST_MODEL (f->connections));
  nb_connection_list_open (G_LIST_MODEL (f->connections));
  wait_for (nb_test_find_by_name (f->machines, "test") != NULL);
  f->machine = g_object_ref (nb_test_find_by_name (f->machines, "test"));
  f->shutdown = nb_shutdown_new (f->machine);
  let_run (f);
  f->seen = g_string_new (NULL);
  f->run = g_string_new (NULL);
  g_signal_connect (f->shutdown, "notify::state", G_CALLBACK (shutdown_cb), f);
  g_signal_connect (f->shutdown, "late", G_CALLBACK (late_cb), f);
  g_signal_connect (f->shutdown, "late", G_CALLBACK (late_too_cb), f);
  g_signal_connect (f->shutdown, "failed", G_CALLBACK (failed_cb), f);
  g_signal_connect (f->machine, "notify::state", G_CALLBACK (machine_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (f->shutdown, f);
  g_signal_handlers_disconnect_by_data (f->machine, f);
  g_object_unref (f->shutdown);
  g_object_unref (f->machine);
  g_object_unref (f->machines);
  g_object_unref (f->connections);
  g_string_free (f->seen, TRUE);
  g_string_free (f->run, TRUE);
}

static void
begin (Fixture *f, NbShutdownFlags flags, GAsyncResult **result)
{
  nb_shutdown_run_async (f->shutdown, flags, 1, nb_test_keep_result, result);
}

static void
assert_ended (Fixture *f, GAsyncResult **result, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;

  wait_for (*result != NULL);
  g_assert_true (nb_shutdown_run_finish (f->shutdown, *result, &error) == (domain == 0));
  if (domain == 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, domain, code);
  g_clear_object (result);
}

/* Whatever was asked of the connection before has been done when this is answered. */
static gboolean
is_on (Fixture *f)
{
  g_autoptr (NbMachineConfig) config = nb_test_load (f->machine, NULL);

  g_assert_nonnull (config);
  return config->live != NULL;
}

static void
test_off (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (f, NB_SHUTDOWN_STAYS_OFF, &result);
  assert_ended (f, &result, 0, 0);
  g_assert_false (is_on (f));
  g_assert_cmpstr (f->run->str, ==, "shut-off ");

  /* It is off already. */
  begin (f, NB_SHUTDOWN_STAYS_OFF, &result);
  assert_ended (f, &result, 0, 0);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (f, NB_SHUTDOWN_STARTS_AGAIN, &result);
  g_assert_true (nb_shutdown_get_starts_again (f->shutdown));
  g_assert_cmpuint (nb_shutdown_get_seconds_left (f->shutdown), ==, 1);
  assert_ended (f, &result, 0, 0);
  wait_for (nb_machine_get_state (f->machine) == NB_MACHINE_STATE_RUNNING);
  g_assert_cmpstr (f->run->str, ==, "shut-off running ");
  g_assert_true (g_str_has_suffix (f->seen->str, "si"));
  g_assert_cmpint (f->seen->str[0], ==, 'a');
}

/* The last who wants it off says what comes then, and all are answered. */
static void
test_together (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  begin (f, NB_SHUTDOWN_STARTS_AGAIN, &first);
  begin (f, NB_SHUTDOWN_STAYS_OFF, &second);
  assert_ended (f, &first, 0, 0);
  assert_ended (f, &second, 0, 0);
  g_assert_false (is_on (f));
}

static void
test_late (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) quiet = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  /* Whoever shows the state is not asked in a dialog. */
  begin (f, NB_SHUTDOWN_STAYS_OFF, &quiet);
  wait_for (nb_shutdown_get_state (f->shutdown) == NB_SHUTDOWN_LATE);
  g_assert_cmpuint (f->n_late, ==, 0);
  g_assert_null (quiet);

  begin (f, NB_SHUTDOWN_STARTS_AGAIN | NB_SHUTDOWN_TELLS_LATE, &result);
  wait_for (f->n_late == 1);
  g_assert_true (nb_shutdown_is_waiting (f->shutdown));
  nb_shutdown_wait_more (f->shutdown, 1);
  wait_for (f->n_late == 2);
  g_assert_cmpstr (f->seen->str, ==, "aclaclcl");

  begin (f, NB_SHUTDOWN_FORCES | NB_SHUTDOWN_STARTS_AGAIN, &quiet);
  assert_ended (f, &result, 0, 0);
  assert_ended (f, &quiet, 0, 0);
  wait_for (nb_machine_get_state (f->machine) == NB_MACHINE_STATE_RUNNING);
  g_assert_cmpuint (f->n_failed, ==, 0);
}

/* Forced off by somebody who wants no more than that: it is not started again for those who wanted that before. */
static void
test_forced_off_stays_off (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) forced = NULL;

  begin (f, NB_SHUTDOWN_STARTS_AGAIN, &result);
  begin (f, NB_SHUTDOWN_FORCES, &forced);
  assert_ended (f, &result, 0, 0);
  assert_ended (f, &forced, 0, 0);
  g_assert_false (is_on (f));
}

/* The plug can't be pulled: that is told, and the guest is waited for as before. */
static void
test_force_fails (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) forced = NULL;

  begin (f, NB_SHUTDOWN_STAYS_OFF, &result);
  wait_for (nb_shutdown_get_state (f->shutdown) == NB_SHUTDOWN_LATE);
  g_atomic_int_set (&no_plug, TRUE);
  begin (f, NB_SHUTDOWN_FORCES, &forced);
  assert_ended (f, &forced, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED);
  g_atomic_int_set (&no_plug, FALSE);
  g_assert_cmpint (nb_shutdown_get_state (f->shutdown), ==, NB_SHUTDOWN_LATE);
  g_assert_cmpuint (f->n_failed, ==, 1);
  g_assert_nonnull (nb_shutdown_get_error (f->shutdown));
  g_assert_null (result);

  g_atomic_int_set (&deaf, FALSE);
  begin (f, NB_SHUTDOWN_STAYS_OFF, &forced);
  g_assert_null (nb_shutdown_get_error (f->shutdown));
  assert_ended (f, &result, 0, 0);
  assert_ended (f, &forced, 0, 0);
}

/* Stopped while the guest is still being asked: that answer does not end, or begin, the next time it is asked. */
static void
test_late_answer (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_atomic_int_set (&n_asked, 0);
  g_mutex_lock (&held);
  g_mutex_lock (&held_again);
  begin (f, NB_SHUTDOWN_STARTS_AGAIN, &result);
  nb_shutdown_cancel (f->shutdown);
  assert_ended (f, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  begin (f, NB_SHUTDOWN_STAYS_OFF, &result);
  g_mutex_unlock (&held);
  /* The connection has one thread: when the second question is asked, the first has been answered. */
  while (g_main_context_iteration (NULL, FALSE) || g_atomic_int_get (&n_asked) < 2)
    g_thread_yield ();
  g_assert_cmpstr (f->seen->str, ==, "aia");
  g_mutex_unlock (&held_again);
  wait_for (nb_shutdown_get_state (f->shutdown) == NB_SHUTDOWN_LATE);
  g_assert_cmpstr (f->seen->str, ==, "aiacl");
  nb_shutdown_cancel (f->shutdown);
  assert_ended (f, &result, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (is_on (f));
  g_assert_cmpuint (f->n_failed, ==, 0);
}

/* The connection was removed: nobody knows what became of the machine, and nobody waits for ever. */
static void
test_source_gone (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  begin (f, NB_SHUTDOWN_STARTS_AGAIN, &result);
  wait_for (nb_shutdown_get_state (f->shutdown) == NB_SHUTDOWN_COUNTING);
  g_list_store_remove_all (f->connections);
  assert_ended (f, &result, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION);
  g_assert_cmpint (nb_shutdown_get_state (f->shutdown), ==, NB_SHUTDOWN_IDLE);
  g_assert_cmpuint (f->n_failed, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, deaf, function) g_test_add ("/shutdown/" path, Fixture, deaf, set_up, function, tear_down)
  ADD ("off", NULL, test_off);
  ADD ("restart", NULL, test_restart);
  ADD ("together", NULL, test_together);
  ADD ("late", "deaf", test_late);
  ADD ("forced-off-stays-off", "deaf", test_forced_off_stays_off);
  ADD ("force-fails", "deaf", test_force_fails);
  ADD ("late-answer", "deaf", test_late_answer);
  ADD ("source-gone", "deaf", test_source_gone);

  return g_test_run ();
}
