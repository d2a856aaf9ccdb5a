/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the helper prints. While something is locked or half done no line may wait: whoever started us holds the other
 * end and may be hostile. Even a write that does not block can be made to wait there, by a file system in user space or
 * by memory that is not there behind a pipe's lock. So these lines go into pipes of our own; nb-helper-main.c. */

#include "config.h"

#include "nb-helper-output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int complaint_fd = STDERR_FILENO;

static void
write_line (int fd, const char *text)
{
  /* Failure is ignored: the work matters more than the word. */
  if (write (fd, text, strlen (text)) < 0)
    return;
}

/* Complaints go there, and no more to where they went before. Standard error leads nowhere then: what a library has to say is not for our caller, and libkmod says a
 * line for each odd line of a configuration. */
void
nb_helper_output_set_complaint (int fd)
{
  if (complaint_fd > STDERR_FILENO)
    close (complaint_fd);
  complaint_fd = fd;
}

/**
 * nb_helper_output_set_patient:
 * @patient: whether lines wait for whoever reads them, or are lost where nobody does
 *
 * To be called only where standard output and error are pipes of our own.
 */
void
nb_helper_output_set_patient (gboolean patient)
{
  fcntl (STDOUT_FILENO, F_SETFL, patient ? 0 : O_NONBLOCK);
  fcntl (complaint_fd, F_SETFL, patient ? 0 : O_NONBLOCK);
}

/**
 * nb_helper_say:
 * @line: (transfer full): a line of nb-protocol, with its end
 *
 * Prints it.
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

  write_line (complaint_fd, line);
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
