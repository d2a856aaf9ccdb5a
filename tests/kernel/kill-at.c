/* SPDX-License-Identifier: GPL-3.0-or-later */

/* kill-at EVENT COMMAND…: runs a command, and kills it or the child of it that has just made the first system call of that
 * kind with success, with SIGKILL. Says how the process stood. Exit code 0 where that happened. Linked statically, x86_64 only. */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct
{
  const char *event;
  unsigned long number;
} calls[] = {
  { "unload", SYS_delete_module },
  { "load", SYS_finit_module },
  { "load", SYS_init_module }, /* where libkmod unpacks the module itself */
  { "write", SYS_renameat },   /* our file is the new one */
};

static int
is_event (const char *event, unsigned long number)
{
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == number && strcmp (calls[i].event, event) == 0)
      return 1;

  return 0;
}

/* How the process stands at that moment: each line of a file of /proc that begins so. */
static void
tell (pid_t pid, const char *name, const char *beginning)
{
  char line[512];
  FILE *file;

  snprintf (line, sizeof line, "/proc/%d/%s", (int) pid, name);
  file = fopen (line, "r");
  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, beginning, strlen (beginning)) == 0)
      printf ("%s %s", name, line);
  if (file != NULL)
    fclose (file);
}

int
main (int argc, char **argv)
{
  struct user_regs_struct registers;
  int happened = 0;
  int status;
  pid_t child;

  if (argc < 3)
    {
      fputs ("usage: kill-at load|unload|write COMMAND…\n", stderr);
      return 2;
    }

  child = fork ();
  if (child == 0)
    {
      ptrace (PTRACE_TRACEME, 0, NULL, NULL);
      raise (SIGSTOP);
      execv (argv[2], argv + 2);
      _exit (2);
    }

  waitpid (child, &status, 0);
  ptrace (PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK);
  ptrace (PTRACE_SYSCALL, child, NULL, 0);
  while ((child = waitpid (-1, &status, __WALL)) > 0)
    {
      int is_call = WIFSTOPPED (status) && WSTOPSIG (status) == (SIGTRAP | 0x80);

      /* rax is ENOSYS at a call's entry and its answer at its end. */
      if (is_call && ptrace (PTRACE_GETREGS, child, NULL, &registers) == 0 && registers.rax == 0 &&
          is_event (argv[1], registers.orig_rax))
        {
          tell (child, "oom_score_adj", "");
          tell (child, "cgroup", "0:");
          tell (child, "status", "VmLck:");
          tell (child, "status", "CapEff:");
          kill (child, SIGKILL);
          happened = 1;
        }
      else if (WIFSTOPPED (status))
        {
          int is_signal = !is_call && WSTOPSIG (status) != SIGTRAP && WSTOPSIG (status) != SIGSTOP;

          ptrace (PTRACE_SYSCALL, child, NULL, is_signal ? WSTOPSIG (status) : 0);
        }
    }
  if (happened)
    return 0;

  fprintf (stderr, "%s did not happen\n", argv[1]);
  return 1;
}
