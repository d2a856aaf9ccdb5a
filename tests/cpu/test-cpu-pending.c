/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Running and configured, as a real libvirt tells them: tests/data/machines/README says which. */

#include "config.h"

#include "nb-cpu-pending.h"

#include <string.h>

static const char *const names[] = {
  "custom",         "custom-force", "custom-nehalem", "custom-penryn", "default",  "host-model", "host-model-disable",
  "host-model-svm", "maximum",      "maximum-off",    "numa",          "topology",
};

static char *
read_data (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "machines", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static char *
read_pending (const char *name, const char *kind)
{
  g_autofree char *file = g_strdup_printf ("pending/%s-%s.xml", name, kind);

  return read_data (file);
}

static NbCpuPending
compare (const char *live, const char *stored, const char *expanded, NbCpuCaps *caps)
{
  g_auto (GStrv) sentences = NULL;
  g_autoptr (GError) error = NULL;
  NbCpuPending pending = nb_cpu_pending_compare (live, stored, expanded, caps, &sentences, &error);

  g_assert_no_error (error);
  g_assert_true ((pending == NB_CPU_PENDING_DIFFERS) || sentences[0] == NULL);

  return pending;
}

static NbCpuCaps *
read_caps (void)
{
  g_autofree char *text = read_data ("capabilities-tcg.xml");
  g_autoptr (GError) error = NULL;
  NbCpuCaps *caps = nb_cpu_caps_new (text, NULL, NULL, &error);

  g_assert_no_error (error);

  return caps;
}

/* Nothing was changed: no false alarm, and no "unknown" where libvirt expands. */
static void
test_same (gconstpointer data)
{
  const char *name = data;
  g_autofree char *live = read_pending (name, "live");
  g_autofree char *stored = read_pending (name, "stored");
  g_autofree char *expanded = read_pending (name, "inactive");
  g_autoptr (NbCpuCaps) caps = read_caps ();

  g_assert_cmpint (compare (live, stored, expanded, NULL), ==, NB_CPU_PENDING_SAME);
  /* libvirt after a restart of the daemon: the capabilities have to do, or nobody knows; never a false alarm. */
  g_assert_cmpint (compare (live, stored, NULL, NULL), !=, NB_CPU_PENDING_DIFFERS);
  if (g_str_has_prefix (name, "host-model") || g_str_has_prefix (name, "maximum"))
    g_assert_cmpint (compare (live, stored, NULL, caps), ==, NB_CPU_PENDING_SAME);
  else
    g_assert_cmpint (compare (live, stored, NULL, caps), !=, NB_CPU_PENDING_DIFFERS);
}

/* Configured in other words, started as the same: qemu64 is the default of this QEMU, and match='minimum' makes of
 * Nehalem all that the host has, as host-model does. */
static const char *
find_group (const char *name)
{
  if (strcmp (name, "default") == 0)
    return names[0];
  if (strcmp (name, "custom-nehalem") == 0)
    return names[5];

  return name;
}

static void
test_differs (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
      {
        g_autofree char *live = read_pending (names[i], "live");
        g_autofree char *stored = read_pending (names[j], "stored");
        g_autofree char *expanded = read_pending (names[j], "inactive");
        gboolean same = find_group (names[i]) == find_group (names[j]);

        g_test_message ("%s runs, %s is configured", names[i], names[j]);
        g_assert_cmpint (compare (live, stored, expanded, NULL), ==,
                         same ? NB_CPU_PENDING_SAME : NB_CPU_PENDING_DIFFERS);
      }
}

static void
test_counts (void)
{
  g_autofree char *live = read_pending ("maximum", "live");
  g_auto (GStrv) pieces = g_strsplit (live, "current='1'", 2);
  g_autofree char *expanded = g_strjoinv ("current='2'", pieces);
  g_auto (GStrv) sentences = NULL;

  g_assert_cmpint (nb_cpu_pending_compare (live, expanded, expanded, NULL, &sentences, NULL), ==,
                   NB_CPU_PENDING_DIFFERS);
  g_assert_cmpuint (g_strv_length (sentences), ==, 1);
}

/* As libvirt 11.3 and 12.8 have it of a machine without KVM: what runs is told as it is stored. */
static void
test_kept (void)
{
  g_autofree char *stored = read_pending ("host-model", "stored");
  g_autofree char *expanded = read_pending ("host-model", "inactive");
  g_autofree char *maximum = read_pending ("maximum", "stored");
  g_autofree char *other = read_pending ("maximum", "inactive");

  g_assert_cmpint (compare (stored, stored, expanded, NULL), ==, NB_CPU_PENDING_SAME);
  g_assert_cmpint (compare (stored, stored, NULL, NULL), ==, NB_CPU_PENDING_SAME);
  g_assert_cmpint (compare (stored, maximum, other, NULL), ==, NB_CPU_PENDING_DIFFERS);
}

static void
test_bad (void)
{
  g_autofree char *live = read_pending ("maximum", "live");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (nb_cpu_pending_compare (live, "<domain", NULL, NULL, NULL, &error), ==, NB_CPU_PENDING_UNKNOWN);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("/machines/cpu-pending/same/%s", names[i]);

      g_test_add_data_func (path, names[i], test_same);
    }
  g_test_add_func ("/machines/cpu-pending/differs", test_differs);
  g_test_add_func ("/machines/cpu-pending/counts", test_counts);
  g_test_add_func ("/machines/cpu-pending/kept", test_kept);
  g_test_add_func ("/machines/cpu-pending/bad", test_bad);

  return g_test_run ();
}
