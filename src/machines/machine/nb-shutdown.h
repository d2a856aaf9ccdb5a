/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-machine.h"

G_BEGIN_DECLS

/**
 * NbShutdownState:
 * @NB_SHUTDOWN_IDLE: nobody wants the machine off
 * @NB_SHUTDOWN_ASKED: its guest is being asked to shut down, perhaps for a password first
 * @NB_SHUTDOWN_COUNTING: the guest was asked and has some time for it
 * @NB_SHUTDOWN_LATE: that time is over, and the guest is waited for all the same
 * @NB_SHUTDOWN_FORCED: the plug is being pulled
 * @NB_SHUTDOWN_STARTING: it was off and is being started again
 */
typedef enum {
  NB_SHUTDOWN_IDLE,
  NB_SHUTDOWN_ASKED,
  NB_SHUTDOWN_COUNTING,
  NB_SHUTDOWN_LATE,
  NB_SHUTDOWN_FORCED,
  NB_SHUTDOWN_STARTING,
} NbShutdownState;

/**
 * NbShutdownFlags:
 * @NB_SHUTDOWN_STAYS_OFF: that is all
 * @NB_SHUTDOWN_STARTS_AGAIN: once it is off it starts, which is what a changed processor needs
 * @NB_SHUTDOWN_TELLS_LATE: the signal "late" asks a person once, in a dialog; whoever shows the state itself needs none
 * @NB_SHUTDOWN_FORCES: the plug is pulled; only when the person asked for that
 */
typedef enum {
  NB_SHUTDOWN_STAYS_OFF = 0,
  NB_SHUTDOWN_STARTS_AGAIN = 1 << 0,
  NB_SHUTDOWN_TELLS_LATE = 1 << 1,
  NB_SHUTDOWN_FORCES = 1 << 2,
} NbShutdownFlags;

#define NB_TYPE_SHUTDOWN (nb_shutdown_get_type ())

G_DECLARE_FINAL_TYPE (NbShutdown, nb_shutdown, NB, SHUTDOWN, GObject)

/* The one shutting down of a machine, whoever wants it: its page, its row, the list of KVM's users, a plan. The editor owns it.
 *
 * Properties, to read: state (NbShutdownState), seconds-left (while the guest has time), error (null, or why it did not work
 * last). Signals: late (the guest took too long: the handler that asks the person returns TRUE), failed (GError). Main thread
 * only. */

NbShutdown      *nb_shutdown_new              (NbMachine            *machine);
NbShutdownState  nb_shutdown_get_state        (NbShutdown           *self);
gboolean         nb_shutdown_get_starts_again (NbShutdown           *self);
guint            nb_shutdown_get_seconds_left (NbShutdown           *self);
const char      *nb_shutdown_get_error        (NbShutdown           *self);
gboolean         nb_shutdown_is_waiting       (NbShutdown           *self);
void             nb_shutdown_run_async        (NbShutdown           *self,
                                               NbShutdownFlags       flags,
                                               guint                 seconds,
                                               GAsyncReadyCallback   callback,
                                               gpointer              data);
gboolean         nb_shutdown_run_finish       (NbShutdown           *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void             nb_shutdown_wait_more        (NbShutdown           *self,
                                               guint                 seconds);
void             nb_shutdown_cancel           (NbShutdown           *self);

G_END_DECLS
