/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * NbCpuVersion:
 * @time: when it was replaced, in seconds since 1970, UTC
 * @cpu: (nullable): the `<cpu>` element, %NULL where the machine had none
 * @vcpu: (nullable): the `<vcpu>` element
 * @parts: (nullable): a `<domain>` with all that Nestbox may have changed; %NULL in the files of earlier versions of it
 *
 * What a machine's processor was.
 */
typedef struct {
  gint64 time;
  char *cpu;
  char *vcpu;
  char *parts;
} NbCpuVersion;

#define NB_TYPE_CPU_HISTORY (nb_cpu_history_get_type ())

G_DECLARE_FINAL_TYPE (NbCpuHistory, nb_cpu_history, NB, CPU_HISTORY, GObject)

/* Earlier processors of machines, a small file for each machine. Never the whole XML, which may hold passwords. The
 * functions read and write at once: a worker thread is the place for them. */

NbCpuHistory *nb_cpu_history_new   (const char          *folder);
gboolean      nb_cpu_history_add   (NbCpuHistory        *self,
                                    const char          *uri,
                                    const char          *uuid,
                                    const char          *xml,
                                    gint64               time,
                                    GError             **error);
GPtrArray    *nb_cpu_history_list  (NbCpuHistory        *self,
                                    const char          *uri,
                                    const char          *uuid,
                                    GError             **error);

char         *nb_cpu_version_apply (const NbCpuVersion  *self,
                                    const char          *xml,
                                    GError             **error);

G_END_DECLS
