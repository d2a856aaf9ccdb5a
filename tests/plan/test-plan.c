/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-plan-outline.h"

#include <string.h>

static const char letters[] = {
  [NB_PLAN_STOP] = 's',  [NB_PLAN_HOST] = 'h',     [NB_PLAN_START] = 'a',
  [NB_PLAN_CPU] = 'c',   [NB_PLAN_RESTART] = 'r',  [NB_PLAN_BOOT] = 'b',
  [NB_PLAN_PROOF] = 'p', [NB_PLAN_CPU_BACK] = 'C', [NB_PLAN_HOST_BACK] = 'H',
};

static char *
dup_letters (const NbPlanOutline *outline)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < outline->n_kinds; i++)
    g_string_append_c (text, letters[outline->kinds[i]]);

  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *name;
  NbVerdict host;
  NbRemedy remedy;
  NbTristate next_boot;
  NbTristate offered;
  NbTristate configured;
  gboolean running;
  NbTristate live;
  NbTristate pending;
  guint others;
  guint strangers;
  NbPlanWhen when;
  gboolean start_again;
  NbProof proof;
  const char *steps;
  NbVerb verb;
  NbPlanObstacle obstacle;
} Row;

#define YES NB_TRISTATE_YES
#define NO  NB_TRISTATE_NO
#define UNK NB_TRISTATE_UNKNOWN

/* clang-format off */
static const Row rows[] = {
  /* name, host, remedy, next boot, offered, configured, running, live, pending, others, strangers, when, again, proof, steps */
  { "all-missing-off", NB_VERDICT_OFF, NB_REMEDY_ENABLE, NO, NO, NO, FALSE, UNK, UNK, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hcbp", NB_VERB_ENABLE },
  { "all-missing-running", NB_VERDICT_OFF, NB_REMEDY_ENABLE, NO, NO, NO, TRUE, NO, NO, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hcrp", NB_VERB_ENABLE },
  { "busy-now", NB_VERDICT_OFF_BUSY, NB_REMEDY_ENABLE_BUSY, NO, NO, NO, TRUE, NO, NO, 2, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "shacbp", NB_VERB_ENABLE },
  { "busy-now-leave-off", NB_VERDICT_OFF_BUSY, NB_REMEDY_ENABLE_BUSY, NO, NO, NO, TRUE, NO, NO, 2, 0, NB_PLAN_NOW, FALSE, NB_PROOF_NOT_ASKED, "shcbp", NB_VERB_ENABLE },
  { "busy-now-alone", NB_VERDICT_OFF_BUSY, NB_REMEDY_ENABLE_BUSY, NO, NO, NO, TRUE, NO, NO, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "shcbp", NB_VERB_ENABLE },
  { "busy-later", NB_VERDICT_OFF_BUSY, NB_REMEDY_ENABLE_BUSY, NO, NO, NO, TRUE, NO, NO, 2, 0, NB_PLAN_LATER, TRUE, NB_PROOF_NOT_ASKED, "hc", NB_VERB_ENABLE_LATER },
  { "busy-stranger", NB_VERDICT_OFF_BUSY, NB_REMEDY_ENABLE_BUSY, NO, NO, NO, TRUE, NO, NO, 2, 1, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hc", NB_VERB_ENABLE_LATER },
  { "configured-already-now", NB_VERDICT_AFTER_RESTART_BUSY, NB_REMEDY_ENABLE_BUSY, YES, NO, YES, TRUE, YES, NO, 1, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "shabp", NB_VERB_ENABLE_NOW },
  { "configured-already-later", NB_VERDICT_AFTER_RESTART_BUSY, NB_REMEDY_ENABLE_BUSY, YES, NO, NO, TRUE, NO, NO, 1, 0, NB_PLAN_LATER, TRUE, NB_PROOF_NOT_ASKED, "c", NB_VERB_ENABLE_LATER },
  { "after-restart", NB_VERDICT_AFTER_RESTART, NB_REMEDY_ENABLE_NOW, YES, NO, NO, FALSE, UNK, UNK, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hcbp", NB_VERB_ENABLE_NOW },
  { "start-kvm", NB_VERDICT_KVM_NOT_LOADED, NB_REMEDY_START_KVM, NO, NO, YES, FALSE, UNK, UNK, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hbp", NB_VERB_ENABLE },
  { "locked-modules", NB_VERDICT_MODULES_LOCKED, NB_REMEDY_ENABLE_LATER, NO, NO, NO, TRUE, NO, NO, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hc", NB_VERB_ENABLE_LATER },
  { "host-came-late", NB_VERDICT_OFF, NB_REMEDY_ENABLE, NO, NO, YES, TRUE, YES, NO, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "hrp", NB_VERB_ENABLE },
  { "cpu-only", NB_VERDICT_READY, NB_REMEDY_SET_UP_MACHINE, YES, YES, NO, TRUE, NO, NO, 3, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "crp", NB_VERB_ENABLE },
  { "restart-only", NB_VERDICT_READY, NB_REMEDY_SET_UP_MACHINE, YES, YES, YES, TRUE, NO, YES, 3, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "rp", NB_VERB_ENABLE },
  { "proof-only", NB_VERDICT_READY, NB_REMEDY_SET_UP_MACHINE, YES, YES, YES, TRUE, YES, NO, 3, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "p", NB_VERB_ENABLE },
  { "nothing", NB_VERDICT_READY, NB_REMEDY_SET_UP_MACHINE, YES, YES, YES, TRUE, YES, NO, 3, 0, NB_PLAN_NOW, TRUE, NB_PROOF_READY, "", NB_VERB_ENABLE },
  { "firmware", NB_VERDICT_FIRMWARE_OFF, NB_REMEDY_NONE, UNK, NO, NO, FALSE, UNK, UNK, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "", NB_VERB_ENABLE, NB_PLAN_OBSTACLE_HOST },
  { "not-offered", NB_VERDICT_READY, NB_REMEDY_SET_UP_MACHINE, YES, NO, NO, FALSE, UNK, UNK, 0, 0, NB_PLAN_NOW, TRUE, NB_PROOF_NOT_ASKED, "", NB_VERB_ENABLE, NB_PLAN_OBSTACLE_LIBVIRT },
};
/* clang-format on */

static NbPlanInput
make_input (const Row *row)
{
  NbPlanInput input = {
    .machine = { .local = TRUE,
                 .accelerated = TRUE,
                 .native = TRUE,
                 .offered = row->offered,
                 .configured = row->configured,
                 .running = row->running,
                 .live = row->live,
                 .pending = row->pending,
                 .proof = row->proof },
    .remedy = row->remedy,
    .next_boot = row->next_boot,
    .can_change_host = TRUE,
    .n_blockers = row->others + row->running,
    .n_others = row->others,
    .n_strangers = row->strangers,
    .when = row->when,
    .start_again = row->start_again,
    .prove = TRUE,
  };

  nb_chain_decide (&input.chain, row->host, &input.machine);

  return input;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  NbPlanInput input = make_input (row);
  NbPlanOutline outline;
  g_autofree char *steps = NULL;

  nb_plan_outline_decide (&outline, &input);
  steps = dup_letters (&outline);
  g_assert_cmpstr (steps, ==, row->steps);
  g_assert_cmpint (outline.obstacle, ==, row->obstacle);
  if (strchr (steps, 'h') != NULL)
    g_assert_cmpint (outline.verb, ==, row->verb);
}

/* Each obstacle on a plan that would otherwise be one. */
static void
test_obstacles (void)
{
  NbPlanOutline outline;
  NbPlanInput input;

  input = make_input (&rows[0]);
  input.can_change_host = FALSE;
  nb_plan_outline_decide (&outline, &input);
  g_assert_cmpint (outline.obstacle, ==, NB_PLAN_OBSTACLE_HELPER);

  input = make_input (&rows[0]);
  input.locked = TRUE;
  nb_plan_outline_decide (&outline, &input);
  g_assert_cmpint (outline.obstacle, ==, NB_PLAN_OBSTACLE_LOCKED);

  input = make_input (&rows[0]);
  input.saved_state = TRUE;
  nb_plan_outline_decide (&outline, &input);
  g_assert_cmpint (outline.obstacle, ==, NB_PLAN_OBSTACLE_SAVED_STATE);

  input = make_input (&rows[0]);
  input.machine.local = FALSE;
  nb_chain_decide (&input.chain, NB_VERDICT_READY, &input.machine);
  nb_plan_outline_decide (&outline, &input);
  g_assert_cmpint (outline.obstacle, ==, NB_PLAN_OBSTACLE_ELSEWHERE);

  input = make_input (&rows[0]);
  input.machine.accelerated = FALSE;
  nb_chain_decide (&input.chain, NB_VERDICT_READY, &input.machine);
  nb_plan_outline_decide (&outline, &input);
  g_assert_cmpint (outline.obstacle, ==, NB_PLAN_OBSTACLE_MACHINE);
  g_assert_cmpuint (outline.n_kinds, ==, 0);
}

/* This computer alone. */
static void
test_computer (void)
{
  static const struct
  {
    NbPlanGoal goal;
    NbRemedy remedy;
    NbTristate next_boot;
    gboolean in_use;
    guint blockers;
    guint others;
    guint strangers;
    NbPlanWhen when;
    gboolean start_again;
    const char *steps;
    NbVerb verb;
    NbPlanObstacle obstacle;
  } cases[] = {
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 2, 2, 0, NB_PLAN_NOW, TRUE, "sha", NB_VERB_ENABLE },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 2, 2, 0, NB_PLAN_NOW, FALSE, "sh", NB_VERB_ENABLE },
    /* All that run are transient: none can be started again. */
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 2, 0, 0, NB_PLAN_NOW, TRUE, "sh", NB_VERB_ENABLE },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 2, 2, 0, NB_PLAN_LATER, TRUE, "h", NB_VERB_ENABLE_LATER },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 2, 2, 1, NB_PLAN_NOW, TRUE, "h", NB_VERB_ENABLE_LATER },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, NO, TRUE, 0, 0, 0, NB_PLAN_NOW, TRUE, "h", NB_VERB_ENABLE_LATER },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, YES, TRUE, 2, 2, 0, NB_PLAN_NOW, TRUE, "sha", NB_VERB_ENABLE_NOW },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE_BUSY, YES, TRUE, 2, 2, 0, NB_PLAN_LATER, TRUE, "" },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_ENABLE, NO, FALSE, 0, 0, 0, NB_PLAN_LATER, TRUE, "h", NB_VERB_ENABLE },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_SET_UP_MACHINE, YES, TRUE, 2, 2, 0, NB_PLAN_NOW, TRUE, "" },
    { NB_PLAN_GOAL_ENABLE, NB_REMEDY_NONE, NO, TRUE, 2, 2, 0, NB_PLAN_NOW, TRUE, "", 0, NB_PLAN_OBSTACLE_HOST },
    { NB_PLAN_GOAL_DISABLE, NB_REMEDY_SET_UP_MACHINE, YES, TRUE, 2, 2, 0, NB_PLAN_NOW, TRUE, "sha", NB_VERB_DISABLE },
    { NB_PLAN_GOAL_DISABLE, NB_REMEDY_SET_UP_MACHINE, YES, TRUE, 2, 2, 0, NB_PLAN_LATER, TRUE, "h",
      NB_VERB_DISABLE_LATER },
    { NB_PLAN_GOAL_DISABLE, NB_REMEDY_KEEP_ON, NO, TRUE, 2, 2, 0, NB_PLAN_LATER, TRUE, "" },
    { NB_PLAN_GOAL_DISABLE, NB_REMEDY_SET_UP_MACHINE, YES, FALSE, 0, 0, 0, NB_PLAN_LATER, TRUE, "h", NB_VERB_DISABLE },
    { NB_PLAN_GOAL_UNDO, NB_REMEDY_SET_UP_MACHINE, YES, TRUE, 2, 2, 0, NB_PLAN_LATER, TRUE, "sHa" },
    { NB_PLAN_GOAL_UNDO, NB_REMEDY_SET_UP_MACHINE, YES, FALSE, 2, 2, 0, NB_PLAN_LATER, TRUE, "H" },
    { NB_PLAN_GOAL_UNDO, NB_REMEDY_NONE, YES, TRUE, 2, 2, 1, NB_PLAN_NOW, TRUE, "", 0, NB_PLAN_OBSTACLE_IN_USE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NbPlanInput input = {
        .goal = cases[i].goal,
        .remedy = cases[i].remedy,
        .next_boot = cases[i].next_boot,
        .can_change_host = TRUE,
        .in_use = cases[i].in_use,
        .n_blockers = cases[i].blockers,
        .n_others = cases[i].others,
        .n_strangers = cases[i].strangers,
        .when = cases[i].when,
        .start_again = cases[i].start_again,
      };
      NbPlanOutline outline;
      g_autofree char *steps = NULL;

      nb_plan_outline_decide (&outline, &input);
      steps = dup_letters (&outline);
      g_test_message ("case %u", i);
      g_assert_cmpstr (steps, ==, cases[i].steps);
      g_assert_cmpint (outline.obstacle, ==, cases[i].obstacle);
      if (strchr (steps, 'h') != NULL)
        g_assert_cmpint (outline.verb, ==, cases[i].verb);
      g_assert_cmpint (outline.stops, ==, strchr (steps, 's') != NULL || outline.obstacle == NB_PLAN_OBSTACLE_IN_USE);

      input.can_change_host = FALSE;
      nb_plan_outline_decide (&outline, &input);
      g_assert_true (*steps == '\0' || outline.obstacle == NB_PLAN_OBSTACLE_HELPER);
    }
}

static void
test_take_back (void)
{
  static const struct
  {
    NbPlanDone done;
    const char *steps;
  } cases[] = {
    { { .host = TRUE, .cpu = TRUE, .running = TRUE, .n_ran = 1 }, "sCHa" },
    { { .host = TRUE, .cpu = TRUE }, "CH" },
    { { .host = TRUE, .reload = TRUE, .n_ran = 2 }, "sHa" },
    { { .cpu = TRUE, .running = TRUE }, "sC" },
    { { .n_ran = 2 }, "a" },
    { { .host = TRUE }, "H" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NbPlanOutline outline;
      g_autofree char *steps = NULL;

      nb_plan_outline_take_back (&outline, &cases[i].done);
      steps = dup_letters (&outline);
      g_assert_cmpstr (steps, ==, cases[i].steps);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/plan/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/plan/obstacles", test_obstacles);
  g_test_add_func ("/plan/computer", test_computer);
  g_test_add_func ("/plan/take-back", test_take_back);

  return g_test_run ();
}
