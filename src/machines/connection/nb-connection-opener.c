/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-opener-virt.h"

#include <errno.h>
#include <unistd.h>

#include <libvirt/virterror.h>

#include "nb-connection-uri.h"
#include "nb-flatpak.h"
#include "nb-polkit.h"
#include "nb-virt.h"

static gboolean
has_machines (void)
{
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "libvirt", "qemu", NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".xml"))
      return TRUE;
  return FALSE;
}

static gboolean
is_session_without_socket (const char *uri)
{
  g_auto (GStrv) sockets = nb_connection_uri_dup_sockets (uri);

  if (sockets == NULL || !nb_connection_uri_is_session (uri))
    return FALSE;
  for (guint i = 0; sockets[i] != NULL; i++)
    if (g_file_test (sockets[i], G_FILE_TEST_EXISTS))
      return FALSE;
  return TRUE;
}

/**
 * nb_connection_opener_is_idle:
 * @uri: a connection URI
 *
 * libvirt's client starts the session daemon when there is none, and just looking must not do that. Blocks a little.
 * In a sandbox the machines are not to be seen: there nb_connection_opener_open() tells.
 *
 * Returns: whether @uri is a session that has neither a daemon's socket nor a machine
 */
gboolean
nb_connection_opener_is_idle (const char *uri)
{
  return is_session_without_socket (uri) && !nb_flatpak_is_inside () && !has_machines ();
}

static gboolean
may_write_silently (const char *uri)
{
  g_auto (GStrv) sockets = nb_connection_uri_dup_sockets (uri);

  /* Without an agent of ours at the other end nobody can be asked there; and sessions and the test driver never ask. */
  if (sockets == NULL || nb_connection_uri_is_session (uri) || geteuid () == 0)
    return TRUE;

  switch (nb_polkit_check_silently ("org.libvirt.unix.manage"))
    {
    case NB_POLKIT_YES:
      return TRUE;
    case NB_POLKIT_NO:
      return FALSE;
    case NB_POLKIT_UNAVAILABLE:
      /* A sandbox has no system bus, and the daemon outside would ask. */
      if (nb_flatpak_is_inside ())
        return FALSE;
      for (guint i = 0; sockets[i] != NULL; i++)
        if (access (sockets[i], W_OK) == 0)
          return TRUE;
      return FALSE;
    }
  g_return_val_if_reached (FALSE);
}

/* ssh-add's documented exit status: 1 without a key, 2 without an agent. */
static gboolean
agent_has_keys (void)
{
  g_autoptr (GSubprocess) list = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "ssh-add", "-l", NULL);

  if (list == NULL || !g_subprocess_wait (list, NULL, NULL) || !g_subprocess_get_if_exited (list))
    return TRUE;
  return g_subprocess_get_exit_status (list) != 1 && g_subprocess_get_exit_status (list) != 2;
}

static NbConnectionProblem
get_ssh_problem (const virError *last)
{
  const NbConnectionProblem problem = nb_connection_problem_from_ssh (last->message);

  if (last->int1 == ENOENT)
    return NB_CONNECTION_PROBLEM_NO_SSH;
  return problem == NB_CONNECTION_PROBLEM_KEY_REFUSED && !agent_has_keys () ? NB_CONNECTION_PROBLEM_NO_KEY : problem;
}

static void
keep_problem (NbOpened *opened, const char *uri)
{
  const virError *last = virGetLastError ();

  if (last == NULL)
    {
      opened->problem = NB_CONNECTION_PROBLEM_OTHER;
      return;
    }
  if (last->code == VIR_ERR_SYSTEM_ERROR && nb_connection_uri_is_ssh (uri))
    opened->problem = get_ssh_problem (last);
  else
    opened->problem =
      nb_connection_problem_from_libvirt (last->domain, last->code, last->int1, nb_connection_uri_is_local (uri));
  opened->cancelled = last->code == VIR_ERR_AUTH_CANCELLED;
  g_free (opened->detail);
  opened->detail = g_strdup (last->message);
}

static gboolean
has_daemon (void)
{
  static const char *const daemons[] = { "/usr/sbin/virtqemud", "/usr/sbin/libvirtd", "/usr/bin/virtqemud",
                                         "/usr/bin/libvirtd" };

  /* A sandbox sees the folder of the sockets at most. */
  if (nb_flatpak_is_inside ())
    return g_file_test ("/run/libvirt", G_FILE_TEST_IS_DIR);
  for (guint i = 0; i < G_N_ELEMENTS (daemons); i++)
    if (g_file_test (daemons[i], G_FILE_TEST_IS_EXECUTABLE))
      return TRUE;
  return FALSE;
}

/* No socket: it may not be seen, no daemon was ever installed, or nothing started it. */
static NbConnectionProblem
judge_missing_socket (const char *uri)
{
  const gboolean session = nb_connection_uri_is_session (uri);

  if (nb_flatpak_is_inside () && !nb_flatpak_grants (NB_FLATPAK_INFO, session ? "xdg-run/libvirt" : "/run/libvirt"))
    return NB_CONNECTION_PROBLEM_SANDBOX;
  return has_daemon () ? NB_CONNECTION_PROBLEM_NOT_RUNNING : NB_CONNECTION_PROBLEM_NOT_INSTALLED;
}

/* The session of a sandbox: libvirt's client in here can't start the daemon. Whether there is something to open. */
static gboolean
wake_session (NbOpened *opened, const char *uri)
{
  if (!is_session_without_socket (uri) || !nb_flatpak_is_inside ())
    return TRUE;
  if (!nb_flatpak_has_machines (NULL))
    return FALSE;
  opened->problem = judge_missing_socket (uri);
  if (opened->problem == NB_CONNECTION_PROBLEM_SANDBOX)
    return FALSE;
  nb_flatpak_start_daemon (NULL);
  return TRUE;
}

/* Whatever the address promised. */
static void
refuse_other_hypervisors (NbOpened *opened, const char *uri)
{
  g_autofree char *name = gvir_connection_get_hypervisor_name (opened->connection, NULL);

  if (name == NULL || g_ascii_strcasecmp (name, g_str_has_prefix (uri, "test") ? "TEST" : "QEMU") == 0)
    return;
  opened->problem = NB_CONNECTION_PROBLEM_UNSUPPORTED;
  opened->detail = g_steal_pointer (&name);
  g_clear_object (&opened->connection);
}

/**
 * nb_connection_opener_open:
 * @uri: a connection URI
 * @mode: with %NB_OPEN_SILENTLY nobody is asked for a password, and the result may be read-only; with
 *   %NB_OPEN_WRITABLE it is writable or fails, and polkit may ask
 *
 * Blocks, as long as a stuck daemon likes: worker threads only.
 *
 * Returns: (transfer full): the open connection or the problem
 */
NbOpened *
nb_connection_opener_open (const char *uri, NbOpenMode mode)
{
  NbOpened *opened = g_new0 (NbOpened, 1);
  g_autofree char *quiet = NULL;
  virConnectPtr connect = NULL;

  opened->problem = nb_connection_uri_check (uri);
  if (opened->problem != NB_CONNECTION_PROBLEM_NONE || !wake_session (opened, uri))
    return opened;
  quiet = nb_connection_uri_dup_quiet (uri);
  opened->writable = mode == NB_OPEN_WRITABLE || may_write_silently (uri);
  if (opened->writable)
    {
      connect = virConnectOpen (quiet);
      if (connect == NULL)
        keep_problem (opened, uri);
    }
  /* Other daemons' rules may be stricter than polkit's: then there is still reading. */
  if (!opened->writable ||
      (connect == NULL && mode == NB_OPEN_SILENTLY &&
       (opened->problem == NB_CONNECTION_PROBLEM_REFUSED || opened->problem == NB_CONNECTION_PROBLEM_NOT_IN_GROUP ||
        opened->problem == NB_CONNECTION_PROBLEM_AUTH)))
    {
      opened->writable = FALSE;
      connect = virConnectOpenReadOnly (quiet);
      if (connect == NULL)
        keep_problem (opened, uri);
    }

  if (opened->problem == NB_CONNECTION_PROBLEM_NOT_INSTALLED)
    opened->problem = judge_missing_socket (uri);
  if (connect != NULL)
    {
      opened->connection = nb_virt_wrap_connection (uri, connect);
      opened->problem = NB_CONNECTION_PROBLEM_NONE;
      g_clear_pointer (&opened->detail, g_free);
      refuse_other_hypervisors (opened, uri);
    }
  return opened;
}

/* Closes the connection when nobody took it: worker threads only. */
void
nb_opened_free (NbOpened *opened)
{
  g_clear_object (&opened->connection);
  g_free (opened->detail);
  g_free (opened);
}
