/* SPDX-License-Identifier: GPL-3.0-or-later */

/* nestbox-helper: the only code of Nestbox that runs as root. It is started by pkexec, with a caller's resource limits,
 * signal mask, timers and descriptors, none of which are to be trusted. It knows no option and reads no variable.
 *
 *   nb-helper-main.c     what is inherited is put away; the arguments; the caller's output
 *   nb-helper-run.c      the verbs: check, write, reload, verify
 *   nb-helper-undo.c     the way back: roll back, and repair after a run that was killed
 *   nb-helper-journal.c  the lock, and the record of a run that is under way
 *   nb-helper-config.c   our file in /etc/modprobe.d
 *   nb-helper-module.c   libkmod: options, removal, insertion
 *   nb-helper-sysfs.c    what the kernel and KVM tell
 *   nb-helper-elf.c      is the module's file the one that was loaded?
 *   nb-helper-holders.c  who keeps the module busy
 *   nb-helper-settle.c   waits for udev
 *   nb-helper-output.c   lines
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"

static void
open_missing_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

static void
close_other_descriptors (void)
{
  syscall (SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
}

static void
raise_limits (void)
{
  static const int unlimited[] = { RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC, RLIMIT_RTTIME };
  const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
  const struct rlimit files = { 1024, 1024 };
  const struct rlimit stack = { 8 * 1024 * 1024, RLIM_INFINITY };
  const struct rlimit none = { 0, 0 };

  /* Root may; where it may not, in a container, what fails then fails like any other step. */
  for (gsize i = 0; i < G_N_ELEMENTS (unlimited); i++)
    setrlimit (unlimited[i], &all);
  setrlimit (RLIMIT_NOFILE, &files);
  setrlimit (RLIMIT_STACK, &stack);
  setrlimit (RLIMIT_CORE, &none);
}

static void
stop_timers (void)
{
  const struct itimerval never = { 0 };

  setitimer (ITIMER_REAL, &never, NULL);
  setitimer (ITIMER_VIRTUAL, &never, NULL);
  setitimer (ITIMER_PROF, &never, NULL);
  /* How late a sleep may end is inherited as well, and may be years. This is the kernel's own default. */
  prctl (PR_SET_TIMERSLACK, 50000UL);
}

/* Nothing but SIGKILL ends a run half-way, and what that leaves the next run repairs. */
static void
block_signals (void)
{
  sigset_t all;

  sigfillset (&all);
  sigprocmask (SIG_BLOCK, &all, NULL);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGCHLD, SIG_DFL);
  prctl (PR_SET_PDEATHSIG, 0);
}

/* The caller's output stays with this process, which holds nothing but that and may wait for its reader as long as it
 * likes. The child does the work, and writes into pipes that never make it wait while something is half done. */
static pid_t
start_worker (int pipes[2])
{
  int output[2];
  int complaint[2];
  pid_t worker;
  int null;

  if (pipe2 (output, O_CLOEXEC) != 0 || pipe2 (complaint, O_CLOEXEC) != 0)
    return -1;

  worker = fork ();
  if (worker == 0)
    {
      null = open ("/dev/null", O_RDWR | O_CLOEXEC);
      if (null < 0 || dup2 (null, STDIN_FILENO) < 0 || dup2 (output[1], STDOUT_FILENO) < 0 ||
          dup2 (complaint[1], STDERR_FILENO) < 0)
        _exit (NB_EXIT_WRITE_FAILED);
      close_other_descriptors ();
      nb_helper_output_set_patient (FALSE);
    }
  else
    {
      close (output[1]);
      close (complaint[1]);
      pipes[0] = output[0];
      pipes[1] = complaint[0];
    }

  return worker;
}

static void
hand_on (int from, int to)
{
  char buffer[4096];
  gssize got;
  gssize put = 0;

  while (put >= 0 && (got = read (from, buffer, sizeof buffer)) > 0)
    for (gssize done = 0; done < got && put >= 0; done += put)
      put = write (to, buffer + done, got - done);
  close (from);
}

/* Ends as the worker has ended. */
static int
wait_for_worker (pid_t worker)
{
  int status;

  if (waitpid (worker, &status, 0) == worker && WIFEXITED (status))
    return WEXITSTATUS (status);

  kill (getpid (), SIGKILL);
  return NB_EXIT_RESTORE_FAILED;
}

int
main (int argc, char *argv[])
{
  const NbModuleInfo *module;
  NbVerb verb;
  int pipes[2];
  pid_t worker;
  int root;

  block_signals ();
  stop_timers ();
  raise_limits ();
  open_missing_descriptors ();
  close_other_descriptors ();
  clearenv ();
  umask (022);
  personality (PER_LINUX); /* else uname() tells what the caller likes */

  module = argc == 4 ? nb_module_find (argv[3]) : NULL;
  if (module == NULL || !nb_verb_from_arguments (argv[1], argv[2], &verb))
    {
      nb_helper_complain ("usage: nestbox-helper change VERB MODULE | nestbox-helper show holders MODULE");
      return NB_EXIT_USAGE;
    }
  if (getuid () != 0 || geteuid () != 0)
    {
      nb_helper_complain ("must be root");
      return NB_EXIT_NOT_ROOT;
    }
  if (chdir ("/") != 0 || (worker = start_worker (pipes)) < 0)
    {
      nb_helper_complain (g_strerror (errno));
      return NB_EXIT_WRITE_FAILED;
    }
  if (worker > 0)
    {
      hand_on (pipes[0], STDOUT_FILENO);
      hand_on (pipes[1], STDERR_FILENO);
      return wait_for_worker (worker);
    }

  root = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return nb_helper_run (root, "/", verb, module);
}
