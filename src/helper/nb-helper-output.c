/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the helper prints. Whoever started it holds the other end and may be hostile: no line may stop the run. */

#include "config.h"

#include "nb-helper-output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MSEC 2000

/* A pipe that polls as writable takes PIPE_BUF bytes without blocking, and no line of ours is longer. Whoever does not
 * read for two seconds loses the rest of the output, but cannot keep the module unloaded or the lock taken. */
static void
write_line (int fd, const char *text)
{
  static gboolean deaf[3];
  struct pollfd poller = { .fd = fd, .events = POLLOUT };
  gsize length = strlen (text);

  if (deaf[fd])
    return;
  if (poll (&poller, 1, PATIENCE_MSEC) != 1 || (poller.revents & POLLOUT) == 0 ||
      write (fd, text, length) != (gssize) length)
    deaf[fd] = TRUE;
}

/**
 * nb_helper_say:
 * @line: (transfer full): a line of nb-protocol, with its end
 *
 * Prints it. Failure is ignored: the work matters more than the word.
 */
void
nb_helper_say (char *line)
{
  write_line (STDOUT_FILENO, line);
  g_free (line);
}

/**
 * nb_helper_complain:
 * @text: one sentence, without line end
 *
 * Prints the one line of error.
 */
void
nb_helper_complain (const char *text)
{
  g_autofree char *line = g_strdup_printf ("nestbox-helper: %s\n", text);

  write_line (STDERR_FILENO, line);
}

/**
 * nb_helper_errno_name:
 * @number: an errno
 *
 * Returns: (transfer none): its name, where it is one that loading a module answers, else "-"
 */
const char *
nb_helper_errno_name (int number)
{
  static const struct
  {
    int number;
    const char *name;
  } names[] = {
    { EIO, "EIO" },       { ENODEV, "ENODEV" }, { EOPNOTSUPP, "EOPNOTSUPP" },
    { EINVAL, "EINVAL" }, { EPERM, "EPERM" },   { EKEYREJECTED, "EKEYREJECTED" },
    { EBUSY, "EBUSY" },   { ENOENT, "ENOENT" }, { ENOEXEC, "ENOEXEC" },
    { ENOMEM, "ENOMEM" }, { EACCES, "EACCES" }, { EEXIST, "EEXIST" },
    { EAGAIN, "EAGAIN" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].number == number)
      return names[i].name;

  return "-";
}
