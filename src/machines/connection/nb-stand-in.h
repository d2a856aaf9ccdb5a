/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NB_TYPE_STAND_IN (nb_stand_in_get_type ())

G_DECLARE_INTERFACE (NbStandIn, nb_stand_in, NB, STAND_IN, GObject)

typedef void (*NbStandInFunc) (gpointer data);

/* NbStandIn: whoever gives the answers that libvirt's test driver lacks. Only the demo has one. Its answers do not change, so
 * that any thread may ask; its guests are asked to shut down in the main thread. */
struct _NbStandInInterface
{
  GTypeInterface parent_iface;

  const char *(*get_versions)            (NbStandIn  *self);
  char       *(*dup_domain_capabilities) (NbStandIn  *self);
  char       *(*dup_expanded)            (NbStandIn  *self);
  char       *(*dup_disguised)           (NbStandIn  *self,
                                          const char *domain_xml);
  char       *(*dup_cpuinfo)             (NbStandIn  *self,
                                          gboolean    nesting);
  guint       (*get_patience)            (NbStandIn  *self);
  void        (*shut_down)               (NbStandIn  *self,
                                          const char *uuid,
                                          NbStandInFunc is_off,
                                          gpointer    data,
                                          GDestroyNotify destroy);
};

const char *nb_stand_in_get_versions            (NbStandIn  *self);
char       *nb_stand_in_dup_domain_capabilities (NbStandIn  *self);
char       *nb_stand_in_dup_expanded            (NbStandIn  *self);
char       *nb_stand_in_dup_disguised           (NbStandIn  *self,
                                                 const char *domain_xml);
char       *nb_stand_in_dup_cpuinfo             (NbStandIn  *self,
                                                 gboolean    nesting);
guint       nb_stand_in_get_patience            (NbStandIn  *self);
void        nb_stand_in_shut_down               (NbStandIn  *self,
                                                 const char *uuid,
                                                 NbStandInFunc is_off,
                                                 gpointer    data,
                                                 GDestroyNotify destroy);

G_END_DECLS
