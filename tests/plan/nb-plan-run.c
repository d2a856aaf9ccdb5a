/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same plan that the button runs, without a display: nb-plan-run URI MACHINE [now] [back]. Prints the plan, then each
 * step's end; with "back" takes it back, too. With "ask" nothing but the guest's agent is asked, as the machine's page does.
 * Exit code 0 when it finished, 2 when it failed, 3 when there is nothing to run. The options are for the emulated
 * computers: see tests/kernel/cases/plan.sh. */

#include "config.h"

#include "nb-connection-list.h"
#include "nb-holder-item.h"
#include "nb-machine-list.h"
#include "nb-pkexec-helper.h"
#include "nb-plan-enums.h"
#include "nb-plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HOLDER_SECONDS 10

static char *helper_path;
static int patience;
static char **answers; /* the next ones */
static char **hooks;
static char **words;

static const GOptionEntry entries[] = {
  { "helper", 0, 0, G_OPTION_ARG_FILENAME, &helper_path, "nestbox-helper, where it is not installed", "PATH" },
  { "patience", 0, 0, G_OPTION_ARG_INT, &patience, "How long a guest may take to shut down", "SECONDS" },
  { "answer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &answers, "What to say when it did not: each answers once",
    "wait|force-off|later" },
  { "at", 0, 0, G_OPTION_ARG_STRING_ARRAY, &hooks, "Have a shell do something when a step begins", "STEP:COMMAND" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &words, NULL, "URI MACHINE [now] [back] | URI MACHINE ask" },
  { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
};

static const char *
get_nick (GType type, int value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);

  return g_enum_get_value (class, value)->value_nick; /* static */
}

static NbMachine *
find (NbMachineList *machines, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machines)); i++)
    {
      g_autoptr (NbMachine) machine = g_list_model_get_item (G_LIST_MODEL (machines), i);

      if (strcmp (nb_machine_get_name (machine), name) == 0)
        return machine; /* the list keeps it */
    }

  return NULL;
}

static void
print_steps (NbPlan *plan)
{
  GListModel *steps = nb_plan_get_steps (plan);

  for (guint i = 0; i < g_list_model_get_n_items (steps); i++)
    {
      g_autoptr (NbPlanStep) step = g_list_model_get_item (steps, i);
      const char *message = nb_plan_step_get_message (step);

      printf ("%s: %s%s%s\n", nb_plan_step_state_get_title (nb_plan_step_get_state (step)),
              nb_plan_step_get_title (step), message != NULL ? ": " : "", message != NULL ? message : "");
    }
  if (nb_plan_get_message (plan) != NULL)
    printf ("%s\n", nb_plan_get_message (plan));
  fflush (stdout);
}

static void
print_holders (NbPlan *plan)
{
  GListModel *holders = nb_holder_list_get_items (nb_kvm_users_get_holders (nb_plan_get_users (plan)));

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (NbHolderItem) holder = g_list_model_get_item (holders, i);
      const char *machine = nb_holder_item_get_machine (holder);

      printf ("In use by: %s, process %" PRId64 ", user %" PRId64 "%s%s\n", nb_holder_item_get_command (holder),
              nb_holder_item_get_pid (holder), nb_holder_item_get_uid (holder), machine != NULL ? ", machine " : "",
              machine != NULL ? machine : "");
    }
}

static void
step_cb (NbPlanStep *step)
{
  const char *kind = get_nick (NB_TYPE_PLAN_KIND, nb_plan_step_get_kind (step));

  if (nb_plan_step_get_state (step) != NB_PLAN_STEP_RUNNING)
    return;

  for (guint i = 0; hooks != NULL && hooks[i] != NULL; i++)
    if (g_str_has_prefix (hooks[i], kind) && hooks[i][strlen (kind)] == ':')
      {
        const char *const shell[] = { "/bin/sh", "-c", hooks[i] + strlen (kind) + 1, NULL };
        g_autoptr (GError) error = NULL;

        if (!g_spawn_sync (NULL, (char **) shell, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error))
          g_error ("%s: %s", hooks[i], error->message);
      }
}

static void
items_cb (GListModel *steps, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (NbPlanStep) step = g_list_model_get_item (steps, i);

      g_signal_connect (step, "notify::state", G_CALLBACK (step_cb), NULL);
    }
}

static void
answer (NbPlan *plan)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (NB_TYPE_PLAN_STEP_ANSWER);
  const GEnumValue *value = answers != NULL && *answers != NULL ? g_enum_get_value_by_nick (class, *answers) : NULL;

  if (value == NULL)
    g_error ("%s did not shut down, and there is no answer to that", nb_plan_get_waiting_for (plan));
  printf ("Asked about %s: %s\n", nb_plan_get_waiting_for (plan), *answers);
  answers++;
  nb_plan_answer (plan, (NbPlanStepAnswer) value->value);
}

static void
wait_until_over (NbPlan *plan)
{
  while (nb_plan_get_state (plan) == NB_PLAN_RUNNING || nb_plan_get_state (plan) == NB_PLAN_ASKING)
    if (nb_plan_get_state (plan) == NB_PLAN_ASKING)
      answer (plan);
    else
      g_main_context_iteration (NULL, TRUE);
}

static gboolean
late_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Who keeps KVM busy is read in a thread; nobody may be found. */
static void
wait_for_holders (NbPlan *plan, NbHost *host)
{
  gboolean late = FALSE;
  const guint timeout = g_timeout_add_seconds (HOLDER_SECONDS, late_cb, &late);

  while (!late && nb_host_get_facts (host)->refcnt > 0 &&
         g_list_model_get_n_items (nb_holder_list_get_items (nb_kvm_users_get_holders (nb_plan_get_users (plan)))) == 0)
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timeout);
}

static int
run (NbPlan *plan, gboolean back)
{
  if (!nb_plan_get_can_run (plan))
    {
      printf ("%s\n", nb_plan_get_obstacle_text (plan) != NULL ? nb_plan_get_obstacle_text (plan) : "Nothing to do.");
      return 3;
    }

  nb_plan_run (plan);
  wait_until_over (plan);
  print_steps (plan);
  if (back && nb_plan_get_can_take_back (plan))
    {
      nb_plan_take_back (plan, NULL);
      wait_until_over (plan);
      print_steps (plan);
    }

  return nb_plan_get_state (plan) == NB_PLAN_FINISHED || nb_plan_get_state (plan) == NB_PLAN_TAKEN_BACK ? 0 : 2;
}

static int
ask (NbMachineEditor *editor)
{
  const char *text;

  nb_machine_editor_check_guest (editor);
  while (nb_machine_editor_get_busy (editor) == NB_EDITOR_ASKING)
    g_main_context_iteration (NULL, TRUE);
  text = nb_guest_answer_get_text (nb_machine_editor_get_answer (editor));
  printf ("%s\n", text != NULL ? text : nb_machine_editor_get_error (editor));

  return text != NULL ? 0 : 2;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *uris[] = { NULL, NULL };
  g_autoptr (GListStore) connections = NULL;
  g_autoptr (NbMachineList) machines = NULL;
  g_autoptr (NbHost) host = NULL;
  g_autoptr (NbHelper) helper = NULL;
  g_autoptr (NbHostController) controller = NULL;
  g_autoptr (NbMachineEditor) editor = NULL;
  g_autoptr (NbKvmUsers) users = NULL;
  g_autoptr (NbPlan) plan = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || words == NULL || g_strv_length (words) < 2)
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      fputs (error != NULL ? error->message : help, stderr);
      return 1;
    }

  uris[0] = words[0];
  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  host = nb_host_new ("/");
  helper = nb_pkexec_helper_new (NULL, helper_path);
  controller = nb_host_controller_new (host, helper);
  while (find (machines, words[1]) == NULL || nb_host_get_facts (host) == NULL)
    g_main_context_iteration (NULL, TRUE);

  nb_machine_request_summary (find (machines, words[1]));
  while (nb_machine_get_summary (find (machines, words[1])) == NULL)
    g_main_context_iteration (NULL, TRUE);
  editor = nb_machine_editor_new (find (machines, words[1]));
  nb_machine_editor_load (editor);
  while (nb_machine_editor_get_edit (editor) == NULL || nb_machine_editor_get_busy (editor) != NB_EDITOR_IDLE)
    g_main_context_iteration (NULL, TRUE);

  if (g_strv_contains ((const char *const *) words + 2, "ask"))
    return ask (editor);

  users = nb_kvm_users_new (host, helper, G_LIST_MODEL (machines));
  plan = nb_plan_new (editor, controller, users);
  if (patience > 0)
    g_object_set (plan, "patience", (guint) patience, NULL);
  wait_for_holders (plan, host);
  g_object_set (plan, "when", g_strv_contains ((const char *const *) words + 2, "now") ? NB_PLAN_NOW : NB_PLAN_LATER,
                NULL);
  g_signal_connect (nb_plan_get_steps (plan), "items-changed", G_CALLBACK (items_cb), NULL);
  items_cb (nb_plan_get_steps (plan), 0, 0, g_list_model_get_n_items (nb_plan_get_steps (plan)));
  print_holders (plan);
  print_steps (plan);

  return run (plan, g_strv_contains ((const char *const *) words + 2, "back"));
}
