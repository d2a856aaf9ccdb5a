/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>

#include "nb-connection-host.h"
#include "nb-connection-opener-virt.h"
#include "nb-connection-uri.h"
#include "nb-flatpak.h"
#include "nb-machines-test.h"

static void
test_local (void)
{
  g_assert_true (nb_connection_uri_is_local ("qemu:///system"));
  g_assert_true (nb_connection_uri_is_local ("qemu+unix:///system?socket=/tmp/x"));
  g_assert_true (nb_connection_uri_is_local ("test:///default"));
  g_assert_false (nb_connection_uri_is_local ("qemu+ssh://me@there/system"));
  g_assert_false (nb_connection_uri_is_local ("qemu+tcp://127.0.0.1/system"));
  g_assert_false (nb_connection_uri_is_local ("qemu://there/system"));
}

/* Only what QEMU's libvirt understands gets to libvirt, which makes something of anything. */
static void
test_check (void)
{
  static const char *const good[] = {
    "qemu:///system",
    "qemu:///session",
    "qemu+unix:///system?socket=/tmp/x",
    "qemu+ssh://me@there/system",
    "qemu+ssh://me@there:2222/session?keyfile=/home/me/key",
    "qemu+ssh://[fe80::1]/system",
    "qemu+libssh://there/system",
    "qemu+libssh2://there/system",
    "qemu+tcp://127.0.0.1/system",
    "qemu+tls://there/system",
    "qemu://there/system",
    "test:///default",
    "test:///a folder/of’s/machines.xml",
  };
  static const char *const other[] = { "xen:///system",   "nonsense:///system", "lxc:///",
                                       "vbox:///session", "esx://there/",       "test+tcp://there/default",
                                       "bhyve:///system", "qemux:///system",    "ch:///system" };
  static const char *const bad[] = {
    "",
    "there",
    "me@there",
    "qemu",
    "qemu:///",
    "qemu:///system/",
    "qemu:///embed?root=/tmp/x",
    "qemu+nonsense:///system",
    "qemu+ext:///system?command=/tmp/x",
    "qemu+ssh:///system",
    "qemu+ssh://there",
    "qemu+ssh://there/system#x",
    "qemu+ssh://-oProxyCommand=x/system",
    "qemu+ssh://-oX@there/system",
    "qemu+ssh://me:secret@there/system",
    "qemu+ssh://@there/system",
    "qemu+unix://there/system",
    "qemu+ssh://the re/system",
    "qemu+ssh://there/system\n",
    "qemu+ssh://$(x)`y`/system",
    "QEMU:///system",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_test_message ("%s", good[i]);
      g_assert_cmpint (nb_connection_uri_check (good[i]), ==, NB_CONNECTION_PROBLEM_NONE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (other); i++)
    {
      g_test_message ("%s", other[i]);
      g_assert_cmpint (nb_connection_uri_check (other[i]), ==, NB_CONNECTION_PROBLEM_UNSUPPORTED);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%s", bad[i]);
      g_assert_cmpint (nb_connection_uri_check (bad[i]), ==, NB_CONNECTION_PROBLEM_BAD_URI);
    }
}

static void
test_spellings (void)
{
  static const char *const same[][2] = {
    { "qemu:///system", "qemu+unix:///system" },
    { "qemu://there/system", "qemu+tls://there:16514/system" },
    { "qemu+tcp://there/system", "qemu+tcp://THERE.:16509/system" },
    { "qemu+ssh://me@there/system", "qemu+ssh://me@There:22/system?no_tty=1" },
    { "qemu+ssh://there/system?a=1&b=2", "qemu+ssh://there/system?b=2;a=1" },
  };
  static const char *const different[][2] = {
    { "qemu:///system", "qemu:///session" },
    { "qemu:///system", "qemu+tcp://localhost/system" },
    { "qemu+ssh://me@there/system", "qemu+ssh://root@there/system" },
    { "qemu+ssh://there/system", "qemu+ssh://there:2222/system" },
    { "qemu+ssh://there/system", "qemu+libssh://there/system" },
    { "qemu:///system", "qemu+unix:///system?socket=/tmp/x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *one = nb_connection_uri_dup_key (same[i][0]);
      g_autofree char *two = nb_connection_uri_dup_key (same[i][1]);

      g_assert_cmpstr (one, ==, two);
    }
  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_autofree char *one = nb_connection_uri_dup_key (different[i][0]);
      g_autofree char *two = nb_connection_uri_dup_key (different[i][1]);

      g_assert_cmpstr (one, !=, two);
    }
}

static void
assert_quiet (const char *uri, const char *expected)
{
  g_autofree char *quiet = nb_connection_uri_dup_quiet (uri);

  g_assert_cmpstr (quiet, ==, expected);
}

/* ssh never asks, whatever the address wants. */
static void
test_quiet (void)
{
  assert_quiet ("qemu+ssh://there/system", "qemu+ssh://there/system?no_tty=1");
  assert_quiet ("qemu+ssh://there/system?no_tty=0", "qemu+ssh://there/system?no_tty=1");
  assert_quiet ("qemu+ssh://there/system?proxy=netcat&no_tty=0", "qemu+ssh://there/system?proxy=netcat&no_tty=1");
  assert_quiet ("qemu+tcp://there/system?x=y", "qemu+tcp://there/system?x=y");
  assert_quiet ("qemu:///system", "qemu:///system");
}

static void
assert_command (NbConnectionProblem problem, const char *uri, const char *expected)
{
  g_autofree char *command = nb_connection_problem_dup_command (problem, uri);

  g_assert_cmpstr (command, ==, expected);
}

static void
test_commands (void)
{
  const char *plain = "qemu+ssh://me@there/system";
  const char *port = "qemu+ssh://there:2222/session";

  assert_command (NB_CONNECTION_PROBLEM_UNKNOWN_KEY, plain, "ssh me@there");
  assert_command (NB_CONNECTION_PROBLEM_UNKNOWN_KEY, port, "ssh -p 2222 there");
  assert_command (NB_CONNECTION_PROBLEM_UNKNOWN_KEY, "qemu+ssh://a;b@there/system", "ssh 'a;b@there'");
  assert_command (NB_CONNECTION_PROBLEM_CHANGED_KEY, plain, "ssh-keygen -R there");
  assert_command (NB_CONNECTION_PROBLEM_CHANGED_KEY, port, "ssh-keygen -R '[there]:2222'");
  assert_command (NB_CONNECTION_PROBLEM_NO_KEY, plain, "ssh-add");
  assert_command (NB_CONNECTION_PROBLEM_KEY_REFUSED, port, "ssh-copy-id -p 2222 there");
  assert_command (NB_CONNECTION_PROBLEM_NO_DAEMON, port,
                  "ssh -p 2222 there virsh --connect qemu:///session list --all");
  /* What mends this computer's libvirt is no remedy for another one's. */
  assert_command (NB_CONNECTION_PROBLEM_LOST, plain, NULL);
  assert_command (NB_CONNECTION_PROBLEM_SILENT, plain, NULL);
}

static void
test_ssh_words (void)
{
  static const struct
  {
    const char *message;
    NbConnectionProblem problem;
  } cases[] = {
    /* As libvirt 9.0 with OpenSSH 9.2 says it. */
    { "End of file while reading data: Host key verification failed.: Input/output error",
      NB_CONNECTION_PROBLEM_UNKNOWN_KEY },
    { "End of file while reading data: @@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@\n"
      "Host key verification failed.: Input/output error",
      NB_CONNECTION_PROBLEM_CHANGED_KEY },
    { "End of file while reading data: me@there: Permission denied (publickey).: Input/output error",
      NB_CONNECTION_PROBLEM_KEY_REFUSED },
    { "End of file while reading data: ssh: connect to host there port 22: Connection refused: Input/output error",
      NB_CONNECTION_PROBLEM_NO_HOST },
    { "End of file while reading data: ssh: Could not resolve hostname there: Name or service not known",
      NB_CONNECTION_PROBLEM_NO_HOST },
    { "End of file while reading data: virt-ssh-helper: cannot connect to '/run/libvirt/libvirt-sock': Failed to "
      "connect "
      "socket to '/run/libvirt/libvirt-sock': Permission denied: Input/output error",
      NB_CONNECTION_PROBLEM_NO_DAEMON },
    { "Cannot recv data: Ncat: No such file or directory: nc: unix connect failed: Connection reset by peer",
      NB_CONNECTION_PROBLEM_NO_DAEMON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (nb_connection_problem_from_ssh (cases[i].message), ==, cases[i].problem);
}

static void
assert_title (const char *uri, const char *expected)
{
  g_autoptr (NbConnection) connection = nb_connection_new (uri, NULL);
  g_autofree char *title = nb_connection_dup_title (connection);

  g_assert_cmpstr (title, ==, expected);
}

static void
test_titles (void)
{
  assert_title ("qemu+ssh://me@there:2222/system", "me@there:2222");
  assert_title ("qemu+ssh://me@there/session", "qemu+ssh://me@there/session");
  assert_title ("qemu+unix:///system?socket=/tmp/x", "qemu+unix:///system?socket=/tmp/x");
  assert_title ("qemu:///system", "This computer");
}

/* Another computer is known by its libvirt. */
static void
test_host (void)
{
  static const char *const format =
    "<capabilities><host><cpu><arch>x86_64</arch><model>EPYC</model><vendor>AMD</vendor>%s</cpu></host>"
    "<guest><os_type>hvm</os_type><arch name='i686'><domain type='qemu'/></arch></guest>"
    "<guest><os_type>hvm</os_type><arch name='x86_64'><domain type='qemu'/>%s</arch></guest></capabilities>";
  g_autofree char *with = g_strdup_printf (format, "<feature name='ht'/><feature name='svm'/>", "<domain type='kvm'/>");
  g_autofree char *without = g_strdup_printf (format, "<feature name='vmx'/>", "");
  NbConnectionHost host;

  nb_connection_host_read (&host, with);
  g_assert_cmpint (host.vendor, ==, NB_CPU_VENDOR_AMD);
  g_assert_cmpint (host.processor, ==, NB_TRISTATE_YES);
  g_assert_cmpint (host.kvm, ==, NB_TRISTATE_YES);
  /* The model may contain what is not listed. */
  nb_connection_host_read (&host, without);
  g_assert_cmpint (host.processor, ==, NB_TRISTATE_UNKNOWN);
  g_assert_cmpint (host.kvm, ==, NB_TRISTATE_NO);
  nb_connection_host_read (&host, NULL);
  g_assert_cmpint (host.kvm, ==, NB_TRISTATE_UNKNOWN);
}

static void
test_problems (void)
{
  static const struct
  {
    int domain, code, system_errno;
    gboolean local;
    NbConnectionProblem problem;
  } cases[] = {
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ENOENT, TRUE, NB_CONNECTION_PROBLEM_NOT_INSTALLED },
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ECONNREFUSED, TRUE, NB_CONNECTION_PROBLEM_NOT_RUNNING },
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, EACCES, TRUE, NB_CONNECTION_PROBLEM_NOT_IN_GROUP },
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, ECONNREFUSED, FALSE, NB_CONNECTION_PROBLEM_NO_HOST },
    { VIR_FROM_RPC, VIR_ERR_SYSTEM_ERROR, EHOSTUNREACH, FALSE, NB_CONNECTION_PROBLEM_NO_HOST },
    { VIR_FROM_RPC, VIR_ERR_AUTH_FAILED, 0, TRUE, NB_CONNECTION_PROBLEM_REFUSED },
    { VIR_FROM_POLKIT, VIR_ERR_AUTH_UNAVAILABLE, 0, TRUE, NB_CONNECTION_PROBLEM_REFUSED },
    { VIR_FROM_RPC, VIR_ERR_AUTH_FAILED, 0, FALSE, NB_CONNECTION_PROBLEM_AUTH },
    { VIR_FROM_NONE, VIR_ERR_NO_CONNECT, 0, TRUE, NB_CONNECTION_PROBLEM_BAD_URI },
    { VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR, 0, TRUE, NB_CONNECTION_PROBLEM_OTHER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
      nb_connection_problem_from_libvirt (cases[i].domain, cases[i].code, cases[i].system_errno, cases[i].local), ==,
      cases[i].problem);
  /* Each has a sentence and the one thing to do. */
  for (int problem = NB_CONNECTION_PROBLEM_NONE + 1; problem <= NB_CONNECTION_PROBLEM_OTHER; problem++)
    {
      g_assert_nonnull (nb_connection_problem_get_sentence ((NbConnectionProblem) problem));
      g_assert_nonnull (nb_connection_problem_get_hint ((NbConnectionProblem) problem));
    }
}

static NbConnection *
open_and_fail (const char *uri)
{
  NbConnection *connection = nb_connection_new (uri, NULL);

  nb_connection_open (connection);
  wait_for (nb_connection_get_state (connection) != NB_CONNECTION_OPENING);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_FAILED);
  return connection;
}

static void
test_failures (void)
{
  static const struct
  {
    const char *uri;
    NbConnectionProblem problem;
  } cases[] = {
    { "qemu+tcp://127.0.0.1:1/system", NB_CONNECTION_PROBLEM_NO_HOST },
    { "xen:///system", NB_CONNECTION_PROBLEM_UNSUPPORTED },
    { "nonsense:///system", NB_CONNECTION_PROBLEM_UNSUPPORTED },
    { "qemu+nonsense:///system", NB_CONNECTION_PROBLEM_BAD_URI },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NbConnection) connection = open_and_fail (cases[i].uri);

      g_test_message ("%s: %d, %s", cases[i].uri, nb_connection_get_problem (connection),
                      nb_connection_get_detail (connection));
      g_assert_cmpint (nb_connection_get_problem (connection), ==, cases[i].problem);
    }
}

static void
count_openings (NbConnection *connection, GParamSpec *pspec, guint *openings)
{
  if (nb_connection_get_state (connection) == NB_CONNECTION_OPENING)
    ++*openings;
}

/* A path that appears, and then a socket on which nobody speaks libvirt: noticed both times, by the watch alone. */
static void
test_comes_back (void)
{
  g_autofree char *folder = g_dir_make_tmp ("nestbox-test-XXXXXX", NULL);
  g_autofree char *inner = g_build_filename (folder, "libvirt", NULL);
  g_autofree char *path = g_build_filename (inner, "libvirt-sock", NULL);
  g_autofree char *uri = g_strdup_printf ("qemu+unix:///system?socket=%s", path);
  g_autoptr (NbConnection) connection = open_and_fail (uri);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  guint openings = 0;
  gulong watched;

  /* Not running or not installed, whichever this computer is. */
  g_assert_nonnull (strstr (nb_connection_get_detail (connection), path));
  nb_connection_close (connection);
  nb_connection_open (connection);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_FAILED);
  watched = g_signal_connect (connection, "notify::state", G_CALLBACK (count_openings), &openings);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  wait_for (openings > 0 && nb_connection_get_state (connection) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (connection), ==, NB_CONNECTION_PROBLEM_NOT_RUNNING);
  g_signal_handler_disconnect (connection, watched);

  /* Listening without answering: it stays in "opening" and does not block us; closing gives up. */
  g_assert_true (g_socket_listen (socket, NULL));
  nb_connection_open (connection);
  wait_for (g_socket_condition_check (socket, G_IO_IN) != 0);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_OPENING);
  nb_connection_close (connection);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_CLOSED);

  g_socket_close (socket, NULL);
  g_unlink (path);
  g_rmdir (inner);
  g_rmdir (folder);
}

/* Looking at a session that nobody uses must not start its daemon. */
static void
test_idle_session (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "libvirt", "qemu", NULL);
  g_autofree char *file = g_build_filename (folder, "machine.xml", NULL);
  g_autoptr (NbConnection) connection = nb_connection_new ("qemu:///session", NULL);

  nb_connection_open (connection);
  g_assert_cmpint (nb_connection_get_state (connection), ==, NB_CONNECTION_CLOSED);
  g_assert_true (nb_connection_opener_is_idle ("qemu:///session"));
  g_assert_false (nb_connection_opener_is_idle ("qemu:///system"));

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "<domain/>", -1, NULL));
  g_assert_false (nb_connection_opener_is_idle ("qemu:///session"));
}

/* What a sandbox is told, and what it asks outside; env stands for the way there. */
static void
test_sandbox (void)
{
  const char *text = "[Context]\nfilesystems=xdg-run/libvirt:create;/sys/module:ro;/run/libvirt-more;\n";
  g_autofree char *info = g_build_filename (g_get_user_runtime_dir (), "flatpak-info", NULL);
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "libvirt", "qemu", NULL);
  g_autofree char *machine = g_build_filename (folder, "machine.xml", NULL);
  g_autofree char *programs = g_build_filename (g_get_user_runtime_dir (), "programs", NULL);
  g_autofree char *program = g_build_filename (programs, "virt-ssh-helper", NULL);
  g_autofree char *done = g_build_filename (g_get_user_runtime_dir (), "done", NULL);
  g_autofree char *path = g_strdup_printf ("PATH=%s:%s", programs, g_getenv ("PATH"));
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\ncat >\"%s\"; echo \"$1\" >>\"%s\"\n", done, done);
  const char *const spawn[] = { "env", path, NULL };
  const char *const nowhere[] = { "false", NULL };
  g_autofree char *said = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (programs, 0700), ==, 0);
  g_assert_true (g_file_set_contents (info, text, -1, NULL));
  g_assert_true (nb_flatpak_grants (info, "xdg-run/libvirt"));
  g_assert_true (nb_flatpak_grants (info, "/sys/module"));
  g_assert_false (nb_flatpak_grants (info, "/run/libvirt"));
  g_assert_false (nb_flatpak_grants (programs, "/run/libvirt"));

  g_setenv ("HOST_XDG_CONFIG_HOME", g_get_user_config_dir (), TRUE);
  g_assert_false (nb_flatpak_has_machines (spawn));
  g_assert_true (g_file_set_contents (machine, "<domain/>", -1, NULL));
  g_assert_true (nb_flatpak_has_machines (spawn));
  g_assert_false (nb_flatpak_has_machines (nowhere));
  g_unsetenv ("HOST_XDG_CONFIG_HOME");

  /* It ends though the program reads what nobody says. */
  g_assert_true (g_file_set_contents_full (program, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  nb_flatpak_start_daemon (spawn);
  g_assert_true (g_file_get_contents (done, &said, NULL, NULL));
  g_assert_cmpstr (said, ==, "qemu:///session\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/connection/local", test_local);
  g_test_add_func ("/connection/check", test_check);
  g_test_add_func ("/connection/spellings", test_spellings);
  g_test_add_func ("/connection/quiet", test_quiet);
  g_test_add_func ("/connection/commands", test_commands);
  g_test_add_func ("/connection/ssh-words", test_ssh_words);
  g_test_add_func ("/connection/titles", test_titles);
  g_test_add_func ("/connection/host", test_host);
  g_test_add_func ("/connection/problems", test_problems);
  g_test_add_func ("/connection/failures", test_failures);
  g_test_add_func ("/connection/comes-back", test_comes_back);
  g_test_add_func ("/connection/idle-session", test_idle_session);
  g_test_add_func ("/connection/sandbox", test_sandbox);
  return g_test_run ();
}
