/* SPDX-License-Identifier: GPL-3.0-or-later */

/* show-verdict [PROGRAM]: the application's verdict on this computer, a fact a line: `nestbox --report` without what GTK
 * brings. PROGRAM stands in nestbox-proof's place; without one nothing is tried. */

#include "config.h"

#include "nb-host-facts.h"
#include "nb-program-prover.h"
#include "nb-verdict.h"

static void
proved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  NbProofAnswer **answer = data;

  *answer = nb_prover_prove_finish (NB_PROVER (source), result, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (NbHostFacts) facts = nb_host_facts_read ("/", 0);

  if (argc > 1)
    {
      g_autoptr (NbProver) prover = nb_program_prover_new (argv[1], 0);

      nb_prover_prove_async (prover, NULL, proved_cb, &facts->proof);
      while (facts->proof == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_print ("proof %d %s\n", facts->proof->result, facts->proof->detail != NULL ? facts->proof->detail : "-");
    }

  g_print ("verdict %s\n", nb_verdict_get_id (nb_verdict_decide (facts)));
  g_print ("live %d\n", facts->live);
  g_print ("kvm-nested %d\n", facts->kvm_nested);
  g_print ("next-boot %d\n", facts->next_boot);
  g_print ("refcnt %d\n", facts->refcnt);
  g_print ("decided-by %s\n", facts->decider_file != NULL ? facts->decider_file : "-");
  return 0;
}
