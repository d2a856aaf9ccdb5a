/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a guest, through its agent, whether it can run virtual machines. Files are opened and read, nothing is executed:
 * many guests forbid the agent that. */

#include "config.h"

#include "nb-guest-agent.h"

#include <glib/gi18n-lib.h>
#include <libvirt/libvirt-qemu.h>
#include <string.h>

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

static gboolean
is_windows (virDomainPtr domain)
{
  g_autoptr (JsonNode) node = command (domain, "{\"execute\":\"guest-get-osinfo\"}", NULL);

  return g_strcmp0 (nb_json_get_string (nb_json_get_member (node, "id")), "mswindows") == 0;
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
      if (is_windows (domain))
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
    answer = ask_agent (nb_virt_get_domain (domain), &error);
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
 * Asks the guest agent for the guest's /proc/cpuinfo and for KVM there: the proof from inside. libvirt marks the machine
 * as tainted ("custom-ga-command") until it is shut down, so this is done only when the person asks, and said before.
 */
void
nb_machine_ask_guest_async (NbMachine *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (NB_IS_MACHINE (self));
  g_task_set_source_tag (task, nb_machine_ask_guest_async);
  nb_machine_run_writable (self, task, ask_thread);
}

/**
 * nb_machine_ask_guest_finish:
 * @self: a machine
 * @result: what the callback got
 * @error: %NB_MACHINE_ERROR_NO_AGENT when no agent answers
 *
 * Returns: what the guest said; %NB_GUEST_ANSWER_NONE with @error set
 */
NbGuestAnswer
nb_machine_ask_guest_finish (NbMachine *self, GAsyncResult *result, GError **error)
{
  gssize answer;

  g_return_val_if_fail (g_task_is_valid (result, self), NB_GUEST_ANSWER_NONE);
  answer = g_task_propagate_int (G_TASK (result), error);
  return answer < 0 ? NB_GUEST_ANSWER_NONE : (NbGuestAnswer) answer;
}

/**
 * nb_guest_answer_from_cpuinfo:
 * @cpuinfo: a guest's /proc/cpuinfo
 * @has_kvm: whether KVM is loaded there
 *
 * Returns: what that says, by the first processor's flags
 */
NbGuestAnswer
nb_guest_answer_from_cpuinfo (const char *cpuinfo, gboolean has_kvm)
{
  g_auto (GStrv) lines = g_strsplit (cpuinfo, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "flags"))
      {
        const char *colon = strchr (lines[i], ':');
        g_auto (GStrv) flags = g_strsplit (colon != NULL ? colon + 1 : "", " ", -1);
        const gboolean vmx = g_strv_contains ((const char *const *) flags, "vmx");
        const gboolean svm = g_strv_contains ((const char *const *) flags, "svm");

        return !vmx && !svm ? NB_GUEST_ANSWER_NO
               : has_kvm    ? NB_GUEST_ANSWER_KVM
               : vmx        ? NB_GUEST_ANSWER_VMX
                            : NB_GUEST_ANSWER_SVM;
      }
  return NB_GUEST_ANSWER_NO;
}

/**
 * nb_guest_answer_get_proof:
 * @answer: what a guest said
 *
 * Returns: whether that proves that it can run virtual machines
 */
NbTristate
nb_guest_answer_get_proof (NbGuestAnswer answer)
{
  switch (answer)
    {
    case NB_GUEST_ANSWER_NONE:
    case NB_GUEST_ANSWER_WINDOWS:
    case NB_GUEST_ANSWER_REFUSED:
      return NB_TRISTATE_UNKNOWN;
    case NB_GUEST_ANSWER_NO:
      return NB_TRISTATE_NO;
    case NB_GUEST_ANSWER_VMX:
    case NB_GUEST_ANSWER_SVM:
    case NB_GUEST_ANSWER_KVM:
      return NB_TRISTATE_YES;
    }

  return NB_TRISTATE_UNKNOWN;
}

/**
 * nb_guest_answer_get_text:
 * @answer: what a guest said
 *
 * Returns: (transfer none) (nullable): that in translated sentences
 */
const char *
nb_guest_answer_get_text (NbGuestAnswer answer)
{
  switch (answer)
    {
    case NB_GUEST_ANSWER_NONE:
      return NULL;
    case NB_GUEST_ANSWER_NO:
      return _ ("The guest’s own /proc/cpuinfo shows no virtualization.");
    case NB_GUEST_ANSWER_VMX:
      return _ (
        "The guest’s own /proc/cpuinfo shows virtualization, but KVM isn’t loaded there yet. In the guest, type: "
        "sudo modprobe kvm_intel");
    case NB_GUEST_ANSWER_SVM:
      return _ (
        "The guest’s own /proc/cpuinfo shows virtualization, but KVM isn’t loaded there yet. In the guest, type: "
        "sudo modprobe kvm_amd");
    case NB_GUEST_ANSWER_KVM:
      return _ ("The guest’s own /proc/cpuinfo shows virtualization, and KVM is loaded there.");
    case NB_GUEST_ANSWER_WINDOWS:
      return _ (
        "The guest runs Windows, where no file can tell. Turn on its feature Virtual Machine Platform: if WSL 2 or "
        "Hyper-V then starts a machine, that is the proof.");
    case NB_GUEST_ANSWER_REFUSED:
      return _ ("The guest’s agent answers, but is not allowed to open files there. In a Linux guest, type: grep -cwE "
                "'vmx|svm' "
                "/proc/cpuinfo — any number but 0 is a yes.");
    }

  return NULL;
}
