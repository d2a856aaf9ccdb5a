/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What libvirt's LXC containers need. Virtual machines need none of it. */

#include "config.h"

#include "nb-checks-private.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

gboolean
nb_checks_kernel (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  const NbHostFacts *facts = nb_inspector_get_facts (inspector);
  guint version = 0;
  guint patch = 0;
  guint level = 0;

  if (facts->release == NULL || sscanf (facts->release, "%u.%u.%u", &version, &patch, &level) < 1)
    {
      nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("The kernel’s version is not known."), NULL);
      return TRUE;
    }

  /* Translators: the kernel's version */
  finding->detail_text = g_strdup_printf (_ ("The kernel is Linux %s."), facts->release);
  if (version < 2 || (version == 2 && (patch < 6 || (patch == 6 && level < 26))))
    {
      finding->level = NB_LEVEL_FAIL;
      finding->hint = N_ ("Containers need a newer kernel. Update this computer.");
    }
  return TRUE;
}

gboolean
nb_checks_namespace (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  g_autofree char *path = g_strconcat ("/proc/self/ns/", argument, NULL);
  GError *error = NULL;

  switch (nb_inspector_exists (inspector, path, &error))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Supported by the kernel."), NULL);
      break;
    case NB_TRISTATE_NO:
      if (g_str_equal (argument, "net") || g_str_equal (argument, "user"))
        nb_finding_set (finding, NB_LEVEL_WARN, N_ ("The kernel was built without it."),
                        N_ ("Containers are kept apart less well without it. Virtual machines don’t need it."));
      else
        nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The kernel was built without it."),
                        N_ ("Libvirt’s containers can’t start without it. Virtual machines don’t need it."));
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      nb_finding_set_unreadable (finding, error);
      break;
    }
  return TRUE;
}

gboolean
nb_checks_fuse (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  GError *error = NULL;

  switch (nb_inspector_exists (inspector, "/sys/fs/fuse/connections", &error))
    {
    case NB_TRISTATE_YES:
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("Supported by the kernel."), NULL);
      break;
    case NB_TRISTATE_NO:
      nb_finding_set (finding, NB_LEVEL_FAIL, N_ ("The module fuse is not loaded."),
                      N_ ("Libvirt’s containers need it to show a container its own memory and processors. Virtual "
                          "machines don’t need it."));
      finding->command = g_strdup ("sudo modprobe fuse");
      break;
    case NB_TRISTATE_UNKNOWN:
    default:
      nb_finding_set_unreadable (finding, error);
      break;
    }
  return TRUE;
}
