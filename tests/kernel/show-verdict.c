/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The application's verdict on this computer, a fact a line: `nestbox --report` without what GTK brings. */

#include "config.h"

#include "nb-host-facts.h"
#include "nb-verdict.h"

int
main (void)
{
  g_autoptr (NbHostFacts) facts = nb_host_facts_read ("/", 0);

  g_print ("verdict %s\n", nb_verdict_get_id (nb_verdict_decide (facts)));
  g_print ("live %d\n", facts->live);
  g_print ("kvm-nested %d\n", facts->kvm_nested);
  g_print ("next-boot %d\n", facts->next_boot);
  g_print ("refcnt %d\n", facts->refcnt);
  g_print ("decided-by %s\n", facts->decider_file != NULL ? facts->decider_file : "-");
  return 0;
}
