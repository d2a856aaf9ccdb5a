/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines without effect are pointed out, and no others. */

#include "config.h"

#include <string.h>

#include "fixture.h"
#include "nb-checks.h"
#include "nb-host-facts.h"

static const struct
{
  const char *path;
  const char *text;
  const char *detail; /* or NULL where the line has an effect, or is none of KVM's */
} config_lines[] = {
  { "etc/modprobe.d/kvm.conf", "# x\noptions kvm nested=1\n", "Line 2 of /etc/modprobe.d/kvm.conf" },
  { "etc/modprobe.d/kvm.conf", "options kvm_intel nested=1\noptions kvm ignore_msrs=1\n", NULL },
  { "etc/modprobe.d/kvm.conf", "modprobe kvm_intel nested=1\n", "a command" },
  { "etc/modprobe.d/kvm.conf", "\xef\xbb\xbfoptions kvm-intel nested=1\noptions kvm_intel ept=1\n", "BOM" },
  { "etc/modprobe.d/kvm.conf", "blacklist kvm_intel\r\n", "Windows" },
  { "etc/modprobe.d/kvm.conf", "options kvm_intel nested=1\r\nblacklist nouveau\r\n", NULL },
  { "etc/modules-load.d/kvm.conf", "options kvm_intel nested=1\n", "/etc/modules-load.d/kvm.conf" },
  { "etc/modules-load.d/kvm.conf", "kvm_intel nested=1\n", "stands alone" },
  { "etc/modules-load.d/kvm.conf", "# kvm_intel nested=1\nkvm_intel\nloop max_loop=8\n", NULL },
};

static NbCheck *
find (GPtrArray *checks)
{
  for (guint i = 0; i < checks->len; i++)
    if (strcmp (nb_check_get_id (g_ptr_array_index (checks, i)), "config-lines") == 0)
      return g_ptr_array_index (checks, i);

  return NULL;
}

static GPtrArray *
run_checks (const char *root)
{
  g_autoptr (NbHostFacts) facts = nb_host_facts_read (root, 0);

  return nb_checks_run (root, facts);
}

static void
test_lines (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (config_lines); i++)
    {
      g_autofree char *root = fixture_make_root ();
      g_autoptr (GPtrArray) checks = NULL;
      NbCheck *check;

      fixture_write (root, "facts.ini", "[facts]\nmachine=x86_64\n");
      fixture_write (root, config_lines[i].path, config_lines[i].text);
      checks = run_checks (root);
      check = find (checks);
      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, check != NULL ? nb_check_get_detail (check) : "-");
      g_assert_true ((check != NULL) == (config_lines[i].detail != NULL));
      if (check != NULL)
        g_assert_nonnull (strstr (nb_check_get_detail (check), config_lines[i].detail));
      if (check != NULL)
        g_assert_cmpint (nb_check_get_level (check), ==, NB_LEVEL_NOTE);
      fixture_remove (root);
    }
}

/* There it is kvm's own. */
static void
test_s390x (void)
{
  g_autofree char *root = fixture_make_root ();
  g_autoptr (GPtrArray) checks = NULL;

  fixture_write (root, "facts.ini", "[facts]\nmachine=s390x\n");
  fixture_write (root, "etc/modprobe.d/kvm.conf", "options kvm nested=1\n");
  checks = run_checks (root);
  g_assert_null (find (checks));
  fixture_remove (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/config-lines/x86", test_lines);
  g_test_add_func ("/config-lines/s390x", test_s390x);

  return g_test_run ();
}
