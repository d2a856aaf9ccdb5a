/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same plan that the button runs, without a display: nb-plan-run URI MACHINE [now] [back]. Prints each step's end.
 * Exit code 0 when it finished, 2 when it failed, 3 when there is nothing to run. */

#include "config.h"

#include "nb-connection-list.h"
#include "nb-machine-list.h"
#include "nb-pkexec-helper.h"
#include "nb-plan.h"

#include <stdio.h>
#include <string.h>

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
wait_until_over (NbPlan *plan)
{
  while (nb_plan_get_state (plan) == NB_PLAN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char *argv[])
{
  const char *const uris[] = { argc > 1 ? argv[1] : NULL, NULL };
  g_autoptr (GListStore) connections = NULL;
  g_autoptr (NbMachineList) machines = NULL;
  g_autoptr (NbHost) host = nb_host_new ("/");
  g_autoptr (NbHelper) helper = nb_pkexec_helper_new (NULL, NULL);
  g_autoptr (NbHostController) controller = nb_host_controller_new (host, helper);
  g_autoptr (NbMachineEditor) editor = NULL;
  g_autoptr (NbKvmUsers) users = NULL;
  g_autoptr (NbPlan) plan = NULL;
  gboolean now = FALSE;
  gboolean back = FALSE;

  if (argc < 3)
    {
      fprintf (stderr, "Usage: nb-plan-run URI MACHINE [now] [back]\n");
      return 1;
    }
  for (int i = 3; i < argc; i++)
    {
      now |= strcmp (argv[i], "now") == 0;
      back |= strcmp (argv[i], "back") == 0;
    }

  connections = nb_connection_list_new (uris, NULL);
  machines = nb_machine_list_new (G_LIST_MODEL (connections));
  nb_connection_list_open (G_LIST_MODEL (connections));
  nb_host_refresh (host);
  while (find (machines, argv[2]) == NULL || nb_host_get_facts (host) == NULL)
    g_main_context_iteration (NULL, TRUE);

  editor = nb_machine_editor_new (find (machines, argv[2]));
  nb_machine_editor_load (editor);
  while (nb_machine_editor_get_edit (editor) == NULL || nb_machine_editor_get_busy (editor) != NB_EDITOR_IDLE)
    g_main_context_iteration (NULL, TRUE);

  users = nb_kvm_users_new (host, helper, G_LIST_MODEL (machines));
  plan = nb_plan_new (editor, controller, users);
  g_object_set (plan, "when", now ? NB_PLAN_NOW : NB_PLAN_LATER, NULL);
  print_steps (plan);
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
      nb_plan_take_back (plan);
      wait_until_over (plan);
      print_steps (plan);
    }

  return nb_plan_get_state (plan) == NB_PLAN_FINISHED || nb_plan_get_state (plan) == NB_PLAN_TAKEN_BACK ? 0 : 2;
}
