/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-cpu-history.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define URI  "qemu:///system"
#define UUID "0c0b7b3a-0000-4000-8000-000000000001"

static char *
build_xml (guint n)
{
  return g_strdup_printf (
    "<domain><vcpu>%u</vcpu><cpu mode='host-model'/><devices><graphics passwd='secret'/></devices>"
    "</domain>",
    n);
}

static char *
find_file (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return g_build_filename (folder, g_dir_read_name (dir), NULL);
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
test_history (void)
{
  g_autofree char *top = g_dir_make_tmp ("nestbox-history-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (top, "processors", NULL);
  g_autoptr (NbCpuHistory) history = nb_cpu_history_new (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = nb_cpu_history_list (history, URI, UUID, &error);
  g_autoptr (GPtrArray) many = NULL;
  g_autoptr (GPtrArray) broken = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *restored = NULL;
  const NbCpuVersion *newest;
  GStatBuf status;

  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);

  for (guint i = 1; i <= 25; i++)
    {
      g_autofree char *xml = build_xml (i);

      /* The same twice is kept once. */
      g_assert_true (nb_cpu_history_add (history, URI, UUID, xml, i, &error));
      g_assert_true (nb_cpu_history_add (history, URI, UUID, xml, i + 100, &error));
    }
  many = nb_cpu_history_list (history, URI, UUID, &error);
  g_assert_cmpuint (many->len, ==, 20);
  newest = g_ptr_array_index (many, 0);
  g_assert_cmpint (newest->time, ==, 25);
  g_assert_cmpstr (newest->cpu, ==, "<cpu mode='host-model'/>");
  g_assert_cmpstr (newest->vcpu, ==, "<vcpu>25</vcpu>");

  restored = nb_cpu_version_apply (newest, "<domain><name>a</name><os/><devices/></domain>", &error);
  g_assert_cmpstr (restored, ==,
                   "<domain><name>a</name><vcpu>25</vcpu><os/><cpu mode='host-model'/><devices/></domain>");

  path = find_file (folder);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_null (strstr (text, "secret"));

  g_assert_true (g_file_set_contents (path, "[0]\ntime=soon\n", -1, NULL));
  broken = nb_cpu_history_list (history, URI, UUID, &error);
  g_assert_null (broken);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_true (nb_cpu_history_add (history, URI, UUID, "<domain/>", 1, &error));
  again = nb_cpu_history_list (history, URI, UUID, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 1);

  remove_all (folder);
  g_rmdir (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/machines/cpu-history", test_history);

  return g_test_run ();
}
