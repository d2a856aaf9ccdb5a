/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Devices beside KVM that QEMU uses. */

#include "config.h"

#include "nb-checks-private.h"

#include <glib/gi18n-lib.h>

static gboolean
find_device (NbInspector *inspector, const char *path, NbFinding *finding)
{
  GError *error = NULL;
  struct stat status;

  if (nb_inspector_stat (inspector, path, &status, &error))
    {
      if (S_ISDIR (status.st_mode))
        nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("There is a folder in the device’s place."),
                        N_ ("Something has made a folder where the kernel keeps a device. Restart this computer, and "
                            "find out which program made it if it comes back."));
      else
        nb_finding_set (finding, NB_LEVEL_PASS, N_ ("The device is there."), NULL);
      return TRUE;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    {
      g_error_free (error);
      return FALSE;
    }

  nb_finding_set_unreadable (finding, error);
  return TRUE;
}

gboolean
nb_checks_vhost_net (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  if (find_device (inspector, "/dev/vhost-net", finding))
    return TRUE;

  nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The device is missing."),
                  N_ ("Virtual machines reach the network without it, but more slowly. Load the module vhost_net."));
  finding->command = g_strdup ("sudo modprobe vhost_net");
  return TRUE;
}

gboolean
nb_checks_tun (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  if (find_device (inspector, "/dev/net/tun", finding))
    return TRUE;

  nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The device is missing."),
                  N_ ("Virtual machines need this device for networking. Load the module tun."));
  finding->command = g_strdup ("sudo modprobe tun");
  return TRUE;
}
