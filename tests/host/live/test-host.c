/* SPDX-License-Identifier: GPL-3.0-or-later */

/* NbHost is live: a changed file arrives without anybody asking, and nothing is read while a helper is at work. */

#include "config.h"

#include "fixture.h"
#include "nb-host.h"

#include <glib/gstdio.h>

#define PATIENCE_SECONDS 20

typedef struct
{
  char *root;
  NbHost *host;
  guint facts_notified;
  guint verdict_notified;
} Setup;

static void
count (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
give_up (gpointer data)
{
  g_error ("waited %d seconds for what did not come", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the verdict is @verdict. */
static void
wait_for (NbHost *host, NbVerdict verdict)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  while (nb_host_get_facts (host) == NULL || nb_host_get_verdict (host) != verdict)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (nb_host_refresh_finish (NB_HOST (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
set_up (Setup *self, gconstpointer data)
{
  self->root = fixture_make_root ();
  fixture_write (self->root, "facts.ini", "[facts]\nmachine=x86_64\nrelease=6.12.1\ncpuid-virtualization=true\n");
  fixture_write (self->root, "proc/cpuinfo", "vendor_id : AuthenticAMD\nflags : svm\n");
  fixture_write (self->root, "sys/module/kvm_amd/initstate", "live\n");
  fixture_write (self->root, "sys/module/kvm_amd/refcnt", "0\n");
  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", "0\n");
  fixture_write (self->root, "sys/module/kvm_amd/parameters/npt", "Y\n");
  fixture_make_dir (self->root, "etc");
  self->host = nb_host_new (self->root);
  g_signal_connect (self->host, "notify::facts", G_CALLBACK (count), &self->facts_notified);
  g_signal_connect (self->host, "notify::verdict", G_CALLBACK (count), &self->verdict_notified);
  wait_for (self->host, NB_VERDICT_AFTER_RESTART);
}

static void
tear_down (Setup *self, gconstpointer data)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  /* A reading under way keeps it alive until its answer is here. */
  g_object_add_weak_pointer (G_OBJECT (self->host), (gpointer *) &self->host);
  g_object_unref (self->host);
  while (self->host != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  fixture_remove (self->root);
  g_free (self->root);
}

static void
test_first (Setup *self, gconstpointer data)
{
  g_assert_cmpuint (self->facts_notified, ==, 1);
  g_assert_cmpuint (self->verdict_notified, ==, 1);
  g_assert_false (nb_host_is_real (self->host));
  g_assert_cmpstr (nb_host_get_root (self->host), ==, self->root);
}

/* The parameter, a folder that did not exist, a file in it, its removal, a use, a module that goes. */
static void
test_live (Setup *self, gconstpointer data)
{
  g_autofree char *file = g_build_filename (self->root, "etc/modprobe.d/kvm.conf", NULL);
  g_autofree char *module = g_build_filename (self->root, "sys/module/kvm_amd", NULL);

  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", "1\n");
  wait_for (self->host, NB_VERDICT_READY);

  fixture_write (self->root, "etc/modprobe.d/kvm.conf", "options kvm_amd nested=0\n");
  wait_for (self->host, NB_VERDICT_UNTIL_RESTART);
  g_assert_cmpint (g_remove (file), ==, 0);
  wait_for (self->host, NB_VERDICT_READY);
  fixture_write (self->root, "etc/modprobe.d/kvm.conf", "options kvm_amd nested=0\n");
  wait_for (self->host, NB_VERDICT_UNTIL_RESTART);

  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", "0\n");
  wait_for (self->host, NB_VERDICT_OFF);
  fixture_write (self->root, "sys/module/kvm_amd/refcnt", "3\n");
  wait_for (self->host, NB_VERDICT_OFF_BUSY);

  fixture_remove (module);
  wait_for (self->host, NB_VERDICT_KVM_NOT_LOADED);
  fixture_write (self->root, "sys/module/kvm_amd/initstate", "live\n");
  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", "0\n");
  wait_for (self->host, NB_VERDICT_OFF);
  fixture_write (self->root, "facts.ini", "[facts]\nmachine=riscv64\n");
  wait_for (self->host, NB_VERDICT_ARCH_UNSUPPORTED);
}

/* While held nothing is read, whatever changes and whoever asks; afterwards everything. */
static void
test_held (Setup *self, gconstpointer data)
{
  gboolean refreshed = FALSE;
  guint before = self->facts_notified;

  nb_host_set_held (self->host, TRUE);
  nb_host_refresh_async (self->host, NULL, on_refreshed, &refreshed);
  fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", "1\n");
  nb_host_refresh (self->host);

  /* A second computer in the same folder sees the change: by then the first would have, too. */
  {
    g_autoptr (NbHost) other = nb_host_new (self->root);

    wait_for (other, NB_VERDICT_READY);
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (refreshed);
  g_assert_cmpuint (self->facts_notified, ==, before);
  g_assert_cmpint (nb_host_get_verdict (self->host), ==, NB_VERDICT_AFTER_RESTART);

  nb_host_set_held (self->host, FALSE);
  wait_for (self->host, NB_VERDICT_READY);
  g_assert_true (refreshed);
  g_assert_cmpuint (self->facts_notified, ==, before + 1);
}

/* An answer that was overtaken is dropped: who asks after a change never gets the state before it. */
static void
test_stale (Setup *self, gconstpointer data)
{
  for (guint i = 0; i < 50; i++)
    {
      gboolean refreshed = FALSE;
      NbTristate value = i & 1;

      nb_host_refresh (self->host);
      fixture_write (self->root, "sys/module/kvm_amd/parameters/nested", value ? "1\n" : "0\n");
      nb_host_refresh_async (self->host, NULL, on_refreshed, &refreshed);
      while (!refreshed)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (nb_host_get_facts (self->host)->live, ==, value);
    }
}

/* Reading the same again is no news. */
static void
test_no_news (Setup *self, gconstpointer data)
{
  guint before = self->facts_notified;
  gboolean refreshed = FALSE;

  nb_host_refresh_async (self->host, NULL, on_refreshed, &refreshed);
  while (!refreshed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->facts_notified, ==, before);
}

static void
test_load_error (Setup *self, gconstpointer data)
{
  g_autofree char *module = g_build_filename (self->root, "sys/module/kvm_amd", NULL);

  fixture_remove (module);
  wait_for (self->host, NB_VERDICT_KVM_NOT_LOADED);
  nb_host_set_load_error (self->host, 95);
  wait_for (self->host, NB_VERDICT_FIRMWARE_OFF);
  nb_host_set_load_error (self->host, 0);
  wait_for (self->host, NB_VERDICT_KVM_NOT_LOADED);
}

static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (nb_host_refresh_finish (NB_HOST (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_cancel (Setup *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;

  nb_host_refresh_async (self->host, cancellable, on_cancelled, &done);
  g_cancellable_cancel (cancellable);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/host/" name, Setup, NULL, set_up, function, tear_down)
  ADD ("first", test_first);
  ADD ("live", test_live);
  ADD ("held", test_held);
  ADD ("stale", test_stale);
  ADD ("no-news", test_no_news);
  ADD ("load-error", test_load_error);
  ADD ("cancel", test_cancel);
#undef ADD

  return g_test_run ();
}
