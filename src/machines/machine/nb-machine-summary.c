/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-summary.h"

#include "nb-cpu-nesting.h"
#include "nb-cpu-config-xml.h"

#define OSINFO_NAMESPACE "http://libosinfo.org/xmlns/libvirt/domain/1.0"

/* <metadata><libosinfo:libosinfo><libosinfo:os id="http://microsoft.com/win/11"/> */
static char *
dup_os_id (xmlNode *domain)
{
  xmlNode *metadata = nb_xml_get_child (domain, "metadata");

  for (xmlNode *info = metadata != NULL ? metadata->children : NULL; info != NULL; info = info->next)
    {
      if (info->ns == NULL || g_strcmp0 ((const char *) info->ns->href, OSINFO_NAMESPACE) != 0)
        continue;
      for (xmlNode *os = info->children; os != NULL; os = os->next)
        if (os->type == XML_ELEMENT_NODE && g_strcmp0 ((const char *) os->name, "os") == 0)
          return nb_xml_dup_attribute (os, "id");
    }
  return NULL;
}

/**
 * nb_machine_summary_new:
 * @read: what was read of a machine, with %NB_READ_ALL
 * @error: why it could not be understood
 *
 * Pure: any thread.
 *
 * Returns: (transfer full) (nullable): what a row shows
 */
NbMachineSummary *
nb_machine_summary_new (const NbMachineConfig *read, GError **error)
{
  g_autoptr (xmlDoc) doc = nb_xml_parse (read->inactive, "domain", error);
  g_autoptr (NbCpuConfig) config =
    doc != NULL ? nb_cpu_config_new_from_domain (xmlDocGetRootElement (doc), error) : NULL;
  g_autoptr (NbCpuCaps) caps = NULL;
  NbMachineSummary *self;
  NbCpuVendor vendor;

  if (config == NULL)
    return NULL;
  if (read->capabilities != NULL)
    caps = nb_cpu_caps_new (read->capabilities, read->expanded, NULL, NULL);
  vendor = nb_cpu_nesting_find_vendor (config, caps);

  self = g_new0 (NbMachineSummary, 1);
  self->type = g_strdup (config->type);
  self->arch = g_strdup (config->arch);
  self->vcpus = config->vcpus_current;
  self->mode = config->mode;
  self->nesting = nb_cpu_nesting_get (config, vendor);
  self->offered = caps != NULL ? nb_cpu_caps_get_host_nesting (caps) : NB_TRISTATE_UNKNOWN;
  self->configured = nb_cpu_nesting_get_outcome (config, vendor);
  self->live = nb_cpu_nesting_infer (read->live, vendor);
  self->pending = read->pending;
  self->refused = read->refused;
  self->refusal = g_strdup (read->refusal);
  self->unknown = g_strdup (read->capabilities_error);
  self->override = g_strdup (config->override);
  self->seal = g_strdup (config->seal);
  self->os_id = dup_os_id (xmlDocGetRootElement (doc));
  return self;
}

void
nb_machine_summary_free (NbMachineSummary *self)
{
  g_free (self->type);
  g_free (self->arch);
  g_free (self->refusal);
  g_free (self->unknown);
  g_free (self->override);
  g_free (self->seal);
  g_free (self->os_id);
  g_free (self);
}
