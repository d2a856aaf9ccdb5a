/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-progress-step.h"

#include <glib/gi18n-lib.h>

#include "nb-live-enums.h"

/**
 * NbProgressStep:
 *
 * One line of what a change does, in words.
 */
struct _NbProgressStep
{
  GObject parent_instance;

  int step;
  NbProgress state;
};

G_DEFINE_FINAL_TYPE (NbProgressStep, nb_progress_step, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
nb_progress_step_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbProgressStep *self = NB_PROGRESS_STEP (object);

  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, nb_progress_step_get_title (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_progress_step_class_init (NbProgressStepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = nb_progress_step_get_property;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_PROGRESS, NB_PROGRESS_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_progress_step_init (NbProgressStep *self)
{
}

/**
 * nb_progress_step_new:
 * @step: an #NbStep, %NB_PROGRESS_STEP_PASSWORD or %NB_PROGRESS_STEP_PROOF
 *
 * Returns: (transfer full): a step that waits
 */
NbProgressStep *
nb_progress_step_new (int step)
{
  NbProgressStep *self = g_object_new (NB_TYPE_PROGRESS_STEP, NULL);

  self->step = step;

  return self;
}

/**
 * nb_progress_step_get_step:
 * @self: a step
 *
 * Returns: an #NbStep, %NB_PROGRESS_STEP_PASSWORD or %NB_PROGRESS_STEP_PROOF
 */
int
nb_progress_step_get_step (NbProgressStep *self)
{
  g_return_val_if_fail (NB_IS_PROGRESS_STEP (self), NB_PROGRESS_STEP_PASSWORD);

  return self->step;
}

/**
 * nb_progress_step_get_title:
 * @self: a step
 *
 * Returns: what is done, translated
 */
const char *
nb_progress_step_get_title (NbProgressStep *self)
{
  g_return_val_if_fail (NB_IS_PROGRESS_STEP (self), NULL);

  if (self->step == NB_PROGRESS_STEP_PASSWORD)
    return _ ("Ask for an administrator’s password");
  if (self->step == NB_PROGRESS_STEP_PROOF)
    return _ ("Run a virtual machine inside a virtual machine");

  switch ((NbStep) self->step)
    {
    case NB_STEP_REPAIR:
      return _ ("Repair what an interrupted change left");
    case NB_STEP_CHECK:
      return _ ("Check that it is safe");
    case NB_STEP_WRITE:
      return _ ("Save the setting for the next start");
    case NB_STEP_RELOAD:
      return _ ("Load KVM anew");
    case NB_STEP_VERIFY:
      return _ ("See whether it worked");
    case NB_STEP_RESTORE:
      return _ ("Put everything back as it was");
    }

  return NULL;
}

/**
 * nb_progress_step_get_state:
 * @self: a step
 *
 * Returns: how far it is
 */
NbProgress
nb_progress_step_get_state (NbProgressStep *self)
{
  g_return_val_if_fail (NB_IS_PROGRESS_STEP (self), NB_PROGRESS_WAITING);

  return self->state;
}

/**
 * nb_progress_step_set_state:
 * @self: a step
 * @state: how far it is
 */
void
nb_progress_step_set_state (NbProgressStep *self, NbProgress state)
{
  g_return_if_fail (NB_IS_PROGRESS_STEP (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}
