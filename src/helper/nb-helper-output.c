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

/* To be called only where standard output and error are pipes of our own. */
void
nb_helper_output_set_patient (gboolean patient)
{
  fcntl (STDOUT_FILENO, F_SETFL, patient ? 0 : O_NONBLOCK);
  fcntl (complaint_fd, F_SETFL, patient ? 0 : O_NONBLOCK);
}

/* Prints it. */
void
nb_helper_say (char *line)
{
  write_line (STDOUT_FILENO, line);
  g_free (line);
}

/* Prints the one line of error. */
void
nb_helper_complain (const char *text)
{
  g_autofree char *line = g_strdup_printf ("nestbox-helper: %s\n", text);

  write_line (complaint_fd, line);
}
