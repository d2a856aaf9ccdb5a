/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-proof.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-error.h"

/* How long a guest that was just started may take until its agent answers, and how often it is asked. */
#define SECONDS 120
#define EVERY   5

/**
 * NbStepProof:
 *
 * Has the guest itself say whether it sees virtualization.
 */
struct _NbStepProof
{
  NbPlanStep parent_instance;

  NbMachine *machine;
  gboolean booted; /* a step before it has started the machine */
  guint pace;
  guint seconds_left;
  guint timeout;
  gboolean cancelled;
};

G_DEFINE_FINAL_TYPE (NbStepProof, nb_step_proof, NB_TYPE_PLAN_STEP)

static void ask (NbStepProof *self);

static gboolean
again_cb (gpointer data)
{
  NbStepProof *self = data;

  self->seconds_left--;
  nb_plan_step_set_waiting (NB_PLAN_STEP (self), nb_machine_get_name (self->machine), self->seconds_left, FALSE);
  if (self->seconds_left > 0 && self->seconds_left % EVERY != 0)
    return G_SOURCE_CONTINUE;

  self->timeout = 0;
  ask (self);

  return G_SOURCE_REMOVE;
}

static void
told (NbStepProof *self, NbGuestAnswer answer)
{
  switch (nb_guest_answer_get_proof (answer))
    {
    case NB_TRISTATE_YES:
      nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_DONE, nb_guest_answer_get_text (answer));
      break;
    case NB_TRISTATE_NO:
      nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_FAILED, nb_guest_answer_get_text (answer));
      break;
    case NB_TRISTATE_UNKNOWN:
      nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_SKIPPED, nb_guest_answer_get_text (answer));
      break;
    }
}

static void
guest_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbStepProof) self = data;
  g_autoptr (GError) error = NULL;
  const NbGuestAnswer answer = nb_machine_ask_guest_finish (NB_MACHINE (source), result, &error);

  if (nb_plan_step_get_state (NB_PLAN_STEP (self)) != NB_PLAN_STEP_RUNNING)
    return;

  if (error == NULL)
    told (self, answer);
  else if (self->cancelled)
    nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_SKIPPED, _ ("The check inside the guest didn’t finish."));
  else if (self->booted && self->seconds_left > 0 &&
           g_error_matches (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_NO_AGENT))
    self->timeout = g_timeout_add (self->pace, again_cb, self);
  else
    {
      g_autofree char *text =
        g_strconcat (error->message, "\n",
                     _ ("In a Linux guest, type: grep -c -E 'vmx|svm' /proc/cpuinfo — any number but 0 is a yes. In "
                        "Windows, turn on the feature Virtual Machine Platform and start WSL or Hyper-V."),
                     NULL);

      nb_plan_step_end (NB_PLAN_STEP (self), NB_PLAN_STEP_SKIPPED, text);
    }
}

static void
ask (NbStepProof *self)
{
  nb_machine_ask_guest_async (self->machine, NULL, guest_cb, g_object_ref (self));
}

static void
nb_step_proof_run (NbPlanStep *step)
{
  NbStepProof *self = NB_STEP_PROOF (step);

  self->seconds_left = self->booted ? SECONDS : 0;
  nb_plan_step_set_waiting (step, nb_machine_get_name (self->machine), self->seconds_left, FALSE);
  ask (self);
}

/* A guest that is being asked just now answers first. */
static void
nb_step_proof_cancel (NbPlanStep *step)
{
  NbStepProof *self = NB_STEP_PROOF (step);

  self->cancelled = TRUE;
  if (self->timeout == 0)
    return;

  g_clear_handle_id (&self->timeout, g_source_remove);
  nb_plan_step_end (step, NB_PLAN_STEP_SKIPPED, _ ("The check inside the guest didn’t finish."));
}

static void
nb_step_proof_dispose (GObject *object)
{
  NbStepProof *self = NB_STEP_PROOF (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (nb_step_proof_parent_class)->dispose (object);
}

static void
nb_step_proof_class_init (NbStepProofClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = nb_step_proof_dispose;
  NB_PLAN_STEP_CLASS (klass)->run = nb_step_proof_run;
  NB_PLAN_STEP_CLASS (klass)->cancel = nb_step_proof_cancel;
}

static void
nb_step_proof_init (NbStepProof *self)
{
}

/**
 * nb_step_proof_new:
 * @machine: a machine
 * @booted: whether a step before this one starts it, so that its agent may take a while
 * @pace: how many milliseconds a second has
 *
 * Returns: (transfer full): a step
 */
NbPlanStep *
nb_step_proof_new (NbMachine *machine, gboolean booted, guint pace)
{
  NbStepProof *self = g_object_new (NB_TYPE_STEP_PROOF, NULL);

  self->machine = g_object_ref (machine);
  self->booted = booted;
  self->pace = pace;
  nb_plan_step_describe (
    NB_PLAN_STEP (self), NB_PLAN_PROOF, _ ("Check Inside the Guest"),
    _ ("QEMU is asked first whether the guest’s processor has virtualization; then, through the QEMU "
       "guest agent, a Linux guest whether it sees virtualization and KVM, once it has started. "
       "libvirt then marks the running machine as tainted until it shuts down; nothing else changes."),
    _ ("Without an agent in the guest there is no answer; then you get the command to type."), NULL);

  return NB_PLAN_STEP (self);
}
