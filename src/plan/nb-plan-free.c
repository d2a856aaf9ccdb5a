/* SPDX-License-Identifier: GPL-3.0-or-later */

/* After all machines have shut down: is KVM free? What does not belong to libvirt can't be seen before without a password. */

#include "config.h"

#include "nb-plan-private.h"

/* KVM is let go a moment after the process has ended, and the use count has no event. */
#define TRIES 3

static void check (NbPlan *self);

static gboolean
again_cb (gpointer data)
{
  NbPlan *self = data;

  self->timeout = 0;
  check (self);

  return G_SOURCE_REMOVE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;
  NbHostFacts *facts;

  if (!nb_host_refresh_finish (NB_HOST (source), result, NULL) || self->state != NB_PLAN_RUNNING)
    return;

  facts = nb_host_get_facts (NB_HOST (source));
  if (facts->refcnt <= 0)
    nb_plan_step_done (self, NULL);
  else if (self->tries-- > 0)
    self->timeout = g_timeout_add (self->pace, again_cb, self);
  else
    nb_plan_set_state (self, NB_PLAN_ASKING, NULL);
}

static void
check (NbPlan *self)
{
  nb_host_refresh_async (nb_host_controller_get_host (self->controller), self->cancellable, refreshed_cb,
                         g_object_ref (self));
}

/**
 * nb_plan_check_again:
 * @self: a plan whose machines have shut down
 *
 * Reads the use count; the step is done where it is 0, else the person is asked.
 */
void
nb_plan_check_again (NbPlan *self)
{
  self->tries = 0;
  check (self);
}

/**
 * nb_plan_wait_until_free:
 * @self: a plan whose machines have just shut down
 *
 * The same with a little patience.
 */
void
nb_plan_wait_until_free (NbPlan *self)
{
  self->tries = TRIES;
  check (self);
}
