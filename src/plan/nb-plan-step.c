/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-step.h"

#include <glib/gi18n-lib.h>

#include "nb-plan-enums.h"

/**
 * NbPlanStep:
 *
 * One step of a plan: what it does, and how it went.
 */
struct _NbPlanStep
{
  GObject parent_instance;

  NbPlanKind kind;
  char *title;
  char *explanation;
  char *risk;
  char *difference;
  NbPlanStepState state;
  char *message;
};

G_DEFINE_FINAL_TYPE (NbPlanStep, nb_plan_step, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_MESSAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
nb_plan_step_finalize (GObject *object)
{
  NbPlanStep *self = NB_PLAN_STEP (object);

  g_free (self->title);
  g_free (self->explanation);
  g_free (self->risk);
  g_free (self->difference);
  g_free (self->message);

  G_OBJECT_CLASS (nb_plan_step_parent_class)->finalize (object);
}

static void
nb_plan_step_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbPlanStep *self = NB_PLAN_STEP (object);

  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_plan_step_class_init (NbPlanStepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = nb_plan_step_finalize;
  object_class->get_property = nb_plan_step_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, NB_TYPE_PLAN_STEP_STATE, NB_PLAN_STEP_WAITING, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_plan_step_init (NbPlanStep *self)
{
}

/**
 * nb_plan_step_new:
 * @kind: what it does
 * @title: its translated name
 * @explanation: what that means
 * @risk: (nullable): what can go wrong
 * @difference: (nullable): the XML difference that it makes
 *
 * Returns: (transfer full): a step that waits
 */
NbPlanStep *
nb_plan_step_new (NbPlanKind kind, const char *title, const char *explanation, const char *risk, const char *difference)
{
  NbPlanStep *self = g_object_new (NB_TYPE_PLAN_STEP, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  self->explanation = g_strdup (explanation);
  self->risk = g_strdup (risk);
  self->difference = g_strdup (difference);

  return self;
}

/**
 * nb_plan_step_get_kind:
 * @self: a step
 *
 * Returns: what it does
 */
NbPlanKind
nb_plan_step_get_kind (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NB_PLAN_STOP);

  return self->kind;
}

/**
 * nb_plan_step_get_state:
 * @self: a step
 *
 * Returns: how it stands
 */
NbPlanStepState
nb_plan_step_get_state (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NB_PLAN_STEP_WAITING);

  return self->state;
}

/**
 * nb_plan_step_get_title:
 * @self: a step
 *
 * Returns: (transfer none): its translated name
 */
const char *
nb_plan_step_get_title (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NULL);

  return self->title;
}

/**
 * nb_plan_step_get_explanation:
 * @self: a step
 *
 * Returns: (transfer none): what it does, in a translated sentence or more
 */
const char *
nb_plan_step_get_explanation (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NULL);

  return self->explanation;
}

/**
 * nb_plan_step_get_risk:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): what can go wrong
 */
const char *
nb_plan_step_get_risk (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NULL);

  return self->risk;
}

/**
 * nb_plan_step_get_difference:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): the XML difference that it makes
 */
const char *
nb_plan_step_get_difference (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NULL);

  return self->difference;
}

/**
 * nb_plan_step_get_message:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): how it ended
 */
const char *
nb_plan_step_get_message (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NULL);

  return self->message;
}

/**
 * nb_plan_step_set_state:
 * @self: a step
 * @state: how it stands now
 * @message: (nullable): a translated sentence about that
 *
 * For the plan alone.
 */
void
nb_plan_step_set_state (NbPlanStep *self, NbPlanStepState state, const char *message)
{
  char *copy;

  g_return_if_fail (NB_IS_PLAN_STEP (self));

  if (self->state == state && g_strcmp0 (self->message, message) == 0)
    return;

  self->state = state;
  copy = g_strdup (message); /* it may be the one that is there */
  g_free (self->message);
  self->message = copy;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * nb_plan_step_state_get_title:
 * @state: how a step stands
 *
 * Returns: (transfer none): that in a translated word
 */
const char *
nb_plan_step_state_get_title (NbPlanStepState state)
{
  switch (state)
    {
    case NB_PLAN_STEP_WAITING:
      return _ ("Waiting");
    case NB_PLAN_STEP_RUNNING:
      return _ ("Under way");
    case NB_PLAN_STEP_DONE:
      return _ ("Done");
    case NB_PLAN_STEP_FAILED:
      return _ ("Failed");
    case NB_PLAN_STEP_SKIPPED:
      return _ ("Not done");
    }

  return NULL;
}
