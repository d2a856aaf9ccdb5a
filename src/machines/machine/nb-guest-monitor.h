/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "nb-options.h"

G_BEGIN_DECLS

/**
 * NbGuestMonitor:
 * @has: whether the running virtual processor has vmx or svm; unknown where it is none of a PC's
 * @vmx: it is vmx
 * @runs: whether a hypervisor has turned it on
 *
 * What QEMU says of a running guest's processors, whatever system the guest runs.
 */
typedef struct {
  NbTristate has;
  gboolean vmx;
  NbTristate runs;
} NbGuestMonitor;

char      *nb_guest_monitor_parse_path      (const char     *answer);
void       nb_guest_monitor_parse_words     (NbGuestMonitor *self,
                                             const char     *answer);
NbTristate nb_guest_monitor_parse_registers (const char     *text);

G_END_DECLS
