/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "nb-cpu-caps.h"
#include "nb-cpu-feature.h"

G_BEGIN_DECLS

#define NB_TYPE_CPU_EDIT (nb_cpu_edit_get_type ())

G_DECLARE_FINAL_TYPE (NbCpuEdit, nb_cpu_edit, NB, CPU_EDIT, GObject)

/* The edit of one machine's processor: what it has (base), what it is to have (draft), and what follows from the two.
 *
 * Properties to set: mode (NbCpuMode), model, nesting (NbCpuNesting), vcpus-maximum, vcpus-current, has-topology,
 * sockets, dies, clusters, cores, threads, migratable (NbTristate), vendor (NbCpuVendor), enlighten, cache-passthrough.
 * To read: nesting-result (NbTristate: what nesting Default gives, on a host where nested is on), can-nest (whether
 * nesting can be set: x86, the vendor is known, and a mode that takes features), modified, valid, problem (the first, in a sentence), result (the
 * XML), changes, losses and hints (GStrv, a sentence each).
 *
 * Each is notified once and only when it has another value, when all are whole again. Main thread only. */

NbCpuEdit    *nb_cpu_edit_new                (const char    *xml,
                                              NbCpuCaps     *caps,
                                              GError       **error);
const char   *nb_cpu_edit_get_original       (NbCpuEdit     *self);
NbCpuCaps    *nb_cpu_edit_get_caps           (NbCpuEdit     *self);
const NbCpuConfig *nb_cpu_edit_get_base      (NbCpuEdit     *self);

NbCpuVendor   nb_cpu_edit_get_vendor         (NbCpuEdit     *self);
void          nb_cpu_edit_set_vendor         (NbCpuEdit     *self,
                                              NbCpuVendor    vendor);
NbCpuMode     nb_cpu_edit_get_mode           (NbCpuEdit     *self);
void          nb_cpu_edit_set_mode           (NbCpuEdit     *self,
                                              NbCpuMode      mode);
const char   *nb_cpu_edit_get_model          (NbCpuEdit     *self);
void          nb_cpu_edit_set_model          (NbCpuEdit     *self,
                                              const char    *model);
NbCpuNesting  nb_cpu_edit_get_nesting        (NbCpuEdit     *self);
void          nb_cpu_edit_set_nesting        (NbCpuEdit     *self,
                                              NbCpuNesting   nesting);
NbTristate    nb_cpu_edit_get_nesting_result (NbCpuEdit     *self);
gboolean      nb_cpu_edit_get_can_nest       (NbCpuEdit     *self);
NbTristate    nb_cpu_edit_get_migratable     (NbCpuEdit     *self);
void          nb_cpu_edit_set_migratable     (NbCpuEdit     *self,
                                              NbTristate     migratable);

GListModel   *nb_cpu_edit_get_features       (NbCpuEdit     *self);
NbCpuPolicy   nb_cpu_edit_get_policy         (NbCpuEdit     *self,
                                              const char    *feature);
void          nb_cpu_edit_set_policy         (NbCpuEdit     *self,
                                              const char    *feature,
                                              NbCpuPolicy    policy);
char        **nb_cpu_edit_dup_mitigations    (NbCpuEdit     *self);
void          nb_cpu_edit_add_mitigations    (NbCpuEdit     *self);

const char   *nb_cpu_edit_get_foreign        (NbCpuEdit     *self);
void          nb_cpu_edit_drop_foreign       (NbCpuEdit     *self);
void          nb_cpu_edit_copy_clean         (NbCpuEdit     *self,
                                              NbCpuMode      mode);
gboolean      nb_cpu_edit_has_features       (NbCpuEdit     *self);
char        **nb_cpu_edit_dup_enlightenments (NbCpuEdit     *self);
gboolean      nb_cpu_edit_get_enlighten      (NbCpuEdit     *self);
void          nb_cpu_edit_set_enlighten      (NbCpuEdit     *self,
                                              gboolean       enlighten);
gboolean      nb_cpu_edit_get_cache_passthrough
                                             (NbCpuEdit     *self);
void          nb_cpu_edit_set_cache_passthrough
                                             (NbCpuEdit     *self,
                                              gboolean       passthrough);

guint         nb_cpu_edit_get_vcpus_maximum  (NbCpuEdit     *self);
void          nb_cpu_edit_set_vcpus_maximum  (NbCpuEdit     *self,
                                              guint          count);
guint         nb_cpu_edit_get_vcpus_current  (NbCpuEdit     *self);
void          nb_cpu_edit_set_vcpus_current  (NbCpuEdit     *self,
                                              guint          count);
gboolean      nb_cpu_edit_get_has_topology   (NbCpuEdit     *self);
void          nb_cpu_edit_set_has_topology   (NbCpuEdit     *self,
                                              gboolean       has_topology);
void          nb_cpu_edit_set_topology       (NbCpuEdit     *self,
                                              guint          sockets,
                                              guint          dies,
                                              guint          cores,
                                              guint          threads);

gboolean      nb_cpu_edit_get_modified       (NbCpuEdit     *self);
gboolean      nb_cpu_edit_get_valid          (NbCpuEdit     *self);
const char   *nb_cpu_edit_get_problem        (NbCpuEdit     *self);
const char   *nb_cpu_edit_get_result         (NbCpuEdit     *self);
const char *const *nb_cpu_edit_get_changes   (NbCpuEdit     *self);
const char *const *nb_cpu_edit_get_losses    (NbCpuEdit     *self);
const char *const *nb_cpu_edit_get_hints     (NbCpuEdit     *self);
char         *nb_cpu_edit_dup_difference     (NbCpuEdit     *self);
void          nb_cpu_edit_revert             (NbCpuEdit     *self);

G_END_DECLS
