/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Presets. They set the draft and nothing else; what a purpose wants besides `<cpu>` is only told. */

#include "config.h"

#include "nb-purpose.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

/**
 * nb_purpose_get_title:
 * @self: a purpose
 *
 * Returns: (transfer none): its translated name
 */
const char *
nb_purpose_get_title (NbPurpose self)
{
  switch (self)
    {
    case NB_PURPOSE_LINUX:
      return _ ("Linux Hypervisor or Kubernetes");
    case NB_PURPOSE_WINDOWS:
      return _ ("Windows With WSL2 or Hyper-V");
    case NB_PURPOSE_ANDROID:
      return _ ("Android Emulator");
    case NB_PURPOSE_ESXI:
      return _ ("ESXi or Proxmox");
    case NB_PURPOSE_HIDE:
      return _ ("Hide Virtualization");
    }

  return NULL;
}

/**
 * nb_purpose_get_text:
 * @self: a purpose
 *
 * Returns: (transfer none): what it does and why, translated
 */
const char *
nb_purpose_get_text (NbPurpose self)
{
  switch (self)
    {
    case NB_PURPOSE_LINUX:
      return _ (
        "An exact copy of the host’s processor with nesting on: KVM, minikube or kind with virtual machines work "
        "in the guest.");
    case NB_PURPOSE_WINDOWS:
      return _ ("An exact copy of the host’s processor with nesting on. Windows’ own hypervisor also wants the Hyper-V "
                "enlightenments; those that are missing are listed here.");
    case NB_PURPOSE_ANDROID:
      return _ ("An exact copy of the host’s processor with nesting on: without it the emulator refuses to start, or "
                "crawls.");
    case NB_PURPOSE_ESXI:
      return _ ("An exact copy of the host’s processor with nesting on. Such guests may touch processor registers that "
                "KVM does not know.");
    case NB_PURPOSE_HIDE:
      return _ ("Nesting off: the guest sees a processor that cannot run virtual machines.");
    }

  return NULL;
}

/**
 * nb_purpose_guess:
 * @os_id: (nullable): libosinfo's id of the machine's system, an URL
 *
 * Returns: what the machine is most likely for
 */
NbPurpose
nb_purpose_guess (const char *os_id)
{
  if (os_id == NULL)
    return NB_PURPOSE_LINUX;
  if (strstr (os_id, "microsoft.com/") != NULL)
    return NB_PURPOSE_WINDOWS;
  if (strstr (os_id, "android") != NULL)
    return NB_PURPOSE_ANDROID;
  if (strstr (os_id, "vmware.com/") != NULL || strstr (os_id, "proxmox.com/") != NULL)
    return NB_PURPOSE_ESXI;

  return NB_PURPOSE_LINUX;
}

/**
 * nb_purpose_apply:
 * @self: a purpose
 * @edit: the draft to change
 *
 * Sets the draft; stores nothing.
 */
void
nb_purpose_apply (NbPurpose self, NbCpuEdit *edit)
{
  g_return_if_fail (NB_IS_CPU_EDIT (edit));

  if (self != NB_PURPOSE_HIDE)
    nb_cpu_edit_set_mode (edit, NB_CPU_MODE_HOST_PASSTHROUGH);
  else if (!nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_mode (edit, NB_CPU_MODE_HOST_MODEL);

  if (nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_nesting (edit, self == NB_PURPOSE_HIDE ? NB_CPU_NESTING_OFF : NB_CPU_NESTING_ON);
}

/**
 * nb_purpose_is_applied:
 * @self: a purpose
 * @edit: a draft
 *
 * Returns: whether nb_purpose_apply() would change nothing
 */
gboolean
nb_purpose_is_applied (NbPurpose self, NbCpuEdit *edit)
{
  g_return_val_if_fail (NB_IS_CPU_EDIT (edit), FALSE);

  if (self == NB_PURPOSE_HIDE)
    return nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_OFF;

  return nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_HOST_PASSTHROUGH &&
         (!nb_cpu_edit_get_can_nest (edit) || nb_cpu_edit_get_nesting (edit) == NB_CPU_NESTING_ON);
}

static xmlNode *
find_child (xmlNode *parent, const char *name)
{
  for (xmlNode *node = parent != NULL ? parent->children : NULL; node != NULL; node = node->next)
    if (node->type == XML_ELEMENT_NODE && xmlStrEqual (node->name, BAD_CAST name))
      return node;

  return NULL;
}

static gboolean
is_on (xmlNode *hyperv, const char *name)
{
  xmlNode *node = find_child (hyperv, name);
  xmlChar *state = node != NULL ? xmlGetProp (node, BAD_CAST "state") : NULL;
  const gboolean on = state != NULL && xmlStrEqual (state, BAD_CAST "on");

  xmlFree (state);

  return on;
}

/**
 * nb_purpose_dup_enlightenments:
 * @domain_xml: the machine
 * @vendor: whose processor it has: `evmcs` is Intel's only
 *
 * Hyper-V enlightenments that a Windows guest with its own hypervisor wants and the machine has not (QEMU's hyperv.rst).
 *
 * Returns: (transfer full) (nullable): the XML to add under `<features>`; %NULL where nothing is missing
 */
char *
nb_purpose_dup_enlightenments (const char *domain_xml, NbCpuVendor vendor)
{
  static const struct
  {
    const char *name;
    const char *attributes;
    gboolean intel_only;
  } wanted[] = {
    { "relaxed", "", FALSE }, { "vapic", "", FALSE },       { "spinlocks", " retries='8191'", FALSE },
    { "vpindex", "", FALSE }, { "runtime", "", FALSE },     { "synic", "", FALSE },
    { "stimer", "", FALSE },  { "frequencies", "", FALSE }, { "evmcs", "", TRUE },
  };
  xmlDoc *document = xmlReadMemory (domain_xml, (int) strlen (domain_xml), NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlNode *root = document != NULL ? xmlDocGetRootElement (document) : NULL;
  xmlNode *hyperv = find_child (find_child (root, "features"), "hyperv");
  GString *text = g_string_new ("<hyperv mode='custom'>\n");
  gboolean missing = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      if ((wanted[i].intel_only && vendor != NB_CPU_VENDOR_INTEL) || is_on (hyperv, wanted[i].name))
        continue;
      g_string_append_printf (text, "  <%s state='on'%s/>\n", wanted[i].name, wanted[i].attributes);
      missing = TRUE;
    }
  g_string_append (text, "</hyperv>");
  xmlFreeDoc (document);

  return g_string_free (text, !missing);
}
