/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step.h"

#include <glib/gi18n-lib.h>

#include "nb-plan-enums.h"

typedef struct
{
  NbPlanKind kind;
  char *title;
  char *explanation;
  char *risk;
  char *difference;
  NbPlanStepState state;
  char *message;
  char *waiting_for;
  guint seconds_left;
  gboolean asks;
  gboolean can_cancel;
  gboolean changed;
  gboolean idle;
  gboolean undoes;
  GTask *task; /* while it is under way */
} NbPlanStepPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (NbPlanStep, nb_plan_step, G_TYPE_OBJECT)

#define PRIVATE(self) ((NbPlanStepPrivate *) nb_plan_step_get_instance_private (self))

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_MESSAGE,
  PROP_WAITING_FOR,
  PROP_SECONDS_LEFT,
  PROP_ASKS,
  PROP_CAN_CANCEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
nb_plan_step_finalize (GObject *object)
{
  NbPlanStepPrivate *priv = PRIVATE (NB_PLAN_STEP (object));

  g_free (priv->title);
  g_free (priv->explanation);
  g_free (priv->risk);
  g_free (priv->difference);
  g_free (priv->message);
  g_free (priv->waiting_for);

  G_OBJECT_CLASS (nb_plan_step_parent_class)->finalize (object);
}

static void
nb_plan_step_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbPlanStepPrivate *priv = PRIVATE (NB_PLAN_STEP (object));

  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, priv->title);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) priv->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, priv->message);
      break;
    case PROP_WAITING_FOR:
      g_value_set_string (value, priv->waiting_for);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, priv->seconds_left);
      break;
    case PROP_ASKS:
      g_value_set_boolean (value, priv->asks);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, priv->can_cancel);
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
  properties[PROP_WAITING_FOR] = g_param_spec_string ("waiting-for", NULL, NULL, NULL, flags);
  properties[PROP_SECONDS_LEFT] = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ASKS] = g_param_spec_boolean ("asks", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_CANCEL] = g_param_spec_boolean ("can-cancel", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_plan_step_init (NbPlanStep *self)
{
}

NbPlanKind
nb_plan_step_get_kind (NbPlanStep *self)
{
  return PRIVATE (self)->kind;
}

const char *
nb_plan_step_get_title (NbPlanStep *self)
{
  return PRIVATE (self)->title;
}

const char *
nb_plan_step_get_explanation (NbPlanStep *self)
{
  return PRIVATE (self)->explanation;
}

const char *
nb_plan_step_get_risk (NbPlanStep *self)
{
  return PRIVATE (self)->risk;
}

const char *
nb_plan_step_get_difference (NbPlanStep *self)
{
  return PRIVATE (self)->difference;
}

NbPlanStepState
nb_plan_step_get_state (NbPlanStep *self)
{
  g_return_val_if_fail (NB_IS_PLAN_STEP (self), NB_PLAN_STEP_WAITING);

  return PRIVATE (self)->state;
}

const char *
nb_plan_step_get_message (NbPlanStep *self)
{
  return PRIVATE (self)->message;
}

const char *
nb_plan_step_get_waiting_for (NbPlanStep *self)
{
  return PRIVATE (self)->waiting_for;
}

guint
nb_plan_step_get_seconds_left (NbPlanStep *self)
{
  return PRIVATE (self)->seconds_left;
}

gboolean
nb_plan_step_get_asks (NbPlanStep *self)
{
  return PRIVATE (self)->asks;
}

gboolean
nb_plan_step_get_can_cancel (NbPlanStep *self)
{
  return PRIVATE (self)->can_cancel;
}

/**
 * nb_plan_step_get_changed:
 * @self: a step
 *
 * Returns: whether it has changed something that can be taken back; a step that failed may have, too
 */
gboolean
nb_plan_step_get_changed (NbPlanStep *self)
{
  return PRIVATE (self)->changed;
}

/* Whether there is nothing for it to do. */
gboolean
nb_plan_step_get_idle (NbPlanStep *self)
{
  return PRIVATE (self)->idle;
}

/* Whether it is there to take back what an earlier one did. */
gboolean
nb_plan_step_get_undoes (NbPlanStep *self)
{
  return PRIVATE (self)->undoes;
}

/**
 * nb_plan_step_mark:
 * @self: a step that is not under way
 * @state: how it stands now
 * @message: (nullable): a translated sentence about that
 */
void
nb_plan_step_mark (NbPlanStep *self, NbPlanStepState state, const char *message)
{
  NbPlanStepPrivate *priv = PRIVATE (self);
  char *copy;

  g_return_if_fail (NB_IS_PLAN_STEP (self));

  if (priv->state == state && g_strcmp0 (priv->message, message) == 0)
    return;

  priv->state = state;
  copy = g_strdup (message); /* it may be the one that is there */
  g_free (priv->message);
  priv->message = copy;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
begin (NbPlanStep *self, void (*begins) (NbPlanStep *self), gpointer tag, GAsyncReadyCallback callback, gpointer data)
{
  NbPlanStepPrivate *priv = PRIVATE (self);

  g_return_if_fail (priv->task == NULL);

  priv->task = g_task_new (self, NULL, callback, data);
  g_task_set_source_tag (priv->task, tag);
  g_debug ("step “%s” begins", priv->title);
  nb_plan_step_mark (self, NB_PLAN_STEP_RUNNING, NULL);
  begins (self);
}

/**
 * nb_plan_step_run_async:
 * @self: a step that is not under way
 * @callback: called when it has ended
 * @data: for @callback
 */
void
nb_plan_step_run_async (NbPlanStep *self, GAsyncReadyCallback callback, gpointer data)
{
  begin (self, NB_PLAN_STEP_GET_CLASS (self)->run, nb_plan_step_run_async, callback, data);
}

/* How it ended: done, failed or skipped. */
NbPlanStepState
nb_plan_step_run_finish (NbPlanStep *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NB_PLAN_STEP_FAILED);

  return (NbPlanStepState) g_task_propagate_int (G_TASK (result), NULL);
}

void
nb_plan_step_undo_async (NbPlanStep *self, GAsyncReadyCallback callback, gpointer data)
{
  begin (self, NB_PLAN_STEP_GET_CLASS (self)->undo, nb_plan_step_undo_async, callback, data);
}

NbPlanStepState
nb_plan_step_undo_finish (NbPlanStep *self, GAsyncResult *result)
{
  return nb_plan_step_run_finish (self, result);
}

/**
 * nb_plan_step_cancel:
 * @self: a step under way
 *
 * Stops it where that is safe. It may have ended when this returns, and may go on all the same.
 */
void
nb_plan_step_cancel (NbPlanStep *self)
{
  if (PRIVATE (self)->task != NULL && NB_PLAN_STEP_GET_CLASS (self)->cancel != NULL)
    NB_PLAN_STEP_GET_CLASS (self)->cancel (self);
}

void
nb_plan_step_answer (NbPlanStep *self, NbPlanStepAnswer answer)
{
  if (PRIVATE (self)->asks)
    NB_PLAN_STEP_GET_CLASS (self)->answer (self, answer);
}

/**
 * nb_plan_step_describe:
 * @self: a new step
 * @kind: what it does
 * @title: its translated name
 * @explanation: what that means
 * @risk: (nullable): what can go wrong
 * @difference: (nullable): the XML difference that it makes
 */
void
nb_plan_step_describe (NbPlanStep *self,
                       NbPlanKind kind,
                       const char *title,
                       const char *explanation,
                       const char *risk,
                       const char *difference)
{
  NbPlanStepPrivate *priv = PRIVATE (self);

  g_return_if_fail (priv->title == NULL);

  priv->kind = kind;
  priv->title = g_strdup (title);
  priv->explanation = g_strdup (explanation);
  priv->risk = g_strdup (risk);
  priv->difference = g_strdup (difference);
}

void
nb_plan_step_set_changed (NbPlanStep *self, gboolean changed)
{
  PRIVATE (self)->changed = changed;
}

void
nb_plan_step_set_idle (NbPlanStep *self, gboolean idle)
{
  PRIVATE (self)->idle = idle;
}

void
nb_plan_step_set_undoes (NbPlanStep *self, gboolean undoes)
{
  PRIVATE (self)->undoes = undoes;
}

void
nb_plan_step_set_can_cancel (NbPlanStep *self, gboolean can_cancel)
{
  NbPlanStepPrivate *priv = PRIVATE (self);

  can_cancel = can_cancel && priv->task != NULL;
  if (priv->can_cancel == can_cancel)
    return;

  priv->can_cancel = can_cancel;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CANCEL]);
}

/**
 * nb_plan_step_set_waiting:
 * @self: a step under way
 * @waiting_for: (nullable): the names of whom it waits for
 * @seconds_left: for how long
 * @asks: whether it waits for an answer instead
 *
 * Told when it is whole: who hears of the seconds alone would ask once more.
 */
void
nb_plan_step_set_waiting (NbPlanStep *self, const char *waiting_for, guint seconds_left, gboolean asks)
{
  NbPlanStepPrivate *priv = PRIVATE (self);
  char *copy = g_strdup (waiting_for);

  g_object_freeze_notify (G_OBJECT (self));
  g_free (priv->waiting_for);
  priv->waiting_for = copy;
  priv->seconds_left = seconds_left;
  priv->asks = asks;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING_FOR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASKS]);
  nb_plan_step_set_can_cancel (self, waiting_for != NULL || asks);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * nb_plan_step_end:
 * @self: a step
 * @state: how it ended
 * @message: (nullable): a translated sentence about that
 *
 * Ends what is under way. An answer that comes after that, after a cancellation, ends nothing.
 */
void
nb_plan_step_end (NbPlanStep *self, NbPlanStepState state, const char *message)
{
  NbPlanStepPrivate *priv = PRIVATE (self);
  g_autoptr (GTask) task = g_steal_pointer (&priv->task);

  if (task == NULL)
    return;

  g_debug ("step “%s” ends: %d %s", priv->title, (int) state, message != NULL ? message : "");
  g_object_freeze_notify (G_OBJECT (self));
  nb_plan_step_set_waiting (self, NULL, 0, FALSE);
  nb_plan_step_mark (self, state, message);
  g_object_thaw_notify (G_OBJECT (self));
  g_task_return_int (task, (gssize) state);
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
