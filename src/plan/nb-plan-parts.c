/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what a plan has to what its outline is decided by, and from the outline to its steps, each with what it needs. */

#include "config.h"

#include "nb-plan-parts.h"

#include "nb-machine-judge.h"
#include "nb-step-cpu.h"
#include "nb-step-host.h"
#include "nb-step-proof.h"
#include "nb-step-start.h"
#include "nb-step-stop.h"

static NbMachine *
get_machine (const NbPlanParts *self)
{
  return self->editor != NULL ? nb_machine_editor_get_machine (self->editor) : NULL;
}

/* Those that would be started again: all but @except that libvirt knows how to start. */
GPtrArray *
nb_plan_parts_filter_startable (GPtrArray *machines, NbMachine *except)
{
  GPtrArray *startable = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < machines->len; i++)
    {
      NbMachine *machine = g_ptr_array_index (machines, i);

      if (machine != except && nb_machine_is_persistent (machine))
        g_ptr_array_add (startable, g_object_ref (machine));
    }

  return startable;
}

/* Which machines a step starts again: those that the plan shut down, the machine itself where no later step starts it, the
 * others where the person wants it; on the way back all that ran before. */
typedef struct
{
  GPtrArray *candidates;
  NbMachine *except;
  NbMachine *only;
  gboolean none;
} Again;

static Again
find_again (const NbPlanParts *self, const NbPlanOutline *outline)
{
  NbMachine *own = get_machine (self);

  if (!self->ahead)
    return (Again){ .candidates = self->ran };

  return (Again){ .candidates = self->stopped,
                  .except = outline->when == NB_PLAN_NOW ? own : NULL,
                  .only = self->start_again ? NULL : own,
                  .none = !self->start_again && own == NULL };
}

static NbPlanStep *
create_step (const NbPlanParts *self,
             const NbPlanOutline *outline,
             NbPlanKind kind,
             GPtrArray *stops,
             GPtrArray *starts,
             gboolean booted)
{
  NbHost *host = nb_host_controller_get_host (self->controller);
  Again again;

  switch (kind)
    {
    case NB_PLAN_STOP:
      return nb_step_stop_new (stops, outline->stops ? self->users : NULL, self->stopped, self->patience, self->pace);
    case NB_PLAN_HOST:
      return nb_step_host_new (self->controller, outline->verb, self->editor);
    case NB_PLAN_START:
      again = find_again (self, outline);
      return nb_step_start_new (starts, again.candidates, again.except, again.only, self->stopped);
    case NB_PLAN_CPU:
      return nb_step_cpu_new (self->editor, host, outline->when == NB_PLAN_LATER);
    case NB_PLAN_RESTART:
      return nb_step_stop_new_restart (self->editor, host, self->stopped, self->patience);
    case NB_PLAN_BOOT:
      return nb_step_start_new_boot (self->editor, host, self->stopped);
    case NB_PLAN_PROOF:
      return nb_step_proof_new (get_machine (self), booted, self->pace);
    case NB_PLAN_CPU_BACK:
      return nb_step_cpu_new_undo (self->editor);
    case NB_PLAN_HOST_BACK:
      return nb_step_host_new_undo (self->controller);
    }

  return NULL;
}

/* (transfer full) (element-type NbPlanStep): the steps of @outline; @stops and @starts are whom they name. */
GPtrArray *
nb_plan_parts_create_steps (const NbPlanParts *self, const NbPlanOutline *outline, GPtrArray *stops, GPtrArray *starts)
{
  GPtrArray *steps = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean booted = FALSE;

  for (guint i = 0; i < outline->n_kinds; i++)
    {
      const NbPlanKind kind = outline->kinds[i];

      g_ptr_array_add (steps, create_step (self, outline, kind, stops, starts, booted));
      booted |= kind == NB_PLAN_RESTART || kind == NB_PLAN_BOOT;
    }

  return steps;
}

/* (transfer full) (element-type NbMachine): whom a step would start again now. */
GPtrArray *
nb_plan_parts_dup_again (const NbPlanParts *self, const NbPlanOutline *outline)
{
  const Again again = find_again (self, outline);

  if (again.none)
    return g_ptr_array_new ();

  return nb_step_start_filter (again.candidates, again.except, again.only);
}

static gboolean
is_in_use (const NbPlanParts *self, NbHostFacts *facts)
{
  if (facts == NULL || facts->module == NULL || facts->refcnt <= 0)
    return FALSE;

  return self->goal == NB_PLAN_GOAL_UNDO ? nb_host_controller_get_undo_reloads (self->controller)
                                         : !nb_module_find (facts->module)->live_writable;
}

void
nb_plan_parts_gather (const NbPlanParts *self, NbPlanInput *input, GPtrArray *users, GPtrArray *others)
{
  NbHost *host = nb_host_controller_get_host (self->controller);
  NbHostFacts *facts = nb_host_get_facts (host);

  *input =
    (NbPlanInput){ .goal = self->goal, .when = self->when, .start_again = self->start_again, .prove = self->prove };
  input->remedy = facts != NULL ? nb_verdict_get_remedy (nb_host_get_verdict (host), facts) : NB_REMEDY_NONE;
  input->next_boot = facts != NULL ? facts->next_boot : NB_TRISTATE_UNKNOWN;
  input->can_change_host = self->goal == NB_PLAN_GOAL_UNDO ? nb_host_controller_get_can_undo (self->controller)
                                                           : nb_host_controller_get_can_change (self->controller);
  input->in_use = is_in_use (self, facts);
  input->n_blockers = users->len;
  input->n_others = others->len;
  input->n_strangers = nb_kvm_users_count_strangers (self->users);
  if (self->editor == NULL)
    return;

  nb_machine_judge_editor (&input->chain, &input->machine, self->editor, host);
  input->locked = nb_machine_editor_get_locked (self->editor) != NULL;
  input->saved_state = nb_machine_has_managed_save (get_machine (self));
}
