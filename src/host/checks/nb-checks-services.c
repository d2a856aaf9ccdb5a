/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Libvirt's daemons, by their sockets: systemd makes these before it starts a daemon, which is as good. */

#include "config.h"

#include "nb-checks-private.h"

#include <glib/gi18n-lib.h>

#define RUN "/run/libvirt/"

static gboolean
has_file (NbInspector *inspector, const char *path)
{
  return nb_inspector_exists (inspector, path, NULL) == NB_TRISTATE_YES;
}

static gboolean
has_unit (NbInspector *inspector, const char *name)
{
  static const char *const folders[] = { "/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_strconcat (folders[i], name, NULL);

      if (has_file (inspector, path))
        return TRUE;
    }
  return FALSE;
}

gboolean
nb_checks_libvirt (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  GError *error = NULL;

  if (has_file (inspector, RUN "virtqemud-sock"))
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("virtqemud is running or starts on demand."), NULL);
  else if (has_file (inspector, RUN "libvirt-sock"))
    nb_finding_set (finding, NB_LEVEL_PASS, N_ ("libvirtd is running or starts on demand."), NULL);
  else if (nb_inspector_exists (inspector, RUN "libvirt-sock", &error) == NB_TRISTATE_UNKNOWN)
    nb_finding_set_unreadable (finding, error);
  else if (has_unit (inspector, "virtqemud.socket") || has_unit (inspector, "libvirtd.socket"))
    {
      nb_finding_set (finding, NB_LEVEL_WARN, N_ ("Libvirt is installed, but its service is not running."),
                      N_ ("The system’s virtual machines can’t be reached without it. Start it."));
      /* Where both are installed the distribution decides which; libvirtd is the older, so the other was chosen. */
      finding->command =
        g_strdup (has_unit (inspector, "virtqemud.socket") ? "sudo systemctl enable --now virtqemud.socket"
                                                           : "sudo systemctl enable --now libvirtd.socket");
    }
  else
    nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("The system has no libvirt service."),
                    N_ ("The system’s virtual machines need one: install your distribution’s libvirt daemon. Your own "
                        "(the user session) don’t."));
  return TRUE;
}

gboolean
nb_checks_libvirt_parts (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  static const struct
  {
    const char *socket;
    const char *unit;
  } parts[] = {
    { RUN "virtnetworkd-sock", "virtnetworkd.socket" },
    { RUN "virtstoraged-sock", "virtstoraged.socket" },
    { RUN "virtnodedevd-sock", "virtnodedevd.socket" },
  };
  g_autoptr (GString) command = g_string_new (NULL);

  /* libvirtd does it all by itself. */
  if (!has_file (inspector, RUN "virtqemud-sock"))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (!has_file (inspector, parts[i].socket))
      g_string_append_printf (command, " %s", parts[i].unit);
  if (command->len == 0)
    {
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("All of libvirt’s services are there."), NULL);
      return TRUE;
    }

  g_string_prepend (command, "sudo systemctl enable --now");
  finding->command = g_string_free (g_steal_pointer (&command), FALSE);
  nb_finding_set (finding, NB_LEVEL_NOTE, N_ ("Some of libvirt’s services are not running."),
                  N_ ("Virtual networks, storage pools or this computer’s devices may be missing from the lists of "
                      "virtual machine managers. Start the services."));
  return TRUE;
}

gboolean
nb_checks_virtlogd (NbInspector *inspector, const char *argument, NbFinding *finding)
{
  if (!has_file (inspector, RUN "virtqemud-sock") && !has_file (inspector, RUN "libvirt-sock"))
    return FALSE;

  if (has_file (inspector, RUN "virtlogd-sock"))
    {
      nb_finding_set (finding, NB_LEVEL_PASS, N_ ("virtlogd is running or starts on demand."), NULL);
      return TRUE;
    }
  nb_finding_set (finding, NB_LEVEL_WARN, N_ ("virtlogd is not running."),
                  N_ ("Libvirt hands it the messages of virtual machines, and refuses to start one without it. Start "
                      "it."));
  finding->command = g_strdup ("sudo systemctl enable --now virtlogd.socket");
  return TRUE;
}
