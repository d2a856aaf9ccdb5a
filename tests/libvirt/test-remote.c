/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Another computer, over a real sshd and over TCP: see far-computer. Nothing of libvirt runs on this one. The tests run
 * in order and share what is over there. */

#include "config.h"

#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "nb-chain-elsewhere.h"
#include "nb-machine-error.h"
#include "nb-machine-judge.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#define TCP_URI "qemu+tcp://127.0.0.1:16599/system"
#define SSH_URI "qemu+ssh://root@127.0.0.1:16522/system"
#define HOST    "[127.0.0.1]:16522"
#define UUID    "b0000000-0000-4000-8000-000000000002"
#define MODEL   "<cpu mode='custom' match='exact' check='partial'><model fallback='allow'>Nehalem</model></cpu>"
#define MAXIMUM "<cpu mode='maximum' check='none' migratable='on'/>"
#define DOMAIN                                                                                                         \
  "<domain type='qemu'><name>emulated</name><uuid>" UUID "</uuid><memory unit='MiB'>16</memory><vcpu>1</vcpu>"         \
  "<os><type arch='x86_64' machine='pc'>hvm</type></os>" MODEL                                                         \
  "<clock offset='utc'/><devices><memballoon model='none'/></devices></domain>"

static GSubprocess *far_libvirtd;
static GSubprocess *far_sshd;
static GSubprocess *agent;
static GListStore *connections;
static NbMachineList *machines;
static NbConnection *ssh;
static virConnectPtr other; /* somebody else, over there */

static GSubprocess *
start (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  return process;
}

static GSubprocess *
start_far (const char *program, const char *option)
{
  const char *const argv[] = { "nsenter", "--mount", "--target", g_getenv ("FAR_PID"), program, option, NULL };

  return start (argv);
}

static void
end (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_force_exit (*process);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

/* What sshd started for each who came in. */
static void
end_children (GSubprocess *process)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *stat = NULL;
      int parent;

      /* PID (COMMAND) STATE PARENT */
      if (g_file_get_contents (path, &stat, NULL, NULL) && sscanf (strrchr (stat, ')'), ") %*c %d", &parent) == 1 &&
          parent == atoi (g_subprocess_get_identifier (process)))
        kill (atoi (name), SIGKILL);
    }
}

/* Looks again now and then: a port and a process's files have no event. */
static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static char *
dup_key (const char *name)
{
  return g_build_filename (g_getenv ("FAR"), name, NULL);
}

static void
run (const char *program, const char *first, const char *second)
{
  g_autoptr (GSubprocess) process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, program, first, second, NULL);

  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

/* What ssh knows of the other computer from now on: the key of that name. */
static void
know (const char *key)
{
  g_autofree char *known = dup_key ("known_hosts");
  g_autofree char *path = dup_key (key);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = g_strconcat (HOST " ", text, NULL);
  g_assert_true (g_file_set_contents (known, line, -1, NULL));
}

static gboolean
can_connect (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);

  return connection != NULL;
}

static void
start_sshd (void)
{
  far_sshd = start_far ("/usr/sbin/sshd", "-D");
  wait_for (can_connect (16522));
}

static void
start_libvirtd (void)
{
  far_libvirtd = start_far ("libvirtd", "--listen");
  wait_for (can_connect (16599));
}

static void
assert_fails (NbConnectionProblem problem, const char *expected_command)
{
  g_autofree char *command = NULL;

  nb_connection_reconnect (ssh);
  wait_for (nb_connection_get_state (ssh) != NB_CONNECTION_OPENING);
  g_test_message ("%s", nb_connection_get_detail (ssh));
  g_assert_cmpint (nb_connection_get_state (ssh), ==, NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (ssh), ==, problem);
  command = nb_connection_dup_command (ssh);
  g_assert_cmpstr (command, ==, expected_command);
}

/* Each thing that is missing has its own message, in the order in which a person meets them, and nobody is asked. */
static void
test_ways_to_fail (void)
{
  const char *const agent_argv[] = { "ssh-agent", "-D", "-a", g_getenv ("SSH_AUTH_SOCK"), NULL };
  g_autofree char *other_user = dup_key ("other-user");
  g_autofree char *user = dup_key ("user");

  assert_fails (NB_CONNECTION_PROBLEM_NO_HOST, NULL);
  start_sshd ();
  assert_fails (NB_CONNECTION_PROBLEM_UNKNOWN_KEY, "ssh -p 16522 root@127.0.0.1");
  know ("other-host.pub");
  assert_fails (NB_CONNECTION_PROBLEM_CHANGED_KEY, "ssh-keygen -R '" HOST "'");
  know ("host.pub");
  assert_fails (NB_CONNECTION_PROBLEM_NO_KEY, "ssh-add");
  agent = start (agent_argv);
  wait_for (g_file_test (g_getenv ("SSH_AUTH_SOCK"), G_FILE_TEST_EXISTS));
  assert_fails (NB_CONNECTION_PROBLEM_NO_KEY, "ssh-add");
  run ("ssh-add", "-q", other_user);
  assert_fails (NB_CONNECTION_PROBLEM_KEY_REFUSED, "ssh-copy-id -p 16522 root@127.0.0.1");
  run ("ssh-add", "-q", user);
  assert_fails (NB_CONNECTION_PROBLEM_NO_DAEMON,
                "ssh -p 16522 root@127.0.0.1 virsh --connect qemu:///system list --all");
}

static void
test_open (void)
{
  start_libvirtd ();
  other = virConnectOpen (TCP_URI);
  g_assert_nonnull (other);
  nb_connection_reconnect (ssh);
  wait_for (nb_connection_get_state (ssh) == NB_CONNECTION_OPEN);
  g_assert_false (nb_connection_is_local (ssh));
  g_assert_null (nb_connection_get_message (ssh));
  wait_for (nb_test_find_by_name (machines, "kvm") != NULL);
}

/* A change goes there and back; what others do there is told. */
static void
test_change (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autofree char *changed = NULL;
  NbMachine *machine;
  nb_auto_domain domain = virDomainDefineXML (other, DOMAIN);

  g_assert_nonnull (domain);
  wait_for (nb_test_find_by_name (machines, "emulated") != NULL);
  machine = nb_test_find_by_name (machines, "emulated");
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  g_assert_nonnull (config->capabilities);
  changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (applied->config->inactive, ==, changed);

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  wait_for (nb_machine_is_active (machine));
  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  wait_for (!nb_machine_is_active (machine));
  g_assert_cmpint (virDomainUndefine (domain), ==, 0);
  wait_for (nb_test_find_by_name (machines, "emulated") == NULL);
}

/* That computer has no KVM, whatever this one is like. */
static void
test_verdict (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "kvm");
  NbChainMachine facts;
  NbChain chain;

  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  nb_machine_judge_get_facts (&facts, machine);
  g_assert_false (facts.local);
  g_assert_cmpint (facts.kvm, ==, NB_TRISTATE_NO);
  for (int host = 0; host <= NB_VERDICT_UNKNOWN; host++)
    {
      nb_chain_decide (&chain, (NbVerdict) host, &facts);
      g_assert_cmpint (chain.verdict, ==, NB_MACHINE_VERDICT_HOST_NOT_READY);
      g_assert_cmpint (chain.broken, ==, NB_LINK_KVM);
    }
}

/* The report says whose machine it is, and not which computer's. */
static void
test_report (void)
{
  g_autofree char *program = g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "src", "nestbox", NULL);
  g_autoptr (GError) error = NULL;

  for (int names = 0; names < 2; names++)
    {
      const char *const argv[] = { program,     "--report", "--json",
                                   "--connect", TCP_URI,    names ? "--include-names" : NULL,
                                   NULL };
      g_autoptr (GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error));
      g_assert_nonnull (strstr (text, "\"local\" : false"));
      g_assert_nonnull (strstr (text, "\"step\" : \"kvm\""));
      g_assert_nonnull (strstr (text, names ? "\"uri\" : \"" TCP_URI "\"" : "\"uri\" : \"qemu+tcp://host-1/system\""));
      g_assert_true ((strstr (text, "127.0.0.1") != NULL) == (names != 0));
    }
}

/* The way is cut: told at once, and the machines are back after the reconnection. */
static void
test_lost (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "kvm");
  g_autoptr (GError) error = NULL;

  end_children (far_sshd);
  end (&far_sshd);
  wait_for (nb_connection_get_state (ssh) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (ssh), ==, NB_CONNECTION_PROBLEM_LOST);
  g_assert_cmpint (nb_machine_get_state (machine), ==, NB_MACHINE_STATE_UNKNOWN);
  g_assert_null (nb_test_load (machine, &error));
  g_assert_nonnull (error);
  assert_fails (NB_CONNECTION_PROBLEM_NO_HOST, NULL);

  start_sshd ();
  nb_connection_reconnect (ssh);
  wait_for (nb_connection_get_state (ssh) == NB_CONNECTION_OPEN);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_assert_true (nb_test_find_by_name (machines, "kvm") == machine);
  test_change ();
}

static void
test_tcp (void)
{
  g_autoptr (NbConnection) tcp = nb_connection_new (TCP_URI, NULL);

  g_list_store_remove_all (connections);
  nb_connection_close (ssh);
  g_list_store_append (connections, tcp);
  nb_connection_open (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  wait_for (nb_test_find_by_name (machines, "kvm") != NULL);
  test_change ();

  end (&far_libvirtd);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (tcp), ==, NB_CONNECTION_PROBLEM_LOST);
  nb_connection_reconnect (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (tcp), ==, NB_CONNECTION_PROBLEM_NO_HOST);
  start_libvirtd ();
  nb_connection_reconnect (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  g_list_store_remove_all (connections);
  nb_connection_close (tcp);
}

/* Where test_frozen wants to know what went by. */
static void
on_problem (NbConnection *connection, GParamSpec *pspec, GArray *seen)
{
  const NbConnectionProblem problem = nb_connection_get_problem (connection);

  g_array_append_val (seen, problem);
}

/* libvirt over there does not answer any more, and nothing says so: keepalive notices. When it goes on, the connection is
 * back by itself. */
static void
test_frozen (void)
{
  g_autoptr (NbConnection) tcp = nb_connection_new (TCP_URI, NULL);
  g_autoptr (GArray) problems = g_array_new (FALSE, FALSE, sizeof (NbConnectionProblem));
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  NbMachine *machine;

  nb_connection_set_keepalive (tcp, 1);
  g_list_store_append (connections, tcp);
  nb_connection_open (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  wait_for (nb_test_find_by_name (machines, "kvm") != NULL);
  machine = nb_test_find_by_name (machines, "kvm");
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_signal_connect (tcp, "notify::problem", G_CALLBACK (on_problem), problems);

  g_subprocess_send_signal (far_libvirtd, SIGSTOP);
  /* What was asked meanwhile is not waited for any more, either. */
  g_assert_null (nb_test_load (machine, &error));
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION);
  wait_for (problems->len > 0);
  g_assert_cmpint (g_array_index (problems, NbConnectionProblem, 0), ==, NB_CONNECTION_PROBLEM_LOST);
  g_assert_cmpint (nb_machine_get_state (machine), ==, NB_MACHINE_STATE_UNKNOWN);
  /* It tries again, and is not answered. */
  wait_for (nb_connection_get_problem (tcp) == NB_CONNECTION_PROBLEM_SILENT);
  g_assert_cmpint (nb_connection_get_state (tcp), ==, NB_CONNECTION_OPENING);

  g_subprocess_send_signal (far_libvirtd, SIGCONT);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_assert_true (nb_test_find_by_name (machines, "kvm") == machine);
  g_clear_error (&error);
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  g_list_store_remove_all (connections);
  nb_connection_close (tcp);
}

/* Restarted over there: a moment without it, and the connection is back. */
static void
test_restarted (void)
{
  g_autoptr (NbConnection) tcp = nb_connection_new (TCP_URI, NULL);

  g_list_store_append (connections, tcp);
  nb_connection_open (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  end (&far_libvirtd);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_FAILED);
  start_libvirtd ();
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  g_list_store_remove_all (connections);
  nb_connection_close (tcp);
}

/* The other computer gets its KVM, where this one has any: then its libvirt tells whether nested is on there. */
static void
test_kvm (void)
{
  const char *const unmask[] = { "nsenter", "--mount", "--target", g_getenv ("FAR_PID"), "umount", "/dev/kvm", NULL };
  g_autoptr (GSubprocess) umount = start (unmask);
  g_autoptr (NbConnection) tcp = nb_connection_new (TCP_URI, NULL);
  g_auto (GStrv) commands = NULL;
  NbChainMachine facts;
  NbChain chain;
  NbMachine *machine;

  g_subprocess_wait (umount, NULL, NULL);
  end (&far_libvirtd);
  start_libvirtd ();
  g_list_store_append (connections, tcp);
  nb_connection_open (tcp);
  wait_for (nb_connection_get_state (tcp) == NB_CONNECTION_OPEN);
  if (nb_connection_get_host (tcp)->kvm != NB_TRISTATE_YES)
    {
      g_test_skip ("there is no KVM here");
      return;
    }

  wait_for (nb_test_find_by_name (machines, "kvm") != NULL);
  machine = nb_test_find_by_name (machines, "kvm");
  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  nb_machine_judge_get_facts (&facts, machine);
  g_test_message ("offered there: %d", (int) facts.offered);
  nb_chain_decide (&chain, NB_VERDICT_NO_HARDWARE, &facts);
  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_KVM; i++)
    g_assert_cmpint (chain.states[i], ==, NB_LINK_STATE_GOOD);
  commands = nb_chain_dup_commands (&chain, &facts, nb_connection_get_host (tcp)->vendor);
  switch (facts.offered)
    {
    case NB_TRISTATE_YES:
      g_assert_cmpint (chain.verdict, ==, NB_MACHINE_VERDICT_CAN_RUN_VMS);
      g_assert_cmpuint (g_strv_length (commands), ==, 0);
      break;
    case NB_TRISTATE_NO:
      g_assert_cmpint (chain.broken, ==, NB_LINK_NESTED);
      g_assert_cmpint (chain.verdict, ==, NB_MACHINE_VERDICT_HOST_NOT_READY);
      g_assert_cmpuint (g_strv_length (commands), ==, 3);
      break;
    case NB_TRISTATE_UNKNOWN:
      g_assert_cmpint (chain.states[NB_LINK_NESTED], ==, NB_LINK_STATE_UNKNOWN);
      break;
    }
  g_list_store_remove_all (connections);
  nb_connection_close (tcp);
}

int
main (int argc, char *argv[])
{
  const char *const uris[] = { SSH_URI, NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("SSH_AUTH_SOCK", "/run/user/test/agent", TRUE);
  nb_virt_init ();
  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  ssh = nb_connection_list_find (G_LIST_MODEL (connections), SSH_URI);
  g_object_ref (ssh);
  g_timeout_add (50, on_tick, NULL);

  g_test_add_func ("/remote/ways-to-fail", test_ways_to_fail);
  g_test_add_func ("/remote/open", test_open);
  g_test_add_func ("/remote/change", test_change);
  g_test_add_func ("/remote/verdict", test_verdict);
  g_test_add_func ("/remote/report", test_report);
  g_test_add_func ("/remote/lost", test_lost);
  g_test_add_func ("/remote/tcp", test_tcp);
  g_test_add_func ("/remote/frozen", test_frozen);
  g_test_add_func ("/remote/restarted", test_restarted);
  g_test_add_func ("/remote/kvm", test_kvm);
  status = g_test_run ();

  end (&far_sshd);
  end (&far_libvirtd);
  end (&agent);
  return status;
}
