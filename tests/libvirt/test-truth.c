/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Machines as people reported them, on a libvirtd that believes in KVM (pretend-kvm): each is judged through the app's own
 * objects, in the list, opened, and over a connection that may only read; then libvirt is told to start it. Nothing that it
 * refuses may have been called able. */

#include "config.h"

#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <string.h>

#include "nb-machine-config-virt.h"
#include "nb-machine-judge.h"
#include "nb-machines-test.h"
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

static void
start_daemon (void)
{
  g_autoptr (GError) error = NULL;
  const char *const uris[] = { URI, NULL };

  daemon_process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "libvirtd", NULL);
  g_assert_no_error (error);
  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (nb_connection_get_state (nb_connection_list_find (G_LIST_MODEL (connections), URI)) == NB_CONNECTION_OPEN);
  other = virConnectOpen (URI);
  reader = virConnectOpenReadOnly (URI);
  g_assert_nonnull (other);
  g_assert_nonnull (reader);
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
  nb_auto_gvir_domain domain = nb_virt_wrap_domain (virDomainLookupByName (reader, name));
  g_autoptr (GError) error = NULL;
  g_autoptr (NbMachineConfig) config = nb_machine_config_read (domain, NULL, NB_READ_ALL, &error);
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
  int status;

  g_test_init (&argc, &argv, NULL);
  kind = g_getenv ("NB_PRETEND_KVM");
  g_assert_nonnull (kind);
  read_cases ();
  start_daemon ();
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = g_ptr_array_index (cases, i);
      g_autofree char *path = g_strdup_printf ("/truth/%s/%s", kind, one->file);

      g_test_add_data_func (path, one, test_case);
    }
  status = g_test_run ();
  g_subprocess_force_exit (daemon_process);
  return status;
}
