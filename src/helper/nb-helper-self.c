/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a process inherits, and what it may do. pkexec passes on most of what a hostile caller has set: limits, timers, masks,
 * scheduling, the control group. All of it is put away, and then every power of root that is not needed. */

#include "config.h"

#include "nb-helper-self.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define IOPRIO_WHO_PROCESS 1
#define POWER(name)        (G_GUINT64_CONSTANT (1) << (name))

static int oom_fd = -1;

/* The caller may have closed what every program takes for granted. */
static void
open_descriptors (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    close (fd);
}

static void
raise_limits (void)
{
  static const int unlimited[] = { RLIMIT_FSIZE, RLIMIT_CPU,    RLIMIT_AS,     RLIMIT_DATA,
                                   RLIMIT_NPROC, RLIMIT_RTTIME, RLIMIT_MEMLOCK };
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

static void
reset_scheduling (void)
{
  const struct sched_param normal = { 0 };
  cpu_set_t all;

  sched_setscheduler (0, SCHED_OTHER, &normal);
  setpriority (PRIO_PROCESS, 0, 0);
  syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
  for (gsize i = 0; i < CPU_SETSIZE; i++)
    CPU_SET (i, &all);
  sched_setaffinity (0, sizeof all, &all);
}

/* Puts away what is inherited. To be called first; the environment is gone afterwards. */
void
nb_helper_self_put_away (void)
{
  open_descriptors ();
  syscall (SYS_close_range, STDERR_FILENO + 1, ~0U, 0);
  block_signals ();
  stop_timers ();
  raise_limits ();
  reset_scheduling ();
  clearenv ();
  umask (022);
  personality (PER_LINUX); /* else uname() tells what the caller likes */
}

/* Whoever owns the caller's control group may freeze or kill all that is in it, even while KVM is out. Where the root group
 * takes nobody, as in a container, there is no way out: see src/DESIGN.md. */
void
nb_helper_self_leave_group (void)
{
  static const char *const groups[] = { "/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/unified/cgroup.procs",
                                        "/sys/fs/cgroup/freezer/cgroup.procs" };

  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      int fd = open (groups[i], O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

      if (fd >= 0 && write (fd, "0", 1) != 1)
        errno = 0;
      if (fd >= 0)
        close (fd);
    }
}

/* Gives up the rest for good, for programs that it starts as well. What is read needs no power: it is root's, or
 * everybody's. Returns: whether that went well */
gboolean
nb_helper_self_drop (NbHelperPower power)
{
  static const guint64 powers[] = {
    [NB_HELPER_MAY_NOTHING] = 0,
    [NB_HELPER_MAY_LOOK] = POWER (CAP_SYS_PTRACE) | POWER (CAP_DAC_READ_SEARCH),
    [NB_HELPER_MAY_CHANGE] = POWER (CAP_SYS_MODULE) | POWER (CAP_DAC_OVERRIDE) | POWER (CAP_FOWNER),
  };
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

  /* What is set once with the power to do so may be set again without it. */
  oom_fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (oom_fd >= 0 && power == NB_HELPER_MAY_CHANGE && pwrite (oom_fd, "-1000", 5, 0) < 0)
    errno = 0;

  for (int i = 0; prctl (PR_CAPBSET_READ, i) >= 0; i++)
    if ((powers[power] & POWER (i)) == 0)
      prctl (PR_CAPBSET_DROP, i);
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall (SYS_capget, &header, data) != 0)
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (data); i++)
    {
      data[i].permitted &= (guint32) (powers[power] >> (32 * i));
      data[i].effective = data[i].permitted;
      data[i].inheritable = 0;
    }

  if (syscall (SYS_capset, &header, data) != 0)
    return FALSE;
  nb_helper_self_shield (FALSE);

  return TRUE;
}

/* While KVM is out this process waits for no disk, and the kernel, short of memory, spares it. Allocates nothing. */
void
nb_helper_self_shield (gboolean on)
{
  if (on)
    mlockall (MCL_CURRENT | MCL_FUTURE);
  if (oom_fd >= 0 && pwrite (oom_fd, on ? "-1000" : "0", on ? 5 : 1, 0) < 0)
    errno = 0;
}
