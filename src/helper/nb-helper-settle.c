/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-helper-sysfs.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define UDEVADM "/usr/bin/udevadm"

/* Waits, at most 5 seconds, until udev has given /dev/kvm its owner and mode again. The only program that the helper
 * ever starts: by its whole path, with an empty environment with its input and output led nowhere. Failure is ignored. */
void
nb_helper_settle (void)
{
  char *const arguments[] = { (char *) "udevadm", (char *) "settle", (char *) "--timeout=5", NULL };
  char *const environment[] = { NULL };
  pid_t pid = access (UDEVADM, X_OK) == 0 ? fork () : -1;

  if (pid == 0)
    {
      sigset_t none;

      sigemptyset (&none);
      sigprocmask (SIG_SETMASK, &none, NULL);
      signal (SIGPIPE, SIG_DFL);
      if (dup2 (STDERR_FILENO, STDOUT_FILENO) >= 0)
        execve (UDEVADM, arguments, environment);
      _exit (127);
    }
  if (pid > 0)
    waitpid (pid, NULL, 0);
}
