/* SPDX-License-Identifier: GPL-3.0-or-later */

/* nestbox-helper: the only code of Nestbox that runs as root. It is started by pkexec, with a caller's resource limits,
 * signal mask, timers and descriptors, none of which are to be trusted. It knows no option, and of the environment only
 * PKEXEC_UID, for the log. Three processes share a run, and none can do what another does:
 *
 *   the mouth    hands the output on to the caller; may do nothing
 *   the worker   does the work, and says what it does into pipes that never make it wait; may change modules and files
 *   the search   for who holds KVM; may look into every process
 *
 * From here on, in the order of a run (nb-helper- and .c left out): self (what is inherited is put away, what is not needed given
 * up), run (the verbs), check (what can be known to fail), tell (how it ended), undo (roll back, and repair after a run that
 * was killed). They use: record (the lock; what a run leaves), config (our file in /etc/modprobe.d), format (what it says),
 * merged (what the configuration makes of a module), where (in which line something stands), module (removal, insertion),
 * sysfs (what the kernel and KVM tell), elf (is the file the one that was loaded?), search and holders (who keeps KVM busy),
 * settle (waits for udev), output (lines), trail (the system's log).
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-run.h"
#include "nb-helper-self.h"

/* From here on standard output and error are pipes to the mouth; a library's own complaints lead nowhere. */
static gboolean
use_pipes (int output, int complaint)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  nb_helper_output_set_complaint (complaint);
  nb_helper_output_set_patient (FALSE);

  return null >= 0 && dup2 (null, STDIN_FILENO) >= 0 && dup2 (output, STDOUT_FILENO) >= 0 &&
         dup2 (null, STDERR_FILENO) >= 0;
}

static int
work (NbVerb verb, const NbModuleInfo *module)
{
  int root = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  NbHelperSearch search;

  if (root < 0 || !nb_helper_search_start (&search, root) ||
      !nb_helper_self_drop (verb == NB_VERB_SHOW_HOLDERS ? NB_HELPER_MAY_NOTHING : NB_HELPER_MAY_CHANGE))
    {
      nb_helper_complain (g_strerror (errno));
      return NB_EXIT_WRITE_FAILED;
    }
  nb_helper_output_set_patient (FALSE);

  return nb_helper_run (root, verb, module, &search);
}

/* Hands both pipes on, whichever has something, until the worker has closed that for complaints, which it alone has: a
 * process of the search may hang on to the other one for good. What nobody wants to read is thrown away. */
static void
hand_on (int output, int complaint)
{
  struct pollfd pipes[] = { { .fd = output, .events = POLLIN }, { .fd = complaint, .events = POLLIN } };
  static const int targets[] = { STDOUT_FILENO, STDERR_FILENO };
  gboolean ended = FALSE;
  char buffer[4096];

  while (poll (pipes, G_N_ELEMENTS (pipes), ended ? 0 : -1) > 0)
    for (gsize i = 0; i < G_N_ELEMENTS (pipes); i++)
      {
        gssize got = pipes[i].revents != 0 ? read (pipes[i].fd, buffer, sizeof buffer) : -1;
        gssize put = 1;

        for (gssize done = 0; put > 0 && done < got; done += put)
          put = write (targets[i], buffer + done, got - done);
        if (pipes[i].revents != 0 && got <= 0)
          {
            ended = ended || pipes[i].fd == complaint;
            pipes[i].fd = -1;
          }
      }
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
  int output[2];
  int complaint[2];
  pid_t worker;

  nb_helper_trail_open (getenv ("PKEXEC_UID"));
  nb_helper_self_put_away ();

  module = argc == 4 ? nb_module_find (argv[3]) : NULL;
  if (module == NULL || !nb_verb_from_arguments (argv[1], argv[2], &verb))
    {
      nb_helper_complain ("usage: nestbox-helper ACTION VERB MODULE");
      return NB_EXIT_USAGE;
    }
  if (getuid () != 0 || geteuid () != 0)
    {
      nb_helper_complain ("must be root");
      return NB_EXIT_NOT_ROOT;
    }

  nb_helper_self_leave_group ();
  if (chdir ("/") != 0 || pipe2 (output, O_CLOEXEC) != 0 || pipe2 (complaint, O_CLOEXEC) != 0 || (worker = fork ()) < 0)
    {
      nb_helper_complain (g_strerror (errno));
      return NB_EXIT_WRITE_FAILED;
    }
  if (worker == 0)
    {
      close (output[0]);
      close (complaint[0]);
      return use_pipes (output[1], complaint[1]) ? work (verb, module) : NB_EXIT_WRITE_FAILED;
    }

  close (output[1]);
  close (complaint[1]);
  if (!nb_helper_self_drop (NB_HELPER_MAY_NOTHING))
    nb_helper_complain ("the powers of root could not be given up");
  hand_on (output[0], complaint[0]);

  return wait_for_worker (worker);
}
