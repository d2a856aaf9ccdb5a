/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Watches over the search for holders. A process may keep whoever looks at it waiting for good, so a child does the looking: after
 * a second at one process it is killed and another one goes on behind that, three seconds in all. */

#include "config.h"

#include "nb-helper-holders.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nb-helper-output.h"
#include "nb-helper-self.h"
#include "nb-protocol.h"

#define TICKS_IN_ALL 300
#define TICKS_AT_ONE 100
#define TICK_MSEC    10

/* Returns: whether the child has come to its end; else it is stuck at @place, or the time is over. */
static gboolean
watch (pid_t child, const volatile NbHelperPlace *place, guint *ticks)
{
  gint64 seen = -1;
  guint n_ticks = 0;

  while (waitpid (child, NULL, WNOHANG) == 0)
    {
      n_ticks = place->pid == seen ? n_ticks + 1 : 0;
      seen = place->pid;
      if (n_ticks >= TICKS_AT_ONE || ++*ticks >= TICKS_IN_ALL)
        {
          kill (child, SIGKILL);
          return FALSE;
        }
      poll (NULL, 0, TICK_MSEC);
    }

  return TRUE;
}

static guint
search (int root)
{
  NbHelperPlace *place = mmap (NULL, sizeof *place, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  guint ticks = 0;
  guint n_missed = 0;
  gboolean done = place == MAP_FAILED;

  while (!done && ticks < TICKS_IN_ALL)
    {
      gint64 after = place->pid;
      pid_t child = fork ();

      if (child == 0)
        {
          nb_helper_holders_look (root, after, place);
          _exit (0);
        }
      done = child < 0 || watch (child, place, &ticks);
      if (!done)
        n_missed++;
      if (!done && place->holds)
        {
          place->holds = FALSE;
          place->n_holders++;
          nb_helper_holders_tell (root, place->pid, NULL);
        }
    }
  if (n_missed > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", n_missed);

      nb_helper_say (nb_protocol_format_warning (NB_WARNING_NOT_ALL_SEEN, text, NULL));
    }

  return place != MAP_FAILED ? place->n_holders : 0;
}

/* Makes the process, which waits. Returns: whether there is one */
gboolean
nb_helper_search_start (NbHelperSearch *self, int root)
{
  int go[2];
  int done[2];
  pid_t pid;
  char byte;
  guint n_holders;

  if (pipe2 (go, O_CLOEXEC) != 0 || pipe2 (done, O_CLOEXEC) != 0)
    return FALSE;

  pid = fork ();
  if (pid == 0)
    {
      close (go[1]);
      nb_helper_output_set_complaint (-1);
      if (!nb_helper_self_drop (NB_HELPER_MAY_LOOK) || read (go[0], &byte, 1) != 1)
        _exit (0);
      nb_helper_output_set_patient (TRUE);
      n_holders = search (root);
      _exit (write (done[1], &n_holders, sizeof n_holders) == sizeof n_holders ? 0 : 1);
    }
  close (go[0]);
  close (done[1]);
  self->go = go[1];
  self->done = done[0];

  return pid > 0;
}

/* Returns: how many were found, each with a line by now; or -1 where nobody could look. */
int
nb_helper_search_run (NbHelperSearch *self)
{
  guint n_holders;

  if (write (self->go, "", 1) != 1 || read (self->done, &n_holders, sizeof n_holders) != sizeof n_holders)
    return -1;

  return (int) n_holders;
}
