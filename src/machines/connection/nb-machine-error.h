/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * NbMachineError:
 * @NB_MACHINE_ERROR_FAILED: anything else; the message holds libvirt's own sentence
 * @NB_MACHINE_ERROR_GONE: the machine exists no more
 * @NB_MACHINE_ERROR_TRANSIENT: the machine has no configuration that could be changed
 * @NB_MACHINE_ERROR_CHANGED: somebody else changed what was being edited
 * @NB_MACHINE_ERROR_NOT_STORED: libvirt stored something else than what was asked
 * @NB_MACHINE_ERROR_REFUSED: not allowed: a policy, a read-only connection, missing authentication
 * @NB_MACHINE_ERROR_CONNECTION: the connection is closed or was lost; after a write, the outcome is unknown
 * @NB_MACHINE_ERROR_STATE: the machine is in a state that does not allow it, or something else works on it
 * @NB_MACHINE_ERROR_INVALID: libvirt refuses the configuration
 * @NB_MACHINE_ERROR_NO_AGENT: no guest agent answers
 * @NB_MACHINE_ERROR_TIMED_OUT: the guest did not do it in the time given
 * @NB_MACHINE_ERROR_UNSUPPORTED: this hypervisor cannot do it
 */
typedef enum {
  NB_MACHINE_ERROR_FAILED,
  NB_MACHINE_ERROR_GONE,
  NB_MACHINE_ERROR_TRANSIENT,
  NB_MACHINE_ERROR_CHANGED,
  NB_MACHINE_ERROR_NOT_STORED,
  NB_MACHINE_ERROR_REFUSED,
  NB_MACHINE_ERROR_CONNECTION,
  NB_MACHINE_ERROR_STATE,
  NB_MACHINE_ERROR_INVALID,
  NB_MACHINE_ERROR_NO_AGENT,
  NB_MACHINE_ERROR_TIMED_OUT,
  NB_MACHINE_ERROR_UNSUPPORTED,
} NbMachineError;

#define NB_MACHINE_ERROR (nb_machine_error_quark ())

GQuark nb_machine_error_quark        (void);
void   nb_machine_error_from_libvirt (GError     **error,
                                      const char  *what);

G_END_DECLS
