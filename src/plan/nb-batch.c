/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-batch.h"

#include <glib/gi18n-lib.h>

#include "nb-batch-words.h"
#include "nb-plan-enums.h"
#include "nb-run.h"
#include "nb-step-draft.h"

typedef struct
{
  NbMachineEditor *editor;
  char *unread;   /* why it could not be read */
  gboolean taken; /* somebody's unapplied changes are in it: it is not ours */
} Item;

/**
 * NbBatch:
 *
 * Several machines that are to get the same processor, or the same nesting: what will change where, how it went, the way
 * back. Nothing is restarted.
 */
struct _NbBatch
{
  GObject parent_instance;

  GPtrArray *items;
  NbRun *run;          /* a step for each of the items */
  GHashTable *refused; /* NbConnection -> why nothing can be stored there: nobody is asked twice */
  NbBatchState state;
  int mode;
  int nesting;
  guint current; /* which item is being read */
  guint n_changes;
  gboolean can_undo;
  char *summary;
};

G_DEFINE_FINAL_TYPE (NbBatch, nb_batch, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_N_CHANGES,
  PROP_CAN_UNDO,
  PROP_SUMMARY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void read_next (NbBatch *self);

static void
item_free (gpointer data)
{
  Item *item = data;

  /* A draft of ours is nobody's unapplied change. */
  if (!item->taken)
    nb_machine_editor_revert (item->editor);
  g_object_unref (item->editor);
  g_free (item->unread);
  g_free (item);
}

static NbMachine *
get_machine (const Item *item)
{
  return nb_machine_editor_get_machine (item->editor);
}

/* Why this machine is left out, or null. */
static const char *
get_reason (const NbBatch *self, const Item *item)
{
  NbCpuEdit *edit = nb_machine_editor_get_edit (item->editor);
  const NbMachineSummary *summary = nb_machine_get_summary (get_machine (item));

  if (item->taken)
    return _ ("It has changes that were not applied. Apply or discard them on its page first.");
  if (edit == NULL)
    return item->unread;
  if (nb_machine_editor_get_locked (item->editor) != NULL)
    return nb_machine_editor_get_locked (item->editor);
  if (summary != NULL && g_strcmp0 (summary->type, "qemu") == 0)
    return _ ("It is emulated without KVM, so it can’t have this computer’s processor.");
  if ((self->nesting == NB_CPU_NESTING_ON || self->nesting == NB_CPU_NESTING_OFF) && !nb_cpu_edit_get_can_nest (edit))
    return nb_cpu_edit_get_mode (edit) == NB_CPU_MODE_DEFAULT
             ? _ ("The hypervisor’s default processor takes no nesting. Choose a processor as well.")
             : _ ("Nesting can’t be set: it is not known whose processor the computer has.");
  if (nb_cpu_edit_get_modified (edit))
    return nb_cpu_edit_get_problem (edit);

  return NULL;
}

/* Says anew what will happen to a machine: a step cannot change, so it is another one. */
static void
describe (NbBatch *self, guint position)
{
  const Item *item = self->items->pdata[position];
  const gboolean read = item->taken || item->unread != NULL || nb_machine_editor_get_edit (item->editor) != NULL;
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (steps, nb_step_draft_new (item->editor, self->refused, read, get_reason (self, item)));
  nb_run_splice (self->run, position, 1, steps);
}

static void
draft (NbBatch *self, guint position)
{
  Item *item = self->items->pdata[position];
  NbCpuEdit *edit = nb_machine_editor_get_edit (item->editor);

  if (edit != NULL && !item->taken)
    {
      nb_cpu_edit_revert (edit);
      if (nb_machine_editor_get_locked (item->editor) == NULL)
        {
          if (self->mode != NB_BATCH_LEAVE)
            nb_cpu_edit_set_mode (edit, (NbCpuMode) self->mode);
          if (self->nesting != NB_BATCH_LEAVE)
            nb_cpu_edit_set_nesting (edit, (NbCpuNesting) self->nesting);
        }
    }
  describe (self, position);
}

static guint
count_steps (NbBatch *self, NbPlanStepState state)
{
  guint count = 0;

  for (guint i = 0; i < self->items->len; i++)
    count += nb_plan_step_get_state (nb_run_get_step (self->run, i)) == state;

  return count;
}

static char *
dup_forecast (NbBatch *self)
{
  const guint n_left_out = count_steps (self, NB_PLAN_STEP_SKIPPED);
  const guint n_same = self->items->len - self->n_changes - n_left_out;
  guint n_running = 0;

  if (self->mode == NB_BATCH_LEAVE && self->nesting == NB_BATCH_LEAVE)
    return g_strdup (_ ("Choose what these machines are to have. Nothing is changed before you press Apply."));

  for (guint i = 0; i < self->items->len; i++)
    n_running += !nb_plan_step_get_idle (nb_run_get_step (self->run, i)) &&
                 nb_machine_is_active (get_machine (self->items->pdata[i]));

  return nb_batch_words_dup_forecast (self->n_changes, n_same, n_left_out, n_running);
}

static char *
dup_outcome (NbBatch *self)
{
  return nb_batch_words_dup_outcome (self->state == NB_BATCH_UNDONE, count_steps (self, NB_PLAN_STEP_DONE),
                                     count_steps (self, NB_PLAN_STEP_FAILED));
}

static char *
dup_summary (NbBatch *self)
{
  switch (self->state)
    {
    case NB_BATCH_READING:
      return g_strdup (_ ("Reading the machines…"));
    case NB_BATCH_READY:
      return dup_forecast (self);
    case NB_BATCH_APPLYING:
      return g_strdup (_ ("Storing the changes…"));
    case NB_BATCH_UNDOING:
      return g_strdup (_ ("Taking the changes back…"));
    case NB_BATCH_APPLIED:
    case NB_BATCH_UNDONE:
      return dup_outcome (self);
    }

  return NULL;
}

static void
update (NbBatch *self)
{
  g_autofree char *summary = NULL;
  gboolean can_undo = FALSE;
  guint n_changes = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      NbPlanStep *step = nb_run_get_step (self->run, i);

      n_changes += !nb_plan_step_get_idle (step);
      can_undo |= nb_plan_step_get_changed (step);
    }
  can_undo = can_undo && self->state == NB_BATCH_APPLIED;

  g_object_freeze_notify (G_OBJECT (self));
  if (self->n_changes != n_changes)
    {
      self->n_changes = n_changes;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CHANGES]);
    }
  if (self->can_undo != can_undo)
    {
      self->can_undo = can_undo;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
    }
  summary = dup_summary (self);
  if (g_strcmp0 (self->summary, summary) != 0)
    {
      g_free (self->summary);
      self->summary = g_steal_pointer (&summary);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
set_state (NbBatch *self, NbBatchState state)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  update (self);
  g_object_thaw_notify (G_OBJECT (self));
}

static Item *
find (NbBatch *self, NbMachineEditor *editor, guint *position)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = self->items->pdata[i];

      if (item->editor == editor)
        {
          *position = i;
          return item;
        }
    }

  return NULL;
}

static void
end_reading (NbBatch *self, const char *unread)
{
  Item *item = self->items->pdata[self->current];

  g_free (item->unread);
  item->unread = g_strdup (unread);
  draft (self, self->current);
  self->current++;
  read_next (self);
}

static gboolean
is_being_read (NbBatch *self, NbMachineEditor *editor)
{
  return self->state == NB_BATCH_READING && self->current < self->items->len &&
         ((Item *) self->items->pdata[self->current])->editor == editor;
}

static void
reloaded_cb (NbBatch *self, NbMachineEditor *editor)
{
  if (is_being_read (self, editor))
    end_reading (self, NULL);
}

static void
failed_cb (NbBatch *self, GError *error, NbMachineEditor *editor)
{
  if (is_being_read (self, editor))
    end_reading (self, error->message);
}

/* What somebody else changes before Apply is drafted anew, so that what is shown is what would happen. */
static void
edit_cb (NbBatch *self, GParamSpec *pspec, NbMachineEditor *editor)
{
  guint position;

  if (self->state != NB_BATCH_READY || find (self, editor, &position) == NULL)
    return;

  draft (self, position);
  update (self);
}

static void
theirs_cb (NbBatch *self, GParamSpec *pspec, NbMachineEditor *editor)
{
  guint position;

  if (self->state == NB_BATCH_READY && nb_machine_editor_get_theirs (editor) != NULL &&
      find (self, editor, &position) != NULL && !((Item *) self->items->pdata[position])->taken)
    nb_machine_editor_take_theirs (editor);
}

static void
state_cb (NbBatch *self, GParamSpec *pspec, NbMachine *machine)
{
  guint position;

  if (self->state == NB_BATCH_READY && find (self, nb_machine_get_editor (machine), &position) != NULL)
    {
      describe (self, position);
      update (self);
    }
}

static void
read_next (NbBatch *self)
{
  Item *item;

  if (self->current == self->items->len)
    {
      set_state (self, NB_BATCH_READY);
      return;
    }

  item = self->items->pdata[self->current];
  nb_machine_request_summary (get_machine (item));
  if (nb_machine_editor_get_edit (item->editor) != NULL)
    end_reading (self, NULL);
  else
    nb_machine_editor_load (item->editor);
}

static void
run_cb (NbBatch *self)
{
  if (nb_run_get_state (self->run) == NB_RUN_DONE)
    set_state (self, self->state == NB_BATCH_UNDOING ? NB_BATCH_UNDONE : NB_BATCH_APPLIED);
}

static void
nb_batch_dispose (GObject *object)
{
  NbBatch *self = NB_BATCH (object);

  for (guint i = 0; i < self->items->len; i++)
    g_signal_handlers_disconnect_by_data (((Item *) self->items->pdata[i])->editor, self);
  g_signal_handlers_disconnect_by_data (self->run, self);
  g_object_run_dispose (G_OBJECT (self->run));
  g_ptr_array_set_size (self->items, 0);

  G_OBJECT_CLASS (nb_batch_parent_class)->dispose (object);
}

static void
nb_batch_finalize (GObject *object)
{
  NbBatch *self = NB_BATCH (object);

  g_ptr_array_unref (self->items);
  g_object_unref (self->run);
  g_hash_table_unref (self->refused);
  g_free (self->summary);

  G_OBJECT_CLASS (nb_batch_parent_class)->finalize (object);
}

static void
nb_batch_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbBatch *self = NB_BATCH (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_N_CHANGES:
      g_value_set_uint (value, self->n_changes);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, self->can_undo);
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, self->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_batch_class_init (NbBatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = nb_batch_dispose;
  object_class->finalize = nb_batch_finalize;
  object_class->get_property = nb_batch_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, NB_TYPE_BATCH_STATE, NB_BATCH_READING, flags);
  properties[PROP_N_CHANGES] = g_param_spec_uint ("n-changes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
nb_batch_init (NbBatch *self)
{
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->run = nb_run_new (NB_RUN_EACH_FOR_ITSELF);
  g_signal_connect_swapped (self->run, "changed", G_CALLBACK (run_cb), self);
  self->refused = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->mode = NB_BATCH_LEAVE;
  self->nesting = NB_BATCH_LEAVE;
}

static void
add (NbBatch *self, NbMachine *machine)
{
  Item *item = g_new0 (Item, 1);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  item->editor = nb_machine_editor_new (machine);
  item->taken = nb_machine_editor_get_modified (item->editor);
  g_ptr_array_add (self->items, item);
  g_ptr_array_add (steps, nb_step_draft_new (item->editor, self->refused, FALSE, NULL));
  nb_run_splice (self->run, self->items->len - 1, 0, steps);

  g_signal_connect_object (item->editor, "notify::edit", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item->editor, "notify::theirs", G_CALLBACK (theirs_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item->editor, "reloaded", G_CALLBACK (reloaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item->editor, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (machine, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (machine, "notify::summarized", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
}

/**
 * nb_batch_new:
 * @machines: (element-type NbMachine): several machines
 *
 * Begins to read them.
 *
 * Returns: (transfer full): a batch in which nothing is chosen
 */
NbBatch *
nb_batch_new (GPtrArray *machines)
{
  NbBatch *self = g_object_new (NB_TYPE_BATCH, NULL);

  for (guint i = 0; i < machines->len; i++)
    add (self, machines->pdata[i]);
  update (self);
  read_next (self);

  return self;
}

/**
 * nb_batch_get_steps:
 * @self: a batch
 *
 * Returns: (transfer none): a list of #NbPlanStep, one for each machine: what will change, or why it is left out
 */
GListModel *
nb_batch_get_steps (NbBatch *self)
{
  g_return_val_if_fail (NB_IS_BATCH (self), NULL);

  return nb_run_get_steps (self->run);
}

NbBatchState
nb_batch_get_state (NbBatch *self)
{
  g_return_val_if_fail (NB_IS_BATCH (self), NB_BATCH_READING);

  return self->state;
}

guint
nb_batch_get_n_changes (NbBatch *self)
{
  g_return_val_if_fail (NB_IS_BATCH (self), 0);

  return self->n_changes;
}

gboolean
nb_batch_get_can_undo (NbBatch *self)
{
  g_return_val_if_fail (NB_IS_BATCH (self), FALSE);

  return self->can_undo;
}

const char *
nb_batch_get_summary (NbBatch *self)
{
  g_return_val_if_fail (NB_IS_BATCH (self), NULL);

  return self->summary;
}

/**
 * nb_batch_choose:
 * @self: a batch of which nothing was applied
 * @mode: a #NbCpuMode, or %NB_BATCH_LEAVE
 * @nesting: a #NbCpuNesting, or %NB_BATCH_LEAVE
 *
 * Drafts that for every machine. Nothing is stored.
 */
void
nb_batch_choose (NbBatch *self, int mode, int nesting)
{
  g_return_if_fail (NB_IS_BATCH (self));

  if (self->state > NB_BATCH_READY || (self->mode == mode && self->nesting == nesting))
    return;

  self->mode = mode;
  self->nesting = nesting;
  for (guint i = 0; i < self->items->len; i++)
    if (self->state == NB_BATCH_READY || i < self->current)
      draft (self, i);
  update (self);
}

/**
 * nb_batch_apply:
 * @self: a batch that is ready
 *
 * Stores what was drafted, one machine after the other. One that fails does not stop the others. Nothing is restarted.
 */
void
nb_batch_apply (NbBatch *self)
{
  g_return_if_fail (NB_IS_BATCH (self));

  if (self->state != NB_BATCH_READY || self->n_changes == 0)
    return;

  set_state (self, NB_BATCH_APPLYING);
  nb_run_begin (self->run);
}

/**
 * nb_batch_undo:
 * @self: a batch that was applied
 *
 * Takes back all that was applied.
 */
void
nb_batch_undo (NbBatch *self)
{
  g_return_if_fail (NB_IS_BATCH (self));

  if (!self->can_undo)
    return;

  g_hash_table_remove_all (self->refused);
  for (guint i = 0; i < self->items->len; i++)
    {
      NbPlanStep *step = nb_run_get_step (self->run, i);

      /* What failed before is no part of this. */
      if (!nb_plan_step_get_changed (step))
        nb_plan_step_mark (step, NB_PLAN_STEP_SKIPPED, nb_plan_step_get_message (step));
    }
  set_state (self, NB_BATCH_UNDOING);
  nb_run_back (self->run);
}
