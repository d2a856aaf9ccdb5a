/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who keeps KVM busy: the demo's machines and processes of its computer, put together. */

#include "config.h"

#include "nb-demo.h"
#include "nb-demo-helper.h"
#include "nb-kvm-users.h"
#include "nb-machine-editor.h"
#include "nb-machine-power.h"
#include "nb-machines-test.h"
#include "nb-recordings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* For the pretended guests: milliseconds that they take to shut down, and seconds that a person waits for them. */
#define MILLISECONDS 40
#define PATIENCE     1

static NbRecordings *recordings;
static NbMachineList *machines;

typedef struct
{
  NbDemo *demo;
  NbHost *host;
  NbKvmUsers *users;
  GPtrArray *mirror;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NbHelper) helper = NULL;

  f->demo = nb_demo_new ("in-use", &error);
  g_assert_no_error (error);
  f->host = nb_host_new (nb_demo_get_root (f->demo));
  wait_for (nb_host_get_facts (f->host) != NULL);
  helper = nb_demo_helper_new (nb_demo_get_root (f->demo), 10);
  f->users = nb_kvm_users_new (f->host, helper, G_LIST_MODEL (machines));
  f->mirror = g_ptr_array_new ();
  nb_test_follow (G_LIST_MODEL (f->users), f->mirror);
  nb_demo_follow (f->demo, f->users);
}

/* All along what was told of the list was what is in it. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->mirror->len, ==, g_list_model_get_n_items (G_LIST_MODEL (f->users)));
  for (guint i = 0; i < f->mirror->len; i++)
    {
      g_autoptr (NbKvmUser) user = g_list_model_get_item (G_LIST_MODEL (f->users), i);

      g_assert_true (f->mirror->pdata[i] == user);
    }
  g_clear_object (&f->users);
  g_clear_pointer (&f->mirror, g_ptr_array_unref);
  g_clear_object (&f->host);
  g_clear_object (&f->demo);
}

static void
power (const char *name, NbPowerVerb verb)
{
  NbMachine *machine = nb_test_find_by_name (machines, name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  nb_machine_power_async (machine, verb, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  nb_machine_power_finish (machine, result, &error);
  g_assert_no_error (error);
  wait_for (nb_machine_is_active (machine) == (verb == NB_POWER_START));
}

static NbKvmUser *
find (Fixture *f, const char *machine)
{
  for (guint i = 0; i < f->mirror->len; i++)
    {
      NbMachine *one = nb_kvm_user_get_machine (f->mirror->pdata[i]);

      if (one != NULL && strcmp (nb_machine_get_name (one), machine) == 0)
        return f->mirror->pdata[i];
    }

  return NULL;
}

static guint
count (Fixture *f, NbKvmUserKind kind)
{
  guint n = 0;

  for (guint i = 0; i < f->mirror->len; i++)
    n += nb_kvm_user_get_kind (f->mirror->pdata[i]) == kind;

  return n;
}

/* As the kernel shows a QEMU; @name is what libvirt would have called the machine. */
static void
make_process (Fixture *f, const char *pid, const char *name)
{
  g_autofree char *folder = g_build_filename (nb_demo_get_root (f->demo), "proc", pid, NULL);
  g_autofree char *fds = g_build_filename (folder, "fd", NULL);
  g_autofree char *link = g_build_filename (fds, "9", NULL);
  g_autofree char *comm = g_build_filename (folder, "comm", NULL);
  g_autofree char *status = g_build_filename (folder, "status", NULL);
  g_autofree char *cmdline = g_build_filename (folder, "cmdline", NULL);
  GString *words = g_string_new ("qemu-system-x86_64");

  g_string_append_c (words, '\0');
  g_string_append (words, "-name");
  g_string_append_c (words, '\0');
  g_string_append_printf (words, "guest=%s,debug-threads=on", name);
  g_assert_cmpint (g_mkdir_with_parents (fds, 0700), ==, 0);
  g_assert_true (g_file_set_contents (comm, "qemu-system-x86\n", -1, NULL));
  g_assert_true (g_file_set_contents (status, "Name:\tqemu\nUid:\t1000\t1000\t1000\t1000\n", -1, NULL));
  g_assert_true (g_file_set_contents (cmdline, words->str, (gssize) words->len, NULL));
  g_assert_cmpint (symlink ("anon_inode:kvm-vm", link), ==, 0);
  g_string_free (words, TRUE);
}

static void
test_machines (Fixture *f, gconstpointer data)
{
  const int before = nb_host_get_facts (f->host)->refcnt;

  g_assert_nonnull (find (f, "k8s-node-1"));
  g_assert_nonnull (find (f, "k8s-node-3")); /* paused */
  g_assert_null (find (f, "proxmox-lab"));   /* shut off */
  g_assert_cmpuint (count (f, NB_KVM_USER_PROCESS), ==, 0);
  g_assert_cmpuint (count (f, NB_KVM_USER_REST), ==, 1);

  /* The use count has no event: a machine that starts or stops makes it be read. */
  wait_for (nb_host_get_facts (f->host)->refcnt != before);
  power ("proxmox-lab", NB_POWER_START);
  g_assert_nonnull (find (f, "proxmox-lab"));
  wait_for (nb_host_get_facts (f->host)->refcnt == (int) count (f, NB_KVM_USER_MACHINE) * 3);
  power ("proxmox-lab", NB_POWER_DESTROY);
  g_assert_null (find (f, "proxmox-lab"));
  wait_for (nb_host_get_facts (f->host)->refcnt == (int) count (f, NB_KVM_USER_MACHINE) * 3);
}

static void
test_show (Fixture *f, gconstpointer data)
{
  NbHolderItem *holder;

  nb_holder_list_show_all (nb_kvm_users_get_holders (f->users));
  wait_for (nb_holder_list_get_complete (nb_kvm_users_get_holders (f->users)));
  holder = nb_kvm_user_get_holder (find (f, "k8s-node-1"));
  g_assert_nonnull (holder);
  g_assert_cmpstr (nb_holder_item_get_user (holder), ==, "libvirt-qemu");
  g_assert_cmpuint (count (f, NB_KVM_USER_PROCESS), ==, 0);
  g_assert_cmpuint (count (f, NB_KVM_USER_REST), ==, 0);
}

/* One process is the machine's; a second one of the same name is a stranger, and so is that of a machine that is off. */
static void
test_matching (Fixture *f, gconstpointer data)
{
  make_process (f, "5000", "k8s-node-2");
  make_process (f, "5001", "k8s-node-2");
  make_process (f, "5002", "fedora-toolbox");
  power ("proxmox-lab", NB_POWER_START);
  wait_for (nb_kvm_users_count_strangers (f->users) == 2);
  g_assert_nonnull (nb_kvm_user_get_holder (find (f, "k8s-node-2")));
  g_assert_cmpstr (nb_holder_item_get_user (nb_kvm_user_get_holder (find (f, "k8s-node-2"))), ==, "sam");
  g_assert_null (nb_kvm_user_get_holder (find (f, "k8s-node-1")));

  /* Its process goes with the machine, at once. The other has its name, and the machine is gone. */
  power ("k8s-node-2", NB_POWER_DESTROY);
  g_assert_null (find (f, "k8s-node-2"));
  g_assert_cmpuint (nb_kvm_users_count_strangers (f->users), ==, 2);
  power ("k8s-node-2", NB_POWER_START);
  power ("proxmox-lab", NB_POWER_DESTROY);
}

static void
test_shut_down (Fixture *f, gconstpointer data)
{
  NbKvmUser *user = find (f, "k8s-node-3");

  g_assert_cmpint (nb_machine_get_state (nb_kvm_user_get_machine (user)), ==, NB_MACHINE_STATE_PAUSED);
  nb_kvm_user_shut_down (user);
  g_assert_cmpint (nb_kvm_user_get_state (user), ==, NB_KVM_USER_ASKED);
  wait_for (find (f, "k8s-node-3") == NULL);
  power ("k8s-node-3", NB_POWER_START);
  g_assert_cmpint (nb_kvm_user_get_state (find (f, "k8s-node-3")), ==, NB_KVM_USER_RUNS);
}

/* Forcing off is a thing only after the guest had its time. */
static void
test_deaf (Fixture *f, gconstpointer data)
{
  NbKvmUser *user;

  power ("Windows XP (old scanner)", NB_POWER_START);
  user = find (f, "Windows XP (old scanner)");
  nb_kvm_user_shut_down (user);
  wait_for (nb_kvm_user_get_state (user) == NB_KVM_USER_LATE);
  nb_kvm_user_force_off (user);
  wait_for (find (f, "Windows XP (old scanner)") == NULL);
}

/* Shut down from the list, then told on its page to start again, then forced off in the list: it stays off. */
static void
test_forced_off_stays_off (Fixture *f, gconstpointer data)
{
  NbKvmUser *user;
  NbMachine *machine;
  g_autoptr (NbMachineEditor) editor = NULL;
  g_autoptr (NbMachineConfig) config = NULL;

  power ("Windows XP (old scanner)", NB_POWER_START);
  user = find (f, "Windows XP (old scanner)");
  machine = nb_kvm_user_get_machine (user);
  editor = nb_machine_editor_new (machine);
  nb_kvm_user_shut_down (user);
  nb_machine_editor_shut_down_async (editor, NB_SHUTDOWN_STARTS_AGAIN, 0, NULL, NULL);
  wait_for (nb_kvm_user_get_state (user) == NB_KVM_USER_LATE);
  nb_kvm_user_force_off (user);
  wait_for (find (f, "Windows XP (old scanner)") == NULL);
  wait_for (nb_machine_editor_get_busy (editor) == NB_EDITOR_IDLE);
  /* What was asked of the connection before has been done. */
  config = nb_test_load (machine, NULL);
  g_assert_nonnull (config);
  g_assert_null (config->live);
}

/* One of another driver than QEMU's holds nothing, and is not even asked. */
static void
test_other_type (void)
{
  const char *const uris[] = { "test:///default", NULL };
  g_autoptr (GListStore) connections = nb_connection_list_new (uris, NULL);
  g_autoptr (NbMachineList) others = nb_machine_list_new (G_LIST_MODEL (connections));
  g_autoptr (NbHost) host = nb_host_new ("/nonexistent");
  g_autoptr (NbKvmUsers) users = nb_kvm_users_new (host, NULL, G_LIST_MODEL (others));

  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (nb_test_find_by_name (others, "test") != NULL);
  g_assert_true (nb_machine_is_active (nb_test_find_by_name (others, "test")));
  g_assert_false (nb_machine_uses_kvm (nb_test_find_by_name (others, "test")));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (users)), ==, 1); /* the rest */
}

int
main (int argc, char *argv[])
{
  g_autoptr (GListStore) connections = NULL;
  const char *uris[] = { NULL, NULL };
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  recordings = nb_recordings_new (NULL);
  nb_recordings_set_times (recordings, MILLISECONDS, PATIENCE);
  uris[0] = nb_recordings_get_uri (recordings);
  connections = nb_connection_list_new (uris, NB_STAND_IN (recordings));
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  wait_for (g_list_model_get_n_items (G_LIST_MODEL (machines)) > 0);

  g_test_add ("/kvm-users/machines", Fixture, NULL, set_up, test_machines, tear_down);
  g_test_add ("/kvm-users/show", Fixture, NULL, set_up, test_show, tear_down);
  g_test_add ("/kvm-users/matching", Fixture, NULL, set_up, test_matching, tear_down);
  g_test_add ("/kvm-users/shut-down", Fixture, NULL, set_up, test_shut_down, tear_down);
  g_test_add ("/kvm-users/deaf", Fixture, NULL, set_up, test_deaf, tear_down);
  g_test_add ("/kvm-users/forced-off-stays-off", Fixture, NULL, set_up, test_forced_off_stays_off, tear_down);
  g_test_add_func ("/kvm-users/other-type", test_other_type);
  status = g_test_run ();
  g_clear_object (&machines);
  g_clear_object (&recordings);
  return status;
}
