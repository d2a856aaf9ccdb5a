/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-machines [N]: how long the list of N machines of libvirt's test driver takes, and how much memory. Nothing is
 * asserted: run it before and after a change. */

#include "config.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "nb-machines-test.h"

static long
get_resident_kib (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %ld", &pages);
  return pages * 4;
}

static char *
write_machines (guint n)
{
  GString *xml = g_string_new ("<node>\n");
  char *path = NULL;
  const int fd = g_file_open_tmp ("nestbox-bench-XXXXXX.xml", &path, NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (xml,
                            "<domain type='test'><name>machine-%u</name><uuid>b0000000-0000-4000-8000-%012u</uuid>"
                            "<memory>8192</memory><vcpu>2</vcpu><os><type>hvm</type></os>"
                            "<cpu mode='host-passthrough' check='none'/></domain>\n",
                            i, i);
  g_string_append (xml, "</node>\n");
  g_file_set_contents (path, xml->str, -1, NULL);
  g_close (fd, NULL);
  g_string_free (xml, TRUE);
  return path;
}

static guint
count_summaries (NbMachineList *machines, guint n)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (machines), i);

      nb_machine_request_summary (machine);
      count += nb_machine_get_summary (machine) != NULL;
    }
  return count;
}

static void
count_change (GListModel *list, guint position, guint removed, guint added, guint *changes)
{
  ++*changes;
}

int
main (int argc, char *argv[])
{
  const guint n = argc > 1 ? (guint) atoi (argv[1]) : 1000;
  g_autofree char *path = write_machines (n);
  g_autofree char *uri = g_strconcat ("test://", path, NULL);
  const char *const uris[] = { uri, NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbMachineList) machines = nb_machine_list_new (G_LIST_MODEL (connections));
  NbConnection *connection = nb_connection_list_find (G_LIST_MODEL (connections), uri);
  const long before = get_resident_kib ();
  gint64 start = g_get_monotonic_time ();
  guint changes = 0;
  long opened;

  g_signal_connect (machines, "items-changed", G_CALLBACK (count_change), &changes);
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (nb_connection_is_usable (connection));
  opened = get_resident_kib ();
  printf ("open: %.1f ms (the driver reads its file), %ld KiB\n", (double) (g_get_monotonic_time () - start) / 1000,
          opened - before);
  start = g_get_monotonic_time ();
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) == n);
  printf ("list: %u machines in %.1f ms, %u signals, %ld KiB\n", n, (double) (g_get_monotonic_time () - start) / 1000,
          changes, get_resident_kib () - opened);
  start = g_get_monotonic_time ();
  wait_for (count_summaries (machines, MIN (n, 200)) == MIN (n, 200));
  printf ("XML of 200 rows: %.1f ms, %ld KiB\n", (double) (g_get_monotonic_time () - start) / 1000,
          get_resident_kib () - opened);
  remove (path);
  return EXIT_SUCCESS;
}
