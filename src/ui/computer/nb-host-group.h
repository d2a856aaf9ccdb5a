/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "nb-host-controller.h"

G_BEGIN_DECLS

#define NB_TYPE_HOST_GROUP (nb_host_group_get_type ())

G_DECLARE_DERIVABLE_TYPE (NbHostGroup, nb_host_group, NB, HOST_GROUP, AdwPreferencesGroup)

/**
 * NbHostGroupClass:
 * @set_up: called once, when the controller is known
 */
struct _NbHostGroupClass
{
  AdwPreferencesGroupClass parent_class;

  void (*set_up) (NbHostGroup      *self,
                  NbHostController *controller);
};

/* Properties: controller (NbHostController, set once), facts (NbHostFacts, read-only, the host's). */

NbHostController *nb_host_group_get_controller (NbHostGroup *self);
NbHostFacts      *nb_host_group_get_facts      (NbHostGroup *self);

G_END_DECLS
