/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-guest-agent.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <libvirt/libvirt-qemu.h>
#include <string.h>

#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-virt.h"

#define PATH          "/proc/cpuinfo"
#define AGENT_SECONDS 10
/* One processor's paragraph is about 1.5 kB and the first one is enough: this is for thousands of flags. */
#define MAX_BYTES 16384

static void
set_no_answer (GError **error)
{
  g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_NO_AGENT,
                       _ ("The guest agent’s answer could not be understood."));
}

/* The "return" member of the agent's answer. */
static JsonNode *
command (virDomainPtr domain, const char *text, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  char *json = virDomainQemuAgentCommand (domain, text, AGENT_SECONDS, 0);
  JsonNode *node = NULL;

  if (json == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The guest could not be asked."));
      return NULL;
    }
  answer = json_from_string (json, NULL);
  free (json);
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    node = json_object_dup_member (json_node_get_object (answer), "return");
  if (node == NULL)
    set_no_answer (error);
  return node;
}

static char *
read_handle (virDomainPtr domain, gint64 handle, GError **error)
{
  g_autofree char *text =
    g_strdup_printf ("{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT ",\"count\":%d}}",
                     handle, MAX_BYTES);
  g_autoptr (JsonNode) node = command (domain, text, error);
  const char *encoded = NULL;
  g_autofree guchar *bytes = NULL;
  gsize length;

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node))
    encoded = json_object_get_string_member_with_default (json_node_get_object (node), "buf-b64", NULL);
  if (encoded == NULL)
    {
      set_no_answer (error);
      return NULL;
    }
  bytes = g_base64_decode (encoded, &length);
  return g_utf8_make_valid ((const char *) bytes, (gssize) length);
}

static char *
ask_agent (virDomainPtr domain, GError **error)
{
  g_autoptr (JsonNode) opened =
    command (domain, "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"" PATH "\",\"mode\":\"r\"}}", error);
  g_autofree char *close = NULL;
  g_autoptr (JsonNode) closed = NULL;
  char *text;
  gint64 handle;

  if (opened == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (opened) || json_node_get_value_type (opened) != G_TYPE_INT64)
    {
      set_no_answer (error);
      return NULL;
    }
  handle = json_node_get_int (opened);
  text = read_handle (domain, handle, error);
  close =
    g_strdup_printf ("{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT "}}", handle);
  closed = command (domain, close, NULL);
  return text;
}

/* The demo's guests see what the test driver runs them with. */
static char *
ask_recordings (virDomainPtr domain, NbRecordings *recordings, GError **error)
{
  g_autoptr (NbMachineConfig) config = nb_machine_config_read (domain, recordings, NB_READ_ALL, error);
  g_autoptr (NbMachineSummary) summary = config != NULL ? nb_machine_summary_new (config, error) : NULL;

  if (summary == NULL)
    return NULL;
  return nb_recordings_dup_cpuinfo (recordings, summary->live == NB_TRISTATE_YES);
}

static void
cpuinfo_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbRecordings *recordings = nb_connection_get_recordings (nb_machine_get_connection (source));
  GError *error = NULL;
  char *text = NULL;
  nb_auto_connect connect = NULL;
  nb_auto_domain domain = nb_machine_look_up (source, &connect, &error);

  if (domain != NULL && recordings != NULL)
    text = ask_recordings (domain, recordings, &error);
  else if (domain != NULL)
    text = ask_agent (domain, &error);
  if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * nb_machine_read_cpuinfo_async:
 * @self: a running machine
 * @cancellable: (nullable): drops it as long as it has not begun
 * @callback: called with the answer
 * @data: for @callback
 *
 * Asks the guest agent for the guest's /proc/cpuinfo: the proof from inside. libvirt marks the machine as tainted
 * ("custom-ga-command") until it is shut down, so this is done only when the person asks, and said before.
 */
void
nb_machine_read_cpuinfo_async (NbMachine *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_read_cpuinfo_async);
  nb_machine_run_writable (self, task, cpuinfo_thread);
}

/**
 * nb_machine_read_cpuinfo_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_NO_AGENT when no agent answers
 *
 * Returns: (transfer full) (nullable): the first processors' part of the guest's /proc/cpuinfo
 */
char *
nb_machine_read_cpuinfo_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * nb_guest_cpuinfo_can_nest:
 * @cpuinfo: a guest's /proc/cpuinfo
 *
 * Returns: whether the first processor's flags hold vmx or svm
 */
gboolean
nb_guest_cpuinfo_can_nest (const char *cpuinfo)
{
  g_auto (GStrv) lines = g_strsplit (cpuinfo, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "flags"))
      {
        const char *colon = strchr (lines[i], ':');
        g_auto (GStrv) flags = g_strsplit (colon != NULL ? colon + 1 : "", " ", -1);

        return g_strv_contains ((const char *const *) flags, "vmx") ||
               g_strv_contains ((const char *const *) flags, "svm");
      }
  return FALSE;
}
