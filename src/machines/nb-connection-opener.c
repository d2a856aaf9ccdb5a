/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-opener.h"

#include <unistd.h>

#include <libvirt/virterror.h>

#include "nb-flatpak.h"
#include "nb-polkit.h"
#include "nb-virt.h"

/* How libvirt's drivers call themselves (virConnectGetType), and the ones that Nestbox understands. */
static const char *const hypervisors[] = { "QEMU", "TEST", "Test", NULL };

static GUri *
parse (const char *uri)
{
  return g_uri_parse (uri, G_URI_FLAGS_NON_DNS | G_URI_FLAGS_ENCODED_QUERY, NULL);
}

static gboolean
is_scheme (GUri *uri, const char *name)
{
  const char *scheme = g_uri_get_scheme (uri);
  const gsize length = strlen (name);

  return strncmp (scheme, name, length) == 0 && (scheme[length] == '\0' || scheme[length] == '+');
}

/**
 * nb_connection_opener_is_local:
 * @uri: a connection URI
 *
 * A URI with a host in it means another computer, 127.0.0.1 included: what listens there may be a tunnel.
 *
 * Returns: whether @uri means the libvirt of this computer
 */
gboolean
nb_connection_opener_is_local (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;

  return host == NULL || *host == '\0';
}

/* The sockets that libvirt's client tries for a local URI, the modular daemon's first. NULL for other URIs. */
char **
nb_connection_opener_sockets (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autoptr (GHashTable) params = NULL;
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  const char *custom = NULL;

  if (parsed == NULL || !is_scheme (parsed, "qemu") || !nb_connection_opener_is_local (uri))
    return NULL;
  if (g_uri_get_query (parsed) != NULL)
    params = g_uri_parse_params (g_uri_get_query (parsed), -1, "&", G_URI_PARAMS_NONE, NULL);
  if (params != NULL)
    custom = g_hash_table_lookup (params, "socket");

  if (custom != NULL)
    g_strv_builder_add (paths, custom);
  else
    {
      const char *run = strcmp (g_uri_get_path (parsed), "/session") == 0 ? g_get_user_runtime_dir () : "/run";
      g_autofree char *modular = g_build_filename (run, "libvirt", "virtqemud-sock", NULL);
      g_autofree char *classic = g_build_filename (run, "libvirt", "libvirt-sock", NULL);

      g_strv_builder_add (paths, modular);
      g_strv_builder_add (paths, classic);
    }
  return g_strv_builder_end (paths);
}

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
  g_autoptr (GUri) parsed = parse (uri);
  g_auto (GStrv) sockets = nb_connection_opener_sockets (uri);

  if (sockets == NULL || strcmp (g_uri_get_path (parsed), "/session") != 0)
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
  g_autoptr (GUri) parsed = parse (uri);
  g_auto (GStrv) sockets = nb_connection_opener_sockets (uri);

  /* Without an agent of ours at the other end nobody can be asked there; and sessions and the test driver never ask. */
  if (sockets == NULL || strcmp (g_uri_get_path (parsed), "/system") != 0 || geteuid () == 0)
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

/* ssh asks for passwords on whatever terminal or display it finds; with no_tty it fails instead. */
static char *
dup_without_questions (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  const char *query = parsed != NULL ? g_uri_get_query (parsed) : NULL;
  const char *transport = parsed != NULL ? strchr (g_uri_get_scheme (parsed), '+') : NULL;

  if (transport == NULL || strcmp (transport, "+ssh") != 0 || (query != NULL && strstr (query, "no_tty=") != NULL))
    return g_strdup (uri);
  return g_strconcat (uri, query != NULL ? "&" : "?", "no_tty=1", NULL);
}

static void
keep_problem (NbOpened *opened, gboolean local)
{
  const virError *last = virGetLastError ();

  if (last == NULL)
    {
      opened->problem = NB_CONNECTION_PROBLEM_OTHER;
      return;
    }
  opened->problem = nb_connection_problem_from_libvirt (last->domain, last->code, last->int1, local);
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
  g_autoptr (GUri) parsed = parse (uri);
  const gboolean session = parsed != NULL && strcmp (g_uri_get_path (parsed), "/session") == 0;

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

static gboolean
is_other_hypervisor (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  /* What is no URI may be an alias of libvirt.conf. */
  return parsed != NULL && !is_scheme (parsed, "qemu") && !is_scheme (parsed, "test");
}

static void
refuse_other_hypervisors (NbOpened *opened)
{
  const char *type = virConnectGetType (opened->handle);

  if (type != NULL && g_strv_contains (hypervisors, type))
    return;
  opened->problem = NB_CONNECTION_PROBLEM_UNSUPPORTED;
  opened->detail = g_strdup (type);
  nb_virt_clear_connect (&opened->handle);
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
  const gboolean local = nb_connection_opener_is_local (uri);
  g_autofree char *quiet = dup_without_questions (uri);

  if (is_other_hypervisor (uri))
    {
      opened->problem = NB_CONNECTION_PROBLEM_UNSUPPORTED;
      return opened;
    }
  if (!wake_session (opened, uri))
    return opened;
  opened->writable = mode == NB_OPEN_WRITABLE || may_write_silently (uri);
  if (opened->writable)
    {
      opened->handle = virConnectOpen (quiet);
      if (opened->handle == NULL)
        keep_problem (opened, local);
    }
  /* Other daemons' rules may be stricter than polkit's: then there is still reading. */
  if (!opened->writable ||
      (opened->handle == NULL && mode == NB_OPEN_SILENTLY &&
       (opened->problem == NB_CONNECTION_PROBLEM_REFUSED || opened->problem == NB_CONNECTION_PROBLEM_NOT_IN_GROUP ||
        opened->problem == NB_CONNECTION_PROBLEM_AUTH)))
    {
      opened->writable = FALSE;
      opened->handle = virConnectOpenReadOnly (quiet);
      if (opened->handle == NULL)
        keep_problem (opened, local);
    }

  if (opened->problem == NB_CONNECTION_PROBLEM_NOT_INSTALLED)
    opened->problem = judge_missing_socket (uri);
  if (opened->handle != NULL)
    {
      opened->problem = NB_CONNECTION_PROBLEM_NONE;
      g_clear_pointer (&opened->detail, g_free);
      refuse_other_hypervisors (opened);
    }
  return opened;
}

/* Closes the connection when nobody took it: worker threads only. */
void
nb_opened_free (NbOpened *opened)
{
  nb_virt_clear_connect (&opened->handle);
  g_free (opened->detail);
  g_free (opened);
}
