/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-config.h"

#include <glib/gi18n-lib.h>
#include <libvirt/virterror.h>

#include "nb-cpu-config.h"
#include "nb-machine-error.h"
#include "nb-machine-start-virt.h"
#include "nb-virt.h"
#include "nb-xml.h"
#include "nb-machine-config-virt.h"

/* libvirt's strings come from malloc, which GLib's g_free has been since 2.46: no copy. */
static char *
get_xml (virDomainPtr domain, unsigned int flags)
{
  return virDomainGetXMLDesc (domain, flags);
}

static gboolean
read_xml (NbMachineConfig *self, virDomainPtr domain, GError **error)
{
  const gboolean active = virDomainIsActive (domain) == 1;

  /* Passwords are kept from read-only connections, and MIGRATABLE is, too. */
  self->inactive = get_xml (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
  self->secure = self->inactive != NULL;
  if (!self->secure && virGetLastErrorCode () == VIR_ERR_OPERATION_DENIED)
    self->inactive = get_xml (domain, VIR_DOMAIN_XML_INACTIVE);
  if (self->inactive == NULL)
    {
      nb_machine_error_from_libvirt (error, _ ("The virtual machine’s configuration could not be read."));
      return FALSE;
    }
  if (active)
    self->live = get_xml (domain, self->secure ? VIR_DOMAIN_XML_MIGRATABLE : 0);
  return TRUE;
}

static void
read_expected (NbMachineConfig *self, virDomainPtr domain)
{
  if (self->live != NULL)
    self->expected = get_xml (domain, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_UPDATE_CPU);
}

static void
disguise (char **xml, NbStandIn *stand_in)
{
  g_autofree char *plain = g_steal_pointer (xml);

  *xml = nb_stand_in_dup_disguised (stand_in, plain);
}

/* The test driver lacks UPDATE_CPU, and runs a machine with the <cpu> that is stored: so that is what comes next. */
static void
disguise_all (NbMachineConfig *self, NbStandIn *stand_in)
{
  disguise (&self->inactive, stand_in);
  disguise (&self->live, stand_in);
  if (self->live != NULL)
    self->expected = g_strdup (self->inactive);
}

/* What the host's processor has, spelled out: libvirt expands the host-model of its own capabilities. */
static char *
expand_host_model (virConnectPtr connect, const NbCpuConfig *cpu, const char *capabilities)
{
  g_autoptr (xmlDoc) doc = nb_xml_parse (capabilities, "domainCapabilities", NULL);
  xmlNode *mode = doc != NULL ? nb_xml_get_child (xmlDocGetRootElement (doc), "cpu") : NULL;
  g_autoptr (GString) model = g_string_new ("<cpu>");
  const char *text;

  for (mode = nb_xml_get_child (mode, "mode"); mode != NULL; mode = nb_xml_get_next (mode))
    {
      g_autofree char *name = nb_xml_dup_attribute (mode, "name");

      if (g_strcmp0 (name, "host-model") == 0)
        break;
    }
  if (mode == NULL || nb_xml_get_child (mode, "model") == NULL)
    return NULL;
  for (xmlNode *part = mode->children; part != NULL; part = part->next)
    if (part->type == XML_ELEMENT_NODE)
      {
        xmlBuffer *buffer = xmlBufferCreate ();

        xmlNodeDump (buffer, doc, part, 0, 0);
        g_string_append (model, (const char *) xmlBufferContent (buffer));
        xmlBufferFree (buffer);
      }
  text = g_string_append (model, "</cpu>")->str;
  return virConnectBaselineHypervisorCPU (connect, cpu->emulator, cpu->arch, cpu->machine, cpu->type, &text, 1,
                                          VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES);
}

static void
read_capabilities (NbMachineConfig *self, virDomainPtr domain)
{
  virConnectPtr connect = virDomainGetConnect (domain);
  g_autoptr (GError) error = NULL;
  g_autoptr (NbCpuConfig) cpu = nb_cpu_config_new (self->inactive, &error);

  /* No cache of ours: libvirt has one, which knows when nesting was turned on or off. */
  if (cpu != NULL)
    self->capabilities =
      virConnectGetDomainCapabilities (connect, cpu->emulator, cpu->arch, cpu->machine, cpu->type, 0);
  if (self->capabilities == NULL && cpu != NULL)
    {
      nb_machine_error_from_libvirt (&error, _ ("What this machine’s emulator can do is not known."));
      self->refused = nb_machine_start_judge_emulator (connect, cpu, error);
    }
  if (self->capabilities == NULL)
    {
      self->capabilities_error =
        g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_REFUSED)
          ? g_strdup (_ ("libvirt tells what it offers only to those who may change machines; this "
                         "connection may only read"))
          : g_strdup (error->message);
      self->refusal = self->refused != NB_REFUSAL_NONE ? g_strdup (error->message) : NULL;
      return;
    }

  self->expanded = expand_host_model (connect, cpu, self->capabilities);
  self->refusal = nb_machine_start_judge (connect, self, cpu);
  self->refused = self->refusal != NULL ? NB_REFUSAL_PROCESSOR : NB_REFUSAL_NONE;
}

static void
read_stand_in (NbMachineConfig *self, NbStandIn *stand_in)
{
  self->capabilities = nb_stand_in_dup_domain_capabilities (stand_in);
  self->expanded = nb_stand_in_dup_expanded (stand_in);
}

static void
read_messages (NbMachineConfig *self, virDomainPtr domain)
{
  char **messages = NULL;

  if (virDomainGetMessages (domain, &messages, 0) < 0)
    return;
  self->messages = g_strdupv (messages);
  for (guint i = 0; messages != NULL && messages[i] != NULL; i++)
    free (messages[i]);
  free (messages);
}

static guint
count_snapshots (virDomainPtr domain, unsigned int flags)
{
  const int n = virDomainSnapshotNum (domain, flags);

  return n > 0 ? (guint) n : 0;
}

static NbCpuPending
compare (const NbMachineConfig *self)
{
  g_autoptr (NbCpuCaps) caps = NULL;
  NbCpuPending pending;

  if (self->live == NULL)
    return NB_CPU_PENDING_SAME;
  if (self->capabilities != NULL)
    caps = nb_cpu_caps_new (self->capabilities, self->expanded, NULL, NULL);
  pending = nb_cpu_pending_compare (self->live, self->inactive, self->expected, caps, NULL, NULL);
  /* Without MIGRATABLE the running <cpu> says more than the stored one even when nothing waits. */
  return pending == NB_CPU_PENDING_DIFFERS && !self->secure ? NB_CPU_PENDING_UNKNOWN : pending;
}

/**
 * nb_machine_config_read:
 * @machine: a domain
 * @stand_in: (nullable): who answers in libvirt's place, or NULL
 * @what: how much
 * @error: %NB_MACHINE_ERROR_GONE and others
 *
 * Blocks: worker threads only.
 *
 * Returns: (transfer full) (nullable): what libvirt knows of the machine's configuration
 */
NbMachineConfig *
nb_machine_config_read (GVirDomain *machine, NbStandIn *stand_in, NbReadWhat what, GError **error)
{
  virDomainPtr domain = nb_virt_get_domain (machine);
  g_autoptr (NbMachineConfig) self = g_new0 (NbMachineConfig, 1);

  if (!read_xml (self, domain, error))
    return NULL;
  if (stand_in != NULL)
    disguise_all (self, stand_in);
  else
    read_expected (self, domain);
  if (what == NB_READ_ALL)
    {
      if (stand_in != NULL)
        read_stand_in (self, stand_in);
      else
        read_capabilities (self, domain);
      read_messages (self, domain);
      self->n_snapshots = count_snapshots (domain, 0);
      self->n_memory_snapshots = count_snapshots (domain, VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE);
    }
  self->pending = compare (self);
  return g_steal_pointer (&self);
}

void
nb_machine_config_free (NbMachineConfig *self)
{
  g_free (self->inactive);
  g_free (self->live);
  g_free (self->expected);
  g_free (self->capabilities);
  g_free (self->expanded);
  g_free (self->capabilities_error);
  g_free (self->refusal);
  g_strfreev (self->messages);
  g_free (self);
}
