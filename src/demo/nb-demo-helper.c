/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-demo-helper.h"

#include <glib/gstdio.h>

#include "nb-demo.h"
#include "nb-holders.h"

/* Long enough to be read, short enough not to bore. */
/* A pretended password takes as long as so many steps. */
#define PASSWORD_STEPS 3

/**
 * NbDemoHelper:
 *
 * Walks through the steps of nestbox-helper, and makes its changes, on the demo's private folder.
 */
struct _NbDemoHelper
{
  GObject parent_instance;

  char *root;
  guint pace; /* milliseconds */

  /* The run under way; those that wait. */
  GTask *task;
  GQueue waiting;
  guint timeout;
  gboolean can_cancel;
};

typedef struct
{
  NbVerb verb;
  char *module;
  NbHelperResult *result;
  NbStep steps[NB_N_STEPS];
  guint n_steps;
  guint next;
} Run;

enum
{
  PROP_0,
  PROP_RUNNING,
  PROP_CAN_CANCEL,
  N_PROPS
};

static void nb_demo_helper_iface_init (NbHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (NbDemoHelper,
                               nb_demo_helper,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (NB_TYPE_HELPER, nb_demo_helper_iface_init))

static void
run_free (gpointer data)
{
  Run *run = data;

  g_free (run->module);
  g_clear_pointer (&run->result, nb_helper_result_free);
  g_free (run);
}

static void
set_can_cancel (NbDemoHelper *self, gboolean can_cancel)
{
  if (self->can_cancel == can_cancel)
    return;

  self->can_cancel = can_cancel;
  g_object_notify (G_OBJECT (self), "can-cancel");
}

static void
tell (Run *run, char *line)
{
  nb_helper_result_add_line (run->result, g_strchomp (line));
  g_free (line);
}

static char *
read_text (NbDemoHelper *self, const char *path)
{
  g_autofree char *full = g_build_filename (self->root, path, NULL);
  char *text = NULL;

  g_file_get_contents (full, &text, NULL, NULL);

  return text;
}

static gboolean
write_text (NbDemoHelper *self, const char *path, const char *text, GError **error)
{
  g_autofree char *full = g_build_filename (self->root, path, NULL);
  g_autofree char *directory = g_path_get_dirname (full);

  g_mkdir_with_parents (directory, 0700);
  return g_file_set_contents_full (full, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
}

static int
get_refcnt (NbDemoHelper *self, const char *module)
{
  g_autofree char *path = g_strdup_printf ("sys/module/%s/refcnt", module);
  g_autofree char *text = read_text (self, path);

  return text != NULL ? atoi (text) : 0;
}

/* The facts that no file tells (host.md) follow what the pretend kernel does. */
static gboolean
set_live (NbDemoHelper *self, const char *module, gboolean on, GError **error)
{
  g_autofree char *parameter = g_strdup_printf ("sys/module/%s/parameters/nested", module);
  g_autofree char *initstate = g_strdup_printf ("sys/module/%s/initstate", module);
  g_autofree char *refcnt = g_strdup_printf ("sys/module/%s/refcnt", module);
  g_autofree char *facts = g_build_filename (self->root, "facts.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gboolean is_amd = g_str_equal (module, "kvm_amd");

  if (!write_text (self, parameter, is_amd ? (on ? "1\n" : "0\n") : (on ? "Y\n" : "N\n"), error) ||
      !write_text (self, initstate, "live\n", error) || !write_text (self, refcnt, "0\n", error))
    return FALSE;

  if (!g_key_file_load_from_file (file, facts, G_KEY_FILE_NONE, error))
    return FALSE;
  g_key_file_set_boolean (file, "facts", "kvm-nested", on);
  g_key_file_set_string (file, "facts", "kvm-device", "usable");

  return g_key_file_save_to_file (file, facts, error);
}

static gboolean
write_drop_in (NbDemoHelper *self, const char *module, NbVerb verb, GError **error)
{
  const char *path = NB_PROTOCOL_DROP_IN_DIRECTORY "/" NB_PROTOCOL_DROP_IN_NAME;

  const NbVerbInfo *info = nb_verb_get_info (verb);
  g_autofree char *old = read_text (self, path);
  g_auto (GStrv) lines = g_strsplit (old != NULL ? old : "", "\n", -1);
  g_autofree char *start = g_strdup_printf ("options %s ", module);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !g_str_has_prefix (lines[i], start))
      g_string_append_printf (text, "%s\n", lines[i]);
  if (verb != NB_VERB_FORGET)
    g_string_append_printf (text, "%s%s=%d\n", start, info->parameter, info->value == NB_TRISTATE_YES);

  if (text->len == 0)
    {
      g_autofree char *full = g_build_filename (self->root, path, NULL);

      g_unlink (full);
      return TRUE;
    }

  return write_text (self, path, text->str, error);
}

/* ignore_msrs is writable. */
static gboolean
set_msrs (NbDemoHelper *self, const NbVerbInfo *info, GError **error)
{
  return g_strcmp0 (info->parameter, "ignore_msrs") != 0 ||
         write_text (self, "sys/module/kvm/parameters/ignore_msrs", info->value == NB_TRISTATE_YES ? "Y\n" : "N\n",
                     error);
}

static gboolean
take_step (NbDemoHelper *self, Run *run, NbStep step, GError **error)
{
  const NbVerbInfo *info = nb_verb_get_info (run->verb);

  switch (step)
    {
    case NB_STEP_CHECK:
      if (info->reloads && get_refcnt (self, run->module) > 0)
        {
          run->result->exit = NB_EXIT_IN_USE;
          g_propagate_error (error, nb_helper_error_new (NB_HELPER_ERROR_IN_USE, run->verb, run->result));
          return FALSE;
        }
      return TRUE;
    case NB_STEP_WRITE:
      return write_drop_in (self, run->module, run->verb, error) && set_msrs (self, info, error);
    case NB_STEP_RELOAD:
      return set_live (self, run->module, info->value == NB_TRISTATE_YES, error);
    case NB_STEP_REPAIR:
    case NB_STEP_VERIFY:
    case NB_STEP_RESTORE:
      return TRUE;
    }

  return TRUE;
}

static void start_next (NbDemoHelper *self);

static void
end (NbDemoHelper *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_handle_id (&self->timeout, g_source_remove);
  set_can_cancel (self, FALSE);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);

  start_next (self);
  g_object_notify (G_OBJECT (self), "running");
}

static void
tell_holders (NbDemoHelper *self, Run *run)
{
  g_autofree char *text = read_text (self, NB_DEMO_HOLDERS);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  g_autoptr (GPtrArray) own = nb_holders_read (self->root);

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    tell (run, g_strdup (lines[i]));
  for (guint i = 0; i < own->len; i++)
    {
      NbHolder *holder = g_ptr_array_index (own, i);

      tell (run, nb_protocol_format_holder (holder->pid, holder->uid, holder->command, holder->machine));
    }
}

static void
finish (NbDemoHelper *self)
{
  Run *run = g_task_get_task_data (self->task);
  const NbVerbInfo *info = nb_verb_get_info (run->verb);

  if (run->verb == NB_VERB_SHOW_HOLDERS)
    tell_holders (self, run);
  else
    tell (run, nb_protocol_format_result (info->value, FALSE, info->writes ? NB_CONFIG_NEW : NB_CONFIG_OLD,
                                          info->writes ? info->value : NB_TRISTATE_UNKNOWN));

  run->result->exit = NB_EXIT_DONE;
  end (self, NULL);
}

static gboolean
timeout_cb (gpointer data)
{
  NbDemoHelper *self = data;
  Run *run = g_task_get_task_data (self->task);
  GError *error = NULL;
  NbStep step;

  self->timeout = 0;

  /* As with the real one: after the password dialog nothing is cancelled any more. */
  if (self->can_cancel && g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->task), &error))
    {
      end (self, error);
      return G_SOURCE_REMOVE;
    }
  set_can_cancel (self, FALSE);

  if (run->next > 0 && !take_step (self, run, run->steps[run->next - 1], &error))
    {
      end (self, error);
      return G_SOURCE_REMOVE;
    }

  if (run->next == run->n_steps)
    {
      finish (self);
      return G_SOURCE_REMOVE;
    }

  step = run->steps[run->next++];
  tell (run, nb_protocol_format_step (step));
  self->timeout = g_timeout_add (self->pace, timeout_cb, self);
  g_signal_emit_by_name (self, "step", step);

  return G_SOURCE_REMOVE;
}

static void
start_next (NbDemoHelper *self)
{
  if (self->task != NULL)
    return;

  self->task = g_queue_pop_head (&self->waiting);
  if (self->task != NULL)
    {
      self->timeout = g_timeout_add (PASSWORD_STEPS * self->pace, timeout_cb, self);
      set_can_cancel (self, TRUE);
    }
}

static char **
nb_demo_helper_dup_command (NbHelper *helper, NbVerb verb, const char *module)
{
  const NbVerbInfo *info = nb_verb_get_info (verb);
  const char *command[] = { "pkexec", NB_HELPER_PATH, info->action, info->name, module, NULL };

  return g_strdupv ((char **) command);
}

static void
nb_demo_helper_run_async (NbHelper *helper,
                          NbVerb verb,
                          const char *module,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  NbDemoHelper *self = NB_DEMO_HELPER (helper);
  const NbVerbInfo *info = nb_verb_get_info (verb);
  GTask *task = g_task_new (self, cancellable, callback, data);
  Run *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, nb_demo_helper_run_async);
  /* What was done is done: a late cancel must not turn it into an error. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, run, run_free);

  run->verb = verb;
  run->module = g_strdup (module);
  run->result = nb_helper_result_new ();
  run->steps[run->n_steps++] = NB_STEP_CHECK;
  if (info->writes)
    run->steps[run->n_steps++] = NB_STEP_WRITE;
  if (info->reloads)
    {
      run->steps[run->n_steps++] = NB_STEP_RELOAD;
      run->steps[run->n_steps++] = NB_STEP_VERIFY;
    }

  g_queue_push_tail (&self->waiting, task);
  start_next (self);
  g_object_notify (G_OBJECT (self), "running");
}

static gboolean
nb_demo_helper_run_finish (NbHelper *helper, GAsyncResult *async_result, NbHelperResult **result, GError **error)
{
  Run *run = g_task_get_task_data (G_TASK (async_result));

  if (result != NULL)
    *result = g_steal_pointer (&run->result);

  return g_task_propagate_boolean (G_TASK (async_result), error);
}

static void
nb_demo_helper_iface_init (NbHelperInterface *iface)
{
  iface->dup_command = nb_demo_helper_dup_command;
  iface->run_async = nb_demo_helper_run_async;
  iface->run_finish = nb_demo_helper_run_finish;
}

static void
nb_demo_helper_finalize (GObject *object)
{
  NbDemoHelper *self = NB_DEMO_HELPER (object);

  /* A task holds its source: there is none left. */
  g_assert (self->task == NULL && g_queue_is_empty (&self->waiting));
  g_free (self->root);

  G_OBJECT_CLASS (nb_demo_helper_parent_class)->finalize (object);
}

static void
nb_demo_helper_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  NbDemoHelper *self = NB_DEMO_HELPER (object);

  switch (property_id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, self->task != NULL);
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, self->can_cancel);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
nb_demo_helper_class_init (NbDemoHelperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = nb_demo_helper_finalize;
  object_class->get_property = nb_demo_helper_get_property;

  g_object_class_override_property (object_class, PROP_RUNNING, "running");
  g_object_class_override_property (object_class, PROP_CAN_CANCEL, "can-cancel");
}

static void
nb_demo_helper_init (NbDemoHelper *self)
{
  g_queue_init (&self->waiting);
}

/**
 * nb_demo_helper_new:
 * @root: the demo's private folder; nothing outside it is touched
 * @pace: how many milliseconds a step takes, so that a person can follow it
 *
 * Returns: (transfer full): a helper that needs no password
 */
NbHelper *
nb_demo_helper_new (const char *root, guint pace)
{
  NbDemoHelper *self = g_object_new (NB_TYPE_DEMO_HELPER, NULL);

  self->root = g_strdup (root);
  self->pace = pace;

  return NB_HELPER (self);
}
