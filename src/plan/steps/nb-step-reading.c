/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-step-reading.h"

#include "nb-machine-judge.h"

typedef struct
{
  NbPlanStep *step;
  NbMachineEditor *editor;
  NbHost *host;
  int link;
} Reading;

static void
end (Reading *reading, const char *problem)
{
  g_signal_handlers_disconnect_by_data (reading->editor, reading);
  nb_plan_step_end (reading->step, problem != NULL ? NB_PLAN_STEP_FAILED : NB_PLAN_STEP_DONE, problem);
  g_object_unref (reading->step);
  g_object_unref (reading->editor);
  g_object_unref (reading->host);
  g_free (reading);
}

static void
reloaded_cb (Reading *reading)
{
  NbChainMachine facts;
  NbChain chain;
  g_autofree char *text = NULL;

  nb_machine_judge_editor (&chain, &facts, reading->editor, reading->host);
  if (chain.broken >= 0 && chain.broken <= reading->link)
    text = nb_chain_dup_link_text (&chain, (NbLink) chain.broken, nb_host_get_verdict (reading->host), &facts);
  end (reading, text);
}

static void
failed_cb (Reading *reading, GError *error)
{
  end (reading, error->message);
}

/**
 * nb_step_end_when_read:
 * @step: a step that has done its work
 * @editor: the machine that it was for
 * @host: the computer
 * @link: up to which #NbLink the machine's chain has to hold now, or %NB_STEP_READING_ONLY
 *
 * Reads the machine again. The step is done where the chain holds, and has failed where not.
 */
void
nb_step_end_when_read (NbPlanStep *step, NbMachineEditor *editor, NbHost *host, int link)
{
  Reading *reading = g_new (Reading, 1);

  reading->step = g_object_ref (step);
  reading->editor = g_object_ref (editor);
  reading->host = g_object_ref (host);
  reading->link = link;
  g_signal_connect_swapped (editor, "reloaded", G_CALLBACK (reloaded_cb), reading);
  g_signal_connect_swapped (editor, "failed", G_CALLBACK (failed_cb), reading);
  nb_machine_editor_load (editor);
}
