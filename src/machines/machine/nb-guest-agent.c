/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks whether a guest can run virtual machines: QEMU first, then the guest's agent. The agent opens and reads files and
 * executes nothing: many guests forbid it that. */

#include "config.h"

#include "nb-guest-agent.h"

#include <glib/gi18n-lib.h>
#include <libvirt/libvirt-qemu.h>
#include <string.h>

#include "nb-guest-monitor-virt.h"
#include "nb-json.h"
#include "nb-machine-error.h"
#include "nb-machine-job.h"
#include "nb-virt.h"
#include "nb-machine-config-virt.h"
#include "nb-machine-virt.h"

#define AGENT_SECONDS 10
/* One processor's paragraph is about 1.5 kB and the first one is enough: this is for thousands of flags. */
#define MAX_BYTES 16384

static void
set_no_answer (GError **error)
{
  g_set_error_literal (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_NO_AGENT,
                       _ ("The guest agent’s answer could not be understood."));
}

/* The "return" member of the agent's answer. An agent that is there and says no is %NB_MACHINE_ERROR_FAILED. */
static JsonNode *
command (virDomainPtr domain, const char *text, GError **error)
{
  g_autoptr (JsonNode) answer = NULL;
  char *json = virDomainQemuAgentCommand (domain, text, AGENT_SECONDS, 0);
  JsonNode *node;

  if (json == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The guest could not be asked."));
      return NULL;
    }
  answer = nb_json_parse (json);
  free (json);
  node = nb_json_get_member (answer, "return");
  if (node == NULL)
    {
      set_no_answer (error);
      return NULL;
    }
  return json_node_copy (node);
}

static gboolean
open_file (virDomainPtr domain, const char *path, gint64 *handle, GError **error)
{
  g_autofree char *text =
    g_strdup_printf ("{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"%s\",\"mode\":\"r\"}}", path);
  g_autoptr (JsonNode) node = command (domain, text, error);

  if (node == NULL)
    return FALSE;
  if (!nb_json_get_int (node, handle))
    {
      set_no_answer (error);
      return FALSE;
    }
  return TRUE;
}

static void
close_file (virDomainPtr domain, gint64 handle)
{
  g_autofree char *text =
    g_strdup_printf ("{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT "}}", handle);
  JsonNode *closed = command (domain, text, NULL);

  g_clear_pointer (&closed, json_node_unref);
}

static char *
read_handle (virDomainPtr domain, gint64 handle, GError **error)
{
  g_autofree char *text =
    g_strdup_printf ("{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":%" G_GINT64_FORMAT ",\"count\":%d}}",
                     handle, MAX_BYTES);
  g_autoptr (JsonNode) node = command (domain, text, error);
  const char *encoded;
  g_autofree guchar *bytes = NULL;
  gsize length;

  if (node == NULL)
    return NULL;
  encoded = nb_json_get_string (nb_json_get_member (node, "buf-b64"));
  if (encoded == NULL)
    {
      set_no_answer (error);
      return NULL;
    }
  bytes = g_base64_decode (encoded, &length);
  return g_utf8_make_valid ((const char *) bytes, (gssize) length);
}

static char *
read_cpuinfo (virDomainPtr domain, GError **error)
{
  gint64 handle;
  char *text;

  if (!open_file (domain, "/proc/cpuinfo", &handle, error))
    return NULL;
  text = read_handle (domain, handle, error);
  close_file (domain, handle);
  return text;
}

/* /dev/kvm can be opened only while KVM works. An agent that may not, as under SELinux, can still see the module. */
static gboolean
find_kvm (virDomainPtr domain, gboolean *found, GError **error)
{
  static const char *const paths[] = { "/dev/kvm", "/sys/module/kvm_amd/parameters/nested",
                                       "/sys/module/kvm_intel/parameters/nested" };

  *found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (paths) && !*found; i++)
    {
      g_autoptr (GError) failure = NULL;
      gint64 handle;

      *found = open_file (domain, paths[i], &handle, &failure);
      if (*found)
        close_file (domain, handle);
      else if (!g_error_matches (failure, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }

  return TRUE;
}

static NbGuestSystem
ask_system (virDomainPtr domain)
{
  g_autoptr (JsonNode) node = command (domain, "{\"execute\":\"guest-get-osinfo\"}", NULL);

  return nb_guest_system_from_id (nb_json_get_string (nb_json_get_member (node, "id")));
}

/* Red Hat's systems forbid their agents to open files, and anybody may. The agent lists its commands; one that does not
 * even tell those is forbidden more. */
static gboolean
is_forbidden (virDomainPtr domain)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (JsonNode) node = command (domain, "{\"execute\":\"guest-info\"}", &failure);
  JsonNode *commands = nb_json_get_member (node, "supported_commands");

  if (node == NULL)
    return g_error_matches (failure, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED);
  for (guint i = 0; i < nb_json_get_length (commands); i++)
    {
      JsonNode *item = nb_json_get_element (commands, i);
      const char *name = nb_json_get_string (nb_json_get_member (item, "name"));

      if ((g_strcmp0 (name, "guest-file-open") == 0 || g_strcmp0 (name, "guest-file-read") == 0) &&
          !nb_json_get_boolean (nb_json_get_member (item, "enabled"), TRUE))
        return TRUE;
    }
  return FALSE;
}

static NbGuestAnswer
ask_agent (virDomainPtr domain, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *cpuinfo = read_cpuinfo (domain, &failure);
  gboolean has_kvm;

  if (cpuinfo != NULL)
    return find_kvm (domain, &has_kvm, error) ? nb_guest_answer_from_cpuinfo (cpuinfo, has_kvm) : NB_GUEST_ANSWER_NONE;
  if (g_error_matches (failure, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED))
    {
      if (ask_system (domain) == NB_GUEST_SYSTEM_WINDOWS)
        return NB_GUEST_ANSWER_WINDOWS;
      if (is_forbidden (domain))
        return NB_GUEST_ANSWER_REFUSED;
    }

  g_propagate_error (error, g_steal_pointer (&failure));
  return NB_GUEST_ANSWER_NONE;
}

/* The demo's guests see what the test driver runs them with. */
static NbGuestAnswer
ask_stand_in (GVirDomain *domain, NbStandIn *stand_in, GError **error)
{
  g_autoptr (NbMachineConfig) config = nb_machine_config_read (domain, stand_in, NB_READ_ALL, error);
  g_autoptr (NbMachineSummary) summary = config != NULL ? nb_machine_summary_new (config, error) : NULL;
  g_autofree char *cpuinfo = NULL;

  if (summary == NULL)
    return NB_GUEST_ANSWER_NONE;
  if (summary->os_id != NULL && g_str_has_prefix (summary->os_id, "http://microsoft.com/"))
    return NB_GUEST_ANSWER_WINDOWS;
  cpuinfo = nb_stand_in_dup_cpuinfo (stand_in, summary->live == NB_TRISTATE_YES);
  return nb_guest_answer_from_cpuinfo (cpuinfo, TRUE);
}

/* Why a processor that has no virtualization has none. */
static NbGuestAnswer
explain_no (const NbMachineSummary *summary)
{
  if (summary == NULL)
    return NB_GUEST_ANSWER_NO;
  if (summary->override != NULL)
    return NB_GUEST_ANSWER_NO_OVERRIDDEN;

  return summary->live == NB_TRISTATE_YES ? NB_GUEST_ANSWER_NO_LEFT_OUT : NB_GUEST_ANSWER_NO;
}

/* QEMU knows the processor for certain, the agent what the guest makes of it. */
static NbGuestAnswer
combine (GVirDomain *domain, const NbGuestMonitor *monitor)
{
  g_autoptr (NbMachineConfig) config = nb_machine_config_read (domain, NULL, NB_READ_ALL, NULL);
  g_autoptr (NbMachineSummary) summary = config != NULL ? nb_machine_summary_new (config, NULL) : NULL;
  NbGuestAnswer answer = nb_guest_answer_from_monitor (monitor, NB_GUEST_SYSTEM_UNKNOWN);
  g_autoptr (GError) failure = NULL;
  NbGuestSystem system;
  NbGuestAnswer inside;

  if (answer == NB_GUEST_ANSWER_NO)
    return explain_no (summary);
  if (answer != NB_GUEST_ANSWER_GIVEN)
    return answer;

  inside = ask_agent (nb_virt_get_domain (domain), &failure);
  if (nb_proof_is_yes (nb_guest_answer_get_level (inside)))
    return inside;
  /* An agent that is not there is not asked once more. */
  system = inside == NB_GUEST_ANSWER_REFUSED || inside == NB_GUEST_ANSWER_WINDOWS ||
               g_error_matches (failure, NB_MACHINE_ERROR, NB_MACHINE_ERROR_FAILED)
             ? ask_system (nb_virt_get_domain (domain))
             : NB_GUEST_SYSTEM_UNKNOWN;
  if (system == NB_GUEST_SYSTEM_UNKNOWN && summary != NULL)
    system = nb_guest_system_from_id (summary->os_id);
  return nb_guest_answer_from_monitor (monitor, system);
}

/* Where QEMU can't be asked, the agent alone has to do. */
static NbGuestAnswer
ask_both (GVirDomain *domain, GError **error)
{
  g_autoptr (GError) failure = NULL;
  NbGuestMonitor monitor;
  NbGuestAnswer answer;

  if (nb_guest_monitor_ask (nb_virt_get_domain (domain), &monitor, &failure) && monitor.has != NB_TRISTATE_UNKNOWN)
    return combine (domain, &monitor);

  answer = ask_agent (nb_virt_get_domain (domain), error);
  if (failure != NULL && error != NULL && *error != NULL)
    g_prefix_error (error, "%s ", failure->message);
  return answer;
}

static void
ask_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NbStandIn *stand_in = nb_connection_get_stand_in (nb_machine_get_connection (source));
  GError *error = NULL;
  NbGuestAnswer answer = NB_GUEST_ANSWER_NONE;
  nb_auto_gvir_domain domain = nb_machine_look_up (source, &error);

  if (domain != NULL && stand_in != NULL)
    answer = ask_stand_in (domain, stand_in, &error);
  else if (domain != NULL)
    answer = ask_both (domain, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_int (task, answer);
}

/**
 * nb_machine_ask_guest_async:
 * @self: a running machine
 * @cancellable: (nullable): drops it as long as it has not begun
 * @callback: called with the answer
 * @data: for @callback
 *
 * Asks QEMU for the running processor and its registers, then the guest's agent, where there is one, for its
 * /proc/cpuinfo and for KVM there. libvirt marks the machine as tainted ("custom-monitor", "custom-ga-command") until it is
 * shut down, so this is done only when the person asks, and said before.
 */
void
nb_machine_ask_guest_async (NbMachine *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_ask_guest_async);
  g_task_set_task_data (task, GINT_TO_POINTER (nb_machine_get_id (self)), NULL);
  nb_machine_run_writable (self, task, ask_thread);
}

/**
 * nb_machine_ask_guest_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_NO_AGENT when no agent answers
 *
 * The machine keeps the answer for as long as the run that was asked goes on.
 *
 * Returns: what the guest said; %NB_GUEST_ANSWER_NONE with @error set
 */
NbGuestAnswer
nb_machine_ask_guest_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  gssize answer;

  g_return_val_if_fail (g_task_is_valid (result, self), NB_GUEST_ANSWER_NONE);
  answer = g_task_propagate_int (G_TASK (result), error);
  if (answer < 0)
    return NB_GUEST_ANSWER_NONE;
  if (nb_machine_get_id (self) == GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result))))
    nb_machine_set_answer (self, (NbGuestAnswer) answer);

  return (NbGuestAnswer) answer;
}
