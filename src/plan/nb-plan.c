/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-private.h"

#include <glib/gi18n-lib.h>

#include "nb-machine-judge.h"
#include "nb-plan-enums.h"
#include "nb-plan-words.h"
#include "nb-text-diff.h"
#include "nb-machine-inference.h"

G_DEFINE_FINAL_TYPE (NbPlan, nb_plan, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_GOAL,
  PROP_EDITOR,
  PROP_CONTROLLER,
  PROP_USERS,
  PROP_WHEN,
  PROP_START_AGAIN,
  PROP_PROVE,
  PROP_PATIENCE,
  PROP_PACE,
  PROP_STEPS,
  PROP_STATE,
  PROP_ASKS_WHEN,
  PROP_CAN_NOW,
  PROP_STOPS,
  PROP_GOES_BACK,
  PROP_CAN_RUN,
  PROP_CAN_CANCEL,
  PROP_CAN_TAKE_BACK,
  PROP_OBSTACLE_TEXT,
  PROP_MESSAGE,
  PROP_WAITING_FOR,
  PROP_SECONDS_LEFT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* All that follows from the state and the outline: cheap to tell, and told together. */
static void
notify_derived (NbPlan *self)
{
  for (guint i = PROP_ASKS_WHEN; i <= PROP_OBSTACLE_TEXT; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

void
nb_plan_set_state (NbPlan *self, NbPlanState state, const char *message)
{
  g_object_freeze_notify (G_OBJECT (self));
  self->state = state;
  g_free (self->message);
  self->message = g_strdup (message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
  notify_derived (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
nb_plan_set_waiting (NbPlan *self, const char *waiting_for, guint seconds_left)
{
  char *copy = g_strdup (waiting_for);

  g_object_freeze_notify (G_OBJECT (self));
  g_free (self->waiting_for);
  self->waiting_for = copy;
  self->seconds_left = seconds_left;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WAITING_FOR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SECONDS_LEFT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CANCEL]);
  g_object_thaw_notify (G_OBJECT (self));
}

/* Those that would be started again: all but @except that libvirt knows how to start. */
GPtrArray *
nb_plan_filter_startable (GPtrArray *machines, NbMachine *except)
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

/* What the machine is to have: what it has, or its draft, with nesting on. */
char *
nb_plan_dup_wanted_xml (NbPlan *self, NbCpuEdit **edit_out, GError **error)
{
  const NbMachineConfig *config = nb_machine_editor_get_config (self->editor);
  NbCpuEdit *draft = nb_machine_editor_get_edit (self->editor);
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (self->controller));
  g_autoptr (NbCpuCaps) caps = NULL;
  g_autoptr (NbCpuEdit) edit = NULL;

  if (config->capabilities != NULL)
    caps = nb_cpu_caps_new (config->capabilities, config->expanded, NULL, NULL);
  edit = nb_cpu_edit_new (nb_cpu_edit_get_result (draft), caps, error);
  if (edit == NULL)
    return NULL;

  if (nb_cpu_edit_get_vendor (edit) == NB_CPU_VENDOR_UNKNOWN && facts != NULL &&
      nb_connection_is_local (nb_machine_get_connection (nb_plan_get_machine (self))))
    nb_cpu_edit_set_vendor (edit, facts->vendor == NB_VENDOR_AMD     ? NB_CPU_VENDOR_AMD
                                  : facts->vendor == NB_VENDOR_INTEL ? NB_CPU_VENDOR_INTEL
                                                                     : NB_CPU_VENDOR_UNKNOWN);
  /* An exact copy gives it on every processor, and On says so for good. */
  if (!nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_mode (edit, NB_CPU_MODE_HOST_PASSTHROUGH);
  if (nb_cpu_edit_get_can_nest (edit))
    nb_cpu_edit_set_nesting (edit, NB_CPU_NESTING_ON);

  if (edit_out != NULL)
    *edit_out = g_object_ref (edit);

  return g_strdup (nb_cpu_edit_get_result (edit));
}

static char *
dup_changes (NbPlan *self, NbCpuEdit *edit)
{
  NbCpuEdit *draft = nb_machine_editor_get_edit (self->editor);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_auto (GStrv) array = NULL;

  if (nb_cpu_edit_get_modified (draft))
    g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_changes (draft));
  g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_changes (edit));
  g_strv_builder_addv (lines, (const char **) nb_cpu_edit_get_losses (edit));
  array = g_strv_builder_end (lines);

  return array[0] != NULL ? g_strjoinv ("\n", array) : NULL;
}

static char *
dup_transient (GPtrArray *machines)
{
  g_autoptr (GPtrArray) transient = g_ptr_array_new ();

  for (guint i = 0; i < machines->len; i++)
    if (!nb_machine_is_persistent (g_ptr_array_index (machines, i)))
      g_ptr_array_add (transient, g_ptr_array_index (machines, i));

  return transient->len > 0 ? nb_machine_join_names (transient) : NULL;
}

/* Makes the steps of the outline, from the first one that is not shown yet. */
void
nb_plan_fill (NbPlan *self, GPtrArray *stops, GPtrArray *starts, guint first)
{
  NbMachine *machine = nb_plan_get_machine (self);
  NbHostFacts *facts = nb_host_get_facts (nb_host_controller_get_host (self->controller));
  g_autofree char *blockers = nb_machine_join_names (stops);
  g_autofree char *others = nb_machine_join_names (starts);
  g_autofree char *transient = dup_transient (stops);
  g_autofree char *changes = NULL;
  g_autofree char *difference = NULL;
  NbPlanContext context = { .name = machine != NULL ? nb_machine_get_name (machine) : NULL,
                            .blockers = blockers,
                            .others = others,
                            .transient = transient,
                            .is_amd = facts != NULL && facts->vendor == NB_VENDOR_AMD };
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->editor != NULL && nb_machine_editor_get_edit (self->editor) != NULL)
    {
      g_autoptr (NbCpuEdit) edit = NULL;
      g_autofree char *wanted = nb_plan_dup_wanted_xml (self, &edit, NULL);

      if (wanted != NULL)
        {
          changes = dup_changes (self, edit);
          difference = nb_text_diff (nb_cpu_edit_get_original (nb_machine_editor_get_edit (self->editor)), wanted);
        }
    }
  context.changes = changes;
  context.difference = difference;

  for (guint i = 0; i < self->outline.n_kinds; i++)
    g_ptr_array_add (steps, nb_plan_words_new_step (self->outline.kinds[i], &self->outline, &context));
  g_list_store_splice (self->steps, first, g_list_model_get_n_items (G_LIST_MODEL (self->steps)) - first, steps->pdata,
                       steps->len);
}

/* Whether KVM would have to be loaded anew and is in use. */
static gboolean
is_in_use (NbPlan *self, NbHostFacts *facts)
{
  if (facts == NULL || facts->module == NULL || facts->refcnt <= 0)
    return FALSE;

  return self->goal == NB_PLAN_GOAL_UNDO ? nb_host_controller_get_undo_reloads (self->controller)
                                         : !nb_module_find (facts->module)->live_writable;
}

static void
gather (NbPlan *self, NbPlanInput *input, GPtrArray *users, GPtrArray *others)
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
  input->saved_state = nb_machine_has_managed_save (nb_plan_get_machine (self));
}

static void
rebuild (NbPlan *self)
{
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GPtrArray) others = NULL;
  g_autofree char *names = NULL;
  g_autofree char *signature = NULL;
  NbCpuEdit *edit = self->editor != NULL ? nb_machine_editor_get_edit (self->editor) : NULL;
  GString *text;
  NbPlanInput input;

  if (self->state != NB_PLAN_READY || (self->editor != NULL && edit == NULL) ||
      nb_host_controller_get_running (self->controller))
    return;

  users = nb_kvm_users_dup_machines (self->users);
  others = nb_plan_filter_startable (users, nb_plan_get_machine (self));
  gather (self, &input, users, others);
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
      nb_plan_fill (self, users, others, 0);
    }
  notify_derived (self);
}

static void
reloaded_cb (NbPlan *self)
{
  nb_plan_editor_read (self);
  rebuild (self);
}

static void
can_cancel_cb (NbPlan *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_CANCEL]);
}

static void
nb_plan_constructed (GObject *object)
{
  NbPlan *self = NB_PLAN (object);
  NbHost *host = nb_host_controller_get_host (self->controller);

  G_OBJECT_CLASS (nb_plan_parent_class)->constructed (object);

  g_signal_connect_object (self->users, "items-changed", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (host, "notify::facts", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->controller, "notify::can-cancel", G_CALLBACK (can_cancel_cb), self, G_CONNECT_SWAPPED);
  if (self->editor != NULL)
    {
      g_signal_connect_object (self->editor, "reloaded", G_CALLBACK (reloaded_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->editor, "failed", G_CALLBACK (nb_plan_editor_failed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->editor, "notify::proof", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (nb_plan_get_machine (self), "notify", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
    }
  rebuild (self);
}

static void
nb_plan_dispose (GObject *object)
{
  NbPlan *self = NB_PLAN (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->ran, g_ptr_array_unref);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_pointer (&self->stopped, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->steps);
  g_clear_object (&self->users);
  g_clear_object (&self->controller);
  g_clear_object (&self->editor);

  G_OBJECT_CLASS (nb_plan_parent_class)->dispose (object);
}

static void
nb_plan_finalize (GObject *object)
{
  NbPlan *self = NB_PLAN (object);

  g_free (self->signature);
  g_free (self->message);
  g_free (self->waiting_for);

  G_OBJECT_CLASS (nb_plan_parent_class)->finalize (object);
}

static void
nb_plan_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbPlan *self = NB_PLAN (object);

  switch (property_id)
    {
    case PROP_WHEN:
      g_value_set_enum (value, self->outline.asks ? self->outline.when : self->when);
      break;
    case PROP_START_AGAIN:
      g_value_set_boolean (value, self->start_again);
      break;
    case PROP_PROVE:
      g_value_set_boolean (value, self->prove);
      break;
    case PROP_PATIENCE:
      g_value_set_uint (value, self->patience);
      break;
    case PROP_PACE:
      g_value_set_uint (value, self->pace);
      break;
    case PROP_STEPS:
      g_value_set_object (value, self->steps);
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
      g_value_set_boolean (value, self->back || self->goal == NB_PLAN_GOAL_UNDO);
      break;
    case PROP_CAN_RUN:
      g_value_set_boolean (value, nb_plan_get_can_run (self));
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, nb_plan_get_can_cancel (self));
      break;
    case PROP_CAN_TAKE_BACK:
      g_value_set_boolean (value, nb_plan_get_can_take_back (self));
      break;
    case PROP_OBSTACLE_TEXT:
      g_value_set_string (value, nb_plan_get_obstacle_text (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_WAITING_FOR:
      g_value_set_string (value, self->waiting_for);
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_uint (value, self->seconds_left);
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
    case PROP_GOAL:
      self->goal = g_value_get_enum (value);
      break;
    case PROP_EDITOR:
      self->editor = g_value_dup_object (value);
      break;
    case PROP_CONTROLLER:
      self->controller = g_value_dup_object (value);
      break;
    case PROP_USERS:
      self->users = g_value_dup_object (value);
      break;
    case PROP_WHEN:
      self->when = g_value_get_enum (value);
      rebuild (self);
      break;
    case PROP_START_AGAIN:
      self->start_again = g_value_get_boolean (value);
      rebuild (self);
      break;
    case PROP_PROVE:
      self->prove = g_value_get_boolean (value);
      rebuild (self);
      break;
    case PROP_PATIENCE:
      self->patience = g_value_get_uint (value);
      break;
    case PROP_PACE:
      self->pace = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_plan_class_init (NbPlanClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags once = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = nb_plan_constructed;
  object_class->dispose = nb_plan_dispose;
  object_class->finalize = nb_plan_finalize;
  object_class->get_property = nb_plan_get_property;
  object_class->set_property = nb_plan_set_property;

  properties[PROP_GOAL] = g_param_spec_enum ("goal", NULL, NULL, NB_TYPE_PLAN_GOAL, NB_PLAN_GOAL_MACHINE, once);
  properties[PROP_EDITOR] = g_param_spec_object ("editor", NULL, NULL, NB_TYPE_MACHINE_EDITOR, once);
  properties[PROP_CONTROLLER] = g_param_spec_object ("controller", NULL, NULL, NB_TYPE_HOST_CONTROLLER, once);
  properties[PROP_USERS] = g_param_spec_object ("users", NULL, NULL, NB_TYPE_KVM_USERS, once);
  properties[PROP_WHEN] = g_param_spec_enum ("when", NULL, NULL, NB_TYPE_PLAN_WHEN, NB_PLAN_LATER, both);
  properties[PROP_START_AGAIN] = g_param_spec_boolean ("start-again", NULL, NULL, TRUE, both);
  properties[PROP_PROVE] = g_param_spec_boolean ("prove", NULL, NULL, TRUE, both);
  properties[PROP_PATIENCE] = g_param_spec_uint ("patience", NULL, NULL, 0, G_MAXUINT, 0, both);
  properties[PROP_PACE] = g_param_spec_uint ("pace", NULL, NULL, 1, G_MAXUINT, 1000, both);
  properties[PROP_STEPS] = g_param_spec_object ("steps", NULL, NULL, G_TYPE_LIST_MODEL, read);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_PLAN_STATE, NB_PLAN_READY, read);
  properties[PROP_ASKS_WHEN] = g_param_spec_boolean ("asks-when", NULL, NULL, FALSE, read);
  properties[PROP_CAN_NOW] = g_param_spec_boolean ("can-now", NULL, NULL, FALSE, read);
  properties[PROP_STOPS] = g_param_spec_boolean ("stops", NULL, NULL, FALSE, read);
  properties[PROP_GOES_BACK] = g_param_spec_boolean ("goes-back", NULL, NULL, FALSE, read);
  properties[PROP_CAN_RUN] = g_param_spec_boolean ("can-run", NULL, NULL, FALSE, read);
  properties[PROP_CAN_CANCEL] = g_param_spec_boolean ("can-cancel", NULL, NULL, FALSE, read);
  properties[PROP_CAN_TAKE_BACK] = g_param_spec_boolean ("can-take-back", NULL, NULL, FALSE, read);
  properties[PROP_OBSTACLE_TEXT] = g_param_spec_string ("obstacle-text", NULL, NULL, NULL, read);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, read);
  properties[PROP_WAITING_FOR] = g_param_spec_string ("waiting-for", NULL, NULL, NULL, read);
  properties[PROP_SECONDS_LEFT] = g_param_spec_uint ("seconds-left", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_plan_init (NbPlan *self)
{
  self->start_again = TRUE;
  self->prove = TRUE;
  self->pace = 1000;
  self->cancellable = g_cancellable_new ();
  self->steps = g_list_store_new (NB_TYPE_PLAN_STEP);
  self->stopped = g_ptr_array_new_with_free_func (g_object_unref);
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
  return g_object_new (NB_TYPE_PLAN, "editor", editor, "controller", controller, "users", users, NULL);
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

  return g_object_new (NB_TYPE_PLAN, "goal", goal, "controller", controller, "users", users, NULL);
}
