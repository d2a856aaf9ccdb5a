/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was done goes to the system's log, with who asked for it: one datagram, which never waits. */

#include "config.h"

#include "nb-helper-output.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PRIORITY (10 * 8 + 5) /* security, a notice */

static char who[16] = "-";

/* Keeps it, where it is a number. */
void
nb_helper_trail_open (const char *uid)
{
  if (uid != NULL && *uid != '\0' && strspn (uid, "0123456789") == strlen (uid) && strlen (uid) < sizeof who)
    g_strlcpy (who, uid, sizeof who);
}

/* Sends a sentence. Failure is ignored: there may be no log. */
void
nb_helper_trail_add (const char *text)
{
  const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
  g_autofree char *line = g_strdup_printf ("<%d>nestbox-helper[%d]: user %s: %s", PRIORITY, (int) getpid (), who, text);
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0)
    return;
  if (connect (fd, (const struct sockaddr *) &address, sizeof address) == 0)
    send (fd, line, strlen (line), MSG_DONTWAIT | MSG_NOSIGNAL);
  close (fd);
}
