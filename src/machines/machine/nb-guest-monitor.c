/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks QEMU itself what a running virtual processor is, and whether the guest has turned its virtualization on. Needs
 * nothing of the guest: no agent, no file, no certain system. Only commands that read. What is read is foreign all the
 * same: QEMU runs the guest. */

#include "config.h"

#include "nb-guest-monitor-virt.h"

#include <glib/gi18n-lib.h>
#include <libvirt/libvirt-qemu.h>
#include <stdlib.h>
#include <string.h>

#include "nb-json.h"
#include "nb-machine-error.h"

#define CPUID_1_ECX_VMX        (1 << 5)
#define CPUID_80000001_ECX_SVM (1 << 2)

/* Intel Software Developer's Manual, volume 3, "Control Registers"; AMD64 Architecture Programmer's Manual, volume 2,
 * "Extended Feature Enable Register". */
#define CR4_VMXE  (1 << 13)
#define EFER_SVME (1 << 12)

/* The registers of a thousand processors. */
#define MAX_BYTES (8 * 1024 * 1024)

/**
 * nb_guest_monitor_parse_path:
 * @answer: what QEMU says to query-cpus-fast
 *
 * Returns: (transfer full) (nullable): the first processor's path
 */
char *
nb_guest_monitor_parse_path (const char *answer)
{
  g_autoptr (JsonNode) node = nb_json_parse (answer);
  JsonNode *first = nb_json_get_element (nb_json_get_member (node, "return"), 0);
  const char *path = nb_json_get_string (nb_json_get_member (first, "qom-path"));

  /* It becomes a part of the next command. */
  if (path == NULL ||
      strspn (path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_.[]-") != strlen (path))
    return NULL;

  return g_strdup (path);
}

/**
 * nb_guest_monitor_parse_words:
 * @self: what is known; @has and @vmx are set
 * @answer: what QEMU says to qom-get of a processor's feature-words
 *
 * Each word is a register of a CPUID leaf, as the guest sees it.
 */
void
nb_guest_monitor_parse_words (NbGuestMonitor *self, const char *answer)
{
  g_autoptr (JsonNode) node = nb_json_parse (answer);
  JsonNode *words = nb_json_get_member (node, "return");

  self->has = NB_TRISTATE_UNKNOWN;
  self->vmx = FALSE;
  for (guint i = 0; i < nb_json_get_length (words); i++)
    {
      JsonNode *word = nb_json_get_element (words, i);
      gint64 leaf, features;
      gboolean vmx, svm;

      if (g_strcmp0 (nb_json_get_string (nb_json_get_member (word, "cpuid-register")), "ECX") != 0 ||
          !nb_json_get_int (nb_json_get_member (word, "cpuid-input-eax"), &leaf) ||
          !nb_json_get_int (nb_json_get_member (word, "features"), &features) || (leaf != 1 && leaf != 0x80000001))
        continue;

      vmx = leaf == 1 && (features & CPUID_1_ECX_VMX) != 0;
      svm = leaf == 0x80000001 && (features & CPUID_80000001_ECX_SVM) != 0;
      self->vmx = self->vmx || vmx;
      self->has = vmx || svm || self->has == NB_TRISTATE_YES ? NB_TRISTATE_YES : NB_TRISTATE_NO;
    }
}

/* Whether one of the registers NAME=HEX has the bit; unknown where there is none. */
static NbTristate
find_bit (const char *text, const char *name, guint64 bit)
{
  NbTristate found = NB_TRISTATE_UNKNOWN;

  for (const char *at = strstr (text, name); at != NULL; at = strstr (at, name))
    {
      at += strlen (name);
      if (!g_ascii_isxdigit (*at))
        continue;
      if ((g_ascii_strtoull (at, NULL, 16) & bit) != 0)
        return NB_TRISTATE_YES;
      found = NB_TRISTATE_NO;
    }

  return found;
}

/**
 * nb_guest_monitor_parse_registers:
 * @text: what QEMU's human monitor says to `info registers -a`
 *
 * Returns: whether CR4.VMXE or EFER.SVME is set on any processor: a hypervisor runs there; unknown where neither register
 *   was seen
 */
NbTristate
nb_guest_monitor_parse_registers (const char *text)
{
  NbTristate vmx, svm;

  if (strnlen (text, MAX_BYTES + 1) > MAX_BYTES)
    return NB_TRISTATE_UNKNOWN;

  vmx = find_bit (text, "CR4=", CR4_VMXE);
  svm = find_bit (text, "EFER=", EFER_SVME);
  return MAX (vmx, svm);
}

static char *
command (virDomainPtr domain, const char *text, unsigned int flags, GError **error)
{
  char *answer = NULL;

  if (virDomainQemuMonitorCommand (domain, text, &answer, flags) < 0)
    {
      nb_machine_error_from_libvirt (error, _ ("QEMU could not be asked."));
      free (answer);
      return NULL;
    }
  g_debug ("monitor: %s: %.200s", text, answer);

  return answer;
}

/**
 * nb_guest_monitor_ask:
 * @domain: a running machine on a connection that may write
 * @self: (out caller-allocates): what QEMU says
 * @error: why QEMU could not be asked: the monitor is busy, the driver has none, the connection may only read
 *
 * libvirt marks the machine as tainted ("custom-monitor") until it is shut down. Any thread; blocks for as long as
 * another job has the monitor.
 *
 * Returns: whether QEMU answered; of a machine that is no PC nothing is known then
 */
gboolean
nb_guest_monitor_ask (virDomainPtr domain, NbGuestMonitor *self, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *query = NULL;
  char *processors, *words, *registers;

  *self = (NbGuestMonitor){ .has = NB_TRISTATE_UNKNOWN, .runs = NB_TRISTATE_UNKNOWN };

  processors = command (domain, "{\"execute\":\"query-cpus-fast\"}", 0, error);
  if (processors == NULL)
    return FALSE;
  path = nb_guest_monitor_parse_path (processors);
  free (processors);
  if (path == NULL)
    return TRUE;

  query =
    g_strdup_printf ("{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"%s\",\"property\":\"feature-words\"}}", path);
  words = command (domain, query, 0, error);
  if (words == NULL)
    return FALSE;
  nb_guest_monitor_parse_words (self, words);
  free (words);
  if (self->has != NB_TRISTATE_YES)
    return TRUE;

  registers = command (domain, "info registers -a", VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP, error);
  if (registers == NULL)
    return FALSE;
  self->runs = nb_guest_monitor_parse_registers (registers);
  free (registers);

  return TRUE;
}
