/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-check-list.h"

#include <glib/gstdio.h>

#include "fixture.h"

/* The checks are live: what comes and goes shows, also in folders that come and go. */

typedef struct
{
  char *root;
  NbHost *host;
  NbCheckList *list;
  guint changes;
} Fixture;

static void
changed_cb (Fixture *fixture)
{
  fixture->changes++;
}

static void
put (Fixture *fixture, const char *path, const char *text)
{
  fixture_write (fixture->root, path, text);
}

static void
drop (Fixture *fixture, const char *path)
{
  g_autofree char *full = g_build_filename (fixture->root, path, NULL);

  g_assert_cmpint (g_remove (full), ==, 0);
}

static int
get_level (Fixture *fixture, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++)
    {
      g_autoptr (NbCheck) check = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      if (g_str_equal (nb_check_get_id (check), id))
        return nb_check_get_level (check);
    }
  return -1;
}

static void
wait_for (Fixture *fixture, const char *id, int level)
{
  g_test_message ("waiting for %s to be %d", id, level);
  while (get_level (fixture, id) != level)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("nestbox-list-XXXXXX", NULL);
  put (fixture, "facts.ini",
       "[facts]\nmachine=x86_64\nrelease=6.1.0-test\nkvm-device=usable\nuser=alex\ngroups=1000\n");
  put (fixture, "proc/cpuinfo", "flags\t\t: fpu vmx\n");
  put (fixture, "etc/group", "users:x:100:\n");
  put (fixture, "dev/kvm", "");
  put (fixture, "run/utmp", "");
  fixture->host = nb_host_new (fixture->root);
  fixture->list = nb_check_list_new (fixture->host);
  wait_for (fixture, "vhost-net", NB_LEVEL_WARN);
  g_signal_connect_swapped (fixture->list, "items-changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->list);
  g_clear_object (&fixture->host);
  fixture_remove (fixture->root);
  g_free (fixture->root);
}

static void
test_files (Fixture *fixture, gconstpointer data)
{
  put (fixture, "dev/vhost-net", "");
  wait_for (fixture, "vhost-net", NB_LEVEL_PASS);
  drop (fixture, "dev/vhost-net");
  wait_for (fixture, "vhost-net", NB_LEVEL_WARN);
  put (fixture, "etc/group", "libvirt:x:113:alex\n");
  wait_for (fixture, "libvirt-group", NB_LEVEL_NOTE);
}

static void
test_folders (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (get_level (fixture, "libvirt"), ==, NB_LEVEL_NOTE);
  for (guint i = 0; i < 2; i++)
    {
      put (fixture, "run/libvirt/libvirt-sock", "");
      wait_for (fixture, "libvirt", NB_LEVEL_PASS);
      wait_for (fixture, "virtlogd", NB_LEVEL_WARN);
      put (fixture, "run/libvirt/virtlogd-sock", "");
      wait_for (fixture, "virtlogd", NB_LEVEL_PASS);
      drop (fixture, "run/libvirt/virtlogd-sock");
      drop (fixture, "run/libvirt/libvirt-sock");
      drop (fixture, "run/libvirt");
      wait_for (fixture, "libvirt", NB_LEVEL_NOTE);
    }
}

/* What has no event is read again with the host, as when a person comes back to the window. */
static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  put (fixture, "sys/module/apparmor/parameters/enabled", "Y\n");
  put (fixture, "journal",
       "audit: type=1400 audit(1.1:1): apparmor=\"DENIED\" operation=\"open\" profile=\"libvirt-1\" comm=\"x\"\n");
  nb_host_refresh (fixture->host);
  wait_for (fixture, "denials", NB_LEVEL_WARN);
}

/* Only what is another answer is another item. */
static void
test_exact (Fixture *fixture, gconstpointer data)
{
  g_autoptr (NbCheck) first = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_autoptr (NbCheck) same = NULL;

  put (fixture, "run/libvirt/libvirt-sock", "");
  wait_for (fixture, "libvirt", NB_LEVEL_PASS);
  same = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_true (first == same);
  g_assert_cmpuint (fixture->changes, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add ("/check-list/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("files", test_files);
  ADD ("folders", test_folders);
  ADD ("refresh", test_refresh);
  ADD ("exact", test_exact);

  return g_test_run ();
}
