/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbRefusal:
 * @NB_REFUSAL_NONE: nothing is known that keeps it from starting
 * @NB_REFUSAL_KVM: its emulator cannot use KVM on its computer, and could do without
 * @NB_REFUSAL_EMULATOR: its emulator, architecture or machine type is not there
 * @NB_REFUSAL_PROCESSOR: libvirt refuses what it is configured with
 *
 * What libvirt took when a machine was defined, and refuses when it starts.
 */
typedef enum {
  NB_REFUSAL_NONE,
  NB_REFUSAL_KVM,
  NB_REFUSAL_EMULATOR,
  NB_REFUSAL_PROCESSOR,
} NbRefusal;

G_END_DECLS
