/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-uri.h"

#include <string.h>

/* libvirt's transports, but for the one that runs any command (ext). Without one, a host means TLS and none a socket. */
static const struct
{
  const char *name;
  int port; /* what no port means; 0: it has none */
} transports[] = {
  { "unix", 0 }, { "ssh", 22 }, { "libssh", 22 }, { "libssh2", 22 }, { "tcp", 16509 }, { "tls", 16514 },
};

static GUri *
parse (const char *uri)
{
  return g_uri_parse (uri, G_URI_FLAGS_NON_DNS | G_URI_FLAGS_ENCODED_QUERY, NULL);
}

static const char *
get_host (GUri *uri)
{
  const char *host = g_uri_get_host (uri);

  return host != NULL ? host : "";
}

static gboolean
is_driver (GUri *uri, const char *name)
{
  const char *scheme = g_uri_get_scheme (uri);
  const gsize length = strlen (name);

  return strncmp (scheme, name, length) == 0 && (scheme[length] == '\0' || scheme[length] == '+');
}

static const char *
get_transport (GUri *uri)
{
  const char *plus = strchr (g_uri_get_scheme (uri), '+');

  if (plus != NULL)
    return plus + 1;
  return *get_host (uri) != '\0' ? "tls" : "unix";
}

/* -1: no such transport. */
static int
get_usual_port (GUri *uri)
{
  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    if (strcmp (get_transport (uri), transports[i].name) == 0)
      return transports[i].port;
  return -1;
}

/* A name that begins with a dash would be an option to ssh, and a password does not belong into settings. */
static gboolean
has_good_names (GUri *uri)
{
  const char *user = g_uri_get_userinfo (uri);

  return *get_host (uri) != '-' && (user == NULL || (*user != '-' && *user != '\0' && strchr (user, ':') == NULL));
}

static gboolean
has_odd_characters (const char *uri)
{
  for (const char *c = uri; *c != '\0'; c++)
    if ((guchar) *c <= ' ' || strchr ("\"'<>\\^`{|}\x7f", *c) != NULL)
      return TRUE;
  return FALSE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What @uri asks of libvirt's client, without what keeps ssh quiet: that is not the caller's choice. */
static char *
dup_parameters (GUri *uri)
{
  g_auto (GStrv) all = g_strsplit_set (g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "", "&;", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; all[i] != NULL; i++)
    if (*all[i] != '\0' && !g_str_has_prefix (all[i], "no_tty="))
      g_ptr_array_add (kept, all[i]);
  g_ptr_array_sort (kept, compare);
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("&", (char **) kept->pdata);
}

/**
 * nb_connection_uri_check:
 * @uri: what a person typed, or settings hold
 *
 * QEMU only, and libvirt's test driver, which touches nothing. An alias of libvirt.conf is no URI: whose computer it
 * means could not be told.
 *
 * Returns: %NB_CONNECTION_PROBLEM_NONE, or why libvirt must not see it
 */
NbConnectionProblem
nb_connection_uri_check (const char *uri)
{
  g_autoptr (GUri) parsed = has_odd_characters (uri) ? NULL : parse (uri);
  int port;

  /* With the path of whatever file. */
  if (g_str_has_prefix (uri, "test:///"))
    return NB_CONNECTION_PROBLEM_NONE;
  /* Capitals mean the same in a URI, but not to libvirt. */
  if (parsed == NULL || !g_str_has_prefix (uri, g_uri_get_scheme (parsed)))
    return NB_CONNECTION_PROBLEM_BAD_URI;
  if (!is_driver (parsed, "qemu"))
    return NB_CONNECTION_PROBLEM_UNSUPPORTED;
  port = get_usual_port (parsed);
  if (port < 0 || (port == 0) != (*get_host (parsed) == '\0') || !has_good_names (parsed) ||
      g_uri_get_fragment (parsed) != NULL)
    return NB_CONNECTION_PROBLEM_BAD_URI;
  if (strcmp (g_uri_get_path (parsed), "/system") != 0 && strcmp (g_uri_get_path (parsed), "/session") != 0)
    return NB_CONNECTION_PROBLEM_BAD_URI;
  return NB_CONNECTION_PROBLEM_NONE;
}

/**
 * nb_connection_uri_is_local:
 * @uri: a connection URI
 *
 * A URI with a host in it means another computer, 127.0.0.1 included: what listens there may be a tunnel.
 *
 * Returns: whether @uri means the libvirt of this computer
 */
gboolean
nb_connection_uri_is_local (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed == NULL || *get_host (parsed) == '\0';
}

/**
 * nb_connection_uri_is_qemu:
 * @uri: a connection URI
 *
 * Returns: whether QEMU runs its machines
 */
gboolean
nb_connection_uri_is_qemu (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && is_driver (parsed, "qemu");
}

/**
 * nb_connection_uri_is_ssh:
 * @uri: a connection URI
 *
 * Returns: whether the program ssh makes the connection
 */
gboolean
nb_connection_uri_is_ssh (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && strcmp (get_transport (parsed), "ssh") == 0;
}

/**
 * nb_connection_uri_is_session:
 * @uri: a connection URI
 *
 * Returns: whether @uri means a user's own machines
 */
gboolean
nb_connection_uri_is_session (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);

  return parsed != NULL && strcmp (g_uri_get_path (parsed), "/session") == 0;
}

/**
 * nb_connection_uri_new_ssh:
 * @computer: what one types after "ssh": a computer, with the user and the port where they are needed
 *
 * Returns: (transfer full) (nullable): the URI of its machines, %NULL where that is no computer
 */
char *
nb_connection_uri_new_ssh (const char *computer)
{
  g_autofree char *uri = g_strdup_printf ("qemu+ssh://%s/system", computer);

  return nb_connection_uri_check (uri) == NB_CONNECTION_PROBLEM_NONE ? g_steal_pointer (&uri) : NULL;
}

/**
 * nb_connection_uri_dup_key:
 * @uri: a connection URI
 *
 * Returns: (transfer full): the same text for every spelling of the same connection
 */
char *
nb_connection_uri_dup_key (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autofree char *host = NULL;
  g_autofree char *parameters = NULL;
  int port;

  if (parsed == NULL || !is_driver (parsed, "qemu"))
    return g_strdup (uri);
  host = g_ascii_strdown (get_host (parsed), -1);
  if (g_str_has_suffix (host, "."))
    host[strlen (host) - 1] = '\0';
  port = g_uri_get_port (parsed) == get_usual_port (parsed) ? -1 : g_uri_get_port (parsed);
  parameters = dup_parameters (parsed);
  return g_strdup_printf ("%s %s@%s:%d%s?%s", get_transport (parsed),
                          g_uri_get_userinfo (parsed) != NULL ? g_uri_get_userinfo (parsed) : "", host, port,
                          g_uri_get_path (parsed), parameters);
}

/**
 * nb_connection_uri_dup_quiet:
 * @uri: a connection URI
 *
 * ssh asks for passwords and for unknown keys on whatever terminal or display it finds; with libvirt's no_tty, which is
 * ssh's BatchMode, it fails instead.
 *
 * Returns: (transfer full): the URI for libvirt
 */
char *
nb_connection_uri_dup_quiet (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autofree char *parameters = NULL;

  if (!nb_connection_uri_is_ssh (uri))
    return g_strdup (uri);
  parameters = dup_parameters (parsed);
  return g_strdup_printf ("%.*s?%s%sno_tty=1", (int) strcspn (uri, "?"), uri, parameters,
                          *parameters != '\0' ? "&" : "");
}

/**
 * nb_connection_uri_dup_computer:
 * @uri: a connection URI
 *
 * Returns: (transfer full): the other computer, as one types it: user@computer:port
 */
char *
nb_connection_uri_dup_computer (const char *uri)
{
  const char *start = strstr (uri, "://");

  return start != NULL ? g_strndup (start + 3, strcspn (start + 3, "/?#")) : g_strdup (uri);
}

/* For a terminal: only what can do harm there is quoted. */
static char *
dup_word (const char *word)
{
  const gsize plain = strspn (word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._:-");

  return word[plain] == '\0' ? g_strdup (word) : g_shell_quote (word);
}

/**
 * nb_connection_uri_dup_ssh_words:
 * @uri: a connection URI with a host
 *
 * Returns: (transfer full): what to type after "ssh" in a terminal to get to the same computer
 */
char *
nb_connection_uri_dup_ssh_words (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  const char *user = g_uri_get_userinfo (parsed);
  g_autofree char *who =
    user != NULL ? g_strdup_printf ("%s@%s", user, get_host (parsed)) : g_strdup (get_host (parsed));
  g_autofree char *word = dup_word (who);

  if (g_uri_get_port (parsed) < 0)
    return g_steal_pointer (&word);
  return g_strdup_printf ("-p %d %s", g_uri_get_port (parsed), word);
}

/**
 * nb_connection_uri_dup_known_host:
 * @uri: a connection URI with a host
 *
 * Returns: (transfer full): how ssh's known_hosts calls the computer, quoted for a terminal
 */
char *
nb_connection_uri_dup_known_host (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autofree char *name = NULL;

  if (g_uri_get_port (parsed) < 0 || g_uri_get_port (parsed) == 22)
    return dup_word (get_host (parsed));
  name = g_strdup_printf ("[%s]:%d", get_host (parsed), g_uri_get_port (parsed));
  return dup_word (name);
}

/**
 * nb_connection_uri_dup_sockets:
 * @uri: a connection URI
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the sockets that libvirt's client tries for a local
 *   URI, the modular daemon's first; %NULL for other URIs
 */
char **
nb_connection_uri_dup_sockets (const char *uri)
{
  g_autoptr (GUri) parsed = parse (uri);
  g_autoptr (GHashTable) params = NULL;
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  const char *custom = NULL;

  if (parsed == NULL || !is_driver (parsed, "qemu") || !nb_connection_uri_is_local (uri))
    return NULL;
  if (g_uri_get_query (parsed) != NULL)
    params = g_uri_parse_params (g_uri_get_query (parsed), -1, "&", G_URI_PARAMS_NONE, NULL);
  if (params != NULL)
    custom = g_hash_table_lookup (params, "socket");

  if (custom != NULL)
    g_strv_builder_add (paths, custom);
  else
    {
      const char *run = nb_connection_uri_is_session (uri) ? g_get_user_runtime_dir () : "/run";
      g_autofree char *modular = g_build_filename (run, "libvirt", "virtqemud-sock", NULL);
      g_autofree char *classic = g_build_filename (run, "libvirt", "libvirt-sock", NULL);

      g_strv_builder_add (paths, modular);
      g_strv_builder_add (paths, classic);
    }
  return g_strv_builder_end (paths);
}
