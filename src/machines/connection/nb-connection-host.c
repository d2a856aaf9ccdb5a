/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-connection-host.h"

#include "nb-xml.h"

static gboolean
has_kvm (xmlNode *root)
{
  for (xmlNode *guest = nb_xml_get_child (root, "guest"); guest != NULL; guest = nb_xml_get_next (guest))
    for (xmlNode *domain = nb_xml_get_child (nb_xml_get_child (guest, "arch"), "domain"); domain != NULL;
         domain = nb_xml_get_next (domain))
      {
        g_autofree char *type = nb_xml_dup_attribute (domain, "type");

        if (g_strcmp0 (type, "kvm") == 0)
          return TRUE;
      }
  return FALSE;
}

static gboolean
has_feature (xmlNode *cpu, const char *wanted)
{
  for (xmlNode *feature = nb_xml_get_child (cpu, "feature"); feature != NULL; feature = nb_xml_get_next (feature))
    {
      g_autofree char *name = nb_xml_dup_attribute (feature, "name");

      if (g_strcmp0 (name, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * nb_connection_host_read:
 * @host: (out caller-allocates): what it says
 * @capabilities: (nullable): what virConnectGetCapabilities() gave
 *
 * libvirt lists the features that the processor's model does not have already: what is listed is there, what is not may
 * be there. Pure, any thread.
 */
void
nb_connection_host_read (NbConnectionHost *host, const char *capabilities)
{
  g_autoptr (xmlDoc) document = capabilities != NULL ? nb_xml_parse (capabilities, "capabilities", NULL) : NULL;
  xmlNode *root = document != NULL ? xmlDocGetRootElement (document) : NULL;
  g_autofree char *vendor = NULL;
  const char *feature;
  xmlNode *cpu;

  *host = (NbConnectionHost){ NB_TRISTATE_UNKNOWN, NB_TRISTATE_UNKNOWN, NB_CPU_VENDOR_UNKNOWN };
  if (root == NULL)
    return;

  cpu = nb_xml_get_child (nb_xml_get_child (root, "host"), "cpu");
  vendor = nb_xml_dup_text (nb_xml_get_child (cpu, "vendor"));
  host->vendor = nb_cpu_vendor_from_name (vendor);
  feature = nb_cpu_vendor_get_feature (host->vendor);
  if (feature != NULL && has_feature (cpu, feature))
    host->processor = NB_TRISTATE_YES;
  host->kvm = has_kvm (root) ? NB_TRISTATE_YES : NB_TRISTATE_NO;
}
