/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plans on the demo's computer and its pretended machines, for the tests of plans that run. */

#pragma once

#include "nb-demo.h"
#include "nb-machines-test.h"
#include "nb-plan.h"

/* Milliseconds of a second in which the plan waits for other things than guests. */
#define PACE 100

extern NbMachineList *machines;

typedef struct
{
  NbDemo *demo;
  NbHost *host;
  NbHostController *controller;
  NbKvmUsers *users;
  NbMachineEditor *editor;
  NbPlan *plan;
} Fixture;

void open_demo (void);
void close_demo (void);
NbMachine *find (const char *name);
void power (NbMachine *machine, NbPowerVerb verb);
void set_up_computer (Fixture *f, const char *scenario);
void set_up (Fixture *f, const char *scenario, const char *name);
void tear_down (Fixture *f);
void wait_until_run (const char *const *names);
gboolean is_over (NbPlan *plan);
void assert_steps (NbPlan *plan, const char *expected);
void run (Fixture *f);
void take_back (Fixture *f);
void store_cpu (NbMachine *machine, const char *cpu);
void run_sabotaged (Fixture *f, NbPlanKind kind, void (*sabotage) (NbMachine *machine));
void let_run (const char *const *names);
void set_up_goal (Fixture *f, const char *scenario, NbPlanGoal goal);
