/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-judge.h"
#include "nb-plan-enums.h"
#include "nb-plan-back.h"
#include "nb-plan-parts.h"
#include "nb-plan-words.h"
#include "nb-machine-inference.h"
#include "nb-run.h"

/**
 * NbPlan:
 *
 * What the steps are is nb-plan-outline's, what each is made of nb-plan-parts', what it does its own; NbRun carries them out.
 * Here is what follows for the plan from how they ended, and the way back.
 */
struct _NbPlan
{
  GObject parent_instance;

  NbPlanParts parts;

  NbRun *run;
  NbPlanOutline outline;
  char *signature; /* of what is shown, so that it is made anew only when it differs */
  NbPlanState state;
  char *message;
  gboolean back;
  gboolean kept;           /* on the way back it was decided to leave things as they are */
  gboolean left_for_later; /* the machine is to be restarted by the person */
  gboolean looking;        /* the use count is read before the way back */

  GPtrArray *earlier; /* NbPlanStep: those of the way there, once the way back is shown */
  GPtrArray *asked; /* NbMachine: those of which the person knows that the way back shuts them down, or null for all */
};

G_DEFINE_FINAL_TYPE (NbPlan, nb_plan, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_WHEN,
  PROP_START_AGAIN,
  PROP_PROVE,
  PROP_PATIENCE,
  PROP_PACE,
  PROP_STATE,
  PROP_ASKS_WHEN,
  PROP_CAN_NOW,
  PROP_STOPS,
  PROP_GOES_BACK,
  PROP_WAITING_FOR,
  PROP_SECONDS_LEFT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* All that follows from the state and the outline: cheap to tell, and told together. */
static void
notify_derived (NbPlan *self)
{
  for (guint i = PROP_ASKS_WHEN; i <= PROP_GOES_BACK; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static NbPlanState
find_state (NbPlan *self)
{
  if (self->looking)
    return NB_PLAN_RUNNING;

  switch (nb_run_get_state (self->run))
    {
    case NB_RUN_READY:
      return NB_PLAN_READY;
    case NB_RUN_RUNNING:
      return NB_PLAN_RUNNING;
    case NB_RUN_ASKING:
      return NB_PLAN_ASKING;
    case NB_RUN_FAILED:
      return NB_PLAN_FAILED;
    case NB_RUN_DONE:
      return self->back ? NB_PLAN_TAKEN_BACK : NB_PLAN_FINISHED;
    }

  return NB_PLAN_READY;
}

static const char *
find_message (NbPlan *self)
{
  if (self->state == NB_PLAN_FAILED)
    return nb_run_get_message (self->run);
  if (self->kept)
    return _ ("Nothing was taken back: everything stays as it is.");
  if (self->left_for_later)
    return _ ("All is set up and takes effect when the machine has shut down and started again.");

  return nb_plan_words_get_end (self->back ? NB_PLAN_GOAL_UNDO : self->parts.goal, self->outline.when,
                                self->parts.editor != NULL ? nb_machine_editor_get_proof (self->parts.editor)
                                                           : NB_TRISTATE_UNKNOWN);
}

/* Told when it is whole: a dialog that hears of the seconds alone would ask once more. */
static void
update (NbPlan *self)
{
  const NbPlanState state = find_state (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (state != self->state)
    {
      self->state = state;
      if (state >= NB_PLAN_FINISHED)
        {
          g_free (self->message);
          self->message = g_strdup (find_message (self));
        }
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  notify_derived (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING_FOR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Shows the steps of the outline, from the first one that is not shown yet. */
static void
fill (NbPlan *self, GPtrArray *stops, GPtrArray *starts, guint first)
{
  const guint n_steps = g_list_model_get_n_items (nb_run_get_steps (self->run));
  g_autoptr (GPtrArray) steps = NULL;

  self->parts.ahead = !self->back && !self->kept;
  steps = nb_plan_parts_create_steps (&self->parts, &self->outline, stops, starts);
  nb_run_splice (self->run, first, n_steps - first, steps);
}

static void
rebuild (NbPlan *self)
{
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_autofree char *names = NULL;
  g_autofree char *signature = NULL;
  NbCpuEdit *edit = self->parts.editor != NULL ? nb_machine_editor_get_edit (self->parts.editor) : NULL;
  GString *text;
  NbPlanInput input;

  if (self->state != NB_PLAN_READY || (self->parts.editor != NULL && edit == NULL) ||
      nb_host_controller_get_running (self->parts.controller))
    return;

  users = nb_kvm_users_dup_machines (self->parts.users);
  others = nb_plan_parts_filter_startable (users, nb_plan_get_machine (self));
  nb_plan_parts_gather (&self->parts, &input, users, others);
  nb_plan_outline_decide (&self->outline, &input);

  names = nb_machine_join_names (users);
  text = g_string_new (names);
  for (guint i = 0; i < self->outline.n_kinds; i++)
    g_string_append_printf (text, " %d", self->outline.kinds[i]);
  g_string_append_printf (text, " %d %s", self->outline.verb, edit != NULL ? nb_cpu_edit_get_result (edit) : "");
  signature = g_string_free (text, FALSE);
  if (g_strcmp0 (signature, self->signature) != 0)
    {
      g_free (self->signature);
      self->signature = g_steal_pointer (&signature);
      fill (self, users, others, 0);
    }
  notify_derived (self);
}

/* The steps have been given something that is another now. */
static void
remake (NbPlan *self)
{
  g_clear_pointer (&self->signature, g_free);
  rebuild (self);
}

static void
nb_plan_dispose (GObject *object)
{
  NbPlan *self = NB_PLAN (object);

  /* Nothing is begun any more. */
  if (self->run != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->run, self);
      g_object_run_dispose (G_OBJECT (self->run));
    }
  g_clear_object (&self->run);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  g_clear_pointer (&self->parts.ran, g_ptr_array_unref);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_pointer (&self->parts.stopped, g_ptr_array_unref);
  g_clear_object (&self->parts.users);
  g_clear_object (&self->parts.controller);
  g_clear_object (&self->parts.editor);

  G_OBJECT_CLASS (nb_plan_parent_class)->dispose (object);
}

static void
nb_plan_finalize (GObject *object)
{
  NbPlan *self = NB_PLAN (object);

  g_free (self->signature);
  g_free (self->message);

  G_OBJECT_CLASS (nb_plan_parent_class)->finalize (object);
}

static void
nb_plan_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbPlan *self = NB_PLAN (object);

  switch (property_id)
    {
    case PROP_WHEN:
      g_value_set_enum (value, self->outline.asks ? self->outline.when : self->parts.when);
      break;
    case PROP_START_AGAIN:
      g_value_set_boolean (value, self->parts.start_again);
      break;
    case PROP_PROVE:
      g_value_set_boolean (value, self->parts.prove);
      break;
    case PROP_PATIENCE:
      g_value_set_uint (value, self->parts.patience);
      break;
    case PROP_PACE:
      g_value_set_uint (value, self->parts.pace);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ASKS_WHEN:
      g_value_set_boolean (value, self->outline.asks);
      break;
    case PROP_CAN_NOW:
      g_value_set_boolean (value, self->outline.can_now);
      break;
    case PROP_STOPS:
      g_value_set_boolean (value, self->outline.stops);
      break;
    case PROP_GOES_BACK:
      g_value_set_boolean (value, self->back || self->parts.goal == NB_PLAN_GOAL_UNDO);
      break;
    case PROP_WAITING_FOR:
      g_value_set_string (value, nb_plan_get_waiting_for (self));
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, nb_plan_get_seconds_left (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_plan_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  NbPlan *self = NB_PLAN (object);

  switch (property_id)
    {
    case PROP_WHEN:
      self->parts.when = g_value_get_enum (value);
      rebuild (self);
      break;
    case PROP_START_AGAIN:
      self->parts.start_again = g_value_get_boolean (value);
      rebuild (self);
      break;
    case PROP_PROVE:
      self->parts.prove = g_value_get_boolean (value);
      rebuild (self);
      break;
    case PROP_PATIENCE:
      self->parts.patience = g_value_get_uint (value);
      remake (self);
      break;
    case PROP_PACE:
      self->parts.pace = g_value_get_uint (value);
      remake (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_plan_class_init (NbPlanClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = nb_plan_dispose;
  object_class->finalize = nb_plan_finalize;
  object_class->get_property = nb_plan_get_property;
  object_class->set_property = nb_plan_set_property;

  properties[PROP_WHEN] = g_param_spec_enum ("when", NULL, NULL, NB_TYPE_PLAN_WHEN, NB_PLAN_LATER, both);
  properties[PROP_START_AGAIN] = g_param_spec_boolean ("start-again", NULL, NULL, TRUE, both);
  properties[PROP_PROVE] = g_param_spec_boolean ("prove", NULL, NULL, TRUE, both);
  properties[PROP_PATIENCE] = g_param_spec_uint ("patience", NULL, NULL, 0, G_MAXUINT, 0, both);
  properties[PROP_PACE] = g_param_spec_uint ("pace", NULL, NULL, 1, G_MAXUINT, 1000, both);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_PLAN_STATE, NB_PLAN_READY, read);
  properties[PROP_ASKS_WHEN] = g_param_spec_boolean ("asks-when", NULL, NULL, FALSE, read);
  properties[PROP_CAN_NOW] = g_param_spec_boolean ("can-now", NULL, NULL, FALSE, read);
  properties[PROP_STOPS] = g_param_spec_boolean ("stops", NULL, NULL, FALSE, read);
  properties[PROP_GOES_BACK] = g_param_spec_boolean ("goes-back", NULL, NULL, FALSE, read);
  properties[PROP_WAITING_FOR] = g_param_spec_string ("waiting-for", NULL, NULL, NULL, read);
  properties[PROP_SECONDS_LEFT] = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_plan_init (NbPlan *self)
{
  self->parts.start_again = TRUE;
  self->parts.prove = TRUE;
  self->parts.pace = 1000;
  self->run = nb_run_new (NB_RUN_STOPS_AT_FAILURE);
  g_signal_connect_swapped (self->run, "changed", G_CALLBACK (update), self);
  self->earlier = g_ptr_array_new_with_free_func (g_object_unref);
  self->parts.stopped = g_ptr_array_new_with_free_func (g_object_unref);
}

static NbPlan *
create (NbPlanGoal goal, NbMachineEditor *editor, NbHostController *controller, NbKvmUsers *users)
{
  NbPlan *self = g_object_new (NB_TYPE_PLAN, NULL);
  NbHost *host = nb_host_controller_get_host (controller);

  self->parts.goal = goal;
  self->parts.controller = g_object_ref (controller);
  self->parts.users = g_object_ref (users);
  g_set_object (&self->parts.editor, editor);
  g_signal_connect_object (users, "items-changed", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (host, "notify::facts", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  if (editor != NULL)
    {
      g_signal_connect_object (editor, "reloaded", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (editor, "notify::proof", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (nb_plan_get_machine (self), "notify", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
    }
  rebuild (self);

  return self;
}

/**
 * nb_plan_new:
 * @editor: the opened machine
 * @controller: this computer
 * @users: who uses KVM
 *
 * Returns: (transfer full): a plan; nothing is done before nb_plan_run()
 */
NbPlan *
nb_plan_new (NbMachineEditor *editor, NbHostController *controller, NbKvmUsers *users)
{
  return create (NB_PLAN_GOAL_MACHINE, editor, controller, users);
}

/**
 * nb_plan_new_for_computer:
 * @goal: what it is for, not %NB_PLAN_GOAL_MACHINE
 * @controller: this computer
 * @users: who uses KVM
 *
 * Returns: (transfer full): a plan that changes this computer alone; nothing is done before nb_plan_run()
 */
NbPlan *
nb_plan_new_for_computer (NbPlanGoal goal, NbHostController *controller, NbKvmUsers *users)
{
  g_return_val_if_fail (goal != NB_PLAN_GOAL_MACHINE, NULL);

  return create (goal, NULL, controller, users);
}

/**
 * nb_plan_get_machine:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the machine that is to run machines, where that is the goal
 */
NbMachine *
nb_plan_get_machine (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return self->parts.editor != NULL ? nb_machine_editor_get_machine (self->parts.editor) : NULL;
}

GListModel *
nb_plan_get_steps (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return nb_run_get_steps (self->run);
}

NbKvmUsers *
nb_plan_get_users (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return self->parts.users;
}

NbPlanGoal
nb_plan_get_goal (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NB_PLAN_GOAL_MACHINE);
  return self->parts.goal;
}

NbPlanState
nb_plan_get_state (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NB_PLAN_READY);
  return self->state;
}

const char *
nb_plan_get_message (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return self->state >= NB_PLAN_FINISHED ? self->message : NULL;
}

const char *
nb_plan_get_obstacle_text (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return nb_plan_obstacle_get_text (self->outline.obstacle);
}

gboolean
nb_plan_get_can_run (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);
  return self->state == NB_PLAN_READY && g_list_model_get_n_items (nb_run_get_steps (self->run)) > 0 &&
         (self->parts.editor == NULL || nb_machine_editor_get_busy (self->parts.editor) == NB_EDITOR_IDLE);
}

gboolean
nb_plan_get_can_cancel (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);
  return nb_run_get_can_cancel (self->run);
}

gboolean
nb_plan_get_can_take_back (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), FALSE);
  return (self->state == NB_PLAN_FINISHED || self->state == NB_PLAN_FAILED) &&
         nb_plan_back_is_possible (&self->parts, self->earlier, nb_run_get_steps (self->run));
}

const char *
nb_plan_get_waiting_for (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return nb_run_get_current (self->run) != NULL ? nb_plan_step_get_waiting_for (nb_run_get_current (self->run)) : NULL;
}

guint
nb_plan_get_seconds_left (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), 0);

  return nb_run_get_current (self->run) != NULL ? nb_plan_step_get_seconds_left (nb_run_get_current (self->run)) : 0;
}

/* Carries the steps out, in order, and stops at the first that fails. */
void
nb_plan_run (NbPlan *self)
{
  g_return_if_fail (NB_IS_PLAN (self));

  if (!nb_plan_get_can_run (self))
    return;

  g_clear_pointer (&self->parts.ran, g_ptr_array_unref);
  self->parts.ran = nb_kvm_users_dup_machines (self->parts.users);
  nb_run_begin (self->run);
}

/* What comes instead of the rest of the steps, where a guest does not shut down: what stopped already starts again, nothing
 * else stops. */
static void
change_rest (NbPlan *self)
{
  const gboolean keeps = self->back || self->parts.goal == NB_PLAN_GOAL_UNDO;
  const NbVerb verb = self->parts.goal == NB_PLAN_GOAL_DISABLE ? NB_VERB_DISABLE_LATER : NB_VERB_ENABLE_LATER;
  const guint rest = nb_run_get_position (self->run) + 1;
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (self->parts.controller));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) starts = NULL;

  self->outline.n_kinds = 0;
  if (keeps)
    self->kept = TRUE;
  else
    {
      self->outline.when = NB_PLAN_LATER;
      self->outline.verb = verb;
      if (facts == NULL || facts->next_boot != nb_verb_get_info (verb)->value)
        self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_HOST;
    }
  /* With its new processor the machine might not start before the computer is ready for it. */
  self->parts.ahead = !keeps;
  starts = nb_plan_parts_dup_again (&self->parts, &self->outline);
  if (starts->len > 0)
    self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_START;
  for (guint i = rest; !keeps && i < g_list_model_get_n_items (nb_run_get_steps (self->run)); i++)
    if (nb_plan_step_get_kind (nb_run_get_step (self->run, i)) == NB_PLAN_CPU)
      self->outline.kinds[self->outline.n_kinds++] = NB_PLAN_CPU;
  fill (self, none, starts, rest);
  self->back = FALSE;
}

/**
 * nb_plan_answer:
 * @self: a plan that asks
 * @answer: what to do with the guests that do not shut down
 *
 * Goes on. An answer that comes too late, after the guest has shut down by itself, does nothing.
 */
void
nb_plan_answer (NbPlan *self, NbPlanStepAnswer answer)
{
  g_return_if_fail (NB_IS_PLAN (self));

  if (self->state != NB_PLAN_ASKING)
    return;

  if (answer == NB_PLAN_STEP_ANSWER_LATER)
    {
      self->left_for_later = nb_plan_step_get_kind (nb_run_get_current (self->run)) == NB_PLAN_RESTART;
      if (self->left_for_later)
        nb_run_skip_rest (self->run);
      else
        change_rest (self);
    }
  nb_run_answer (self->run, answer);
}

/* Stops where that is safe: while it waits for guests, and until the password was given. A guest that was asked may shut
 * down all the same. */
void
nb_plan_cancel (NbPlan *self)
{
  g_return_if_fail (NB_IS_PLAN (self));

  nb_run_cancel (self->run);
}

/**
 * nb_plan_dup_stops_back:
 * @self: a plan that has ended
 *
 * Returns: (transfer full) (element-type NbMachine): the machines that nb_plan_take_back() would shut down
 */
GPtrArray *
nb_plan_dup_stops_back (NbPlan *self)
{
  g_return_val_if_fail (NB_IS_PLAN (self), NULL);
  return nb_plan_back_dup_stops (&self->parts, self->earlier, nb_run_get_steps (self->run));
}

static void
plan_back (NbPlan *self)
{
  GListModel *steps = nb_run_get_steps (self->run);
  g_autoptr (GPtrArray) stops = nb_plan_dup_stops_back (self);
  g_autoptr (GPtrArray) starts = nb_plan_back_decide (&self->parts, self->earlier, steps, stops, &self->outline);

  self->back = TRUE;
  self->kept = FALSE;
  self->left_for_later = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (nb_run_get_steps (self->run)); i++)
    g_ptr_array_add (self->earlier, g_object_ref (nb_run_get_step (self->run, i)));
  fill (self, stops, starts, 0);
  nb_run_begin (self->run);
}

/* While the person was asked, or since the use count was read, another machine may have started. */
static gboolean
was_asked (NbPlan *self)
{
  g_autoptr (GPtrArray) stops = nb_plan_dup_stops_back (self);

  for (guint i = 0; self->asked != NULL && i < stops->len; i++)
    if (!g_ptr_array_find (self->asked, g_ptr_array_index (stops, i), NULL))
      return FALSE;

  return TRUE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (NbPlan) self = data;

  nb_host_refresh_finish (NB_HOST (source), result, NULL);
  if (self->run == NULL)
    return;

  self->looking = FALSE;
  if (was_asked (self))
    plan_back (self);
  else
    update (self);
}

/**
 * nb_plan_take_back:
 * @self: a plan that has ended
 * @asked: (nullable) (element-type NbMachine): what nb_plan_dup_stops_back() told when the person was asked; %NULL for
 *   whatever has to stop
 *
 * Takes back what was done, in reverse; machines that ran before run again in the end. Where meanwhile another machine would
 * have to shut down as well, nothing is done, and the plan has ended as before: the person is to be asked anew.
 */
void
nb_plan_take_back (NbPlan *self, GPtrArray *asked)
{
  g_return_if_fail (NB_IS_PLAN (self));

  if (!nb_plan_get_can_take_back (self))
    return;

  /* The use count has no event, and the plan itself has started machines since it was read. */
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  self->asked = asked != NULL ? g_ptr_array_ref (asked) : NULL;
  self->looking = TRUE;
  update (self);
  nb_host_refresh_async (nb_host_controller_get_host (self->parts.controller), NULL, refreshed_cb, g_object_ref (self));
}
