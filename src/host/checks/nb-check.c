/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One check of this computer and its answer. */

#include "config.h"

#include "nb-check.h"

#include "nb-checks-enums.h"
#include "nb-facts-enums.h"

struct _NbCheck
{
  GObject parent_instance;

  char *id;
  NbCheckGroup group;
  NbLevel level;
  char *title;
  char *detail;
  char *hint;
  char *command;
  NbRemedy remedy;
  guint position;
};

G_DEFINE_FINAL_TYPE (NbCheck, nb_check, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_GROUP,
  PROP_LEVEL,
  PROP_TITLE,
  PROP_DETAIL,
  PROP_HINT,
  PROP_COMMAND,
  PROP_REMEDY,
  PROP_POSITION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
nb_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  NbCheck *self = NB_CHECK (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_GROUP:
      g_value_set_enum (value, self->group);
      break;
    case PROP_LEVEL:
      g_value_set_enum (value, self->level);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_HINT:
      g_value_set_string (value, self->hint);
      break;
    case PROP_COMMAND:
      g_value_set_string (value, self->command);
      break;
    case PROP_REMEDY:
      g_value_set_enum (value, self->remedy);
      break;
    case PROP_POSITION:
      g_value_set_uint (value, self->position);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_check_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  NbCheck *self = NB_CHECK (object);

  switch (id)
    {
    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;
    case PROP_GROUP:
      self->group = g_value_get_enum (value);
      break;
    case PROP_LEVEL:
      self->level = g_value_get_enum (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_DETAIL:
      self->detail = g_value_dup_string (value);
      break;
    case PROP_HINT:
      self->hint = g_value_dup_string (value);
      break;
    case PROP_COMMAND:
      self->command = g_value_dup_string (value);
      break;
    case PROP_REMEDY:
      self->remedy = g_value_get_enum (value);
      break;
    case PROP_POSITION:
      self->position = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
nb_check_finalize (GObject *object)
{
  NbCheck *self = NB_CHECK (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->hint);
  g_free (self->command);

  G_OBJECT_CLASS (nb_check_parent_class)->finalize (object);
}

static void
nb_check_class_init (NbCheckClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = nb_check_get_property;
  object_class->set_property = nb_check_set_property;
  object_class->finalize = nb_check_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_GROUP] = g_param_spec_enum ("group", NULL, NULL, NB_TYPE_CHECK_GROUP, NB_CHECK_GROUP_KVM, flags);
  properties[PROP_LEVEL] = g_param_spec_enum ("level", NULL, NULL, NB_TYPE_LEVEL, NB_LEVEL_PASS, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, NULL, flags);
  properties[PROP_COMMAND] = g_param_spec_string ("command", NULL, NULL, NULL, flags);
  properties[PROP_REMEDY] = g_param_spec_enum ("remedy", NULL, NULL, NB_TYPE_REMEDY, NB_REMEDY_NONE, flags);
  properties[PROP_POSITION] = g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_check_init (NbCheck *self)
{
}

/**
 * nb_check_get_id:
 *
 * Returns: a stable word that reports and tests name the check by
 */
const char *
nb_check_get_id (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NULL);
  return self->id;
}

NbCheckGroup
nb_check_get_group (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NB_CHECK_GROUP_KVM);
  return self->group;
}

NbLevel
nb_check_get_level (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NB_LEVEL_NOTE);
  return self->level;
}

/**
 * nb_check_get_title:
 *
 * Returns: what is checked, in the same words whatever the answer; the level says how it is
 */
const char *
nb_check_get_title (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NULL);
  return self->title;
}

/**
 * nb_check_get_detail:
 *
 * Returns: (nullable): what was found
 */
const char *
nb_check_get_detail (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NULL);
  return self->detail;
}

/**
 * nb_check_get_hint:
 *
 * Returns: (nullable): what it means and what to do
 */
const char *
nb_check_get_hint (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NULL);
  return self->hint;
}

/**
 * nb_check_get_command:
 *
 * Returns: (nullable): a command for a terminal, to copy
 */
const char *
nb_check_get_command (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NULL);
  return self->command;
}

/**
 * nb_check_get_remedy:
 *
 * Returns: what a button can do about it, or %NB_REMEDY_NONE
 */
NbRemedy
nb_check_get_remedy (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), NB_REMEDY_NONE);
  return self->remedy;
}

/**
 * nb_check_get_position:
 *
 * Returns: its place in the table of checks
 */
guint
nb_check_get_position (NbCheck *self)
{
  g_return_val_if_fail (NB_IS_CHECK (self), 0);
  return self->position;
}

/**
 * nb_check_compare:
 *
 * Worst first; within a level as in the table. Checks for containers come last, whatever they say.
 *
 * Returns: as strcmp() does
 */
int
nb_check_compare (NbCheck *a, NbCheck *b)
{
  const gboolean last_a = a->group == NB_CHECK_GROUP_CONTAINERS;
  const gboolean last_b = b->group == NB_CHECK_GROUP_CONTAINERS;

  if (last_a != last_b)
    return last_a - last_b;
  if (a->level != b->level)
    return (int) b->level - (int) a->level;
  return (a->position > b->position) - (a->position < b->position);
}
