/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What runs a computer that is itself a virtual machine. */
typedef enum {
  NB_OUTER_NONE, /* nothing, or nothing is known */
  NB_OUTER_OTHER,
  NB_OUTER_KVM,
  NB_OUTER_QEMU, /* emulated */
  NB_OUTER_HYPER_V,
  NB_OUTER_WSL,
  NB_OUTER_VMWARE,
  NB_OUTER_VIRTUALBOX,
  NB_OUTER_XEN,
  NB_OUTER_PARALLELS,
  NB_OUTER_APPLE,
  NB_OUTER_BHYVE,
  NB_OUTER_ACRN,
  NB_OUTER_AMAZON,
  NB_OUTER_GOOGLE,
  NB_OUTER_AZURE,
  NB_OUTER_DIGITALOCEAN,
  NB_OUTER_ZVM,
  NB_OUTER_POWERVM,
} NbOuter;

NbOuter     nb_outer_from_signature (const char *signature);
NbOuter     nb_outer_from_firmware  (const char *vendor,
                                     const char *product);
const char *nb_outer_get_name       (NbOuter     outer);

G_END_DECLS
