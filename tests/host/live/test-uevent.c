/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The computer itself is live as well: a module loaded or unloaded elsewhere arrives as a uevent. umockdev stands for
 * the kernel and udev; /sys and /dev are its own. */

#include "config.h"

#include "fixture.h"
#include "nb-host.h"

#include <umockdev.h>

#define PATIENCE_SECONDS 20

static gboolean
give_up (gpointer data)
{
  g_error ("waited %d seconds for what did not come", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

static void
wait_for_live (NbHost *host, NbTristate live)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, give_up, NULL);

  while (nb_host_get_facts (host) == NULL || nb_host_get_facts (host)->live != live)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

/* Whatever processor the test runs on has its module. */
static void
write_parameter (const char *root, const char *value)
{
  fixture_write (root, "sys/module/kvm_intel/initstate", "live\n");
  fixture_write (root, "sys/module/kvm_intel/parameters/nested", value);
  fixture_write (root, "sys/module/kvm_amd/initstate", "live\n");
  fixture_write (root, "sys/module/kvm_amd/parameters/nested", value);
}

static void
test_uevent (void)
{
  g_autoptr (UMockdevTestbed) testbed = umockdev_testbed_new ();
  g_autofree char *root = umockdev_testbed_get_root_dir (testbed);
  g_autofree char *device = umockdev_testbed_add_device (testbed, "module", "kvm_amd", NULL, NULL, NULL);
  NbHost *host;

  if (!umockdev_in_mock_environment ())
    {
      g_test_skip ("not started by umockdev-wrapper");
      return;
    }

  write_parameter (root, "N\n");
  host = nb_host_new ("/");
  wait_for_live (host, NB_TRISTATE_NO);

  write_parameter (root, "Y\n");
  umockdev_testbed_uevent (testbed, device, "add");
  wait_for_live (host, NB_TRISTATE_YES);

  write_parameter (root, "N\n");
  umockdev_testbed_uevent (testbed, device, "remove");
  wait_for_live (host, NB_TRISTATE_NO);

  g_object_unref (host);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uevent", test_uevent);

  return g_test_run ();
}
