/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A real libvirtd and real, software-emulated machines, in a mount namespace of their own: see in-private-libvirt. The
 * tests run in order and share the daemon. */

#include "config.h"

#include <dlfcn.h>
#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "nb-batch.h"
#include "nb-guest-agent.h"
#include "nb-machine-editor.h"
#include "nb-machine-error.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-virt.h"

#define URI     "qemu:///system"
#define TCP_URI "qemu+tcp://127.0.0.1:16599/system"
#define UUID    "a0000000-0000-4000-8000-00000000000"

#define MODEL   "<cpu mode='custom' match='exact' check='partial'><model fallback='allow'>Nehalem</model></cpu>"
#define MAXIMUM "<cpu mode='maximum' check='none' migratable='on'/>"

static GSubprocess *daemon_process;
static pid_t daemon_pid;
static GListStore *connections;
static NbMachineList *machines;
static NbConnection *connection;
static virConnectPtr other; /* "somebody else" */

static void
start_daemon (void)
{
  g_autoptr (GError) error = NULL;

  daemon_process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                     "libvirtd", "--listen", NULL);
  g_assert_no_error (error);
  daemon_pid = (pid_t) g_ascii_strtoull (g_subprocess_get_identifier (daemon_process), NULL, 10);
}

static void
kill_daemon (void)
{
  g_subprocess_send_signal (daemon_process, SIGKILL);
  g_subprocess_wait (daemon_process, NULL, NULL);
  g_clear_object (&daemon_process);
}

/* Returns when it stands still, all threads of it. */
static void
stop_daemon (void)
{
  siginfo_t info;

  g_subprocess_send_signal (daemon_process, SIGSTOP);
  g_assert_cmpint (waitid (P_PID, (id_t) daemon_pid, &info, WSTOPPED), ==, 0);
}

static int kills; /* the daemon, once something is stored */

/* The daemon dies between storing and answering: the same call's second try is what libvirt's client says of it. */
virDomainPtr
virDomainDefineXML (virConnectPtr connect, const char *xml)
{
  virDomainPtr (*real) (virConnectPtr, const char *) = NULL;
  virDomainPtr domain;

  *(void **) &real = dlsym (RTLD_NEXT, "virDomainDefineXML");
  domain = real (connect, xml);
  if (!g_atomic_int_compare_and_exchange (&kills, TRUE, FALSE))
    return domain;
  g_assert_nonnull (domain);
  virDomainFree (domain);
  kill (daemon_pid, SIGKILL);
  while (real (connect, xml) != NULL)
    ;
  return NULL;
}

static char *
domain_xml (int number, const char *cpu)
{
  return g_strdup_printf (
    "<domain type='qemu'><name>m%d</name><uuid>" UUID "%d</uuid><memory unit='MiB'>16</memory>"
    "<vcpu>2</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>"
    "%s<clock offset='utc'/><devices><controller type='usb' model='none'/>"
    "<memballoon model='none'/><graphics type='vnc' autoport='yes' passwd='secret'/></devices>"
    "</domain>",
    number, number, cpu);
}

static virDomainPtr
define (int number, const char *cpu)
{
  g_autofree char *xml = domain_xml (number, cpu);
  virDomainPtr domain = virDomainDefineXML (other, xml);

  if (domain == NULL)
    g_error ("define m%d: %s", number, virGetLastErrorMessage ());
  return domain;
}

static NbMachine *
wait_machine (int number)
{
  g_autofree char *name = g_strdup_printf ("m%d", number);

  wait_for (nb_test_find_by_name (machines, name) != NULL);
  return nb_test_find_by_name (machines, name);
}

static void
check (int answer)
{
  if (answer < 0)
    g_error ("libvirt: %s", virGetLastErrorMessage ());
}

static void
remove_machine (virDomainPtr domain, NbMachine *machine)
{
  g_autofree char *name = g_strdup (nb_machine_get_name (machine));

  if (virDomainDestroy (domain) < 0)
    g_assert_cmpint (virGetLastErrorCode (), ==, VIR_ERR_OPERATION_INVALID); /* it did not run */
  check (virDomainUndefineFlags (domain, VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA));
  wait_for (nb_test_find_by_name (machines, name) == NULL);
}

static gboolean
do_power (NbMachine *machine, NbPowerVerb verb, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  nb_machine_power_async (machine, verb, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  return nb_machine_power_finish (machine, result, error);
}

/* Nobody is there; then a daemon starts, and the connection comes by itself. */
static void
test_comes_by_itself (void)
{
  const char *const uris[] = { URI, NULL };

  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  connection = nb_connection_list_find (G_LIST_MODEL (connections), URI);
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_connection_get_problem (connection), ==, NB_CONNECTION_PROBLEM_NOT_RUNNING);

  start_daemon ();
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_OPEN);
  g_assert_null (nb_connection_get_message (connection));
  other = virConnectOpen (URI);
  g_assert_nonnull (other);
}

static void
test_no_false_alarm (void)
{
  static const char *const cpus[] = {
    "",
    "<cpu mode='host-model'/>",
    "<cpu mode='host-model'><feature policy='disable' name='vmx'/></cpu>",
    "<cpu mode='host-model'><topology sockets='1' cores='2' threads='1'/></cpu>",
    MAXIMUM,
    "<cpu mode='maximum'><feature policy='disable' name='svm'/></cpu>",
    MODEL,
    "<cpu mode='custom' match='exact'><model fallback='allow'>EPYC</model><feature policy='require' name='svm'/></cpu>",
    "<cpu mode='custom' match='exact'><model fallback='forbid'>qemu64</model></cpu>",
    "<cpu mode='custom' match='minimum'><model>Westmere</model><feature policy='optional' name='pdpe1gb'/></cpu>",
    "<cpu><topology sockets='2' cores='1' threads='1'/></cpu>",
    ("<cpu mode='custom' match='exact'><model>Nehalem</model><topology sockets='1' cores='2' threads='1'/>"
     "<numa><cell id='0' cpus='0-1' memory='16' unit='MiB'/></numa></cpu>"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (cpus); i++)
    {
      nb_auto_domain domain = define (1, cpus[i]);
      NbMachine *machine = wait_machine (1);
      g_autoptr (NbMachineConfig) config = NULL;
      g_autoptr (GError) error = NULL;

      check (virDomainCreate (domain));
      wait_for (nb_machine_is_active (machine));
      config = nb_test_load (machine, &error);
      g_assert_no_error (error);
      g_assert_true (config->secure);
      g_assert_nonnull (config->capabilities);
      if (config->pending != NB_CPU_PENDING_SAME)
        {
          g_test_message ("%s: pending %d\n%s\n%s", cpus[i], config->pending, config->live, config->expected);
          g_test_fail ();
        }
      remove_machine (domain, machine);
    }
}

static void
test_edit (void)
{
  nb_auto_domain domain = define (2, MODEL);
  NbMachine *machine = wait_machine (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autoptr (NbMachineConfig) after = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *secure = NULL;

  g_assert_true (do_power (machine, NB_POWER_START, &error));
  wait_for (nb_machine_is_active (machine));
  config = nb_test_load (machine, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (config->inactive, "passwd='secret'"));

  changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_cmpint (applied->config->pending, ==, NB_CPU_PENDING_DIFFERS);
  g_assert_cmpstr (applied->config->inactive, ==, changed);
  secure = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE);
  g_assert_nonnull (strstr (secure, "passwd='secret'"));

  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL &&
            nb_machine_get_summary (machine)->pending == NB_CPU_PENDING_DIFFERS);

  g_assert_true (do_power (machine, NB_POWER_DESTROY, &error));
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  g_assert_true (do_power (machine, NB_POWER_START, &error));
  wait_for (nb_machine_is_active (machine) && nb_machine_get_summary (machine)->pending == NB_CPU_PENDING_SAME);
  after = nb_test_load (machine, &error);
  g_assert_nonnull (strstr (after->live, MAXIMUM));
  remove_machine (domain, machine);
}

static gboolean
late_cb (NbShutdown *shutdown, gboolean *late)
{
  *late = TRUE;
  return TRUE;
}

/* Without a system in it the guest hears no power button. A person is asked, and as long as nothing is answered the guest is
 * waited for; forced off, it starts again. */
static void
test_late (void)
{
  nb_auto_domain domain = define (2, MODEL);
  NbMachine *machine = wait_machine (2);
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machine);
  NbShutdown *shutdown = nb_machine_editor_get_shutdown (editor);
  gboolean late = FALSE;

  check (virDomainCreate (domain));
  wait_for (nb_machine_is_active (machine));
  g_signal_connect (shutdown, "late", G_CALLBACK (late_cb), &late);
  nb_machine_editor_shut_down_async (editor, NB_SHUTDOWN_STARTS_AGAIN | NB_SHUTDOWN_TELLS_LATE, 1, NULL, NULL);
  g_assert_cmpuint (nb_shutdown_get_seconds_left (shutdown), ==, 1);
  wait_for (late);
  g_assert_true (nb_shutdown_is_waiting (shutdown));
  g_assert_true (nb_machine_is_active (machine));

  late = FALSE;
  nb_shutdown_wait_more (shutdown, 1);
  wait_for (late);
  nb_machine_editor_shut_down_async (editor, NB_SHUTDOWN_FORCES | NB_SHUTDOWN_STARTS_AGAIN, 0, NULL, NULL);
  wait_for (nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE);
  g_assert_null (nb_machine_editor_get_error (editor));
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_RUNNING);

  /* Who stops waiting leaves it running. */
  nb_machine_editor_shut_down_async (editor, NB_SHUTDOWN_STAYS_OFF, 60, NULL, NULL);
  nb_shutdown_cancel (shutdown);
  wait_for (nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE);
  g_assert_true (nb_machine_is_active (machine));
  g_assert_null (nb_machine_editor_get_error (editor));
  remove_machine (domain, machine);
}

/* Without KVM a machine cannot have this computer's processor: it is left out of what several get. */
static void
test_batch_without_kvm (void)
{
  nb_auto_domain domain = define (2, MODEL);
  NbMachine *machine = wait_machine (2);
  g_autoptr (GPtrArray) several = g_ptr_array_new ();
  g_autoptr (NbBatch) batch = NULL;

  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  g_ptr_array_add (several, machine);
  batch = nb_batch_new (several);
  wait_for (nb_batch_get_state (batch) == NB_BATCH_READY);
  nb_batch_choose (batch, NB_CPU_MODE_MAXIMUM, NB_BATCH_LEAVE);
  g_assert_cmpuint (nb_batch_get_n_changes (batch), ==, 0);
  g_object_run_dispose (G_OBJECT (batch));
  remove_machine (domain, machine);
}

static NbGuestAnswer
ask (NbMachine *machine)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  NbGuestAnswer answer;

  nb_machine_ask_guest_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  answer = nb_machine_ask_guest_finish (machine, result, &error);
  g_assert_no_error (error);
  return answer;
}

/* QEMU says what the running processor has, whatever runs there, without an agent: here there is no system at all. */
static void
test_guest (void)
{
  static const struct
  {
    const char *cpu;
    NbGuestAnswer answer;
  } cases[] = {
    { "<cpu mode='custom' match='exact' check='none'><model fallback='allow'>qemu64</model>"
      "<feature policy='require' name='svm'/></cpu>",
      NB_GUEST_ANSWER_GIVEN },
    { "<cpu mode='custom' match='exact' check='none'><model fallback='allow'>qemu64</model>"
      "<feature policy='disable' name='svm'/></cpu>",
      NB_GUEST_ANSWER_NO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      nb_auto_domain domain = define (6, cases[i].cpu);
      NbMachine *machine = wait_machine (6);

      check (virDomainCreate (domain));
      wait_for (nb_machine_is_active (machine));
      g_assert_cmpint (ask (machine), ==, cases[i].answer);
      g_assert_cmpint (nb_machine_get_answer (machine), ==, cases[i].answer);

      /* With the run goes what was said of it. */
      check (virDomainDestroy (domain));
      wait_for (!nb_machine_is_active (machine));
      g_assert_cmpint (nb_machine_get_answer (machine), ==, NB_GUEST_ANSWER_NONE);
      remove_machine (domain, machine);
    }
}

static void
test_managed_save (void)
{
  nb_auto_domain domain = define (3, MODEL);
  NbMachine *machine = wait_machine (3);
  g_autoptr (GError) error = NULL;

  check (virDomainCreate (domain));
  wait_for (nb_machine_is_active (machine));
  check (virDomainManagedSave (domain, 0));
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF && nb_machine_has_managed_save (machine));
  g_assert_true (do_power (machine, NB_POWER_DISCARD_SAVED_STATE, &error));
  g_assert_no_error (error);
  wait_for (!nb_machine_has_managed_save (machine));
  remove_machine (domain, machine);
}

static void
test_snapshot (void)
{
  g_autofree char *disk = g_build_filename (g_get_tmp_dir (), "nestbox-snapshot.qcow2", NULL);
  g_autofree char *plain = domain_xml (4, MODEL);
  g_autofree char *disk_xml =
    g_strdup_printf ("<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                     "<source file='%s'/><target dev='hda'/></disk>",
                     disk);
  g_auto (GStrv) parts = g_strsplit (plain, "<devices>", 2);
  g_autofree char *xml = g_strjoinv (disk_xml, parts);
  g_autoptr (GSubprocess) qemu_img = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL, "qemu-img", "create",
                                                       "-q", "-f", "qcow2", disk, "64M", NULL);
  nb_auto_domain domain = NULL;
  virDomainSnapshotPtr snapshot;
  NbMachine *machine;
  g_autoptr (NbMachineConfig) config = NULL;

  g_assert_true (g_subprocess_wait_check (qemu_img, NULL, NULL));
  domain = virDomainDefineXML (other, xml);
  g_assert_nonnull (domain);
  machine = wait_machine (4);
  check (virDomainCreate (domain));
  wait_for (nb_machine_is_active (machine));
  snapshot = virDomainSnapshotCreateXML (domain, "<domainsnapshot><name>s</name></domainsnapshot>", 0);
  g_assert_nonnull (snapshot);
  virDomainSnapshotFree (snapshot);
  config = nb_test_load (machine, NULL);
  g_assert_cmpuint (config->n_snapshots, ==, 1);
  g_assert_cmpuint (config->n_memory_snapshots, ==, 1);
  remove_machine (domain, machine);
  g_assert_cmpint (remove (disk), ==, 0);
}

static void
test_rename_and_redefine (void)
{
  nb_auto_domain domain = define (5, MODEL);
  g_autoptr (NbMachine) machine = g_object_ref (wait_machine (5));
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, NULL);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbApplied) applied = NULL;
  nb_auto_domain again = NULL;

  /* Renamed in mid-edit: the same machine, and the change goes to it under its new name. */
  check (virDomainRename (domain, "renamed", 0));
  wait_for (g_str_equal (nb_machine_get_name (machine), "renamed"));
  applied = nb_test_apply (machine, config->inactive, changed, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (applied->config->inactive, "<name>renamed</name>"));
  g_clear_pointer (&applied, nb_applied_free);

  /* Undefined: not brought back from the dead. */
  check (virDomainUndefine (domain));
  applied = nb_test_apply (machine, changed, config->inactive, &error);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_GONE);
  g_assert_cmpint (virConnectNumOfDefinedDomains (other), ==, 0);
  wait_for (nb_test_find_by_name (machines, "renamed") == NULL);
  g_clear_error (&error);

  /* Redefined by somebody else, with another processor: asked, not overwritten. */
  again = define (5, "<cpu mode='host-model'/>");
  applied = nb_test_apply (machine, changed, config->inactive, &error);
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CHANGED);
  remove_machine (again, wait_machine (5));
}

static gboolean
tick (gpointer data)
{
  gint64 *marks = data; /* the last one, the longest gap */
  const gint64 now = g_get_monotonic_time ();

  marks[1] = MAX (marks[1], now - marks[0]);
  marks[0] = now;
  marks[2]++;
  return G_SOURCE_CONTINUE;
}

/* A stopped daemon holds up its own answers and nothing else. */
static void
test_stopped (void)
{
  nb_auto_domain domain = define (6, MODEL);
  NbMachine *machine = wait_machine (6);
  gint64 marks[3] = { g_get_monotonic_time (), 0, 0 };
  const guint source = g_timeout_add (10, tick, marks);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbMachineConfig) config = NULL;

  stop_daemon ();
  nb_machine_load_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (marks[2] >= 50);
  g_assert_null (result);
  g_assert_cmpint (marks[1], <, 250 * G_TIME_SPAN_MILLISECOND);
  g_subprocess_send_signal (daemon_process, SIGCONT);
  wait_for (result != NULL);
  config = nb_machine_load_finish (machine, result, NULL);
  g_assert_nonnull (config);
  g_source_remove (source);
  remove_machine (domain, machine);
}

/* Killed in mid-apply: an error, no hang; when it is back, so are the machines, in one state or the other. */
static void
test_killed (void)
{
  nb_auto_domain domain = define (7, MODEL);
  NbMachine *machine = wait_machine (7);
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, NULL);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autoptr (NbMachineConfig) after = NULL;
  nb_auto_domain found = NULL;

  check (virDomainCreate (domain));
  wait_for (nb_machine_is_active (machine));
  stop_daemon ();
  nb_machine_apply_async (machine, config->inactive, changed, NULL, nb_test_keep_result, &result);
  kill_daemon ();
  wait_for (result != NULL);
  applied = nb_machine_apply_finish (machine, result);
  g_assert_error (applied->error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_CONNECTION);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_FAILED);
  g_assert_cmpint (nb_machine_get_state (machine), ==, NB_MACHINE_STATE_UNKNOWN);

  start_daemon ();
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_OPEN);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_RUNNING);
  g_assert_true (nb_test_find_by_name (machines, "m7") == machine);
  after = nb_test_load (machine, NULL);
  g_assert_nonnull (after);
  g_assert_true (g_str_equal (after->inactive, config->inactive) || g_str_equal (after->inactive, changed));

  virConnectClose (other);
  other = virConnectOpen (URI);
  found = virDomainLookupByName (other, "m7");
  remove_machine (found, machine);
}

/* Nobody knows, until the machine is read again: then what is stored tells. */
static void
test_killed_after_storing (void)
{
  G_GNUC_UNUSED nb_auto_domain domain = define (9, MODEL);
  NbMachine *machine = wait_machine (9);
  g_autoptr (NbMachineConfig) config = nb_test_load (machine, NULL);
  g_autofree char *changed = nb_test_with_cpu (config->inactive, MAXIMUM);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (NbApplied) applied = NULL;
  g_autoptr (NbMachineConfig) after = NULL;
  nb_auto_domain found = NULL;

  g_atomic_int_set (&kills, TRUE);
  nb_machine_apply_async (machine, config->inactive, changed, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  applied = nb_machine_apply_finish (machine, result);
  g_assert_cmpint (applied->outcome, ==, NB_OUTCOME_UNKNOWN);
  g_assert_cmpstr (applied->previous, ==, config->inactive);
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_FAILED);

  kill_daemon ();
  start_daemon ();
  wait_for (nb_connection_get_state (connection) == NB_CONNECTION_OPEN);
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_SHUT_OFF);
  after = nb_test_load (machine, NULL);
  g_assert_cmpstr (after->inactive, ==, changed);

  virConnectClose (other);
  other = virConnectOpen (URI);
  found = virDomainLookupByName (other, "m9");
  remove_machine (found, machine);
}

static void
test_remote (void)
{
  nb_auto_domain domain = define (8, MODEL);
  NbMachine *here = wait_machine (8);
  g_autoptr (NbConnection) remote = nb_connection_new (TCP_URI, NULL);
  NbMachine *there;

  g_list_store_append (connections, remote);
  nb_connection_open (remote);
  wait_for (nb_connection_get_state (remote) == NB_CONNECTION_OPEN);
  g_assert_false (nb_connection_is_local (remote));
  g_assert_true (nb_connection_is_local (connection));
  wait_for (nb_machine_list_find (machines, remote, UUID "8") != NULL);
  there = nb_machine_list_find (machines, remote, UUID "8");
  g_assert_true (there != here);
  check (virDomainCreate (domain));
  wait_for (nb_machine_is_active (there) && nb_machine_is_active (here));
  g_list_store_remove (connections, 1);
  g_assert_null (nb_machine_list_find (machines, remote, UUID "8"));
  remove_machine (domain, here);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/system/comes-by-itself", test_comes_by_itself);
  g_test_add_func ("/system/no-false-alarm", test_no_false_alarm);
  g_test_add_func ("/system/edit", test_edit);
  g_test_add_func ("/system/late", test_late);
  g_test_add_func ("/system/batch-without-kvm", test_batch_without_kvm);
  g_test_add_func ("/system/guest", test_guest);
  g_test_add_func ("/system/managed-save", test_managed_save);
  g_test_add_func ("/system/snapshot", test_snapshot);
  g_test_add_func ("/system/rename-and-redefine", test_rename_and_redefine);
  g_test_add_func ("/system/stopped", test_stopped);
  g_test_add_func ("/system/killed", test_killed);
  g_test_add_func ("/system/killed-after-storing", test_killed_after_storing);
  g_test_add_func ("/system/remote", test_remote);
  status = g_test_run ();
  if (daemon_process != NULL)
    kill_daemon ();
  return status;
}
