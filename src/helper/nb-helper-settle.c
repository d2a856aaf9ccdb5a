/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "nb-helper-settle.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define UDEVADM "/usr/bin/udevadm"

/**
 * nb_helper_settle:
 *
 * Waits, at most 5 seconds, until udev has given /dev/kvm its owner and mode again. The only program that the helper
 * ever starts: by its whole path, with an empty environment and no input or output. Failure is ignored.
 */
void
nb_helper_settle (void)
{
  char *const arguments[] = { (char *) "udevadm", (char *) "settle", (char *) "--timeout=5", NULL };
  char *const environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigset_t all;
  pid_t pid;

  if (access (UDEVADM, X_OK) != 0)
    return;

  sigemptyset (&none);
  sigfillset (&all);
  if (posix_spawn_file_actions_init (&actions) != 0)
    return;
  if (posix_spawnattr_init (&attributes) == 0)
    {
      if (posix_spawnattr_setsigmask (&attributes, &none) == 0 &&
          posix_spawnattr_setsigdefault (&attributes, &all) == 0 &&
          posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0 &&
          posix_spawn_file_actions_addopen (&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
          posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
          posix_spawn_file_actions_addopen (&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
          posix_spawn (&pid, UDEVADM, &actions, &attributes, arguments, environment) == 0)
        waitpid (pid, NULL, 0);
      posix_spawnattr_destroy (&attributes);
    }
  posix_spawn_file_actions_destroy (&actions);
}
