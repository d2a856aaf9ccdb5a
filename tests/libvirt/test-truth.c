/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Machines as people reported them, on a libvirtd that believes in KVM (pretend-kvm): each is judged through the app's own
 * objects, in the list, opened, and over a connection that may only read; then libvirt is told to start it. Nothing that it
 * refuses may have been called able. */

#include "config.h"

#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <string.h>

#include "nb-machine-config-virt.h"
#include "nb-machine-judge.h"
#include "nb-machine-stored.h"
#include "nb-machine-versions.h"
#include "nb-machines-test.h"
#include "nb-purpose.h"
#include "nb-virt.h"

#define URI    "qemu:///system"
#define STORED "/etc/libvirt/qemu"

typedef struct
{
  char *file;
  char *host;
  char *verdict;
  char *step;
  char *name; /* the machine's */
} Case;

static GSubprocess *daemon_process;
static GListStore *connections;
static NbMachineList *machines;
static virConnectPtr other; /* "somebody else" */
static virConnectPtr reader;
static GPtrArray *cases;
static const char *kind; /* amd, intel, amd-nonest, intel-nonest */

static char *
read_name (const char *xml)
{
  g_auto (GStrv) parts = g_strsplit (xml, "<name>", 2);

  *strstr (parts[1], "</name>") = '\0';
  return g_strdup (parts[1]);
}

/* What libvirt finds on the disk when it starts it takes, even what it would refuse to define, as after an upgrade. */
static void
store (const char *file, const char *name)
{
  g_autofree char *base = g_strconcat (file, ".xml", NULL);
  g_autofree char *from = g_test_build_filename (G_TEST_DIST, "libvirt", "machines", base, NULL);
  g_autofree char *as = g_strconcat (name, ".xml", NULL);
  g_autofree char *to = g_build_filename (STORED, as, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (from, &text, NULL, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, text, -1, &error);
  g_assert_no_error (error);
}

static void
read_cases (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "libvirt", "machines", "expected.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  cases = g_ptr_array_new ();
  g_mkdir_with_parents (STORED, 0700);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
      g_autofree char *base = g_strconcat (columns[0], ".xml", NULL);
      g_autofree char *from = g_test_build_filename (G_TEST_DIST, "libvirt", "machines", base, NULL);
      g_autofree char *xml = NULL;
      Case *one = g_new0 (Case, 1);

      g_file_get_contents (from, &xml, NULL, &error);
      g_assert_no_error (error);
      one->file = g_strdup (columns[0]);
      one->host = g_strdup (columns[1]);
      one->verdict = g_strdup (columns[2]);
      one->step = g_strcmp0 (columns[3], "-") != 0 ? g_strdup (columns[3]) : NULL;
      one->name = read_name (xml);
      store (one->file, one->name);
      g_ptr_array_add (cases, one);
    }
}

static NbConnectionState
get_state (void)
{
  return nb_connection_get_state (nb_connection_list_find (G_LIST_MODEL (connections), URI));
}

static void
start_daemon (void)
{
  g_autoptr (GError) error = NULL;

  daemon_process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "libvirtd", NULL);
  g_assert_no_error (error);
  wait_for (get_state () == NB_CONNECTION_OPEN);
  other = virConnectOpen (URI);
  reader = virConnectOpenReadOnly (URI);
  g_assert_nonnull (other);
  g_assert_nonnull (reader);
}

static void
restart_daemon (void)
{
  virConnectClose (other);
  virConnectClose (reader);
  g_subprocess_send_signal (daemon_process, SIGTERM);
  g_subprocess_wait (daemon_process, NULL, NULL);
  g_clear_object (&daemon_process);
  wait_for (get_state () == NB_CONNECTION_FAILED);
  start_daemon ();
}

static NbVerdict
get_host (void)
{
  return g_str_has_suffix (kind, "-nonest") ? NB_VERDICT_OFF : NB_VERDICT_READY;
}

static void
judge_opened (NbChain *chain, NbMachine *machine)
{
  g_autoptr (NbMachineEditor) editor = nb_machine_editor_new (machine);
  NbChainMachine facts;

  nb_machine_editor_load (editor);
  wait_for (nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE && nb_machine_editor_get_config (editor) != NULL);
  nb_machine_judge_get_editor_facts (&facts, editor);
  nb_chain_decide (chain, get_host (), &facts);
  for (int i = 0; i < NB_N_LINKS; i++)
    {
      g_autofree char *text = nb_chain_dup_link_text (chain, (NbLink) i, get_host (), &facts);

      g_assert_nonnull (text);
      g_test_message ("  %s: %s", nb_link_get_id ((NbLink) i), text);
    }
}

static void
judge_listed (NbChain *chain, NbMachine *machine)
{
  NbChainMachine facts;

  nb_machine_request_summary (machine);
  wait_for (nb_machine_get_summary (machine) != NULL);
  nb_machine_judge_get_facts (&facts, machine);
  nb_chain_decide (chain, get_host (), &facts);
}

static gboolean
is_able (NbMachineVerdict verdict)
{
  return verdict == NB_MACHINE_VERDICT_CAN_RUN_VMS || verdict == NB_MACHINE_VERDICT_CAN_RUN_SLOWLY ||
         verdict == NB_MACHINE_VERDICT_NEEDS_RESTART || verdict == NB_MACHINE_VERDICT_UNPROVEN;
}

/* libvirt tells hardly anything to who may only read: nothing is called able then. */
static void
check_read_only (const char *name)
{
  g_autoptr (GError) error = NULL;
  nb_auto_gvir_domain wrapped = nb_virt_wrap_domain (virDomainLookupByName (reader, name));
  g_autoptr (NbMachineConfig) config = nb_machine_config_read (wrapped, NULL, NB_READ_ALL, &error);
  g_autoptr (NbMachineSummary) summary = NULL;
  NbChainMachine facts = { TRUE, TRUE, TRUE };
  NbChain chain;

  g_assert_no_error (error);
  summary = nb_machine_summary_new (config, &error);
  g_assert_no_error (error);
  facts.offered = summary->offered;
  facts.configured = summary->configured;
  facts.refused = summary->refused;
  facts.refusal = summary->refusal;
  nb_chain_decide (&chain, get_host (), &facts);
  g_assert_cmpint (chain.verdict, !=, NB_MACHINE_VERDICT_CAN_RUN_VMS);
  g_assert_nonnull (summary->unknown);
}

/* Software emulation has no enlightenments for Windows, which says nothing about KVM: they are left out of the attempt. */
static gboolean
try_start (const char *name, char **reason)
{
  nb_auto_domain domain = virDomainLookupByName (other, name);
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  char *begin = strstr (xml, "<hyperv");
  char *end = begin != NULL ? strstr (begin, "</hyperv>") : NULL;
  gboolean started;

  *reason = NULL;
  if (end != NULL)
    {
      nb_auto_domain plain = NULL;
      nb_auto_domain again = NULL;
      g_autofree char *without = g_strdup_printf ("%.*s%s", (int) (begin - xml), xml, end + strlen ("</hyperv>"));

      plain = virDomainDefineXML (other, without);
      g_assert_nonnull (plain);
      started = virDomainCreate (plain) == 0;
      if (!started)
        *reason = g_strdup (virGetLastErrorMessage ());
      if (started)
        virDomainDestroy (plain);
      again = virDomainDefineXML (other, xml);
      g_assert_nonnull (again);
      return started;
    }

  started = virDomainCreate (domain) == 0;
  if (!started)
    *reason = g_strdup (virGetLastErrorMessage ());
  else
    virDomainDestroy (domain);
  return started;
}

static NbMachineEditor *
open_machine (NbMachine *machine)
{
  NbMachineEditor *editor = nb_machine_editor_new (machine);

  nb_machine_editor_load (editor);
  wait_for (nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE && nb_machine_editor_get_edit (editor) != NULL);
  return editor;
}

static void
end_storing (NbMachineEditor *editor, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  wait_for (*result != NULL);
  g_assert_cmpint (nb_machine_editor_store_finish (editor, *result, &error), ==, NB_OUTCOME_STORED);
  g_assert_no_error (error);
}

static void
store_edit (NbMachineEditor *editor)
{
  const char *problem = nb_cpu_edit_get_problem (nb_machine_editor_get_edit (editor));
  g_autoptr (GAsyncResult) result = NULL;

  if (problem != NULL)
    g_error ("%s", problem);
  nb_machine_editor_apply_async (editor, nb_test_keep_result, &result);
  end_storing (editor, &result);
}

static void
undo (NbMachineEditor *editor)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (nb_machine_editor_get_can_undo (editor));
  nb_machine_editor_undo_async (editor, nb_test_keep_result, &result);
  end_storing (editor, &result);
}

static const char *
get_stored (NbMachineEditor *editor)
{
  return nb_machine_editor_get_config (editor)->inactive;
}

/* Nesting is turned on as a person does: nothing else changes, the verdict agrees with libvirt's start, and Undo brings back
 * every byte. */
static void
test_turn_on (gconstpointer data)
{
  const Case *one = data;
  NbMachine *machine = nb_test_find_by_name (machines, one->name);
  g_autoptr (NbMachineEditor) editor = open_machine (machine);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);
  g_autofree char *before = g_strdup (get_stored (editor));
  g_auto (GStrv) differences = NULL;
  g_autofree char *reason = NULL;
  NbChainMachine facts;
  NbChain chain;
  gboolean started;

  nb_machine_judge_get_editor_facts (&facts, editor);
  if (!nb_cpu_edit_get_can_nest (edit) || facts.refused == NB_REFUSAL_EMULATOR || facts.seal != NULL)
    {
      g_test_message ("%s: nothing to turn on", one->file);
      return;
    }
  nb_cpu_edit_set_nesting (edit, NB_CPU_NESTING_ON);
  if (g_str_equal (one->file, "intel-require-svm"))
    g_assert_cmpstr (nb_cpu_edit_get_foreign (edit), ==, g_str_has_prefix (kind, "intel") ? "svm" : NULL);
  if (g_str_equal (one->file, "intel-vmx-hm-on-amd"))
    g_assert_cmpstr (nb_cpu_edit_get_foreign (edit), ==, g_str_has_prefix (kind, "amd") ? "vmx" : NULL);
  if (g_str_equal (one->file, "cockpit-topoext") && g_str_has_prefix (kind, "amd"))
    g_assert_nonnull (strstr (nb_cpu_edit_get_hints (edit)[0], "topoext"));
  /* What cannot start for the other vendor's feature starts without it. */
  nb_cpu_edit_drop_foreign (edit);
  if (!nb_cpu_edit_get_modified (edit))
    return;
  store_edit (editor);
  g_assert_cmpint (nb_cpu_edit_get_nesting (nb_machine_editor_get_edit (editor)), ==, NB_CPU_NESTING_ON);
  differences = nb_machine_stored_compare (before, get_stored (editor));
  g_assert_null (differences);

  nb_machine_judge_get_editor_facts (&facts, editor);
  nb_chain_decide (&chain, get_host (), &facts);
  started = try_start (one->name, &reason);
  g_test_message ("%s on %s, turned on: %s; libvirt: %s", one->file, kind, nb_machine_verdict_get_id (chain.verdict),
                  started ? "started" : reason);
  g_assert_true (started || !is_able (chain.verdict));
  g_assert_true (!started || chain.verdict != NB_MACHINE_VERDICT_CANNOT_START);
  if (g_str_equal (kind, "amd") && g_str_equal (one->file, "amd-host-model"))
    g_assert_cmpint (chain.verdict, ==, NB_MACHINE_VERDICT_CAN_RUN_VMS);

  undo (editor);
  g_assert_cmpstr (get_stored (editor), ==, before);
}

/* Fewer virtual processors: what goes with them is said, is gone, and comes back. */
static void
test_fewer (gconstpointer data)
{
  NbMachine *machine = nb_test_find_by_name (machines, data);
  g_autoptr (NbMachineEditor) editor = open_machine (machine);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);
  g_autofree char *before = g_strdup (get_stored (editor));
  g_autofree char *losses = NULL;

  nb_cpu_edit_set_vcpus_maximum (edit, 2);
  losses = g_strjoinv ("\n", (char **) nb_cpu_edit_get_losses (edit));
  g_test_message ("%s", losses);
  if (g_str_equal (data, "vcpusched"))
    {
      g_assert_nonnull (strstr (losses, ": 3."));
      g_assert_nonnull (strstr (losses, ": 2-3."));
    }
  else
    g_assert_nonnull (strstr (losses, ": 2-7."));
  store_edit (editor);
  g_assert_null (strstr (get_stored (editor), "vcpu='3'"));
  g_assert_null (strstr (get_stored (editor), "vcpus='0-3'"));
  undo (editor);
  g_assert_cmpstr (get_stored (editor), ==, before);
}

/* An earlier version brings all of it back, whoever changed the machine meanwhile. */
static void
test_earlier (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "vcpusched");
  g_autoptr (NbMachineEditor) editor = open_machine (machine);
  g_autofree char *before = g_strdup (get_stored (editor));
  g_autofree char *earlier = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (GError) error = NULL;

  nb_cpu_edit_set_vcpus_maximum (nb_machine_editor_get_edit (editor), 1);
  nb_cpu_edit_set_enlighten (nb_machine_editor_get_edit (editor), TRUE);
  store_edit (editor);
  g_assert_nonnull (strstr (get_stored (editor), "<hyperv mode='custom'>"));
  nb_machine_versions_list_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  versions = nb_machine_versions_list_finish (machine, result, &error);
  g_assert_no_error (error);
  earlier = nb_cpu_version_apply (g_ptr_array_index (versions, 0), get_stored (editor), &error);
  g_assert_no_error (error);
  nb_machine_editor_store_async (editor, earlier, nb_test_keep_result, &stored);
  end_storing (editor, &stored);
  g_assert_cmpstr (get_stored (editor), ==, before);
}

static void
test_windows (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "amd-host-model");
  g_autoptr (NbMachineEditor) editor = open_machine (machine);
  NbCpuEdit *edit = nb_machine_editor_get_edit (editor);
  g_autofree char *before = g_strdup (get_stored (editor));

  nb_purpose_apply (NB_PURPOSE_WINDOWS, edit);
  store_edit (editor);
  g_assert_nonnull (strstr (get_stored (editor), "<direct state='on'/>"));
  g_assert_nonnull (strstr (get_stored (editor), "<timer name='hypervclock' present='yes'/>"));
  g_assert_cmpint (strstr (get_stored (editor), "<evmcs state='on'/>") != NULL, ==, g_str_equal (kind, "intel"));
  g_assert_true (nb_purpose_is_applied (NB_PURPOSE_WINDOWS, nb_machine_editor_get_edit (editor)));
  undo (editor);
  g_assert_cmpstr (get_stored (editor), ==, before);
}

/* The hypervisor's default beside a shape: libvirt writes down the model that it takes, which is no difference. */
static void
test_default_with_shape (void)
{
  static const char *const names[] = { "cockpit-topoext", "numa-cache-maxphys" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (NbMachineEditor) editor = open_machine (nb_test_find_by_name (machines, names[i]));
      g_autofree char *before = g_strdup (get_stored (editor));

      nb_cpu_edit_set_mode (nb_machine_editor_get_edit (editor), NB_CPU_MODE_DEFAULT);
      store_edit (editor);
      g_assert_nonnull (strstr (get_stored (editor), "<topology"));
      g_assert_nonnull (strstr (get_stored (editor), "qemu64"));
      undo (editor);
      g_assert_cmpstr (get_stored (editor), ==, before);
    }
}

/* A machine that runs waits for nothing, before and after the daemon starts anew: only then UPDATE_CPU is not there. */
static void
test_pending (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "entities-ns-prefix");
  nb_auto_domain domain = virDomainLookupByName (other, "ns");
  g_autoptr (NbMachineConfig) before = NULL;
  g_autoptr (NbMachineConfig) after = NULL;

  g_assert_null (machine);
  machine = nb_test_find_by_name (machines, "ns");
  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  wait_for (nb_machine_is_active (machine));
  before = nb_test_load (machine, NULL);
  g_assert_cmpint (before->pending, ==, NB_CPU_PENDING_SAME);

  restart_daemon ();
  wait_for (nb_machine_get_state (machine) == NB_MACHINE_STATE_RUNNING);
  after = nb_test_load (machine, NULL);
  g_test_message ("%s", after->expected != NULL ? "expanded" : "not expanded");
  g_assert_cmpint (after->pending, ==, NB_CPU_PENDING_SAME);
  g_clear_pointer (&domain, virDomainFree);
  domain = virDomainLookupByName (other, "ns");
  virDomainDestroy (domain);
}

static void
test_saved (void)
{
  NbMachine *machine = nb_test_find_by_name (machines, "gnome-boxes");
  nb_auto_domain domain = virDomainLookupByName (other, "gnome-boxes");
  g_autoptr (NbMachineEditor) editor = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  NbChain chain;

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  wait_for (nb_machine_is_active (machine));
  g_assert_cmpint (virDomainManagedSave (domain, 0), ==, 0);
  wait_for (!nb_machine_is_active (machine) && nb_machine_has_managed_save (machine));
  judge_opened (&chain, machine);
  g_assert_cmpstr (nb_machine_verdict_get_id (chain.verdict), ==,
                   get_host () == NB_VERDICT_READY ? "needs-restart" : "host-not-ready");
  editor = open_machine (machine);
  nb_machine_editor_power_async (editor, NB_POWER_DISCARD_SAVED_STATE, nb_test_keep_result, &result);
  wait_for (result != NULL);
  g_assert_true (nb_machine_editor_power_finish (editor, result, NULL));
  wait_for (!nb_machine_has_managed_save (machine));
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  const gboolean judged = g_str_equal (one->host, kind) || (g_str_equal (one->host, "none") && !strchr (kind, '-'));
  NbMachine *machine;
  NbChain opened;
  NbChain listed;
  g_autofree char *reason = NULL;
  gboolean started;

  wait_for (nb_test_find_by_name (machines, one->name) != NULL);
  machine = nb_test_find_by_name (machines, one->name);
  judge_opened (&opened, machine);
  judge_listed (&listed, machine);
  check_read_only (one->name);
  started = try_start (one->name, &reason);
  g_test_message ("%s on %s: %s at %s; libvirt: %s", one->file, kind, nb_machine_verdict_get_id (opened.verdict),
                  opened.broken >= 0 ? nb_link_get_id ((NbLink) opened.broken) : "-", started ? "started" : reason);

  g_assert_cmpint (listed.verdict, ==, opened.verdict);
  g_assert_cmpint (listed.broken, ==, opened.broken);
  g_assert_true (started || !is_able (opened.verdict));
  g_assert_true (!started || opened.verdict != NB_MACHINE_VERDICT_CANNOT_START);
  if (!judged)
    return;
  g_assert_cmpstr (nb_machine_verdict_get_id (opened.verdict), ==, one->verdict);
  g_assert_cmpstr (opened.broken >= 0 ? nb_link_get_id ((NbLink) opened.broken) : NULL, ==, one->step);
}

int
main (int argc, char *argv[])
{
  const char *const uris[] = { URI, NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  kind = g_getenv ("NB_PRETEND_KVM");
  g_assert_nonnull (kind);
  read_cases ();
  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  start_daemon ();
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = g_ptr_array_index (cases, i);
      g_autofree char *path = g_strdup_printf ("/truth/%s/%s", kind, one->file);

      g_test_add_data_func (path, one, test_case);
    }
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = g_ptr_array_index (cases, i);
      g_autofree char *path = g_strdup_printf ("/turn-on/%s/%s", kind, one->file);

      g_test_add_data_func (path, one, test_turn_on);
    }
  g_test_add_data_func ("/edit/fewer/pinned", "threadripper-pinned", test_fewer);
  g_test_add_data_func ("/edit/fewer/scheduled", "vcpusched", test_fewer);
  g_test_add_func ("/edit/earlier", test_earlier);
  g_test_add_func ("/edit/windows", test_windows);
  g_test_add_func ("/edit/default-with-shape", test_default_with_shape);
  g_test_add_func ("/edit/saved", test_saved);
  g_test_add_func ("/edit/pending", test_pending);
  status = g_test_run ();
  g_subprocess_force_exit (daemon_process);
  return status;
}
