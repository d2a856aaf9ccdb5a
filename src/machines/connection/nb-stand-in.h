/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_STAND_IN (nb_stand_in_get_type ())

G_DECLARE_INTERFACE (NbStandIn, nb_stand_in, NB, STAND_IN, GObject)

/* NbStandIn: whoever gives the answers that libvirt's test driver lacks. Only the demo has one. Its answers do not change, so
 * that any thread may ask. */
struct _NbStandInInterface
{
  GTypeInterface parent_iface;

  const char *(*get_versions)            (NbStandIn  *self);
  char       *(*dup_domain_capabilities) (NbStandIn  *self);
  char       *(*dup_expanded)            (NbStandIn  *self);
  char       *(*dup_disguised)           (NbStandIn  *self,
                                          const char *domain_xml);
  guint       (*get_pace)                (NbStandIn  *self);
  gboolean    (*guest_obeys)             (NbStandIn  *self,
                                          const char *uuid);
  char       *(*dup_cpuinfo)             (NbStandIn  *self,
                                          gboolean    nesting);
};

const char *nb_stand_in_get_versions            (NbStandIn  *self);
char       *nb_stand_in_dup_domain_capabilities (NbStandIn  *self);
char       *nb_stand_in_dup_expanded            (NbStandIn  *self);
char       *nb_stand_in_dup_disguised           (NbStandIn  *self,
                                                 const char *domain_xml);
guint       nb_stand_in_get_pace                (NbStandIn  *self);
gboolean    nb_stand_in_guest_obeys             (NbStandIn  *self,
                                                 const char *uuid);
char       *nb_stand_in_dup_cpuinfo             (NbStandIn  *self,
                                                 gboolean    nesting);

G_END_DECLS
