/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "nb-verdict.h"

G_BEGIN_DECLS

typedef enum {
  NB_LEVEL_PASS,
  NB_LEVEL_NOTE,
  NB_LEVEL_WARN,
  NB_LEVEL_FAIL,
} NbLevel;

typedef enum {
  NB_CHECK_GROUP_KVM,        /* what QEMU and KVM need */
  NB_CHECK_GROUP_NESTING,
  NB_CHECK_GROUP_DEVICES,
  NB_CHECK_GROUP_RESOURCES,  /* cgroup controllers */
  NB_CHECK_GROUP_SECURITY,   /* secure guests, IOMMU, mandatory access control */
  NB_CHECK_GROUP_SERVICES,   /* libvirt's daemons */
  NB_CHECK_GROUP_CONTAINERS, /* LXC: last, folded, never raising attention */
} NbCheckGroup;

#define NB_TYPE_CHECK (nb_check_get_type ())

G_DECLARE_FINAL_TYPE (NbCheck, nb_check, NB, CHECK, GObject)

/* One check and its answer; immutable. Texts are translated, ids are stable. Each getter has a property of the same
 * name. Detail, hint and command are null where there is nothing to say. */
const char   *nb_check_get_id       (NbCheck *self);
NbCheckGroup  nb_check_get_group    (NbCheck *self);
NbLevel       nb_check_get_level    (NbCheck *self);
const char   *nb_check_get_title    (NbCheck *self);
const char   *nb_check_get_detail   (NbCheck *self);
const char   *nb_check_get_hint     (NbCheck *self);
const char   *nb_check_get_command  (NbCheck *self);
NbRemedy      nb_check_get_remedy   (NbCheck *self);
guint         nb_check_get_position (NbCheck *self);

int           nb_check_compare      (NbCheck *a,
                                     NbCheck *b);

G_END_DECLS
