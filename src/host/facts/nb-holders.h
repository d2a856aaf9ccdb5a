/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NbHolder:
 * @pid: a process that keeps KVM's module busy
 * @uid: its user
 * @command: its comm, valid UTF-8; never its arguments
 * @machine: (nullable): the name that QEMU gave its virtual machine
 */
typedef struct {
  gint64 pid;
  gint64 uid;
  char *command;
  char *machine;
} NbHolder;

GPtrArray *nb_holders_read     (const char *root);
char      *nb_holders_dup_user (const char *root,
                                gint64      uid);
void       nb_holder_free      (NbHolder   *holder);

G_END_DECLS
