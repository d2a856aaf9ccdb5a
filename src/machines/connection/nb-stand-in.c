/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-stand-in.h"

G_DEFINE_INTERFACE (NbStandIn, nb_stand_in, G_TYPE_OBJECT)

static void
nb_stand_in_default_init (NbStandInInterface *iface)
{
}

/**
 * nb_stand_in_get_versions:
 * @self: the stand-in
 *
 * Returns: (transfer none): the folder for earlier processors of the pretended machines, which need not exist
 */
const char *
nb_stand_in_get_versions (NbStandIn *self)
{
  return NB_STAND_IN_GET_IFACE (self)->get_versions (self);
}

/**
 * nb_stand_in_dup_domain_capabilities:
 * @self: the stand-in
 *
 * Returns: (transfer full): what virConnectGetDomainCapabilities() says on the pretended computer
 */
char *
nb_stand_in_dup_domain_capabilities (NbStandIn *self)
{
  return NB_STAND_IN_GET_IFACE (self)->dup_domain_capabilities (self);
}

/**
 * nb_stand_in_dup_expanded:
 * @self: the stand-in
 *
 * Returns: (transfer full): what virConnectBaselineHypervisorCPU() says there
 */
char *
nb_stand_in_dup_expanded (NbStandIn *self)
{
  return NB_STAND_IN_GET_IFACE (self)->dup_expanded (self);
}

/**
 * nb_stand_in_dup_disguised:
 * @self: the stand-in
 * @domain_xml: (nullable): a domain XML of the test driver
 *
 * The pretended computer has KVM, and the test driver accepts no other type than its own. Only what is read is disguised:
 * what is written is grafted on the test driver's own XML.
 *
 * Returns: (transfer full) (nullable): the same as a KVM machine
 */
char *
nb_stand_in_dup_disguised (NbStandIn *self, const char *domain_xml)
{
  return NB_STAND_IN_GET_IFACE (self)->dup_disguised (self, domain_xml);
}

/**
 * nb_stand_in_dup_cpuinfo:
 * @self: the stand-in
 * @nesting: whether the guest's processor has the feature
 *
 * Returns: (transfer full): a guest's /proc/cpuinfo
 */
char *
nb_stand_in_dup_cpuinfo (NbStandIn *self, gboolean nesting)
{
  return NB_STAND_IN_GET_IFACE (self)->dup_cpuinfo (self, nesting);
}

/**
 * nb_stand_in_get_patience:
 * @self: the stand-in
 *
 * Returns: how many seconds its guests may take to shut down before a person is asked
 */
guint
nb_stand_in_get_patience (NbStandIn *self)
{
  return NB_STAND_IN_GET_IFACE (self)->get_patience (self);
}

/**
 * nb_stand_in_shut_down:
 * @self: the stand-in
 * @uuid: the machine whose guest is asked to shut down
 * @is_off: called when the guest has, which takes it a moment; never where it does not obey
 * @data: for @is_off
 * @destroy: frees @data
 */
void
nb_stand_in_shut_down (NbStandIn *self, const char *uuid, NbStandInFunc is_off, gpointer data, GDestroyNotify destroy)
{
  NB_STAND_IN_GET_IFACE (self)->shut_down (self, uuid, is_off, data, destroy);
}
