/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-plan-step.h"

G_BEGIN_DECLS

/**
 * NbPlanContext:
 * @name: the machine's name
 * @blockers: the machines that stop, joined
 * @others: those that start again, joined
 * @transient: (nullable): those of them that libvirt forgets when they stop, joined
 * @changes: (nullable): what changes of `<cpu>`, a sentence a line
 * @difference: (nullable): the same as XML
 * @is_amd: the processor is AMD's
 *
 * The names that the texts of a plan's steps need.
 */
typedef struct {
  const char *name;
  const char *blockers;
  const char *others;
  const char *transient;
  const char *changes;
  const char *difference;
  gboolean is_amd;
} NbPlanContext;

NbPlanStep *nb_plan_words_new_step      (NbPlanKind            kind,
                                         const NbPlanOutline  *outline,
                                         const NbPlanContext  *context);
const char *nb_plan_obstacle_get_text   (NbPlanObstacle        obstacle);

G_END_DECLS
