/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an agent may answer, and a guest that wants to do harm. */

#include "config.h"

#include "nb-guest-agent.h"
#include "nb-machine-error.h"
#include "nb-machines-test.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <string.h>

/* One answer for each command. NULL: the agent says no. */
typedef struct
{
  const char *open;
  const char *open_kvm;
  const char *read;
  const char *info;
  const char *os;
} Agent;

static const Agent *agent;

char *
virDomainQemuAgentCommand (virDomainPtr domain, const char *command, int timeout, unsigned int flags)
{
  const char *answer = "{\"return\":{}}";

  if (strstr (command, "/proc/cpuinfo") != NULL)
    answer = agent->open;
  else if (strstr (command, "guest-file-open") != NULL)
    answer = agent->open_kvm;
  else if (strstr (command, "guest-file-read") != NULL)
    answer = agent->read;
  else if (strstr (command, "guest-info") != NULL)
    answer = agent->info;
  else if (strstr (command, "guest-get-osinfo") != NULL)
    answer = agent->os;
  return answer != NULL ? strdup (answer) : NULL;
}

virErrorPtr
virGetLastError (void)
{
  static virError refused = { .code = VIR_ERR_INTERNAL_ERROR, .level = VIR_ERR_ERROR, .message = (char *) "no" };

  return &refused;
}

typedef struct
{
  GListStore *connections;
  NbMachineList *machines;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  const char *const uris[] = { "test:///default", NULL };

  f->connections = nb_connection_list_new (uris, NULL);
  f->machines = nb_machine_list_new (G_LIST_MODEL (f->connections));
  nb_connection_list_open (G_LIST_MODEL (f->connections));
  wait_for (nb_test_find_by_name (f->machines, "test") != NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_list_store_remove_all (f->connections);
  g_object_unref (f->machines);
  g_object_unref (f->connections);
}

static NbGuestAnswer
ask (Fixture *f, const Agent *now, GError **error)
{
  NbMachine *machine = nb_test_find_by_name (f->machines, "test");
  g_autoptr (GAsyncResult) result = NULL;

  agent = now;
  nb_machine_ask_guest_async (machine, NULL, nb_test_keep_result, &result);
  wait_for (result != NULL);
  return nb_machine_ask_guest_finish (machine, result, error);
}

#define RETURN(value) "{\"return\":" value "}"
/* “flags : fpu svm” */
#define SVM RETURN ("{\"count\":17,\"buf-b64\":\"ZmxhZ3MgOiBmcHUgc3ZtCg==\",\"eof\":true}")

static void
test_honest (Fixture *f, gconstpointer data)
{
  const Agent kvm = { RETURN ("1000"), RETURN ("1001"), SVM, NULL, NULL };
  const Agent svm = { RETURN ("1000"), NULL, SVM, NULL, NULL };
  const Agent windows = { NULL, NULL, NULL, NULL, RETURN ("{\"id\":\"mswindows\"}") };
  const Agent forbidden = { NULL, NULL, NULL,
                            RETURN ("{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":false}]}"),
                            NULL };
  const Agent silent = { NULL, NULL, NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ask (f, &kvm, &error), ==, NB_GUEST_ANSWER_READY);
  g_assert_cmpint (ask (f, &svm, &error), ==, NB_GUEST_ANSWER_GIVEN_SVM);
  g_assert_cmpint (ask (f, &windows, &error), ==, NB_GUEST_ANSWER_WINDOWS);
  g_assert_cmpint (ask (f, &forbidden, &error), ==, NB_GUEST_ANSWER_REFUSED);
  /* It tells not even its commands. */
  g_assert_cmpint (ask (f, &silent, &error), ==, NB_GUEST_ANSWER_REFUSED);
  g_assert_no_error (error);
}

static const char *const values[] = {
  "",
  "{",
  "null",
  "[]",
  "7",
  "\"x\"",
  "{}",
  "{\"return\":null}",
  "{\"return\":[]}",
  "{\"return\":{}}",
  "{\"return\":\"x\"}",
  "{\"return\":true}",
  "{\"return\":1.5}",
  "{\"return\":99999999999999999999}",
  "{\"return\":{\"buf-b64\":7}}",
  "{\"return\":{\"buf-b64\":\"====\"}}",
  "{\"return\":{\"buf-b64\":\"\"}}",
  "{\"return\":{\"buf-b64\":[]}}",
  "{\"return\":{\"buf-b64\":\"AAAA\"}}",
  "{\"return\":{\"buf-b64\":{}}}",
  "{\"return\":{\"id\":[]}}",
  "{\"return\":{\"id\":{}}}",
  "{\"return\":{\"id\":null}}",
  "{\"return\":{\"supported_commands\":7}}",
  "{\"return\":{\"supported_commands\":[[]]}}",
  "{\"return\":{\"supported_commands\":[null,7,\"x\",{}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":false}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":[]}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":{}}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":[]}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":{}}]}}",
  "{\"return\":{\"supported_commands\":[{\"name\":\"guest-file-open\",\"enabled\":\"x\"}]}}",
};

/* Each in each place, and none may bring the program down or pass for a proof. */
static void
test_hostile (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      const Agent open = { values[i], NULL, values[i], NULL, NULL };
      const Agent read = { RETURN ("1"), NULL, values[i], NULL, NULL };
      const Agent info = { NULL, NULL, NULL, values[i], NULL };
      const Agent os = { NULL, NULL, NULL, NULL, values[i] };
      const Agent *const all[] = { &open, &read, &info, &os };

      for (guint j = 0; j < G_N_ELEMENTS (all); j++)
        {
          g_autoptr (GError) error = NULL;
          const NbGuestAnswer answer = ask (f, all[j], &error);

          g_assert_cmpint (nb_guest_answer_get_proof (answer), !=, NB_TRISTATE_YES);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/guest-agent/honest", Fixture, NULL, set_up, test_honest, tear_down);
  g_test_add ("/guest-agent/hostile", Fixture, NULL, set_up, test_hostile, tear_down);
  return g_test_run ();
}
